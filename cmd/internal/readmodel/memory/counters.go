package memory

import (
	"container/heap"
	"slices"
	"strings"

	"github.com/tidwall/btree"

	"fangxin/projections/readmodel"
)

// tailSize is how many bytes at the end of a counter's key stand in the group of the
// keys that begin alike. Figures end in a short tail of fixed width, so that few
// groups hold many counters each.
const tailSize = 12

// counters are groups of keys that begin alike; a counter at zero is not kept. Groups
// are put in order once a range was asked for.
type counters struct {
	groups map[string]*group
	// short are the groups without a name, by the length of their keys.
	short [tailSize]group
	names *btree.BTreeG[*group] // nil until asked for
}

func newCounters() counters { return counters{groups: map[string]*group{}} }

// cut is where the tail of a key begins.
func cut(key string) int { return max(0, len(key)-tailSize) }

func (c *counters) add(key string, delta int64) {
	if delta == 0 {
		return
	}
	at := cut(key)
	g := c.find(key, at)
	if g == nil {
		// The name shares no room with the key: it is there much longer.
		g = &group{name: strings.Clone(key[:at]), width: tailSize}
		c.groups[g.name] = g
		if c.names != nil {
			c.names.Set(g)
		}
	}
	g.add(key[at:], delta)
	if g.n == 0 && len(key) >= tailSize {
		delete(c.groups, g.name)
		if c.names != nil {
			c.names.Delete(g)
		}
	}
}

// find is the group of a key whose tail begins at a place, nil where there is none.
func (c *counters) find(key string, at int) *group {
	if len(key) >= tailSize {
		return c.groups[key[:at]]
	}
	g := &c.short[len(key)]
	g.width = uint8(len(key))
	return g
}

func (c *counters) ordered() bool { return c.names != nil }

// order puts the groups in order. The caller has the space alone.
func (c *counters) order() {
	if c.names != nil {
		return
	}
	all := make([]*group, 0, len(c.groups))
	for _, g := range c.groups {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b *group) int { return strings.Compare(a.name, b.name) })
	c.names = btree.NewBTreeGOptions(func(a, b *group) bool { return a.name < b.name }, btree.Options{NoLocks: true})
	for _, g := range all {
		c.names.Load(g)
	}
}

// each calls yield with each group, in no order.
func (c *counters) each(yield func(*group) bool) {
	for i := range c.short {
		if c.short[i].n > 0 && !yield(&c.short[i]) {
			return
		}
	}
	for _, g := range c.groups {
		if !yield(g) {
			return
		}
	}
}

// between lists counters of [from, to), "" being no end. order was called.
func (c *counters) between(from, to string, limit int) []readmodel.Counter {
	r := reading{from: from, to: to, out: make([]readmodel.Counter, 0, min(limit, 64))}
	c.before(from, r.open)
	c.names.Ascend(&group{name: from}, func(g *group) bool {
		for len(r.heads) > 0 && r.heads[0].less(g.name) && len(r.out) < limit {
			r.take(g.name, limit)
		}
		if len(r.out) >= limit || to != "" && g.name >= to {
			return false
		}
		r.open(g)
		return true
	})
	for len(r.heads) > 0 && len(r.out) < limit {
		r.take("", limit)
	}
	return r.keyed()
}

// before opens the groups whose names come before a key and whose keys may not: those
// with whose name it begins.
func (c *counters) before(from string, open func(*group)) {
	for i := range c.short {
		open(&c.short[i])
	}
	for name := from; name != ""; {
		var found *group
		c.names.Descend(&group{name: name}, func(g *group) bool {
			if g.name < from {
				found = g
				return false
			}
			return true
		})
		if found == nil {
			return
		}
		shared := commonPrefix(found.name, from)
		if shared == len(found.name) {
			open(found)
			// A shorter one may be the beginning of this one too.
			shared--
		}
		if shared < 0 {
			return
		}
		name = from[:shared]
	}
	if g := c.groups[""]; g != nil && from != "" {
		open(g)
	}
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// reading is a range under way: the groups whose keys may come next, by the next key
// of each.
type reading struct {
	from, to string
	heads    heads
	out      []readmodel.Counter
	text     []byte // the keys found, one after the other
	ends     []int
}

// open begins to read a group at the beginning of the range.
func (r *reading) open(g *group) {
	h := head{group: g, at: g.first(r.from)}
	if h.more() && (r.to == "" || h.compare(r.to) < 0) {
		heap.Push(&r.heads, h)
	}
}

// take reads on in the group with the lowest key, as long as it stays the lowest, lies
// below the name of the next group ("" for none), and there is room.
func (r *reading) take(until string, limit int) {
	h := &r.heads[0]
	alone := len(r.heads) == 1
	for {
		tail, n := h.group.entry(h.at)
		r.text = append(append(r.text, h.group.name...), tail...)
		r.ends = append(r.ends, len(r.text))
		r.out = append(r.out, readmodel.Counter{Value: n})
		h.at = h.group.next(h.at)
		if !h.more() || r.to != "" && h.compare(r.to) >= 0 {
			heap.Pop(&r.heads)
			return
		}
		if !alone || len(r.out) >= limit || until != "" && !h.less(until) {
			heap.Fix(&r.heads, 0)
			return
		}
	}
}

// keyed gives the counters their keys, all in one text.
func (r *reading) keyed() []readmodel.Counter {
	text, from := string(r.text), 0
	for i, end := range r.ends {
		r.out[i].Key = text[from:end]
		from = end
	}
	return r.out
}
