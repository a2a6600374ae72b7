package usecase

// Inputs that change who the respondent is, or lead out of the case.

// ReplaceMerchant /replace-merchant: the wrong merchant was confirmed (被投诉人认定错误).
// Without a merchant the wrong one is out and the right one is still to be found.
type ReplaceMerchant struct {
	Merchant *IdentityInput `json:"merchant,omitempty"`
	Source   string         `json:"source,omitempty" validate:"omitempty,oneof=register licence platform merchant officer"`
	Reason   string         `json:"reason" validate:"required,max=500" pii:"text"`
}

// SpokenInput is for officers, who record what a party without an account said: whose
// statement it is, how it came, and on which day. Parties leave it out.
type SpokenInput struct {
	Party    string         `json:"party,omitempty" validate:"omitempty,oneof=consumer merchant"`
	Via      string         `json:"via,omitempty" validate:"omitempty,oneof=letter phone sms visit counter"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// ReferPolice /refer-police (移送公安机关). Document is the transfer document, a file that
// the officer handed in.
type ReferPolice struct {
	To       string         `json:"to" validate:"required,max=100,line"`
	Reason   string         `json:"reason" validate:"required,max=2000" pii:"text"`
	Document string         `json:"document" validate:"required,blob"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}

// Split /split (分别处理): a mixed submission is taken apart. Rest are the facts without
// the part. Another complaint becomes a case of its own: what it leaves out it has in
// common with this one.
type Split struct {
	Kind     string         `json:"kind" validate:"required,oneof=complaint tipoff"`
	Text     string         `json:"text" validate:"required,max=5000" pii:"text"`
	Rest     string         `json:"rest" validate:"required,max=5000" pii:"text"`
	Evidence []string       `json:"evidence,omitempty" validate:"max=20,dive,blob"`
	Merchant *MerchantInput `json:"merchant,omitempty"`
	Subject  *PurchaseInput `json:"subject,omitempty"`
	Requests []RequestInput `json:"requests,omitempty" validate:"max=10,dive"`
}
