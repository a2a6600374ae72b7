package memory

import "hash/maphash"

// roll numbers the members of a space in the order in which they arrive, so that an
// index holds numbers and the view of a stream stands at one. A number is given anew
// once its member is in no index and has no view any more.
type roll struct {
	names []string
	uses  []uint32 // in how many indexes, and a view
	free  []uint32

	// table finds the number of a name: open addressing, a number plus one or 0. It is
	// nil until something is looked for after a start. Names stand in names alone.
	table []uint32
	held  int
	seed  maphash.Seed

	// The changes of one case follow each other: one look-up serves them all.
	last       string
	lastNumber uint32
	lastKnown  bool
}

// ready makes the table of names that came from a snapshot. The caller has the space
// alone.
func (r *roll) ready() {
	if r.table != nil {
		return
	}
	r.seed = maphash.MakeSeed()
	held := 0
	for _, u := range r.uses {
		if u > 0 {
			held++
		}
	}
	r.resize(held)
}

func (r *roll) isReady() bool { return r.table != nil }

// resize makes a table with room for as many names again.
func (r *roll) resize(names int) {
	size := 16
	for size*2 < names*3 {
		size *= 2
	}
	r.table, r.held = make([]uint32, size), 0
	for n, u := range r.uses {
		if u > 0 {
			r.insert(uint32(n))
		}
	}
}

func (r *roll) slot(name string) int {
	return int(maphash.String(r.seed, name) & uint64(len(r.table)-1))
}

func (r *roll) insert(number uint32) {
	i := r.slot(r.names[number])
	for r.table[i] != 0 {
		i = (i + 1) & (len(r.table) - 1)
	}
	r.table[i] = number + 1
	r.held++
}

// at is where a name stands in the table or would be put.
func (r *roll) at(name string) (place int, found bool) {
	i := r.slot(name)
	for r.table[i] != 0 {
		if r.names[r.table[i]-1] == name {
			return i, true
		}
		i = (i + 1) & (len(r.table) - 1)
	}
	return i, false
}

// look is the number of a member. ready was called; many may look at once.
func (r *roll) look(member string) (uint32, bool) {
	i, found := r.at(member)
	if !found {
		return 0, false
	}
	return r.table[i] - 1, true
}

// find is look for who has the space alone.
func (r *roll) find(member string) (uint32, bool) {
	if r.lastKnown && r.last == member {
		return r.lastNumber, true
	}
	r.ready()
	n, ok := r.look(member)
	if ok {
		r.last, r.lastNumber, r.lastKnown = member, n, true
	}
	return n, ok
}

// of is the number of a member, a new one where it has none. The caller uses it once
// more at once.
func (r *roll) of(member string) uint32 {
	if n, ok := r.find(member); ok {
		return n
	}
	if 4*(r.held+1) > 3*len(r.table) {
		r.resize(r.held + r.held/3 + 8)
	}
	var n uint32
	if last := len(r.free) - 1; last >= 0 {
		n, r.free = r.free[last], r.free[:last]
		r.names[n] = member
	} else {
		n = uint32(len(r.names))
		r.names, r.uses = append(r.names, member), append(r.uses, 0)
	}
	r.insert(n)
	r.last, r.lastNumber, r.lastKnown = member, n, true
	return n
}

// share keeps a name in the room of an equal one that others keep as well.
func (r *roll) share(number uint32, member string) { r.names[number] = member }

// release tells that the member left an index or lost its view.
func (r *roll) release(number uint32) {
	if r.uses[number]--; r.uses[number] > 0 {
		return
	}
	r.drop(r.names[number])
	r.names[number] = ""
	r.free = append(r.free, number)
	r.last, r.lastKnown = "", false
}

// drop takes a name out of the table and closes the gap it leaves.
func (r *roll) drop(name string) {
	r.ready()
	gap, found := r.at(name)
	if !found {
		return
	}
	mask := len(r.table) - 1
	r.table[gap] = 0
	r.held--
	for i := (gap + 1) & mask; r.table[i] != 0; i = (i + 1) & mask {
		home := r.slot(r.names[r.table[i]-1])
		if (i-home)&mask >= (i-gap)&mask {
			r.table[gap], r.table[i] = r.table[i], 0
			gap = i
		}
	}
}
