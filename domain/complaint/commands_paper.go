package complaint

import "fangxin/domain/calendar"

// Commands of paper and of the official record.

// RecordDelivery (送达记录): what became of a notice after it was made out, with the
// proof of it. State is one of the states of a notice from sent to read.
type RecordDelivery struct {
	Notice   string
	State    string
	Channel  string // of sending
	Code     string // why it came back
	Proof    *Proof
	Occurred Occurred
}

// Proof (送达凭证) shows that a notice was sent, arrived or was refused: the number of
// a postal item, the record of a call, a signed receipt.
type Proof struct {
	Kind     string // postal, call, receipt, system, witness
	Number   Text   // sealed: a call's number is a person's
	Evidence []string
}

// VoidNotice (文书作废). A voided notice told nobody; its number stays visible.
type VoidNotice struct {
	Notice string
	Why    string // as numbering.Why
	Reason Text
}

// RecordExternalRef (外部编号): the matter has this number in another system.
type RecordExternalRef struct{ Ref ExternalRef }

// RecordSync says of one statutory act how it stands in the official record (national
// 12315 platform, Order 121 art 40).
type RecordSync struct {
	Act    Act
	State  string
	On     calendar.Date // of the entry there
	Field  string        // that differs
	Ours   Text
	Theirs Text
}

// Route names.
func (RecordDelivery) Route() string    { return "record-delivery" }
func (VoidNotice) Route() string        { return "void-notice" }
func (RecordExternalRef) Route() string { return "record-external-ref" }
func (RecordSync) Route() string        { return "record-sync" }
