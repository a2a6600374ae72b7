package usecase

import (
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
)

// RightsView says what became of the rights of the persons of a case, and for how long
// its file is kept.
type RightsView struct {
	Consent   *ConsentGiven  `json:"consent,omitempty"`
	Retention *RetentionView `json:"retention,omitempty"`
	Erasure   *ErasureView   `json:"erasure,omitempty"`
	// CorrectionRefused is the last refusal to correct.
	CorrectionRefused *CorrectionRefusedView `json:"correction_refused,omitempty"`
	Holds             []HoldView             `json:"holds,omitempty"`
	// Data is restricted or erased where the consumer's data are.
	Data string `json:"data,omitempty"`
}

// ConsentGiven is what the consumer agreed to, under which words.
type ConsentGiven struct {
	Publish           bool   `json:"publish"`
	DelegateMediation bool   `json:"delegate_mediation"`
	Wording           string `json:"wording"`
}

// RetentionView is the retention class and when it ends.
type RetentionView struct {
	Class string        `json:"class"`
	From  calendar.Date `json:"from"`
	Until calendar.Date `json:"until"`
	Over  bool          `json:"over,omitempty"`
}

// ErasureView is the last application for erasure and what was decided. State is
// requested, refused, restricted or erased.
type ErasureView struct {
	Request   string        `json:"request,omitempty"`
	State     string        `json:"state"`
	AskedOn   calendar.Date `json:"asked_on,omitempty"`
	DecidedOn calendar.Date `json:"decided_on,omitempty"`
	Basis     string        `json:"basis,omitempty"`
	Reason    string        `json:"reason,omitempty"`
}

// CorrectionRefusedView is a refusal to correct, with the reason.
type CorrectionRefusedView struct {
	Fields []string      `json:"fields"`
	On     calendar.Date `json:"on"`
	Reason string        `json:"reason,omitempty"`
}

// HoldView is a reason for which nothing may be erased now.
type HoldView struct {
	ID     string        `json:"id"`
	Kind   string        `json:"kind"`
	Since  calendar.Date `json:"since"`
	Reason string        `json:"reason,omitempty"`
}

// CaseData is all that is held about a consumer in one case (PIPL 45).
type CaseData struct {
	Case     CaseView      `json:"case"`
	Consents []ConsentFact `json:"consents"`
	Files    []FileFact    `json:"files"`
	Reads    []Reading     `json:"reads"`
	// MoreReads: there are older readings than those listed.
	MoreReads bool `json:"more_reads,omitempty"`
}

// ConsentFact is a consent as it was given or changed.
type ConsentFact struct {
	ConsentGiven
	At time.Time `json:"at"`
}

// FileFact is a file that the consumer handed in.
type FileFact struct {
	ID    string    `json:"id"`
	Size  int64     `json:"size,omitempty"`
	Media string    `json:"media,omitempty"`
	At    time.Time `json:"at"`
}

// rights shows what became of the persons' rights.
func (p *presenting) rights(v *CaseView) {
	s := p.s
	if s.Filing == nil || !p.sees("rights") {
		return
	}
	r := &RightsView{Data: s.Gone(), Erasure: p.erasure()}
	r.Consent = &ConsentGiven{Publish: s.Consent.Publish, DelegateMediation: s.Consent.DelegateMediation, Wording: s.Consent.Wording}
	if k := s.People.Retention; k != nil {
		r.Retention = &RetentionView{Class: k.Class, From: k.From, Until: k.Until, Over: s.People.Over}
	}
	if e := s.People.Refused; e != nil {
		r.CorrectionRefused = &CorrectionRefusedView{Fields: e.Fields, On: e.Occurred.On, Reason: p.value("rights.reason", fieldReason, e.Reason)}
	}
	if p.sees("rights.holds") {
		for _, h := range s.People.Holds {
			r.Holds = append(r.Holds, HoldView{ID: h.Hold, Kind: h.Kind, Since: h.Occurred.On, Reason: p.value("rights.reason", fieldReason, h.Reason)})
		}
	}
	v.Rights = r
}

func (p *presenting) erasure() *ErasureView {
	if a := p.s.People.Asked; a != nil {
		return &ErasureView{
			Request: a.Request, State: "requested", AskedOn: a.Occurred.On, Reason: p.value("rights.reason", fieldReason, a.Reason),
		}
	}
	d := p.s.People.Decided
	if d == nil {
		return nil
	}
	return &ErasureView{
		Request: d.Request, State: d.Result, DecidedOn: d.On, Basis: d.Basis, Reason: p.value("rights.reason", fieldReason, d.Reason),
	}
}

// decided marks as gone whose erasure is decided, though their keys may still live.
func (p *presenting) decided(s *complaint.State) {
	for _, subject := range s.Outstanding() {
		p.missing(subject, s.Manner(subject))
	}
}

// isRestricted says whether the consumer's data are stored and protected only.
func isRestricted(s *complaint.State) bool { return s.Gone() == string(sealed.Restricted) }
