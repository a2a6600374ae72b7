package period

import (
	"iter"
	"slices"
)

// State is all closings of one kind of case, as its facts made it. It is a value:
// folding on from it changes no other state.
type State struct {
	all []*Closed // in the order in which they were made
}

// All lists the closings in the order in which they were made.
func (s State) All() iter.Seq[*Closed] { return slices.Values(s.all) }

// Len is how many closings there are.
func (s State) Len() int { return len(s.all) }

// Last is the latest closing of any period, nil where there is none.
func (s State) Last() *Closed {
	if len(s.all) == 0 {
		return nil
	}
	return s.all[len(s.all)-1]
}

// Of lists the closings of one period, the first one first.
func (s State) Of(m Month) []*Closed {
	var out []*Closed
	for _, c := range s.all {
		if c.Period == m {
			out = append(out, c)
		}
	}
	return out
}
