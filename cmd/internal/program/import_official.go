package program

import (
	"context"
	"errors"
	"io"
	"iter"

	"fangxin/cmd/internal/foreign"
	"fangxin/domain/complaint"
	"fangxin/domain/reconcile"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

// wholeRegion is the autonomous region: its own offices alone see records of which
// nobody said the division.
const wholeRegion = "150000"

// importSource is a file whose records are yielded one by one; run counts and lists
// what is settled without a row.
type importSource interface {
	rows(ctx context.Context, run *importRun) iter.Seq2[foreign.Row, error]
	Notes() foreign.Notes
}

// foreignSource is a file of which every record is a case of the other system.
type foreignSource struct{ foreign.Reader }

func (f foreignSource) rows(context.Context, *importRun) iter.Seq2[foreign.Row, error] {
	return f.Rows()
}

// officialSource reads an export of the national 12315 platform (Order 121 art 40).
// What is certainly one of our cases is recorded on it, what is not among them is
// yielded as a case of the platform; what may be either is refused.
type officialSource struct {
	file   *foreign.Official
	road   *officialRun
	region string
}

// errRegion: the division given for records that state none does not exist.
var errRegion = errors.New("--region is no division of this region")

// openImport opens a file in one of the formats.
func openImport(format string, source io.Reader, road *officialRun, region string) (importSource, error) {
	if format != reconcile.System {
		reader, err := foreign.Open(format, source)
		return foreignSource{reader}, err
	}
	regions, err := statute.LoadRegions()
	if err != nil {
		return nil, err
	}
	if _, known := regions.ByCode(region); !known {
		return nil, errRegion
	}
	m, err := road.readMapping()
	if err != nil {
		return nil, err
	}
	file, err := foreign.OpenOfficial(source, m)
	if err != nil {
		return nil, err
	}
	return &officialSource{file: file, road: road, region: region}, nil
}

// Notes says what was noticed about the file.
func (o *officialSource) Notes() foreign.Notes {
	n := o.file.Notes()
	notes := foreign.Notes{Skipped: n.Skipped, Unknown: n.Unknown}
	for _, f := range n.Absent {
		notes.Absent = append(notes.Absent, string(f))
	}
	return notes
}

// rows yields the records that are none of our cases, by their numbers.
func (o *officialSource) rows(ctx context.Context, run *importRun) iter.Seq2[foreign.Row, error] {
	return func(yield func(foreign.Row, error) bool) {
		report, last, err := o.compare(ctx, run)
		if err != nil {
			yield(foreign.Row{}, err)
			return
		}
		for e := range report.Entries() {
			if e.Class != reconcile.OnlyThere {
				if err := o.settle(ctx, run, e, report.Stated()); err != nil {
					yield(foreign.Row{}, err)
					return
				}
				continue
			}
			for i := range e.Theirs {
				if !yield(o.row(run, &e.Theirs[i], last)) {
					return
				}
			}
		}
	}
}

// compare reads the whole file and lays it beside our cases. last is the last record of
// each number.
func (o *officialSource) compare(ctx context.Context, into *importRun) (_ *reconcile.Report, last map[string]int, err error) {
	var theirs []reconcile.Theirs
	for row, err := range o.file.Rows() {
		var refused *foreign.RefusedError
		switch {
		case errors.As(err, &refused):
			if err := into.refuse(refused); err != nil {
				return nil, nil, err
			}
		case err != nil:
			return nil, nil, err
		default:
			theirs = append(theirs, row)
		}
	}
	last = map[string]int{}
	run := reconcile.New(o.file.Notes().Stated)
	for _, row := range theirs {
		last[row.Number] = row.Record
		var unfit *reconcile.RowError
		if err := run.AddTheirs(row); errors.As(err, &unfit) {
			if err := into.refuse(refusedRecord(&row, "record", unfit.Reason)); err != nil {
				return nil, nil, err
			}
		}
	}
	if err := o.road.ours(ctx, run); err != nil {
		return nil, nil, err
	}
	return run.Report(), last, nil
}

func refusedRecord(t *reconcile.Theirs, column, reason string) *foreign.RefusedError {
	return &foreign.RefusedError{Record: t.Record, Line: t.Line, Offset: t.Offset, Column: column, Reason: reason}
}

// settle records what is certain of a matter on our case, and refuses what an officer
// has to look at first.
func (o *officialSource) settle(ctx context.Context, run *importRun, e reconcile.Entry, stated []reconcile.Field) error {
	before := o.road.recorded
	switch e.Class {
	case reconcile.Ambiguous, reconcile.Proposed:
		for i := range e.Theirs {
			if err := run.refuse(refusedRecord(&e.Theirs[i], "record", string(e.Class))); err != nil {
				return err
			}
		}
		return nil
	case reconcile.Matched, reconcile.Differs:
		if err := o.road.recordEntry(ctx, e, stated); err != nil {
			return err
		}
	}
	run.count(len(e.Theirs), o.road.recorded > before)
	return nil
}

// row is the case as the platform states it. Nothing of the complainant is taken over.
func (o *officialSource) row(run *importRun, t *reconcile.Theirs, last map[string]int) (foreign.Row, error) {
	if t.Region == "" {
		t.Region = o.region
	}
	switch _, known := run.cases.Law.Catalogue.Regions().ByCode(t.Region); {
	case !known:
		return foreign.Row{}, refusedRecord(t, "region", "is no division of this region")
	case last[t.Number] != t.Record:
		return foreign.Row{}, refusedRecord(t, "number", "a later record of the file states it otherwise")
	}
	who := t.Merchant
	if who == "" { // one respondent of this case alone
		who = "record " + t.Number
	}
	c := complaint.ForeignCase{
		System: reconcile.System, Number: t.Number, Received: t.FiledOn, Sent: t.ReceivedOn, State: t.Region, Response: string(t.State),
		Merchant: complaint.Identity{ID: usecase.ForeignMerchantID(reconcile.System, who), USCC: t.Merchant},
	}
	facts := complaint.OfficialFacts{
		AcceptedOn: t.AcceptedOn, DeclinedOn: t.DeclinedOn, EndedOn: t.EndedOn, ClosedOn: t.ClosedOn, AmountFen: t.AmountFen,
	}
	if facts != (complaint.OfficialFacts{}) {
		c.Official = &facts
	}
	return foreign.Row{Record: t.Record, Line: t.Line, Offset: t.Offset, Case: c}, nil
}

// count adds records whose case is ours.
func (r *importRun) count(n int, changed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Read += n
	if changed {
		r.report.Changed += n
	} else {
		r.report.Unchanged += n
	}
}
