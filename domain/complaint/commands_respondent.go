package complaint

// Commands that change who the respondent is, or that lead out of the case.

// ReplaceRespondent: the wrong merchant was confirmed (被投诉人认定错误). Without a
// merchant nobody is known to be the right one yet; the wrong one is out all the same.
type ReplaceRespondent struct {
	Merchant *Identity
	Source   string // as ConfirmRespondent.Source; empty without a merchant
	Reason   Text
}

// ReferPolice (移送公安机关): suspected swapping, planting, forging or invention of facts
// to obtain compensation. Document is the transfer document (案件移送书).
type ReferPolice struct {
	To       string
	Reason   Text
	Document string
	Occurred Occurred
}

// Route names.
func (ReplaceRespondent) Route() string { return "replace-merchant" }
func (ReferPolice) Route() string       { return "refer-police" }
