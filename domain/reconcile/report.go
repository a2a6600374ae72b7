package reconcile

import "iter"

// Class says what became of a row. Every row is in exactly one entry of one class.
type Class string

// The classes, those first that need somebody's attention.
const (
	Differs   Class = "differs"    // the same matter, with at least one difference
	Ambiguous Class = "ambiguous"  // a number leads to several rows; nothing was taken
	Proposed  Class = "proposed"   // perhaps the same matter, for an officer to say
	OnlyHere  Class = "only_here"  // not in the export
	OnlyThere Class = "only_there" // not among our cases
	Repeated  Class = "repeated"   // says the same as another record of the export
	Matched   Class = "matched"    // the same matter, nothing differs
)

type rank uint8

const (
	rankDiffers rank = iota
	rankAmbiguous
	rankProposed
	rankOnlyHere
	rankOnlyThere
	rankRepeated
	rankMatched
)

// Classes lists the classes in the order of reports.
func Classes() []Class {
	return []Class{Differs, Ambiguous, Proposed, OnlyHere, OnlyThere, Repeated, Matched}
}

// By says what led the rows of an entry to each other.
type By string

// The three steps.
const (
	ByExternalRef By = "external_ref"
	ByNumber      By = "number"
	ByGuess       By = "merchant_day_amount"
)

// Entry is one finding. Matched and differing entries hold one row of each side,
// ambiguous and proposed ones any number.
type Entry struct {
	Class       Class        `json:"class"`
	By          By           `json:"by,omitempty"`
	Ours        []Ours       `json:"ours,omitempty"`
	Theirs      []Theirs     `json:"theirs,omitempty"`
	Differences []Difference `json:"differences,omitempty"`
	// RepeatOf is the record that a repeated one says again.
	RepeatOf int `json:"repeat_of,omitempty"`
}

// Counts sums a report up: rows of each side by class, and matters by what differs.
type Counts struct {
	Ours        int           `json:"ours"`
	Theirs      int           `json:"theirs"`
	OursIn      map[Class]int `json:"ours_in"`
	TheirsIn    map[Class]int `json:"theirs_in"`
	Entries     map[Class]int `json:"entries"`
	Differences map[Field]int `json:"differences"`
}

// Report is what a run found, in an order that depends on the rows alone.
type Report struct{ found *matching }

// Report closes the run: rows must not be added afterwards.
func (r *Run) Report() *Report { return &Report{found: r.match()} }

// Stated lists the fields that were compared.
func (p *Report) Stated() []Field { return p.found.stated }

// Entries yields the findings by class, in a class by our number, then by theirs.
func (p *Report) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		m, copies := p.found, p.found.copies
		for _, g := range m.groups {
			for ; g.class > rankRepeated && len(copies) > 0; copies = copies[1:] {
				if !yield(m.repeated(copies[0])) {
					return
				}
			}
			if !yield(m.entry(g)) {
				return
			}
		}
		for _, c := range copies {
			if !yield(m.repeated(c)) {
				return
			}
		}
	}
}

func (m *matching) repeated(c copied) Entry {
	return Entry{Class: Repeated, Theirs: []Theirs{m.row(c.again).theirs()}, RepeatOf: int(m.row(c.first).record)}
}

func (m *matching) entry(g group) Entry {
	e := Entry{Class: Classes()[g.class], By: g.by}
	members := m.nodes[g.at : g.at+g.n]
	for _, n := range members {
		if m.isOurs(n) {
			e.Ours = append(e.Ours, m.row(n).ours())
		} else {
			e.Theirs = append(e.Theirs, m.row(n).theirs())
		}
	}
	if g.class == rankDiffers {
		e.Differences = differences(m.row(members[0]), m.row(members[1]), m.stated)
	}
	return e
}

// Counts sums the report up.
func (p *Report) Counts() Counts {
	c := Counts{
		Ours: len(p.found.ours), Theirs: len(p.found.theirs),
		OursIn: map[Class]int{}, TheirsIn: map[Class]int{}, Entries: map[Class]int{}, Differences: map[Field]int{},
	}
	for e := range p.Entries() {
		c.Entries[e.Class]++
		c.OursIn[e.Class] += len(e.Ours)
		c.TheirsIn[e.Class] += len(e.Theirs)
		for _, d := range e.Differences {
			c.Differences[d.Field]++
		}
	}
	return c
}
