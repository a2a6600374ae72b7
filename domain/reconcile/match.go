package reconcile

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// keyed is a node (a row of either side) under a key that may be another's too.
type keyed struct {
	key  string
	node int32
}

// group is what was found: nodes[at:at+n], ours before theirs.
type group struct {
	class rank
	by    By
	at, n int32
}

// copied is a row of theirs that says the same as another.
type copied struct{ first, again int32 }

// matching joins rows that share a key. Nodes count ours from 0, then theirs, both in
// the order of their content, so that nothing depends on how they came in.
type matching struct {
	*Run
	parent  []int32
	settled []bool
	nodes   []int32
	groups  []group
	copies  []copied
	// Room that every step uses again.
	keys []keyed
	room []int32
}

func (r *Run) match() *matching {
	m := &matching{Run: r}
	slices.SortFunc(r.ours, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.part(partNumber), b.part(partNumber)), cmp.Compare(a.part(partCase), b.part(partCase)), a.compare(&b))
	})
	slices.SortFunc(r.theirs, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.part(partNumber), b.part(partNumber)), a.compare(&b),
			cmp.Compare(a.record, b.record), cmp.Compare(a.line, b.line))
	})
	total := len(r.ours) + len(r.theirs)
	m.parent, m.settled = make([]int32, total), make([]bool, total)
	m.keys, m.room, m.nodes = make([]keyed, 0, total), make([]int32, 0, total), make([]int32, 0, total)
	m.groups = make([]group, 0, max(len(r.ours), len(r.theirs)))
	for i := range m.parent {
		m.parent[i] = int32(i)
	}
	m.setCopiesAside()
	m.join(m.refKeys())
	m.settle(ByExternalRef, func(ours, theirs int) bool { return ours > 0 && theirs > 0 })
	m.join(m.numberKeys())
	m.settle(ByNumber, func(ours, theirs int) bool { return ours+theirs > 1 })
	m.join(m.guessKeys())
	m.settle(ByGuess, func(ours, theirs int) bool { return ours > 0 && theirs > 0 })
	m.rest()
	m.keys, m.room, m.parent = nil, nil, nil
	return m
}

// compare orders rows by content, whatever record they come from.
func (r *row) compare(o *row) int {
	return cmp.Or(cmp.Compare(r.text, o.text), slices.Compare(r.ends[:], o.ends[:]), slices.Compare(r.dates[:], o.dates[:]),
		cmp.Compare(r.state, o.state), cmp.Compare(r.amount, o.amount))
}

func (m *matching) isOurs(node int32) bool { return int(node) < len(m.ours) }

func (m *matching) row(node int32) *row {
	if m.isOurs(node) {
		return &m.ours[node]
	}
	return &m.theirs[int(node)-len(m.ours)]
}

// setCopiesAside takes out rows of theirs that repeat another word for word, as
// exports of overlapping periods do when they are put together.
func (m *matching) setCopiesAside() {
	first := 0
	for i := 1; i < len(m.theirs); i++ {
		if m.theirs[first].compare(&m.theirs[i]) != 0 {
			first = i
			continue
		}
		base := len(m.ours)
		m.copies = append(m.copies, copied{int32(base + first), int32(base + i)})
		m.settled[base+i] = true
	}
}

func (m *matching) refKeys() []keyed {
	keys := m.keys[:0]
	for node := range m.open() {
		r := m.row(node)
		if !m.isOurs(node) {
			keys = append(keys, keyed{r.part(partNumber), node})
			continue
		}
		for ref := range strings.SplitSeq(r.part(partRefs), "\x00") {
			if ref != "" {
				keys = append(keys, keyed{ref, node})
			}
		}
	}
	m.keys = keys
	return keys
}

// numberKeys also reads their number as ours: a sheet that we wrote may come back.
func (m *matching) numberKeys() []keyed {
	keys := m.keys[:0]
	for node := range m.open() {
		r := m.row(node)
		if n := r.part(partNumber); n != "" {
			keys = append(keys, keyed{n, node})
		}
		if n := r.part(partOurNumber); n != "" {
			keys = append(keys, keyed{n, node})
		}
	}
	m.keys = keys
	return keys
}

// guessKeys are merchant, day and amount. Rows that already name a row of the other
// side, one that is not there, are no one's guess.
func (m *matching) guessKeys() []keyed {
	keys := m.keys[:0]
	for node := range m.open() {
		r := m.row(node)
		merchant := r.part(partMerchant)
		if merchant == "" || r.amount <= 0 || r.part(partRefs) != "" || r.part(partOurNumber) != "" {
			continue
		}
		for i, day := range r.dates[:2] { // filed, received
			if !day.IsZero() {
				keys = append(keys, keyed{strings.Join([]string{merchant, strconv.Itoa(i), day.String(), strconv.FormatInt(r.amount, 10)}, " "), node})
			}
		}
	}
	m.keys = keys
	return keys
}

func (m *matching) open() func(func(int32) bool) {
	return func(yield func(int32) bool) {
		for i, done := range m.settled {
			if !done && !yield(int32(i)) {
				return
			}
		}
	}
}

func (m *matching) find(n int32) int32 {
	for m.parent[n] != n {
		m.parent[n] = m.parent[m.parent[n]]
		n = m.parent[n]
	}
	return n
}

// join unites the nodes that share a key. The root of a component is its smallest
// node.
func (m *matching) join(keys []keyed) {
	slices.SortFunc(keys, func(a, b keyed) int { return cmp.Or(strings.Compare(a.key, b.key), cmp.Compare(a.node, b.node)) })
	for i := 1; i < len(keys); i++ {
		if keys[i].key != keys[i-1].key {
			continue
		}
		a, b := m.find(keys[i-1].node), m.find(keys[i].node)
		m.parent[max(a, b)] = min(a, b)
	}
}

// settle closes the components that are ready; the others wait for the next step.
func (m *matching) settle(by By, ready func(ours, theirs int) bool) {
	members := m.room[:0]
	for node := range m.open() {
		members = append(members, node)
	}
	slices.SortFunc(members, func(a, b int32) int { return cmp.Or(cmp.Compare(m.find(a), m.find(b)), cmp.Compare(a, b)) })
	for len(members) > 0 {
		n, ours := 0, 0
		for root := m.find(members[0]); n < len(members) && m.find(members[n]) == root; n++ {
			if m.isOurs(members[n]) {
				ours++
			}
		}
		if ready(ours, n-ours) {
			m.add(m.classOf(by, members[:n], ours), by, members[:n])
		}
		members = members[n:]
	}
}

func (m *matching) classOf(by By, members []int32, ours int) rank {
	switch {
	case by == ByGuess:
		return rankProposed
	case ours != 1 || len(members) != 2:
		return rankAmbiguous
	case differences(m.row(members[0]), m.row(members[1]), m.stated) != nil:
		return rankDiffers
	}
	return rankMatched
}

func (m *matching) add(class rank, by By, members []int32) {
	m.groups = append(m.groups, group{class, by, int32(len(m.nodes)), int32(len(members))})
	m.nodes = append(m.nodes, members...)
	for _, n := range members {
		m.settled[n] = true
	}
}

// rest stands on one side only.
func (m *matching) rest() {
	for node := range m.open() {
		class := rankOnlyThere
		if m.isOurs(node) {
			class = rankOnlyHere
		}
		m.add(class, "", []int32{node})
	}
	slices.SortFunc(m.groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(m.nodes[a.at], m.nodes[b.at]))
	})
}
