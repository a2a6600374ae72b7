package disclosure

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
	"fangxin/domain/statute"
	"fangxin/projections"
	"fangxin/projections/facet"
	"fangxin/projections/readmodel"
	"fangxin/projections/words"
)

// View is what the projection keeps of a case.
type View struct {
	Record Record `json:"record"`
	// Public: the record is on the register.
	Public bool `json:"public,omitempty"`
	// Statement came before the record was public.
	Statement string `json:"statement,omitempty"`
	// Objection to the record that the merchant was last shown, see Record.
	Objection string `json:"objection,omitempty"`
	// Subjects own what is sealed in the record.
	Person    sealed.Subject `json:"person,omitempty"`
	Narrator  sealed.Subject `json:"narrator,omitempty"`
	Policy    string         `json:"policy,omitempty"`
	Consent   string         `json:"consent,omitempty"`
	Narrative *sealed.Value  `json:"narrative,omitempty"`
}

// MerchantDoc is the merchant as its last event names it.
type MerchantDoc struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	USCC   string `json:"uscc,omitempty"`
	Region string `json:"region,omitempty"`
	// Industry as the confirmed identity names it.
	Industry string `json:"industry,omitempty"`
}

const merchantKey = "merchant/"

// Projection is the projection of the register.
type Projection struct {
	// policies says of a foreign case's policy what it publishes.
	policies func(version string) (statute.DisclosurePolicy, bool)
	names    names
	// told is how merchants were last named to the space.
	told map[string]MerchantDoc
}

// Forget begins to tell merchants' names anew.
func (p *Projection) Forget() { clear(p.told) }

// New returns the projection. policies finds a disclosure policy by its version;
// foreign cases under an unknown policy are not published.
func New(policies func(version string) (statute.DisclosurePolicy, bool)) *Projection {
	return &Projection{policies: policies, names: newNames(), told: map[string]MerchantDoc{}}
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
	if v.Record.Foreign != nil {
		f := *v.Record.Foreign
		v.Record.Foreign = &f
	}
	return &v
}

// Broadcasts lists the types that concern cases beside their own: the erasure of a
// subject.
func (*Projection) Broadcasts() []string { return []string{"subject.erased.v1"} }

// Concerns names the index of the records that hold something of an erased subject.
func (*Projection) Concerns(e *projections.Event) string {
	if erased, ok := e.Data.(*complaint.SubjectErased); ok {
		return ixSubject + string(erased.Subject)
	}
	return ""
}

// Holds says whether a view holds something of the erased subject.
func (*Projection) Holds(view any, e *projections.Event) bool {
	v, erased := view.(*View), e.Data.(*complaint.SubjectErased)
	return v.Person == erased.Subject || v.Narrator == erased.Subject
}

// Project folds one event.
func (p *Projection) Project(view any, e *projections.Event, out []readmodel.Change) (any, []readmodel.Change) {
	v, _ := view.(*View)
	switch d := e.Data.(type) {
	case *complaint.Disclosed:
		v = v.orNew()
		v.publish(d, e)
		return v, p.named(&d.Record.Merchant, d.Record.Region, out)
	case *complaint.ForeignRecorded:
		if d.Internal {
			return view, out
		}
		v = v.orNew()
		v.Policy = d.Policy
		v.foreign(d.ID, &d.Case, nil)
		p.decide(v, e)
		return v, p.named(&d.Case.Merchant, d.Case.State, out)
	case *complaint.DisclosureNotified:
		v = v.orNew()
		v.Objection = ""
		return v, out
	case *complaint.StatementAdded:
		v = v.orNew()
		v.Statement = sealed.MaskText(d.Text)
		if v.Public {
			v.Record.Statement, v.Record.Position = v.Statement, e.Envelope.Position
		}
		return v, out
	}
	if v == nil {
		return nil, out
	}
	switch d := e.Data.(type) {
	case *complaint.ForeignChanged:
		if v.Record.Withdrawn != "" {
			break // the stone takes no new content
		}
		v.foreign(v.Record.Case, &d.Case, d.Fields)
		p.decide(v, e)
		if slices.Contains(d.Fields, "merchant") {
			out = p.named(&d.Case.Merchant, v.Record.Region, out)
		}
	case *complaint.DisclosureWithdrawn:
		if v.Public {
			v.withdraw(d.Class, d.On, e)
		}
	case *complaint.RespondentReplaced:
		v.replaced(d, e)
	case *complaint.Corrected:
		v.corrected(d, e)
	case *complaint.ConsentChanged:
		if v.Public && !d.Consent.Publish && p.needsConsent(v.Record.Policy) {
			v.withdraw("consent_withdrawn", e.Known, e)
		}
	case *complaint.DisclosureRefused:
		v.silence()
	case *complaint.ObjectionDecided:
		v.objected(d, e)
	case *complaint.SubjectErased:
		v.erase(d.Subject, e)
	}
	return v, out
}

// objected notes how an objection was decided.
func (v *View) objected(d *complaint.ObjectionDecided, e *projections.Event) {
	if d.Result == complaint.ObjectionUpheld {
		v.silence()
		return
	}
	v.Objection = d.Result
	if v.Public {
		v.Record.Objection, v.Record.Position = d.Result, e.Envelope.Position
	}
}

// silence drops the statement of a record that will not be published as it was shown.
func (v *View) silence() {
	if !v.Public {
		v.Statement = ""
	}
}

func (v *View) orNew() *View {
	if v == nil {
		return &View{}
	}
	return v
}

// publish puts the record of the event on the register, as it is. One that revises
// another keeps its day and says when that was done.
func (v *View) publish(d *complaint.Disclosed, e *projections.Event) {
	v.Record = Record{
		Case: e.Envelope.Stream.Key(), Source: SourceNative, PublicRecord: d.Record,
		Published: d.On, Until: d.Until, Statement: v.Statement, Objection: v.Objection, Revises: d.Revises, Corrected: d.RevisedOn,
		Position: e.Envelope.Position,
	}
	v.Record.net()
	v.Public, v.Person = true, ""
	if d.Record.Merchant.Person != nil {
		v.Person = d.Record.Merchant.Person.Subject
	}
}

// withdraw leaves the stone without content.
func (v *View) withdraw(class string, on calendar.Date, e *projections.Event) {
	*v = View{Record: Record{
		Case: v.Record.Case, Source: v.Record.Source, Withdrawn: class, WithdrawnOn: on,
		Position: e.Envelope.Position,
	}}
}

// replaced takes the record off the merchant who was not the respondent at once, and
// its statement with it; who is gets a record of its own when one is published.
func (v *View) replaced(d *complaint.RespondentReplaced, e *projections.Event) {
	switch {
	case d.From.ID == d.To.ID:
	case v.Public && v.Record.Merchant.ID != d.To.ID:
		v.withdraw("wrong_merchant", e.Known, e)
	case !v.Public:
		v.Statement = ""
	}
}

// corrected puts the record right, with the day on which that was done.
func (v *View) corrected(d *complaint.Corrected, e *projections.Event) {
	if v.Public && d.Record != nil {
		v.Record.PublicRecord, v.Record.Corrected = *d.Record, d.On
		v.Record.net()
		v.Record.Position = e.Envelope.Position
	}
}

// needsConsent: a record under this policy stands only while the consumer agrees. Of
// an unknown policy nothing else can be assumed.
func (p *Projection) needsConsent(version string) bool {
	policy, known := p.policies(version)
	return !known || policy.RequiresConsent
}

// erase takes out what is sealed under an erased subject. A record of a natural person
// leaves with it.
func (v *View) erase(s sealed.Subject, e *projections.Event) {
	if s == v.Person && s != "" {
		v.withdraw(complaint.WithdrawnPersonal, e.Known, e)
		return
	}
	if s == v.Narrator && s != "" {
		v.Narrative, v.Narrator = nil, ""
		v.Record.Position = e.Envelope.Position
		if f := v.Record.Foreign; f != nil {
			f.Narrative, f.HasNarrative = nil, false
		}
	}
}

// maxTold bounds what is remembered of merchants.
const maxTold = 100_000

// named puts the merchant as this event names it, and the words it is found by. A
// former name stays among them; queries check names.
func (p *Projection) named(m *complaint.Identity, region string, out []readmodel.Change) []readmodel.Change {
	if m.ID == "" {
		return out
	}
	doc := MerchantDoc{ID: m.ID, Name: sealed.MaskText(m.Name), USCC: m.USCC, Region: m.Region, Industry: m.Industry}
	if doc.Name == "" && m.Person != nil {
		doc.Name = m.Person.Mask
	}
	if doc.Region == "" {
		doc.Region = region
	}
	if p.told[m.ID] == doc {
		return out
	}
	if len(p.told) >= maxTold {
		clear(p.told)
	}
	p.told[m.ID] = doc
	out = append(out, readmodel.Put(merchantKey+m.ID, &doc), readmodel.Add(ixMerchants, m.ID, 0))
	n := &p.names
	n.after = n.after[:0]
	n.buf, n.after = words.Pieces(doc.Name, n.buf, n.after, n.merchantWord.OfBytes)
	for _, name := range []string{doc.Name, m.USCC} {
		if name = words.Fold(name); name != "" {
			n.after = append(n.after, MerchantNameIndex+name)
		}
	}
	return facet.Set(out, m.ID, nil, n.after)
}
