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
	names       []string
	uses        []uint32
	views       []document
	docs        map[string]document
	ones        map[string]uint32
	indexes     []indexImage
	packed      []packedIndex
	groups      []group
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
	im := image{
		of: of, checkpoints: maps.Clone(s.checkpoints), names: slices.Clone(s.roll.names), uses: slices.Clone(s.roll.uses),
		views: slices.Clone(s.views), docs: maps.Clone(s.docs), ones: maps.Clone(s.ones),
	}
	for name, x := range s.indexes {
		x.making.Lock()
		if x.lazy != nil {
			im.packed = append(im.packed, packedIndex{name, x.lazy})
		} else {
			im.indexes = append(im.indexes, x.image(name))
		}
		x.making.Unlock()
	}
	for g := range s.counters.each {
		im.groups = append(im.groups, g.clone())
	}
	return im
}

func (x *index) image(name string) indexImage {
	if x.many != nil || !x.set.scored() {
		return indexImage{name: name, numbers: x.numbers()}
	}
	numbers, scores := x.pairs()
	return indexImage{name, numbers, scores}
}

func (g *group) clone() group {
	c := *g
	c.only.b = slices.Clone(g.only.b)
	c.parts = slices.Clone(g.parts)
	for i := range c.parts {
		c.parts[i].b = slices.Clone(c.parts[i].b)
	}
	return c
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
	if err := im.encodeDocuments(w); err != nil {
		return err
	}
	im.encodeIndexes(w)
	w.uint(uint64(len(im.groups)))
	for i := range im.groups {
		im.groups[i].encode(w)
	}
	return nil
}

// encodeDocuments writes each member once, with the view it has; a number that is free
// has no name, and no view is no bytes.
func (im *image) encodeDocuments(w *writer) error {
	w.uint(uint64(len(im.names)))
	for i, name := range im.names {
		w.text(name)
		w.uint(uint64(im.uses[i]))
		if i >= len(im.views) || im.views[i].doc == nil {
			w.uint(0)
			continue
		}
		if err := im.views[i].encode(w); err != nil {
			return err
		}
	}
	w.uint(uint64(len(im.docs)))
	for key, d := range im.docs {
		w.text(key)
		if err := d.encode(w); err != nil {
			return err
		}
	}
	return nil
}

func (d document) encode(w *writer) error {
	raw, err := d.bytes()
	if err == nil {
		w.bytes(raw)
	}
	return err
}

// encodeIndexes writes indexes as numbers of members.
func (im *image) encodeIndexes(w *writer) {
	w.uint(uint64(len(im.ones)))
	for name, n := range im.ones {
		w.text(name)
		w.uint(uint64(n))
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

// encode writes the parts as they are.
func (g *group) encode(w *writer) {
	w.text(g.name)
	w.uint(uint64(g.width))
	w.uint(uint64(g.count()))
	for i := range g.count() {
		w.uint(uint64(g.part(i).bytes))
		w.bytes(g.part(i).b)
	}
}

// decodeSpace reads one space; documents and indexes stay packed. It answers nil where
// the program does not know one of its documents.
func decodeSpace(r *reader, types func(readmodel.Space) []readmodel.DocType) (readmodel.Space, *space) {
	of := readmodel.Space{Projection: r.text(), Version: int(r.uint())}
	s := newSpace()
	for range r.count() {
		p := int(r.uint())
		s.checkpoints[p] = es.Position{Commit: r.uint(), Prepare: r.uint()}
	}
	known := s.decodeDocuments(r, types(of))
	s.decodeIndexes(r)
	s.counters.decode(r)
	if !known {
		return of, nil
	}
	return of, s
}

func (s *space) decodeDocuments(r *reader, kinds []readmodel.DocType) (known bool) {
	n := r.count()
	s.roll.names, s.roll.uses = make([]string, n), make([]uint32, n)
	s.views = make([]document, n)
	view, known := readmodel.DocTypeOf(kinds, readmodel.ViewPrefix)
	views := false
	for i := range n {
		s.roll.names[i], s.roll.uses[i] = r.text(), uint32(r.uint())
		if s.roll.uses[i] == 0 {
			s.roll.free = append(s.roll.free, uint32(i))
		}
		if raw := r.bytes(); len(raw) > 0 {
			s.views[i] = document{&packedDoc{raw: raw, made: view.New}}
			views = true
		}
	}
	known = known || !views
	for range r.count() {
		key, raw := r.text(), r.bytes()
		kind, ok := readmodel.DocTypeOf(kinds, key)
		known = known && ok
		s.docs[key] = document{&packedDoc{raw: raw, made: kind.New}}
	}
	return known
}

func (s *space) decodeIndexes(r *reader) {
	n := uint64(len(s.roll.names))
	ones := r.count()
	s.ones = make(map[string]uint32, ones)
	for range ones {
		name, number := r.text(), r.uint()
		if number >= n {
			r.fail()
			return
		}
		s.ones[name] = uint32(number)
	}
	parts := r.count()
	s.indexes = make(map[string]*index, parts)
	for range parts {
		name := r.text()
		p := &packed{n: r.count(), limit: n}
		if p.raw = r.bytes(); p.n >= len(p.raw) {
			r.fail()
			return
		}
		s.indexes[name] = &index{lazy: p}
	}
}

func (c *counters) decode(r *reader) {
	n := r.count()
	c.groups = make(map[string]*group, n)
	for range n {
		g := &group{name: r.text(), width: uint8(min(r.uint(), tailSize))}
		if !g.decode(r) {
			r.fail()
			return
		}
		switch {
		case g.name == "":
			c.short[g.width] = *g
		case g.width == tailSize:
			c.groups[g.name] = g
		default:
			r.fail()
			return
		}
	}
}

// decode reads the parts; false says that they are none.
func (g *group) decode(r *reader) bool {
	n := r.count()
	for range n {
		p := part{bytes: uint8(r.uint())}
		// Copied: values change in place, and the snapshot is shared.
		p.b = slices.Clone(r.bytes())
		switch p.bytes {
		case 1, 2, 4, 8:
		default:
			return false
		}
		if len(p.b) == 0 || len(p.b)%p.step(g.w()) != 0 {
			return false
		}
		g.n += int32(p.len(g.w()))
		if g.parts = append(g.parts, p); n == 1 {
			g.only, g.parts = p, nil
		}
	}
	return n > 0
}
