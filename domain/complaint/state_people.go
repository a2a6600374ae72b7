package complaint

import (
	"bytes"
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
)

// PeopleState holds what the rights of the persons of a case leave behind
// (PIPL 44 to 50).
type PeopleState struct {
	// Asked is the application for erasure that is not decided yet.
	Asked *ErasureRequested
	// Decided is the last decision on erasure.
	Decided *ErasureDecided
	// Requests counts the applications for erasure and Corrections the corrections
	// that were made or refused.
	Requests    int
	Corrections int
	// Lifts counts how often a restriction was lifted.
	Lifts int
	// Refused is the last refusal to correct.
	Refused *CorrectionRefused
	// Holds are the reasons why nothing may be erased now.
	Holds []*HoldPlaced
	Held  int
	// Retention is the period for which a closed case is kept, nil before it is closed.
	Retention *RetentionSet
	// Over: the period is over, and an officer was asked to decide.
	Over bool
	// Replaced are the values that corrections replaced: sealed in the facts, shown to
	// nobody.
	Replaced []Replaced
}

// Replaced is a value of the consumer that was corrected.
type Replaced struct {
	Field string
	Value *sealed.Value
}

// Fields of the consumer that are recognised by keyed hashes.
const (
	FieldPhone    = "phone"
	FieldIDNumber = "id_number"
)

// replace notes what of the consumer no longer stands.
func (p *PeopleState) replace(was, is *Person) {
	note := func(field string, a, b *sealed.Value) {
		if a != nil && !sameValue(a, b) {
			p.Replaced = added(p.Replaced, Replaced{Field: field, Value: a})
		}
	}
	note("name", was.Name, is.Name)
	note(FieldPhone, was.Phone, is.Phone)
	note("address", was.Address, is.Address)
	note(FieldIDNumber, was.IDNumber, is.IDNumber)
	for _, w := range was.Contacts {
		kept := slices.ContainsFunc(is.Contacts, func(n ContactWay) bool { return sameValue(w.Value, n.Value) })
		if !kept {
			note("contact_ways", w.Value, nil)
		}
	}
}

// Rules under which the timers ask. Both are no clocks of the case: the first is a
// policy of keeping files, the second work that a crash left half done.
const (
	// ClockRetention names the end of the retention period (保存期限).
	ClockRetention = "PI.RETENTION"
	// ClockErase names an erasure that was decided and is not carried out yet.
	ClockErase = "PI.ERASE"
)

// Manner says how far the data of a subject are gone: "", restricted or erased. What
// was decided counts from the decision on, also before the keys are destroyed.
func (s *State) Manner(subject sealed.Subject) string {
	manner := ""
	if d := s.People.Decided; d != nil && d.Result != ErasureRefused && slices.Contains(d.Subjects, subject) {
		manner = d.Manner()
	}
	for _, e := range s.Erased {
		if e.Subject == subject && (manner != string(sealed.Erased)) {
			manner = e.Manner
		}
	}
	return manner
}

// Gone says how far the consumer's data are gone: "", restricted or erased.
func (s *State) Gone() string {
	if s.Consumer == nil {
		return ""
	}
	return s.Manner(s.Consumer.Subject)
}

// Outstanding lists the subjects whose erasure or restriction was decided and is not
// recorded as done yet.
func (s *State) Outstanding() []sealed.Subject {
	d := s.People.Decided
	if d == nil || d.Result == ErasureRefused {
		return nil
	}
	var left []sealed.Subject
	for _, subject := range d.Subjects {
		done := slices.ContainsFunc(s.Erased, func(e Erasure) bool {
			return e.Subject == subject && (e.Manner == d.Manner() || e.Manner == string(sealed.Erased))
		})
		if !done {
			left = append(left, subject)
		}
	}
	return left
}

// Restricted lists the subjects whose data are stored and protected only.
func (s *State) Restricted() []sealed.Subject {
	var list []sealed.Subject
	note := func(subject sealed.Subject) {
		if s.Manner(subject) == ErasureRestricted && !slices.Contains(list, subject) {
			list = append(list, subject)
		}
	}
	for _, e := range s.Erased {
		note(e.Subject)
	}
	for _, subject := range s.Outstanding() {
		note(subject)
	}
	return list
}

// RetainedUntil is the last day of the retention period, zero where none runs.
func (s *State) RetainedUntil() calendar.Date {
	if s.People.Retention == nil {
		return 0
	}
	return s.People.Retention.Until
}

// sameValue says whether two sealed values are the very same.
func sameValue(a, b *sealed.Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Subject == b.Subject && bytes.Equal(a.Cipher, b.Cipher)
}
