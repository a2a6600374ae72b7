package complaint

import (
	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
)

// ComplainantJoined: a further person with the same dispute was named in the case.
type ComplainantJoined struct {
	fact        `json:"-"`
	Complainant string `json:"complainant"`
	Person      Person `json:"person"`
}

// RequestsChanged (变更请求): what the consumer asks for from now on. Waived is true
// where something was dropped and nothing asked for anew.
type RequestsChanged struct {
	fact     `json:"-"`
	Requests []Request `json:"requests"`
	Waived   bool      `json:"waived,omitempty"`
	Reason   Text      `json:"reason,omitempty"`
	Occurred Occurred  `json:"occurred"`
}

// ClaimOffered: the consumer was given a code on paper. The keyring alone knows it, as
// a keyed hash under the subject.
type ClaimOffered struct {
	fact  `json:"-"`
	Claim sealed.Subject `json:"claim"`
	Until calendar.Date  `json:"until"`
}

// ClaimFailed: a code was given that is not the one.
type ClaimFailed struct {
	fact `json:"-"`
}

// Claimed (认领): the case has a consumer's account from now on.
type Claimed struct {
	fact    `json:"-"`
	Account string `json:"account"`
	By      string `json:"by"` // code, officer
}

// DuplicateDecided: what an officer made of a case that may be the same dispute. It
// ends nothing (Order 121 art 16(2) leaves that to a decision of its own).
type DuplicateDecided struct {
	fact   `json:"-"`
	Case   string `json:"case"`
	Result string `json:"result"` // dismissed, same, joined
	Reason Text   `json:"reason,omitempty"`
}
