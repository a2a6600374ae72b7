package deadlines

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/projections"
	"fangxin/projections/readmodel"
	"fangxin/projections/running"
)

// Names of the timers' indexes. Members name a limit, see member.
const (
	ixDue  = "due"  // by the strict date
	ixWide = "wide" // by the wide date
)

// View is what the projection keeps of a case: its limits, and the last day of its
// record on the register.
type View struct {
	running.Set
	Until calendar.Date `json:"until,omitempty"`
	// Region and Unit are of the office that has the case.
	Region string `json:"region,omitempty"`
	Unit   string `json:"unit,omitempty"`
	// Keep is the last day of the retention period that an officer was not asked about
	// yet, Erase the day on which an erasure was decided that is not carried out, and
	// Left whose keys are left.
	Keep  calendar.Date    `json:"keep,omitempty"`
	Erase calendar.Date    `json:"erase,omitempty"`
	Left  []sealed.Subject `json:"left,omitempty"`
}

// Projection is the projection of what is due.
type Projection struct{}

// New returns the projection.
func New() *Projection { return &Projection{} }

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
	v := view.(*View)
	return &View{Set: v.Copy(), Until: v.Until, Keep: v.Keep, Erase: v.Erase, Left: slices.Clone(v.Left), Region: v.Region, Unit: v.Unit}
}

// Project folds one event. Streams that began elsewhere than with a filing have no
// limits here.
func (*Projection) Project(view any, e *projections.Event, out []readmodel.Change) (any, []readmodel.Change) {
	v, _ := view.(*View)
	if v == nil {
		if _, ok := e.Data.(*complaint.Filed); !ok {
			return nil, out
		}
		v = new(View)
	}
	v.Apply(e.Data)
	v.place(e.Data)
	switch d := e.Data.(type) {
	case *complaint.Disclosed:
		v.Until = d.Until
	case *complaint.DisclosureWithdrawn:
		v.Until = 0
	default:
		v.keep(e.Data)
	}
	return v, out
}

// keep folds for how long the file is kept, and what of an erasure is outstanding.
func (v *View) keep(data any) {
	switch d := data.(type) {
	case *complaint.RetentionSet:
		v.Keep = d.Until
	case *complaint.RetentionOver, *complaint.Reopened:
		v.Keep = 0
	case *complaint.ErasureDecided:
		if d.Result != complaint.ErasureRefused {
			v.Erase, v.Left = d.On, slices.Clone(d.Subjects)
		}
	case *complaint.RestrictionLifted:
		v.Erase, v.Left = 0, nil
	case *complaint.SubjectErased:
		v.Left = slices.DeleteFunc(v.Left, func(s sealed.Subject) bool { return s == d.Subject })
		if len(v.Left) == 0 {
			v.Erase = 0
		}
		if d.Manner == string(sealed.Erased) {
			v.Keep = 0
		}
	}
}

// Diff tells which limits came and went, or went to another office.
func (*Projection) Diff(stream es.StreamID, was, is any, out []readmodel.Change) []readmodel.Change {
	a, _ := was.(*View)
	b, _ := is.(*View)
	before, after := a.entries(stream, nil), b.entries(stream, nil)
	for _, e := range before {
		if !slices.ContainsFunc(after, func(o entry) bool { return o.index == e.index && o.member == e.member }) {
			out = append(out, readmodel.Remove(e.index, e.member))
		}
	}
	for _, e := range after {
		if !slices.Contains(before, e) {
			out = append(out, readmodel.Add(e.index, e.member, e.score))
		}
	}
	return out
}

func limits(view any) []running.Limit {
	v, _ := view.(*View)
	if v == nil {
		return nil
	}
	all := slices.Clip(v.Limits)
	if v.Until != 0 {
		all = append(all, running.Limit{Rule: complaint.ClockPublic, Due: v.Until, DueWide: v.Until})
	}
	if v.Keep != 0 {
		all = append(all, running.Limit{Rule: complaint.ClockRetention, Due: v.Keep, DueWide: v.Keep})
	}
	if v.Erase != 0 { // at once, not from the morning after
		all = append(all, running.Limit{Rule: complaint.ClockErase, Due: v.Erase, DueWide: v.Erase - 1})
	}
	return all
}

// waits says whether the limit is still to be watched.
func waits(l running.Limit) bool { return l.Due != 0 && !l.Passed && !l.Paused }
