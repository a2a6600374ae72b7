package numbering

import "iter"

// State is a row as its facts made it. It is a value: folding on from it changes no
// other state.
type State struct {
	taken  *taken // the last one
	voided *voided
	voids  int
}

// The facts are linked backwards, so that adding one shares all before it.
type (
	taken struct {
		*Taken
		before *taken
	}
	voided struct {
		*Voided
		before *voided
	}
)

// Entry is one number of the row and what became of it.
type Entry struct {
	*Taken
	Void *Voided // nil while it is valid
}

// Last is the last number that was taken, 0 for none.
func (s State) Last() int {
	if s.taken == nil {
		return 0
	}
	return s.taken.Number
}

// Next is the number that will be taken next.
func (s State) Next() int { return s.Last() + 1 }

// Voids is how many numbers are voided.
func (s State) Voids() int { return s.voids }

// Of returns what a notice has taken. The newest are looked at first: a request that
// is sent again is usually sent soon.
func (s State) Of(notice string) (Entry, bool) {
	for t := s.taken; t != nil; t = t.before {
		if t.Notice == notice {
			return s.entry(t), true
		}
	}
	return Entry{}, false
}

// At returns a number of the row.
func (s State) At(number int) (Entry, bool) {
	for t := s.taken; t != nil && t.Number >= number; t = t.before {
		if t.Number == number {
			return s.entry(t), true
		}
	}
	return Entry{}, false
}

func (s State) entry(t *taken) Entry { return Entry{Taken: t.Taken, Void: s.voidOf(t.Number)} }

func (s State) voidOf(number int) *Voided {
	for v := s.voided; v != nil; v = v.before {
		if v.Number == number {
			return v.Voided
		}
	}
	return nil
}

// Newest lists the row backwards, voided numbers with the others.
func (s State) Newest() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		voids := make(map[int]*Voided, s.voids)
		for v := s.voided; v != nil; v = v.before {
			voids[v.Number] = v.Voided
		}
		for t := s.taken; t != nil; t = t.before {
			if !yield(Entry{Taken: t.Taken, Void: voids[t.Number]}) {
				return
			}
		}
	}
}

func (e *Taken) applyTo(s *State) { s.taken = &taken{Taken: e, before: s.taken} }

// A number that is voided twice, which no decision does, counts once.
func (e *Voided) applyTo(s *State) {
	if s.voidOf(e.Number) == nil {
		s.voided, s.voids = &voided{Voided: e, before: s.voided}, s.voids+1
	}
}
