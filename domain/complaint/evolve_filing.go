package complaint

import "slices"

func (e *ComplainantJoined) applyTo(s *State) {
	s.Behind.Joined = added(s.Behind.Joined, ComplainantState{ID: e.Complainant, Person: &e.Person})
}

func (e *JointFormed) applyTo(s *State) {
	s.Behind.Joint = e
	if e.Occurred != nil {
		s.happened(*e.Occurred)
	}
}

func (e *JointConsented) applyTo(s *State) {
	s.Behind.Consents = added(s.Behind.Consents, e)
	s.happened(e.Occurred)
}

func (e *FilerAuthorised) applyTo(s *State) {
	s.Behind.Authority = e
	s.happened(e.Occurred)
}

// A change takes up the consents that it rested on.
func (e *RequestsChanged) applyTo(s *State) {
	s.Requests = e.Requests
	to := ConsentChange
	if e.Waived {
		to = ConsentWaive
	}
	s.Behind.Consents = slices.DeleteFunc(slices.Clone(s.Behind.Consents), func(c *JointConsented) bool { return c.To == to })
	s.happened(e.Occurred)
}

func (e *ClaimOffered) applyTo(s *State) { s.Behind.Claim = ClaimState{Claim: e.Claim, Until: e.Until} }

func (e *ClaimFailed) applyTo(s *State) { s.Behind.Claim.Failed++ }

func (e *Claimed) applyTo(s *State) {
	if !s.Behind.Own {
		s.Behind.Agent = s.Account
	}
	s.Account, s.Behind.Own, s.Behind.Claim = e.Account, true, ClaimState{}
}

func (e *DuplicateFlagged) applyTo(s *State) {
	s.Duplicates = added(s.Duplicates, DuplicateState{Case: e.Case, By: e.By})
}

func (e *DuplicateDecided) applyTo(s *State) {
	s.Duplicates = slices.Clone(s.Duplicates)
	for i, d := range s.Duplicates {
		if d.Case == e.Case {
			s.Duplicates[i].Result = e.Result
		}
	}
}
