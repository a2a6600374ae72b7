package numbering

import "iter"

// State is a row as its facts made it. It is a value: folding on from it changes no
// other state.
type State struct {
	taken *taken // the last one
	voids int
	// What stands in the lists, found by notice and by number.
	byNotice index[*taken]
	byNumber index[*taken]
	voidOf   index[*Voided]
}

// taken is linked backwards, so that adding one shares all before it.
type taken struct {
	*Taken
	before *taken
}

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

// Of returns what a notice has taken.
func (s State) Of(notice string) (Entry, bool) {
	t, ok := s.byNotice.find(keyOf(notice), func(t *taken) bool { return t.Notice == notice })
	return s.entry(t), ok
}

// At returns a number of the row.
func (s State) At(number int) (Entry, bool) {
	t, ok := s.byNumber.find(uint64(number), func(t *taken) bool { return t.Number == number })
	return s.entry(t), ok
}

func (s State) entry(t *taken) Entry {
	if t == nil {
		return Entry{}
	}
	return Entry{Taken: t.Taken, Void: s.void(t.Number)}
}

func (s State) void(number int) *Voided {
	v, _ := s.voidOf.find(uint64(number), func(v *Voided) bool { return v.Number == number })
	return v
}

// Newest lists the row backwards, voided numbers with the others.
func (s State) Newest() iter.Seq[Entry] { return s.Before(MaxNumber + 1) }

// Before lists the row backwards from the number before the one given.
func (s State) Before(number int) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		t := s.taken
		if from, ok := s.byNumber.find(uint64(number-1), func(t *taken) bool { return t.Number == number-1 }); ok {
			t = from
		}
		for ; t != nil; t = t.before {
			if t.Number < number && !yield(s.entry(t)) {
				return
			}
		}
	}
}

func (e *Taken) applyTo(s *State) {
	s.taken = &taken{Taken: e, before: s.taken}
	s.byNotice = s.byNotice.with(keyOf(e.Notice), s.taken)
	s.byNumber = s.byNumber.with(uint64(e.Number), s.taken)
}

// A number that is voided twice, which no decision does, counts once.
func (e *Voided) applyTo(s *State) {
	if s.void(e.Number) == nil {
		s.voids++
		s.voidOf = s.voidOf.with(uint64(e.Number), e)
	}
}
