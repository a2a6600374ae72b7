package complaint

import (
	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
)

// Commands about who stands behind a complaint, and what it asks for (commands.go).

// JoinComplainant: a person with the same dispute with the same operator is named in
// the case (共同投诉人).
type JoinComplainant struct {
	Complainant string // new id
	Person      Person
}

// ConsentJoint: a complainant agrees, or refuses, To one thing. Complainant is for
// officers, who record whose word it is; an account speaks for itself.
type ConsentJoint struct {
	Complainant string
	To          string
	Offer       string
	Yes         bool
	Document    string
	Occurred    Occurred
}

// FormJoint (按共同投诉办理): the department handles the complaint as one of all. The
// complainants chose two representatives by a written Document.
type FormJoint struct {
	Representatives []string
	Document        string
	Occurred        Occurred
}

// AuthoriseFiler: an officer saw the original power of attorney (授权委托书原件), or what
// proves a guardian, an heir or a representative.
type AuthoriseFiler struct {
	Document string
	Matter   Text
	Scope    []string
	Until    calendar.Date
	Signed   bool // by the principal
	IDType   string
	IDNumber *sealed.Value
	Occurred Occurred
}

// ChangeRequests (变更投诉请求): these take the place of what was asked for.
type ChangeRequests struct {
	Requests []Request
	Reason   Text
	InPerson bool
	Occurred Occurred
}

// WithdrawRequest (放弃部分请求): one request, counted from 1, is dropped.
type WithdrawRequest struct {
	Request  int
	Reason   Text
	InPerson bool
	Occurred Occurred
}

// OfferClaim: an officer gives the consumer a code on paper with which its account can
// take over the case. Claim is the subject under which the keyring knows the code.
type OfferClaim struct{ Claim sealed.Subject }

// Claim (认领): an account gives a code. Right says whether the keyring knew it.
type Claim struct{ Right bool }

// LinkAccount: an officer who checked who it is gives the case to an account.
type LinkAccount struct{ Account string }

// FlagDuplicate: an officer takes the case for the same dispute as another.
type FlagDuplicate struct{ Case string }

// DecideDuplicate: what an officer makes of a case that may be the same dispute:
// dismissed, same, or joined (to be handled together).
type DecideDuplicate struct {
	Case   string
	Result string
	Reason Text
}

// Route names.
func (JoinComplainant) Route() string { return "join-complainant" }
func (ConsentJoint) Route() string    { return "consent-joint" }
func (FormJoint) Route() string       { return "form-joint" }
func (AuthoriseFiler) Route() string  { return "authorise-filer" }
func (ChangeRequests) Route() string  { return "change-requests" }
func (WithdrawRequest) Route() string { return "withdraw-request" }
func (OfferClaim) Route() string      { return "offer-claim" }
func (Claim) Route() string           { return "claim" }
func (LinkAccount) Route() string     { return "link-account" }
func (FlagDuplicate) Route() string   { return "flag-duplicate" }
func (DecideDuplicate) Route() string { return "decide-duplicate" }
