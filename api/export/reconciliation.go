package export

import (
	"io"
	"strconv"

	"fangxin/domain/reconcile"
)

// Reconciliation writes the report on a 12315 export as CSV: one line for each
// difference of a matter, one for each row of a group, one for what stands on one
// side only. Lines of one finding share the number of their group. The report names
// no person in clear.
type Reconciliation struct {
	csv   *CSV[finding]
	group int
}

// finding is one line of the report.
type finding struct {
	group  int
	entry  *reconcile.Entry
	ours   *reconcile.Ours
	theirs *reconcile.Theirs
	diff   reconcile.Difference
}

// NewReconciliation writes the header line.
func NewReconciliation(w io.Writer, words Words, withBOM bool) (*Reconciliation, error) {
	csv, err := NewCSV(w, reconciliationColumns(words), withBOM)
	return &Reconciliation{csv: csv}, err
}

func reconciliationColumns(w Words) []Column[finding] {
	col := func(name string, of func(*finding) string) Column[finding] {
		return Column[finding]{Name: w.say("reconcile." + name), Of: of}
	}
	here := func(name string, of func(*reconcile.Ours) string) Column[finding] {
		return col(name, func(f *finding) string {
			if f.ours == nil {
				return ""
			}
			return of(f.ours)
		})
	}
	there := func(name string, of func(*reconcile.Theirs) string) Column[finding] {
		return col(name, func(f *finding) string {
			if f.theirs == nil {
				return ""
			}
			return of(f.theirs)
		})
	}
	return []Column[finding]{
		col("group", func(f *finding) string { return strconv.Itoa(f.group) }),
		col("class", func(f *finding) string { return w.code("class", string(f.entry.Class)) }),
		col("by", func(f *finding) string { return w.code("by", string(f.entry.By)) }),
		here("our_number", func(o *reconcile.Ours) string { return o.Number }),
		there("their_number", func(t *reconcile.Theirs) string { return longNumber(t.Number) }),
		col("field", func(f *finding) string { return w.code("field", string(f.diff.Field)) }),
		col("ours", func(f *finding) string { return f.value(w, f.diff.Ours) }),
		col("theirs", func(f *finding) string { return f.value(w, f.diff.Theirs) }),
		here("case", func(o *reconcile.Ours) string { return o.Case }),
		there("record", func(t *reconcile.Theirs) string { return strconv.Itoa(t.Record) }),
		there("line", func(t *reconcile.Theirs) string { return strconv.Itoa(t.Line) }),
	}
}

// value writes one side of a difference.
func (f *finding) value(w Words, text string) string {
	if f.diff.Field == reconcile.FieldState {
		return w.code("state", text)
	}
	return text
}

// Entry writes one finding.
func (r *Reconciliation) Entry(e *reconcile.Entry) error {
	r.group++
	line := finding{group: r.group, entry: e}
	if len(e.Ours) == 1 && len(e.Theirs) == 1 {
		line.ours, line.theirs = &e.Ours[0], &e.Theirs[0]
		for _, line.diff = range e.Differences {
			if err := r.csv.Row(&line); err != nil {
				return err
			}
		}
		if len(e.Differences) > 0 {
			return nil
		}
		return r.csv.Row(&line)
	}
	for i := range e.Ours {
		if err := r.csv.Row(&finding{group: r.group, entry: e, ours: &e.Ours[i]}); err != nil {
			return err
		}
	}
	for i := range e.Theirs {
		if err := r.csv.Row(&finding{group: r.group, entry: e, theirs: &e.Theirs[i]}); err != nil {
			return err
		}
	}
	return nil
}

// Flush hands on what was written.
func (r *Reconciliation) Flush() error { return r.csv.Flush() }
