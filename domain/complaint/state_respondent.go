package complaint

import (
	"maps"
	"slices"
)

// FormerRespondent is a merchant that was taken for the respondent, and what it said
// while it was. None of it is the right one's, and the right one sees none of it.
type FormerRespondent struct {
	Identity  Identity
	Responses []*Responded
	Offers    []OfferState
	Evidence  []string
	// Ended: the proceedings were over when the mistake was found.
	Ended bool
}

// dismiss takes the respondent out of the case: what it said, was offered or consented
// to is kept apart and binds nobody.
func (s *State) dismiss() {
	if s.Identity != IdentityConfirmed || s.Respondent == nil {
		return
	}
	former := FormerRespondent{Identity: *s.Respondent, Responses: s.Responses, Offers: s.Offers, Ended: s.Ended()}
	for _, r := range s.Responses {
		former.Evidence = added(former.Evidence, r.Evidence...)
	}
	s.Evidence = slices.DeleteFunc(slices.Clone(s.Evidence), func(e string) bool { return slices.Contains(former.Evidence, e) })
	s.Responses, s.Offers, s.Respondent = nil, nil, nil
	s.Former = added(s.Former, former)
	s.endLinks(LinkWrongMerchant)
	s.withhold()
	m := &s.Mediation
	if m.Recusal != nil && m.Recusal.By == Merchant {
		m.Recusal = nil
	}
	if _, said := m.Consents[Merchant]; said {
		m.Consents = maps.Clone(m.Consents)
		delete(m.Consents, Merchant)
	}
}

// mistaken: the proceedings ended with a merchant that was not the right one, so their
// end says nothing of who is.
func (s State) mistaken() bool {
	return s.Ended() && len(s.Former) > 0 && s.Former[len(s.Former)-1].Ended
}

// unmistaken: the case is handled anew, so its next end is one with the right merchant.
func (s *State) unmistaken() {
	s.Former = slices.Clone(s.Former)
	for i := range s.Former {
		s.Former[i].Ended = false
	}
}
