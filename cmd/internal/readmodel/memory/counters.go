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
	short [tailSize + 1]group
	names *btree.BTreeG[named] // nil until asked for
	// nested: the name of a group begins the name of another, or did.
	nested bool
}

// named is a group with its name, so that a search looks at names alone.
type named struct {
	name string
	*group
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
		c.enter(g)
	}
	g.add(key[at:], delta)
	if g.n == 0 && at > 0 {
		delete(c.groups, g.name)
		if c.names != nil {
			c.names.Delete(named{name: g.name})
		}
	}
}

// find is the group of a key whose tail begins at a place, nil where there is none.
func (c *counters) find(key string, at int) *group {
	if at > 0 {
		return c.groups[key[:at]]
	}
	g := &c.short[len(key)]
	g.width = uint8(len(key))
	return g
}

// enter puts a new group in order.
func (c *counters) enter(g *group) {
	if c.names == nil {
		return
	}
	at := named{g.name, g}
	if !c.nested {
		c.names.Descend(at, func(before named) bool {
			c.nested = strings.HasPrefix(g.name, before.name)
			return false
		})
		c.names.Ascend(at, func(after named) bool {
			c.nested = c.nested || strings.HasPrefix(after.name, g.name)
			return false
		})
	}
	c.names.Set(at)
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
	c.names = btree.NewBTreeGOptions(func(a, b named) bool { return a.name < b.name }, btree.Options{NoLocks: true})
	c.nested = false
	for i, g := range all {
		c.names.Load(named{g.name, g})
		c.nested = c.nested || i > 0 && strings.HasPrefix(g.name, all[i-1].name)
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
	r := reading{from: from, to: to}
	for i := range c.short {
		r.open(&c.short[i])
	}
	it := c.names.Iter()
	defer it.Release()
	more := it.Seek(named{name: from})
	c.before(from, r.open)
	for ; more && len(r.out) < limit; more = it.Next() {
		g := it.Item()
		for len(r.heads) > 0 && r.heads[0].less(g.name) && len(r.out) < limit {
			r.take(g.name, limit)
		}
		if to != "" && g.name >= to {
			break
		}
		r.open(g.group)
	}
	for len(r.heads) > 0 && len(r.out) < limit {
		r.take("", limit)
	}
	return r.keyed()
}

// before opens the groups whose names come before a key and whose keys may not: those
// with whose name it begins. All names between such a name and the key begin with it too,
// so that it is the last one before the key, unless names are nested.
func (c *counters) before(from string, open func(*group)) {
	if c.nested {
		for at := 1; at < len(from); at++ {
			if g := c.groups[from[:at]]; g != nil {
				open(g)
			}
		}
		return
	}
	c.names.Descend(named{name: from}, func(n named) bool {
		if n.name == from {
			return true
		}
		if strings.HasPrefix(from, n.name) {
			open(n.group)
		}
		return false
	})
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
	text     strings.Builder // the keys found, one after the other
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
	if alone && len(r.out) == 0 {
		r.room(min(limit, int(h.group.n)), len(h.group.name)+h.group.w())
	}
	for {
		tail, n := h.group.entry(h.at)
		r.text.WriteString(h.group.name)
		r.text.Write(tail)
		r.ends = append(r.ends, r.text.Len())
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

// room makes room for so many counters with keys of a length. Most ranges are one group.
func (r *reading) room(counters, length int) {
	r.out, r.ends = make([]readmodel.Counter, 0, counters), make([]int, 0, counters)
	r.text.Grow(counters * length)
}

// keyed gives the counters their keys, all in one text.
func (r *reading) keyed() []readmodel.Counter {
	text, from := r.text.String(), 0
	for i, end := range r.ends {
		r.out[i].Key = text[from:end]
		from = end
	}
	return r.out
}
