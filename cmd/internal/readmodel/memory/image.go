package memory

import (
	"maps"
	"slices"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// image is a space as it was at one moment. Documents are shared, they never
// change; the rest is copied.
type image struct {
	of          readmodel.Space
	checkpoints map[int]es.Position
	docs        []keyed
	names       []string
	uses        []uint32
	indexes     []indexImage
	packed      []packedIndex
	counters    []readmodel.Counter
}

type keyed struct {
	key string
	doc document
}

// indexImage is the members of an index; scores is nil where all are zero.
type indexImage struct {
	name    string
	numbers []uint32
	scores  []int64
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
	im := image{of: of, checkpoints: maps.Clone(s.checkpoints), names: slices.Clone(s.roll.names), uses: slices.Clone(s.roll.uses)}
	im.docs = make([]keyed, 0, len(s.docs))
	for k, d := range s.docs {
		im.docs = append(im.docs, keyed{k, d})
	}
	im.copyIndexes(s.indexes)
	im.counters = make([]readmodel.Counter, 0, len(s.counters.values))
	for k, v := range s.counters.values {
		im.counters = append(im.counters, readmodel.Counter{Key: k, Value: v})
	}
	return im
}

// copyIndexes copies all members into few slices, cut by index.
func (im *image) copyIndexes(indexes map[string]*index) {
	total, scored := 0, 0
	for name, x := range indexes {
		x.ordering.Lock()
		if x.lazy != nil {
			im.packed = append(im.packed, packedIndex{name, x.lazy})
		} else {
			im.indexes = append(im.indexes, indexImage{name: name})
			total += x.set.n
			if x.set.scored() {
				scored += x.set.n
			}
		}
		x.ordering.Unlock()
	}
	numbers, scores := make([]uint32, 0, total), make([]int64, 0, scored)
	for i := range im.indexes {
		x := &im.indexes[i]
		set := &indexes[x.name].set
		from, fromScore := len(numbers), len(scores)
		for b := range set.blocks {
			numbers = append(numbers, b.numbers...)
		}
		x.numbers = numbers[from:]
		if !set.scored() {
			continue
		}
		for b := range set.blocks {
			for j := range b.numbers {
				scores = append(scores, b.score(j))
			}
		}
		x.scores = scores[fromScore:]
	}
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

// encodeIndexes writes each member once and indexes as numbers of members. A number
// that is free has no name.
func (im *image) encodeIndexes(w *writer) {
	w.uint(uint64(len(im.names)))
	for i, name := range im.names {
		w.text(name)
		w.uint(uint64(im.uses[i]))
	}
	w.uint(uint64(len(im.indexes) + len(im.packed)))
	scratch := writer{}
	for _, x := range im.indexes {
		scratch.b = scratch.b[:0]
		packIndex(&scratch, x.numbers, x.scores)
		w.text(x.name)
		w.uint(uint64(len(x.numbers)))
		w.bytes(scratch.b)
	}
	for _, x := range im.packed {
		w.text(x.name)
		w.uint(uint64(x.from.n))
		w.bytes(x.from.raw)
	}
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
	s.docs = make(map[string]document, n)
	for range n {
		key, raw := r.text(), r.bytes()
		kind, ok := readmodel.DocTypeOf(kinds, key)
		if !ok {
			kinds = nil
			continue
		}
		s.docs[key] = document{&packedDoc{raw: raw, made: kind.New}}
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
	n := r.count()
	s.roll.names, s.roll.uses = make([]string, n), make([]uint32, n)
	for i := range n {
		s.roll.names[i], s.roll.uses[i] = r.text(), uint32(r.uint())
		if s.roll.uses[i] == 0 {
			s.roll.free = append(s.roll.free, uint32(i))
		}
	}
	parts := r.count()
	s.indexes = make(map[string]*index, parts)
	for range parts {
		name := r.text()
		p := &packed{n: r.count(), limit: uint64(n)}
		if p.raw = r.bytes(); p.n >= len(p.raw) {
			r.fail()
			return
		}
		s.indexes[name] = &index{lazy: p}
	}
}
