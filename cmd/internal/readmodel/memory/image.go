package memory

import (
	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// image is a space as it was at one moment. Documents are shared, they never
// change; the rest is copied.
type image struct {
	of          readmodel.Space
	checkpoints map[int]es.Position
	docs        []keyed
	indexes     []member
	packed      []packedIndex
	counters    []readmodel.Counter
}

type keyed struct {
	key string
	doc *document
}

// member lists are flat: one slice of rows, cut by index.
type member struct {
	name string
	rows []readmodel.Row
}

// packedIndex was not touched since the last snapshot.
type packedIndex struct {
	name string
	from *packed
}

// image copies the space under its read lock: writers wait for the copy, not for
// the disk.
func (s *space) image(of readmodel.Space) image {
	s.mu.RLock()
	defer s.mu.RUnlock()
	im := image{of: of, checkpoints: map[int]es.Position{}}
	for p, at := range s.checkpoints {
		im.checkpoints[p] = at
	}
	im.docs = make([]keyed, 0, len(s.docs))
	for k, d := range s.docs {
		im.docs = append(im.docs, keyed{k, d})
	}
	total := 0
	for _, x := range s.indexes {
		total += x.len()
	}
	flat := make([]readmodel.Row, 0, total)
	s.names.Scan(func(name string) bool {
		x := s.indexes[name]
		x.ordering.Lock()
		defer x.ordering.Unlock()
		if x.lazy != nil {
			im.packed = append(im.packed, packedIndex{name, x.lazy})
			return true
		}
		from := len(flat)
		x.members(func(r readmodel.Row) bool { flat = append(flat, r); return true })
		im.indexes = append(im.indexes, member{name, flat[from:len(flat):len(flat)]})
		return true
	})
	im.counters = make([]readmodel.Counter, 0, len(s.counters.values))
	for k, v := range s.counters.values {
		im.counters = append(im.counters, readmodel.Counter{Key: k, Value: v})
	}
	return im
}

// encode writes the image.
func (im *image) encode(w *writer) error {
	w.text(im.of.Projection)
	w.uint(uint64(im.of.Version))
	w.uint(uint64(len(im.checkpoints)))
	for p, at := range im.checkpoints {
		w.uint(uint64(p))
		w.uint(at.Commit)
		w.uint(at.Prepare)
	}
	w.uint(uint64(len(im.docs)))
	for _, d := range im.docs {
		raw, err := d.doc.bytes()
		if err != nil {
			return err
		}
		w.text(d.key)
		w.bytes(raw)
	}
	im.encodeIndexes(w)
	w.uint(uint64(len(im.counters)))
	for _, c := range im.counters {
		w.text(c.Key)
		w.int(c.Value)
	}
	return nil
}

// encodeIndexes writes each member once and indexes as numbers of members.
func (im *image) encodeIndexes(w *writer) {
	var d dictionary
	d.numbers = map[string]uint64{}
	body := writer{}
	body.uint(uint64(len(im.indexes) + len(im.packed)))
	for _, x := range im.indexes {
		d.index(&body, x.name, x.rows)
	}
	for _, x := range im.packed {
		d.index(&body, x.name, x.from.rows())
	}
	w.uint(uint64(len(d.names)))
	for _, n := range d.names {
		w.text(n)
	}
	w.bytes(body.b)
}

type dictionary struct {
	numbers map[string]uint64
	names   []string
	scratch writer
}

func (d *dictionary) index(w *writer, name string, rows []readmodel.Row) {
	d.scratch.b = d.scratch.b[:0]
	for _, r := range rows {
		n, ok := d.numbers[r.Member]
		if !ok {
			n = uint64(len(d.names))
			d.numbers[r.Member], d.names = n, append(d.names, r.Member)
		}
		d.scratch.uint(n)
		d.scratch.int(r.Score)
	}
	w.text(name)
	w.uint(uint64(len(rows)))
	w.bytes(d.scratch.b)
}

// decodeSpace reads one space; documents and indexes stay packed.
func decodeSpace(r *reader, types func(readmodel.Space) []readmodel.DocType) (readmodel.Space, *space) {
	of := readmodel.Space{Projection: r.text(), Version: int(r.uint())}
	s := newSpace()
	for range r.count() {
		p := int(r.uint())
		s.checkpoints[p] = es.Position{Commit: r.uint(), Prepare: r.uint()}
	}
	kinds := types(of)
	n := r.count()
	s.docs = make(map[string]*document, n)
	for range n {
		key, raw := r.text(), r.bytes()
		kind, ok := readmodel.DocTypeOf(kinds, key)
		if !ok {
			kinds = nil
			continue
		}
		s.docs[key] = &document{packed: &packedDoc{raw: raw, made: kind.New}}
	}
	s.decodeIndexes(r)
	n = r.count()
	s.counters.values = make(map[string]int64, n)
	for range n {
		key := r.text()
		s.counters.values[key] = r.int()
	}
	if kinds == nil {
		return of, nil
	}
	return of, s
}

func (s *space) decodeIndexes(r *reader) {
	names := make([]string, r.count())
	for i := range names {
		names[i] = r.text()
	}
	body := reader{b: r.bytes()}
	n := body.count()
	s.indexes = make(map[string]*index, n)
	sorted := make([]string, 0, n)
	for range n {
		name := body.text()
		p := &packed{n: int(body.uint()), names: names}
		p.raw = body.bytes()
		s.indexes[name] = &index{lazy: p}
		sorted = append(sorted, name)
	}
	r.bad = r.bad || body.bad
	loadNames(s, sorted)
}
