package responsetime

import (
	"slices"

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
	// Appraisals under way, and the runs of days on which one or more of them stopped
	// mediation; the last run is open while it does.
	Appraisals []string        `json:"appraisals,omitempty"`
	Pauses     []calendar.Span `json:"pauses,omitempty"`
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
	Name string `json:"name"`
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
	v.Notices = slices.Clone(v.Notices)
	v.Appraisals, v.Pauses = slices.Clone(v.Appraisals), slices.Clone(v.Pauses)
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
				Kind: e.Envelope.Stream.Kind(), Source: SourceNative, Filed: cameIn(d),
				Region: d.Respondent.Region, Category: d.Purchase.Category,
			}
		case *complaint.ForeignRecorded:
			if d.Internal {
				return nil, out // the figures are public
			}
			v = &View{Kind: e.Envelope.Stream.Kind(), Source: d.Case.System}
		default:
			return nil, out
		}
	}
	switch d := e.Data.(type) {
	case *complaint.RespondentConfirmed:
		out = p.merchant(v, &d.Merchant, out)
	case *complaint.RespondentReplaced:
		// What the wrong merchant answered is no answer of the right one.
		if v.Merchant != d.To.ID {
			v.First = 0
		}
		out = p.merchant(v, &d.To, out)
		v.clocks(d.Clocks)
	case *complaint.RespondentUnknown:
		// It was the wrong one, and what it answered is nobody's answer.
		v.Merchant, v.First = "", 0
	case *complaint.ForeignRecorded:
		out = p.foreign(v, &d.Case, nil, out)
	case *complaint.ForeignChanged:
		out = p.foreign(v, &d.Case, d.Fields, out)
	default:
		v.fold(e.Data)
	}
	return v, p.count(v, e.Known, out)
}

// cameIn is the day on which the complaint came in: of a letter or a call entered
// later that day, and not the day of entry.
func cameIn(d *complaint.Filed) calendar.Date {
	if d.ReceivedOn.On != 0 {
		return d.ReceivedOn.On
	}
	return d.FiledOn
}

// maxTold bounds what is remembered of merchants.
const maxTold = 100_000

// merchant takes a respondent over. A natural person has no figures of its own: they
// are public, and who it is is personal information (PIPL 4).
func (p *Projection) merchant(v *View, m *complaint.Identity, out []readmodel.Change) []readmodel.Change {
	if m.Person != nil {
		v.Merchant = ""
		return out
	}
	if v.Merchant = m.ID; m.ID == "" {
		return out
	}
	doc := MerchantDoc{Name: m.Name}
	if was, ok := p.told[m.ID]; ok && was == doc {
		return out
	}
	if len(p.told) >= maxTold {
		clear(p.told)
	}
	p.told[m.ID] = doc
	return append(out, readmodel.Put(merchantKey+m.ID, &doc))
}
