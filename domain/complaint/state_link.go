package complaint

import (
	"slices"

	"fangxin/domain/calendar"
)

// Why a link ended before its day.
const (
	LinkRevokedByOffice = "revoked"
	LinkWrongMerchant   = "respondent_changed"
	LinkErased          = "erased"
	LinkClosed          = "closed"
)

// AnswerLink is a link that was given to the respondent. Ended says why it is good no
// more, empty while nothing but its day ends it.
type AnswerLink struct {
	Link    int
	Until   calendar.Date
	Channel string
	Ended   string
}

// AnswerLink returns a link by its number.
func (s *State) AnswerLink(link int) (AnswerLink, bool) {
	for _, l := range s.AnswerLinks {
		if l.Link == link {
			return l, true
		}
	}
	return AnswerLink{}, false
}

// Stands says whether the link is good on a day.
func (l AnswerLink) Stands(today calendar.Date) bool { return l.Ended == "" && today <= l.Until }

// endLinks ends all links that stand: they were given to a respondent that is no longer
// one, in a case that is over, or to read data that are gone.
func (s *State) endLinks(why string) {
	s.AnswerLinks = slices.Clone(s.AnswerLinks)
	for i := range s.AnswerLinks {
		if s.AnswerLinks[i].Ended == "" {
			s.AnswerLinks[i].Ended = why
		}
	}
}

func (e *LinkIssued) applyTo(s *State) {
	s.AnswerLinks = added(s.AnswerLinks, AnswerLink{Link: e.Link, Until: e.Until, Channel: e.Channel})
}

func (e *LinkRevoked) applyTo(s *State) {
	s.AnswerLinks = slices.Clone(s.AnswerLinks)
	for i, l := range s.AnswerLinks {
		if l.Link == e.Link && l.Ended == "" {
			s.AnswerLinks[i].Ended = LinkRevokedByOffice
		}
	}
}
