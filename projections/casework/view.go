package casework

import (
	"slices"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
	"fangxin/projections"
	"fangxin/projections/readmodel"
	"fangxin/projections/running"
)

// View is what the projection keeps of a case: its row, and what the next events
// need.
type View struct {
	Row     Row            `json:"row"`
	Account string         `json:"account,omitempty"`
	Subject sealed.Subject `json:"subject,omitempty"`
	// Others are further accounts that find the case: an agent's whose consumer took it
	// over, and those of complainants who joined.
	Others []string `json:"others,omitempty"`
	// Received and Accepted: the department has the case (收到), and took it on
	// (受理); Store is the respondent's.
	Received bool   `json:"received,omitempty"`
	Accepted bool   `json:"accepted,omitempty"`
	Store    string `json:"store,omitempty"`
	// Person is the subject of a respondent who is a natural person.
	Person sealed.Subject `json:"person,omitempty"`
	Limits running.Set    `json:"limits"`
	Sync   Sync           `json:"sync,omitzero"`
	// Hidden: the consumer's data are restricted (PIPL 47), the case leaves every
	// list and search.
	Hidden bool `json:"hidden,omitempty"`
	// Owner is the account that filed, also of a hidden case: it may ask what is held
	// about it (PIPL 45). Files are those that the case cites.
	Owner string   `json:"owner,omitempty"`
	Files []string `json:"files,omitempty"`
}

// concerned is the merchant whom the case concerns already: its confirmed respondent,
// in the department's lane from acceptance on, in the other lanes at once.
func (v *View) concerned() string {
	if v.Row.Source != SourceNative || v.Row.Lane == string(complaint.LaneDepartment) && !v.Accepted {
		return ""
	}
	return v.Row.MerchantID
}

// Projection is the projection of work lists.
type Projection struct{ names names }

// New returns the projection.
func New() *Projection { return &Projection{names: newNames()} }

// Name of the projection.
func (*Projection) Name() string { return Name }

// Version of the projection.
func (*Projection) Version() int { return Version }

// Docs lists the document types.
func (*Projection) Docs() []readmodel.DocType {
	return []readmodel.DocType{{Prefix: readmodel.ViewPrefix, New: func() any { return new(View) }}}
}

// Begin copies a view.
func (*Projection) Begin(view any) any {
	v := *view.(*View)
	v.Limits = v.Limits.Copy()
	v.Files = slices.Clip(v.Files)
	return &v
}

// Broadcasts lists the types that concern cases beside their own: the erasure or
// restriction of a subject, and its end.
func (*Projection) Broadcasts() []string {
	return []string{"subject.erased.v1", "subject.released.v1"}
}

// Concerns names the index of the cases of an erased subject.
func (*Projection) Concerns(e *projections.Event) string {
	if subject := subjectOf(e); subject != "" {
		return ixSubject + string(subject)
	}
	return ""
}

// Holds says whether a view holds something of the erased subject.
func (*Projection) Holds(view any, e *projections.Event) bool {
	v, subject := view.(*View), subjectOf(e)
	return v.Subject == subject || v.Person == subject
}

func subjectOf(e *projections.Event) sealed.Subject {
	switch d := e.Data.(type) {
	case *complaint.SubjectErased:
		return d.Subject
	case *complaint.SubjectReleased:
		return d.Subject
	}
	return ""
}

// Project folds one event.
func (*Projection) Project(view any, e *projections.Event, out []readmodel.Change) (any, []readmodel.Change) {
	v, _ := view.(*View)
	if v == nil {
		if v = opened(e); v == nil {
			return nil, out
		}
	}
	if erased, ok := e.Data.(*complaint.SubjectErased); ok {
		v.erase(erased)
	} else if v.Row.Source == SourceNative && v.Limits.Apply(e.Data) {
		v.clock()
	}
	v.fold(e)
	v.Sync.fold(e.Data)
	v.Row.Sync = v.syncState()
	if string(e.Envelope.Stream) == streamPrefix+v.Row.ID {
		v.Row.Revision = int64(e.Envelope.Revision)
		v.Row.UpdatedAt = e.At
	}
	return v, out
}

const streamPrefix = "complaint."

// opened makes the view of a stream's first event, nil for a stream that is no case.
func opened(e *projections.Event) *View {
	switch d := e.Data.(type) {
	case *complaint.Filed:
		return filed(d, e)
	case *complaint.ForeignRecorded:
		return &View{Row: Row{
			ID: d.ID, Number: d.Case.Number, Kind: "complaint", Lane: string(complaint.LaneForeign),
			Status: string(complaint.StatusForeign), FiledOn: d.Case.Received, Source: d.Case.System,
		}}
	}
	return nil
}

func filed(d *complaint.Filed, e *projections.Event) *View {
	v := &View{
		Row: Row{
			ID: d.ID, Number: d.Number, Kind: e.Envelope.Stream.Kind(), Lane: string(d.Lane),
			Status: string(complaint.StatusFiled), Region: d.Respondent.Region,
			Category: d.Purchase.Category, Item: d.Purchase.Name, AmountFen: d.Purchase.AmountFen,
			FiledOn: d.FiledOn, Source: SourceNative,
		},
		Account: d.Consumer.Account,
		Subject: d.Consumer.Subject,
		Owner:   d.Consumer.Account,
	}
	v.cites(d.Evidence...)
	v.cites(d.Respondent.Photos...)
	if d.Filer != nil {
		v.cites(d.Filer.PowerOfAttorney)
	}
	t := &d.Respondent
	switch {
	case t.Name != "":
		v.Row.Merchant = t.Name
	case t.Sign != "":
		v.Row.Merchant = t.Sign
	case t.Person != nil:
		v.Row.Merchant, v.Person = t.Person.Mask, t.Subject
	case t.Platform != nil:
		v.Row.Merchant = t.Platform.Shop
	}
	return v
}

// clock copies the most urgent limit into the row.
func (v *View) clock() {
	l := v.Limits.Urgent()
	switch {
	case l == nil:
		v.Row.Clock = nil
	case v.Row.Clock == nil || v.Row.Clock.Rule != l.Rule || v.Row.Clock.Due != l.Due || v.Row.Clock.DueWide != l.DueWide:
		v.Row.Clock = &ClockRow{Rule: l.Rule, Due: l.Due, DueWide: l.DueWide}
	}
}

// erase takes out what belongs to an erased or restricted subject.
func (v *View) erase(e *complaint.SubjectErased) {
	if e.Manner == string(sealed.Restricted) && (e.Subject == v.Subject || v.Hidden) {
		v.Account, v.Hidden, v.Row.Erasure = "", true, "" // hidden from all lists, for a time
		return
	}
	if e.Subject == v.Person {
		v.Row.Merchant, v.Person = "", ""
	}
	if e.Subject != v.Subject {
		return
	}
	v.Account = ""
	v.Others = nil
	v.Subject, v.Hidden = "", false
	v.Owner, v.Files, v.Row.Erasure = "", nil, ""
}

// merchant puts a confirmed respondent into the row.
func (v *View) merchant(m *complaint.Identity) {
	v.Row.MerchantID, v.Row.Merchant, v.Person, v.Store = m.ID, m.Name, "", m.Store
	if m.Name == "" && m.Person != nil {
		v.Row.Merchant, v.Person = m.Person.Mask, m.Person.Subject
	}
}

var _ projections.Broadcast = (*Projection)(nil)

// handled by the type of the event: the rest of the fold.
func (v *View) status(s complaint.Status) { v.Row.Status = string(s) }

func (v *View) outcome(o complaint.Outcome) { v.Row.Outcome = string(o) }

func (v *View) place(region, unit string) {
	if region != "" {
		v.Row.Region = region
	}
	v.Row.Unit = unit
}
