package complaint

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
)

// MainComplainant is the id of the consumer who filed among the complainants.
const MainComplainant = "consumer"

// Behind is who stands behind a complaint beside its consumer: those who joined, who
// speaks for them, the filer's authority, and how an account can take the case over.
type Behind struct {
	// Joined are the complainants beside the consumer (共同投诉人).
	Joined []ComplainantState
	// Joint is how they are handled as one; nil before an officer decided so.
	Joint *JointFormed
	// Consents are their answers, the latest last.
	Consents []*JointConsented
	// Authority is the proof that was seen last, nil where none was.
	Authority *FilerAuthorised
	// Agent is the account that filed for a consumer who has its own by now; Own says
	// that the case's account is the consumer's.
	Agent string
	Own   bool
	// Claim is the code that was given out, and how often it was missed.
	Claim ClaimState
}

// ComplainantState is one complainant.
type ComplainantState struct {
	ID     string
	Person *Person
}

// ClaimState is a code that is out; without a subject there is none.
type ClaimState struct {
	Claim  sealed.Subject
	Until  calendar.Date
	Failed int
}

// DuplicateState is a case that may be the same dispute; without a result it waits for
// an officer.
type DuplicateState struct {
	Case   string
	By     string
	Result string
}

// Complainants lists all who complain, the consumer first.
func (s State) Complainants() []ComplainantState {
	if s.Consumer == nil {
		return s.Behind.Joined
	}
	return append([]ComplainantState{{ID: MainComplainant, Person: s.Consumer}}, s.Behind.Joined...)
}

// Represents says whether a complainant is one of the representatives.
func (s State) Represents(complainant string) bool {
	return s.Behind.Joint != nil && slices.Contains(s.Behind.Joint.Representatives, complainant)
}

// Speaks says whether an account acts for the complainants: the consumer's, its agent's,
// and that of a representative.
func (s State) Speaks(account string) bool {
	if account == "" {
		return false
	}
	id := s.ComplainantOf(account)
	return id == MainComplainant || id != "" && s.Represents(id)
}

// ComplainantOf is the complainant that an account belongs to, empty for none.
func (s State) ComplainantOf(account string) string {
	if account == "" {
		return ""
	}
	if account == s.Account || account == s.Behind.Agent {
		return MainComplainant
	}
	for _, c := range s.Behind.Joined {
		if c.Person.Account == account {
			return c.ID
		}
	}
	return ""
}

func (s State) complainant(id string) bool {
	return slices.ContainsFunc(s.Complainants(), func(c ComplainantState) bool { return c.ID == id })
}

// consented is the last answer of a complainant to one thing. A word on one offer does
// not carry another settlement; a word on none carries any.
func (s State) consented(complainant, to, offer string) bool {
	for _, c := range slices.Backward(s.Behind.Consents) {
		if c.Complainant == complainant && c.To == to && (c.Offer == "" || c.Offer == offer || offer == anyOffer) {
			return !c.Refused
		}
	}
	return false
}

// anyOffer asks whether there is a consent at all.
const anyOffer = "*"

// ByAgent says whether somebody else filed for the consumer (代理人、监护人、代表人、继承人).
func (s State) ByAgent() bool {
	return s.Filing != nil && s.Filing.Filer != nil && s.Filing.Filer.As != "" && s.Filing.Filer.As != FilerSelf
}

// Kinds of filers.
const (
	FilerSelf           = "self"
	FilerGuardian       = "guardian"       // 监护人
	FilerAgent          = "agent"          // 代理人
	FilerRepresentative = "representative" // 代表人
	FilerHeir           = "heir"           // 继承人
)

// Standings of a filer's authority on a day.
const (
	AuthoritySeen  = "seen"
	AuthorityEnded = "ended"
	AuthorityNone  = "not_seen"
)

// AuthorityOn says where the filer's authority stands on a day, empty where none is needed.
func (s State) AuthorityOn(day calendar.Date) string {
	a := s.Behind.Authority
	switch {
	case !s.ByAgent():
		return ""
	case a == nil:
		return AuthorityNone
	case !a.Until.IsZero() && a.Until < day:
		return AuthorityEnded
	}
	return AuthoritySeen
}
