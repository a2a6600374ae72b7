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

// Names of the indexes. Members name a limit, see member.
const (
	ixDue  = "due"  // by the strict date
	ixWide = "wide" // by the wide date
)

// View is what the projection keeps of a case: its limits, and the last day of its
// record on the register.
type View struct {
	running.Set
	Until calendar.Date `json:"until,omitempty"`
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
	return &View{Set: v.Copy(), Until: v.Until, Keep: v.Keep, Erase: v.Erase, Left: slices.Clone(v.Left)}
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

// Diff tells which limits came and went.
func (*Projection) Diff(stream es.StreamID, was, is any, out []readmodel.Change) []readmodel.Change {
	a, b := limits(was), limits(is)
	for _, l := range a {
		if waits(l) && !waits(find(b, l)) {
			m := member(stream, l)
			out = append(out, readmodel.Remove(ixDue, m), readmodel.Remove(ixWide, m))
		}
	}
	for _, l := range b {
		if waits(l) && !waits(find(a, l)) {
			m := member(stream, l)
			out = append(out, readmodel.Add(ixDue, m, int64(l.Due)), readmodel.Add(ixWide, m, int64(l.DueWide)))
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

// find returns the limit of the same rule and dates, the zero one where none is.
func find(in []running.Limit, l running.Limit) running.Limit {
	for _, o := range in {
		if o.Rule == l.Rule && o.Due == l.Due && o.DueWide == l.DueWide {
			return o
		}
	}
	return running.Limit{}
}
