package responsetime

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/period"
	"fangxin/projections"
	"fangxin/projections/readmodel"
)

// View is what the projection keeps of a case: the facts that count, and the ledger of
// what it counted, from which any figure's cases are found as of any day.
type View struct {
	Source   string        `json:"source"`
	Lane     uint8         `json:"lane,omitempty"` // the first one, as numbered by lanes
	Consent  bool          `json:"consent,omitempty"`
	Again    bool          `json:"again,omitempty"` // it was reopened
	Filed    calendar.Date `json:"filed"`
	Complete calendar.Date `json:"complete,omitempty"` // its file (材料齐全)
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
	Mediated  calendar.Date `json:"mediated,omitempty"` // the end of mediation
	Ended     calendar.Date `json:"ended,omitempty"`    // of the proceedings
	Closed    calendar.Date `json:"closed,omitempty"`
	// Codes as the measures number them, 0 for none.
	Decision uint8 `json:"decision,omitempty"`
	End      uint8 `json:"end,omitempty"`
	Stopped  uint8 `json:"stopped,omitempty"`
	// Appraisals under way, and the runs of days on which one or more of them stopped
	// mediation; the last run is open while it does.
	Appraisals []string        `json:"appraisals,omitempty"`
	Pauses     []calendar.Span `json:"pauses,omitempty"`
	// Notices of the decision on acceptance that are not yet sent.
	Notices []string `json:"notices,omitempty"`

	Publicity publicity `json:"publicity"`
	Bargain   *bargain  `json:"bargain,omitempty"`
	Rating    rating    `json:"rating"`
	Claimed   int64     `json:"claimed,omitempty"`
	Stated    *stated   `json:"stated,omitempty"`

	// Ledger holds what was counted, an entry of entrySize bytes for each time that an
	// observation was counted or taken back; Places and Classes where it was counted.
	Ledger  []byte    `json:"ledger,omitempty"`
	Places  []place   `json:"places,omitempty"`
	Classes []classed `json:"classes,omitempty"`
}

// by is a limit's two dates.
type by struct {
	Due  calendar.Date `json:"due,omitempty"`
	Wide calendar.Date `json:"wide,omitempty"`
}

// stated is what the source of an imported case says.
type stated struct {
	Sent     calendar.Date `json:"sent,omitempty"`
	Timely   uint8         `json:"timely,omitempty"`
	Response uint8         `json:"response,omitempty"`
	Disputed uint8         `json:"disputed,omitempty"`
}

// rating is what the consumer thinks of the end.
type rating struct {
	View     uint8 `json:"view,omitempty"`
	Merchant uint8 `json:"merchant,omitempty"`
	Office   uint8 `json:"office,omitempty"`
}

// MerchantDoc is a merchant's name as its last event has it.
type MerchantDoc struct {
	Name string `json:"name"`
}

const merchantKey = "merchant/"

// Projection is the projection of response times.
type Projection struct {
	calendar *calendar.Calendar
	keys     keys
	told     map[string]MerchantDoc // merchants' names as last told to the space
	was, now observations           // of the case at hand
}

// Forget begins to tell merchants' names anew.
func (p *Projection) Forget() { clear(p.told); clear(p.keys.shared) }

// New returns the projection; working days go by the calendar.
func New(c *calendar.Calendar) *Projection {
	return &Projection{calendar: c, keys: newKeys(), told: map[string]MerchantDoc{}}
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
	v.Ledger, v.Places, v.Classes = slices.Clone(v.Ledger), slices.Clone(v.Places), slices.Clone(v.Classes)
	if v.Bargain != nil {
		b := *v.Bargain
		b.Parts = slices.Clone(b.Parts)
		v.Bargain = &b
	}
	if v.Stated != nil {
		s := *v.Stated
		v.Stated = &s
	}
	return &v
}

// Diff: a case stands in the index of every place in which it was ever counted, so that
// the cases behind a figure as of an earlier day are found too.
func (p *Projection) Diff(stream es.StreamID, was, is any, out []readmodel.Change) []readmodel.Change {
	a, _ := was.(*View)
	b, _ := is.(*View)
	if b == nil {
		return out
	}
	// A place can be overwritten on the day on which it began: all are told anew.
	if a != nil && slices.Equal(a.Places, b.Places) {
		return out
	}
	member := string(stream)
	if a != nil {
		for i := range a.Places {
			for _, index := range p.keys.indexes(a.Source, &a.Places[i]) {
				out = append(out, readmodel.Remove(index, member))
			}
		}
	}
	for i := range b.Places {
		for _, index := range p.keys.indexes(b.Source, &b.Places[i]) {
			out = append(out, readmodel.Add(index, member, 0))
		}
	}
	return out
}

// Project folds one event and counts what it changed, under the day it became known.
func (p *Projection) Project(view any, e *projections.Event, out []readmodel.Change) (any, []readmodel.Change) {
	if d, ok := e.Data.(*period.Closed); ok {
		return nil, p.keys.close(e, d, out)
	}
	v, _ := view.(*View)
	if v == nil {
		if v = begun(e.Data); v == nil {
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

// begun is the view of a case that came in, nil for what is none.
func begun(data any) *View {
	switch d := data.(type) {
	case *complaint.Filed:
		on := cameIn(d)
		return &View{
			Source: SourceNative, Lane: lookup(lanes(), string(d.Lane)), Consent: d.Consent.Publish, Filed: on, Complete: on,
			Region: d.Respondent.Region, Category: d.Purchase.Category, Claimed: d.Purchase.AmountFen,
		}
	case *complaint.ForeignRecorded:
		if d.Internal {
			return nil // the figures are public
		}
		return &View{Source: d.Case.System, Lane: uint8(len(lanes())), Stated: &stated{}}
	}
	return nil
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
