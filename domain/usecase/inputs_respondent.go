package usecase

// Inputs that change who the respondent is, or lead out of the case.

// ReplaceMerchant /replace-merchant: the wrong merchant was confirmed (被投诉人认定错误).
// Without a merchant the wrong one is out and the right one is still to be found.
type ReplaceMerchant struct {
	Merchant *IdentityInput `json:"merchant,omitempty"`
	Source   string         `json:"source,omitempty" validate:"omitempty,oneof=register licence platform merchant officer"`
	Reason   string         `json:"reason" validate:"required,max=500" pii:"text"`
}

// ReferPolice /refer-police (移送公安机关). Document is the transfer document, a file that
// the officer handed in.
type ReferPolice struct {
	To       string         `json:"to" validate:"required,max=100,line"`
	Reason   string         `json:"reason" validate:"required,max=2000" pii:"text"`
	Document string         `json:"document" validate:"required,blob"`
	Occurred *OccurredInput `json:"occurred,omitempty"`
}
