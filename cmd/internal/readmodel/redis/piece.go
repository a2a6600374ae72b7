package redis

import (
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/goccy/go-json"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// maxGroup bounds the members that one command of a script names.
const maxGroup = 1000

// piece gathers the changes of one step: the last document wins, counters add up, the
// last change of a member of an index wins.
type piece struct {
	n, bytes int

	docs    map[string]int
	puts    []put
	members map[string]int
	names   []string
	makes   []bool
	indexes map[string]int
	groups  []group
	spots   map[uint64]int // places of index and member to the place of their entry
	counts  map[string]int
	counted []counted
}

type put struct {
	key string
	doc []byte // nil deletes
}

type counted struct {
	key   string
	delta int64
}

// group is what happens to one index.
type group struct {
	name    string
	entries []entry
}

type entry struct {
	member int
	gone   bool
	score  int64
}

func newPiece() *piece {
	return &piece{
		docs: map[string]int{}, members: map[string]int{}, indexes: map[string]int{},
		spots: map[uint64]int{}, counts: map[string]int{},
	}
}

// reset empties the piece. What it held is not kept alive by it.
func (p *piece) reset() {
	p.n, p.bytes = 0, 0
	clear(p.puts)
	clear(p.names)
	clear(p.counted)
	clear(p.docs)
	clear(p.members)
	clear(p.indexes)
	clear(p.spots)
	clear(p.counts)
	p.puts, p.names, p.makes, p.groups, p.counted = p.puts[:0], p.names[:0], p.makes[:0], p.groups[:0], p.counted[:0]
}

func (p *piece) full(s sizes) bool { return p.n >= s.changes || p.bytes >= s.bytes }

// add takes one change.
func (p *piece) add(c *readmodel.Change) error {
	p.n++
	switch c.Op {
	case readmodel.PutDoc:
		doc, err := encode(c)
		if err != nil {
			return err
		}
		p.put(c.Key, doc)
	case readmodel.DeleteDoc:
		p.put(c.Key, nil)
	case readmodel.AddMember:
		if c.Score > maxScore || c.Score < -maxScore {
			return fmt.Errorf("%w: %d in %s", ErrScore, c.Score, c.Key)
		}
		p.move(c.Key, c.Member, entry{score: c.Score})
	case readmodel.RemoveMember:
		p.move(c.Key, c.Member, entry{gone: true})
	case readmodel.AddCount:
		i, ok := p.counts[c.Key]
		if !ok {
			i = len(p.counted)
			p.counts[c.Key], p.counted = i, append(p.counted, counted{key: c.Key})
		}
		p.counted[i].delta += c.Delta
	}
	return nil
}

func (p *piece) put(key string, doc []byte) {
	p.bytes += len(doc)
	if i, ok := p.docs[key]; ok {
		p.puts[i].doc = doc
		return
	}
	p.docs[key], p.puts = len(p.puts), append(p.puts, put{key, doc})
}

func (p *piece) move(index, member string, e entry) {
	m := len(p.names) - 1
	if m < 0 || p.names[m] != member {
		var ok bool
		if m, ok = p.members[member]; !ok {
			m = len(p.names)
			p.members[member], p.names, p.makes = m, append(p.names, member), append(p.makes, false)
			p.bytes += len(member)
		}
	}
	g, ok := p.indexes[index]
	if !ok {
		g = len(p.groups)
		p.indexes[index] = g
		if g < cap(p.groups) {
			p.groups = p.groups[:g+1]
			p.groups[g].name, p.groups[g].entries = index, p.groups[g].entries[:0]
		} else {
			p.groups = append(p.groups, group{name: index})
		}
		p.bytes += len(index)
	}
	e.member = m
	of, key := &p.groups[g], uint64(g)<<32|uint64(m)
	if at, ok := p.spots[key]; ok {
		of.entries[at] = e
		return
	}
	p.spots[key] = len(of.entries)
	of.entries = append(of.entries, e)
}

// pack is the piece as scripts/apply.lua reads it.
func (p *piece) pack() []byte {
	w := packer{b: make([]byte, 0, p.bytes+64*p.n+64)}
	w.list(10)
	p.packDocs(&w)
	place := p.packMembers(&w)
	plain, scored, gone := split{}, split{scores: true}, split{}
	for i := range p.groups {
		g := &p.groups[i]
		plain.take(g, func(e entry) bool { return !e.gone && e.score == 0 })
		scored.take(g, func(e entry) bool { return !e.gone && e.score != 0 })
		gone.take(g, func(e entry) bool { return e.gone })
	}
	plain.pack(&w, place)
	scored.pack(&w, place)
	gone.groups = append(gone.groups, gone.ones...)
	gone.packGroups(&w, place)
	p.packCounts(&w)
	return w.b
}

func (p *piece) packCounts(w *packer) {
	n := 0
	for _, c := range p.counted {
		if c.delta != 0 {
			n++
		}
	}
	w.list(2 * n)
	for _, c := range p.counted {
		if c.delta != 0 {
			w.text(c.key)
			w.text(strconv.FormatInt(c.delta, 10))
		}
	}
}

func (p *piece) packDocs(w *packer) {
	puts := 0
	for _, d := range p.puts {
		if d.doc != nil {
			puts++
		}
	}
	w.list(2 * puts)
	for _, d := range p.puts {
		if d.doc != nil {
			w.text(d.key)
			w.bytes(d.doc)
		}
	}
	w.list(len(p.puts) - puts)
	for _, d := range p.puts {
		if d.doc == nil {
			w.text(d.key)
		}
	}
}

// packMembers writes the members, those first that are added somewhere, and how many
// these are. It returns the place of each, from 1.
func (p *piece) packMembers(w *packer) []int {
	for _, g := range p.groups {
		for _, e := range g.entries {
			p.makes[e.member] = p.makes[e.member] || !e.gone
		}
	}
	place, n := make([]int, len(p.names)), 0
	w.list(len(p.names))
	made := 0
	for _, makes := range []bool{true, false} {
		for m, name := range p.names {
			if p.makes[m] == makes {
				n++
				place[m] = n
				w.text(name)
			}
		}
		if makes {
			made = n
		}
	}
	w.number(made)
	return place
}

// split are the changes of one kind: to indexes of which one member changes, and of
// several members, at most maxGroup together.
type split struct {
	scores       bool
	ones, groups []group
}

// take takes what is wanted of a group.
func (s *split) take(g *group, wanted func(entry) bool) {
	from := 0
	for from < len(g.entries) && !wanted(g.entries[from]) {
		from++
	}
	if from == len(g.entries) {
		return
	}
	to := from + 1
	for to < len(g.entries) && wanted(g.entries[to]) {
		to++
	}
	// Mostly all of them or none are wanted.
	list := g.entries[from:to:to]
	for _, e := range g.entries[to:] {
		if wanted(e) {
			list = append(list, e)
		}
	}
	if len(list) == 1 {
		s.ones = append(s.ones, group{g.name, list})
		return
	}
	for len(list) > 0 {
		n := min(len(list), maxGroup)
		s.groups, list = append(s.groups, group{g.name, list[:n]}), list[n:]
	}
}

func (s *split) width() int {
	if s.scores {
		return 2
	}
	return 1
}

func (s *split) pack(w *packer, place []int) {
	w.list((1 + s.width()) * len(s.ones))
	for i := range s.ones {
		w.text(s.ones[i].name)
		s.packEntries(w, place, s.ones[i].entries)
	}
	s.packGroups(w, place)
}

func (s *split) packGroups(w *packer, place []int) {
	w.list(len(s.groups))
	for i := range s.groups {
		w.list(1 + s.width()*len(s.groups[i].entries))
		w.text(s.groups[i].name)
		s.packEntries(w, place, s.groups[i].entries)
	}
}

func (s *split) packEntries(w *packer, place []int, list []entry) {
	for _, e := range list {
		w.number(place[e.member])
		if s.scores {
			w.text(strconv.FormatInt(e.score, 10))
		}
	}
}

// placeSize is how many bytes before a shared document say where it is from.
const placeSize = 16

// encode is a document as it is stored: JSON, and before that of a shared one the
// place of its fact.
func encode(c *readmodel.Change) ([]byte, error) {
	doc, err := json.Marshal(c.Doc)
	if err != nil {
		return nil, fmt.Errorf("document %s: %w", c.Key, err)
	}
	if isView(c.Key) {
		return doc, nil
	}
	out := make([]byte, 0, placeSize+len(doc))
	out = binary.BigEndian.AppendUint64(out, c.At.Commit)
	out = binary.BigEndian.AppendUint64(out, c.At.Prepare)
	return append(out, doc...), nil
}

// placeOf takes the place off a stored document.
func placeOf(key, stored string) (es.Position, string, bool) {
	if isView(key) {
		return es.Position{}, stored, true
	}
	if len(stored) < placeSize {
		return es.Position{}, "", false
	}
	b := []byte(stored[:placeSize])
	return es.Position{Commit: binary.BigEndian.Uint64(b), Prepare: binary.BigEndian.Uint64(b[8:])}, stored[placeSize:], true
}
