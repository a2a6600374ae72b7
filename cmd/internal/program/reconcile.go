package program

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	sheets "fangxin/api/export"
	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/foreign"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/reconcile"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

// officialRun lays our cases beside an export of the national 12315 platform.
type officialRun struct {
	in      Invocation
	cases   *usecase.Complaints
	store   es.Store
	mapping string
	report  string // path of the CSV, or empty
	lang    string
	record  bool
	// refused counts records that cannot be read, recorded facts that were new.
	refused, recorded int
}

// reconcileCases compares an export of the official record with our cases (Order 121
// art 40): matched, only here, only there, what differs. It ends with code 1 where
// anything needs somebody's attention.
func reconcileCases(ctx context.Context, in Invocation, args []string) error {
	fs, c, file := newFlags("reconcile", in.Stderr)
	r := officialRun{in: in}
	fs.StringVar(&r.mapping, "mapping", "", "file that names the headers of the export; empty is the mapping compiled in")
	fs.StringVar(&r.report, "report", "", "file for the whole report (CSV)")
	fs.StringVar(&r.lang, "lang", "zh-CN", "language of the report: zh-CN or en")
	fs.BoolVar(&r.record, "record", false, "record on each case what is certain: entered, differs, their number")
	files, err := parse(fs, file, args, in.Env)
	if err != nil {
		return err
	}
	if len(files) != 1 {
		return fmt.Errorf("%w: reconcile [--mapping FILE] [--report FILE] [--record] FILE", errConfig)
	}
	report, err := r.open(ctx, *c, files[0])
	if err != nil {
		return err
	}
	if n := report.Counts().Entries; r.refused+n[reconcile.Differs]+n[reconcile.Ambiguous]+n[reconcile.Proposed]+n[reconcile.OnlyHere]+n[reconcile.OnlyThere] > 0 {
		return errFound
	}
	return nil
}

// open opens the installation and runs.
func (r *officialRun) open(ctx context.Context, c Config, path string) (_ *reconcile.Report, err error) {
	m, err := r.readMapping()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errConfig, err)
	}
	source, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	defer source.Close()
	official, err := foreign.OpenOfficial(source, m)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errConfig, err)
	}
	if err := c.keysOfOthers(); err != nil {
		return nil, err
	}
	a, err := openAdapters(ctx, c, clock.System{}, quiet())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	r.cases, r.store = a.cases, a.store
	return r.run(ctx, official)
}

func (r *officialRun) readMapping() (*foreign.Mapping, error) {
	if r.mapping == "" {
		return foreign.OfficialMapping()
	}
	f, err := os.Open(filepath.Clean(r.mapping))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return foreign.ReadMapping(f)
}

func (r *officialRun) run(ctx context.Context, official *foreign.Official) (*reconcile.Report, error) {
	theirs, err := r.theirs(official)
	if err != nil {
		return nil, err
	}
	run := reconcile.New(official.Notes().Stated)
	for _, row := range theirs {
		if err := run.AddTheirs(row); err != nil {
			r.refuse(err)
		}
	}
	if err := r.ours(ctx, run); err != nil {
		return nil, err
	}
	report := run.Report()
	if err := r.write(report); err != nil {
		return nil, err
	}
	if r.record {
		if err := r.recordAll(ctx, report); err != nil {
			return nil, err
		}
	}
	r.say(official.Notes(), report.Counts())
	return report, nil
}

// theirs reads the whole file: which fields are compared is known at its header.
func (r *officialRun) theirs(official *foreign.Official) ([]reconcile.Theirs, error) {
	var rows []reconcile.Theirs
	for row, err := range official.Rows() {
		var refused *foreign.RefusedError
		switch {
		case errors.As(err, &refused):
			r.refuse(refused)
		case err != nil:
			return nil, err
		default:
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (r *officialRun) refuse(err error) {
	const listed = 100
	if r.refused++; r.refused <= listed {
		fmt.Fprintln(r.in.Stderr, "refused:", err)
	}
}

// ours folds every case of the log that the official record has a part in.
func (r *officialRun) ours(ctx context.Context, run *reconcile.Run) error {
	for env, err := range r.store.ReadAll(ctx, es.Position{}) {
		if err != nil {
			return err
		}
		if env.Type != "complaint.filed.v1" {
			continue
		}
		s, _, err := r.cases.State(ctx, env.Stream.Key())
		if err != nil {
			return fmt.Errorf("%s: %w", env.Stream, err)
		}
		if row, ok := reconcile.FromState(&s); ok {
			if err := run.AddOurs(row); err != nil {
				r.refuse(err)
			}
		}
	}
	return nil
}

// write writes the report where one was asked for.
func (r *officialRun) write(report *reconcile.Report) (err error) {
	if r.report == "" {
		return nil
	}
	words, err := sheets.ReadWords(r.lang)
	if err != nil {
		return fmt.Errorf("%w: %w", errConfig, err)
	}
	f, err := os.OpenFile(filepath.Clean(r.report), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buffered := bufio.NewWriter(f)
	sheet, err := sheets.NewReconciliation(buffered, words, true)
	if err != nil {
		return err
	}
	for e := range report.Entries() {
		if err := sheet.Entry(&e); err != nil {
			return err
		}
	}
	return errors.Join(sheet.Flush(), buffered.Flush())
}

// recordAll records what is certain of each matter.
func (r *officialRun) recordAll(ctx context.Context, report *reconcile.Report) error {
	for e := range report.Entries() {
		if err := r.recordEntry(ctx, e, report.Stated()); err != nil {
			return err
		}
	}
	return nil
}

// recordEntry records their number, where ours led to it, and how each act compares. A
// case whose person's data are gone or restricted is left as it is.
func (r *officialRun) recordEntry(ctx context.Context, e reconcile.Entry, stated []reconcile.Field) error {
	if e.By == reconcile.ByNumber && (e.Class == reconcile.Matched || e.Class == reconcile.Differs) {
		if err := r.note(r.cases.RecordOfficialNumber(ctx, e.Ours[0].Case, e.Theirs[0].Number)); err != nil {
			return err
		}
	}
	for _, s := range reconcile.Syncs(e, stated) {
		if err := r.note(r.cases.RecordOfficialSync(ctx, s)); err != nil {
			return err
		}
	}
	return nil
}

func (r *officialRun) note(changed bool, err error) error {
	var refusal *complaint.Refusal
	switch {
	case errors.As(err, &refusal), errors.Is(err, sealed.ErrErased), errors.Is(err, sealed.ErrRestricted):
		return nil
	case changed:
		r.recorded++
	}
	return err
}

// say sums up on one screen.
func (r *officialRun) say(n foreign.OfficialNotes, c reconcile.Counts) {
	w := r.in.Stdout
	fmt.Fprintf(w, "ours %d, theirs %d, refused %d\n", c.Ours, c.Theirs, r.refused)
	for _, class := range reconcile.Classes() {
		fmt.Fprintf(w, "  %-11s %d\n", class, c.Entries[class])
	}
	for _, f := range reconcile.Fields() {
		if c.Differences[f] > 0 {
			fmt.Fprintf(w, "  differs in %-12s %d\n", f, c.Differences[f])
		}
	}
	if r.record {
		fmt.Fprintf(w, "recorded %d facts\n", r.recorded)
	}
	sayOfficial(r.in.Stderr, n)
}

func sayOfficial(w io.Writer, n foreign.OfficialNotes) {
	if n.Others > 0 {
		fmt.Fprintf(w, "%d records are no complaints; nothing was read of them\n", n.Others)
	}
	if len(n.Unknown) > 0 {
		fmt.Fprintf(w, "columns that are not read: %s\n", strings.Join(n.Unknown, ", "))
	}
	for _, f := range n.Absent {
		fmt.Fprintf(w, "not in the file, not compared: %s\n", f)
	}
	if n.Duplicates > 0 {
		fmt.Fprintf(w, "%d numbers occur again\n", n.Duplicates)
	}
}
