package memory

// roll numbers the members of a space, so that an index holds numbers. A number is
// given anew once its member is in no index any more.
type roll struct {
	numbers map[string]uint32 // nil until something is written after a start
	names   []string
	uses    []uint32 // in how many indexes
	free    []uint32

	// The changes of one case follow each other: one look-up serves them all.
	last       string
	lastNumber uint32
	lastKnown  bool
}

// find is the number of a member that is in some index.
func (r *roll) find(member string) (uint32, bool) {
	if r.lastKnown && r.last == member {
		return r.lastNumber, true
	}
	if r.numbers == nil {
		r.index()
	}
	n, ok := r.numbers[member]
	if ok {
		r.last, r.lastNumber, r.lastKnown = member, n, true
	}
	return n, ok
}

// of is the number of a member, a new one where it has none.
func (r *roll) of(member string) uint32 {
	if n, ok := r.find(member); ok {
		return n
	}
	var n uint32
	if last := len(r.free) - 1; last >= 0 {
		n, r.free = r.free[last], r.free[:last]
		r.names[n] = member
	} else {
		n = uint32(len(r.names))
		r.names, r.uses = append(r.names, member), append(r.uses, 0)
	}
	r.numbers[member] = n
	r.last, r.lastNumber, r.lastKnown = member, n, true
	return n
}

// release tells that the member left an index.
func (r *roll) release(number uint32) {
	if r.uses[number]--; r.uses[number] > 0 {
		return
	}
	delete(r.numbers, r.names[number])
	r.names[number] = ""
	r.free = append(r.free, number)
	r.last, r.lastKnown = "", false
}

// index makes the numbers of names that came from a snapshot.
func (r *roll) index() {
	r.numbers = make(map[string]uint32, len(r.names))
	for n, name := range r.names {
		if r.uses[n] > 0 {
			r.numbers[name] = uint32(n)
		}
	}
}
