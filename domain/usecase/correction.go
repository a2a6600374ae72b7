package usecase

import (
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
)

// CorrectFact /correct (更正): a fact was entered wrongly. Value is digits (fen), a code,
// a name or a civil day, as the field asks; Of is a notice's id or an instalment's number.
type CorrectFact struct {
	Field  string `json:"field" validate:"required,max=40"`
	Of     string `json:"of,omitempty" validate:"max=60"`
	Value  string `json:"value" validate:"required,max=100,line"`
	Reason string `json:"reason" validate:"required,max=2000" pii:"text"`
}

func (m *mapping) correctFact(in *CorrectFact) later {
	c := &complaint.Correct{Field: in.Field, Of: in.Of, Value: in.Value}
	m.text(fieldReason, in.Reason, &c.Reason)
	return ready(c)
}

// CorrectionView is one correction: what the fact said, and what is right.
type CorrectionView struct {
	// Fact is what happened, as the field was entered with it.
	Fact   string        `json:"fact"`
	Field  string        `json:"field"`
	Of     string        `json:"of,omitempty"`
	Was    string        `json:"was"`
	Now    string        `json:"now"`
	On     calendar.Date `json:"on"`
	Reason string        `json:"reason,omitempty"`
}

// corrections shows to whom a field is shown that it was corrected.
func (p *presenting) corrections() []CorrectionView {
	var list []CorrectionView
	for _, e := range p.s.Corrections {
		if !p.seesCorrected(e) {
			continue
		}
		list = append(list, CorrectionView{
			Fact: e.Event, Field: e.Field, Of: e.Of, Was: e.Was, Now: e.Now, On: e.On,
			Reason: p.value("corrections.reason", fieldReason, e.Reason),
		})
	}
	return list
}

// seesCorrected: a notice and the way in which the complaint came in are not everybody's.
func (p *presenting) seesCorrected(e *complaint.Corrected) bool {
	switch e.Field {
	case complaint.FieldSent:
		for _, n := range p.s.Notices {
			if n.Notice == e.Of {
				return p.sees("corrections") && p.sees("notices."+string(n.Recipient))
			}
		}
		return false
	case complaint.FieldRegion:
		return p.sees("told")
	case complaint.FieldReceived:
		return p.sees("intake")
	}
	return p.sees("corrections")
}
