package usecase

// IssueLink /issue-link: a link for a merchant without an account, sent by SMS or printed
// in a letter. Days is how long it is good, 30 without it.
type IssueLink struct {
	Channel string `json:"channel" validate:"required,oneof=sms letter"`
	Days    int    `json:"days,omitempty" validate:"omitempty,min=1,max=90"`
}

// RevokeLink /revoke-link: the link is good no more.
type RevokeLink struct {
	Link   int    `json:"link" validate:"required,min=1,max=50"`
	Reason string `json:"reason,omitempty" validate:"max=500" pii:"text"`
}

// ExchangeLink is the code of a link, as the merchant got it.
type ExchangeLink struct {
	Code string `json:"code" validate:"required,max=200"`
}
