package responsetime

import (
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/projections"
	"fangxin/projections/readmodel"
)

// View is what the projection keeps of a case: the days that count, the cells it
// counts in, and what it counted last.
type View struct {
	Kind     string        `json:"kind"`
	Source   string        `json:"source"`
	Filed    calendar.Date `json:"filed"`
	Merchant string        `json:"merchant,omitempty"`
	Region   string        `json:"region,omitempty"`
	Category string        `json:"category,omitempty"`

	Received  calendar.Date `json:"received,omitempty"`
	Decided   calendar.Date `json:"decided,omitempty"`
	Told      calendar.Date `json:"told,omitempty"`
	AcceptBy  by            `json:"accept_by"`
	First     calendar.Date `json:"first,omitempty"`
	Accepted  calendar.Date `json:"accepted,omitempty"`
	MediateBy by            `json:"mediate_by"`
	Ended     calendar.Date `json:"ended,omitempty"`
	Closed    calendar.Date `json:"closed,omitempty"`
	// Excluded days of appraisal; Stopped since when one is under way.
	Excluded int32         `json:"excluded,omitempty"`
	Stopped  calendar.Date `json:"stopped,omitempty"`
	// Notices of the decision on acceptance that are not yet sent.
	Notices []string `json:"notices,omitempty"`

	// Of a foreign case, as stated.
	Sent   calendar.Date `json:"sent,omitempty"`
	Timely string        `json:"timely,omitempty"`

	Counted [stages]obs `json:"counted"`
	// Cells in which Counted was counted.
	In cells `json:"in"`
}

// by is a limit's two dates.
type by struct {
	Due  calendar.Date `json:"due,omitempty"`
	Wide calendar.Date `json:"wide,omitempty"`
}

// MerchantDoc is a merchant's name as its last event has it.
type MerchantDoc struct {
	Name string `json:"name"` // a natural person's as a mask
}

const merchantKey = "merchant/"

// Projection is the projection of response times.
type Projection struct {
	calendar *calendar.Calendar
	formulas [stages]Formula
	keys     keys
	told     map[string]MerchantDoc // merchants' names as last told to the space
}

// Forget begins to tell merchants' names anew.
func (p *Projection) Forget() { clear(p.told) }

// New returns the projection; working days go by the calendar.
func New(c *calendar.Calendar) *Projection {
	return &Projection{calendar: c, formulas: formulas(), keys: newKeys(), told: map[string]MerchantDoc{}}
}

// Name of the projection.
func (*Projection) Name() string { return Name }

// Version of the projection.
func (*Projection) Version() int { return Version }

// Docs lists the document types.
func (*Projection) Docs() []readmodel.DocType {
	return []readmodel.DocType{
		{Prefix: readmodel.ViewPrefix, New: func() any { return new(View) }},
		{Prefix: merchantKey, New: func() any { return new(MerchantDoc) }},
	}
}

// Begin copies a view.
func (*Projection) Begin(view any) any {
	v := *view.(*View)
	v.Notices = append([]string(nil), v.Notices...)
	return &v
}

// Diff: nothing follows from the view alone, every figure has its known day.
func (*Projection) Diff(_ es.StreamID, _, _ any, out []readmodel.Change) []readmodel.Change {
	return out
}

// Project folds one event and counts what it changed, under the day it became known.
func (p *Projection) Project(view any, e *projections.Event, out []readmodel.Change) (any, []readmodel.Change) {
	v, _ := view.(*View)
	if v == nil {
		switch d := e.Data.(type) {
		case *complaint.Filed:
			v = &View{
				Kind: e.Envelope.Stream.Kind(), Source: SourceNative, Filed: d.FiledOn,
				Region: d.Respondent.Region, Category: d.Purchase.Category,
			}
		case *complaint.ForeignRecorded:
			v = &View{Kind: e.Envelope.Stream.Kind(), Source: d.Case.System}
		default:
			return nil, out
		}
	}
	switch d := e.Data.(type) {
	case *complaint.RespondentConfirmed:
		out = p.merchant(v, &d.Merchant, out)
	case *complaint.RespondentReplaced:
		out = p.merchant(v, &d.To, out)
		v.clocks(d.Clocks)
	case *complaint.ForeignRecorded:
		out = p.foreign(v, &d.Case, nil, out)
	case *complaint.ForeignChanged:
		out = p.foreign(v, &d.Case, d.Fields, out)
	default:
		v.fold(e.Data)
	}
	return v, p.count(v, e.Known, out)
}

// maxTold bounds what is remembered of merchants.
const maxTold = 100_000

func (p *Projection) merchant(v *View, m *complaint.Identity, out []readmodel.Change) []readmodel.Change {
	if v.Merchant = m.ID; m.ID == "" {
		return out
	}
	doc := MerchantDoc{Name: m.Name}
	if doc.Name == "" && m.Person != nil {
		doc.Name = m.Person.Mask
	}
	if was, ok := p.told[m.ID]; ok && was == doc {
		return out
	}
	if len(p.told) >= maxTold {
		clear(p.told)
	}
	p.told[m.ID] = doc
	return append(out, readmodel.Put(merchantKey+m.ID, &doc))
}
