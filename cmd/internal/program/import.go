package program

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/foreign"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

// importers is how many records are on their way at once: enough for the store to
// write them in groups.
const importers = 64

// importReport is what an import did; records of one file add up.
type importReport struct {
	Read      int `json:"read"`
	New       int `json:"new"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
}

func importCases(ctx context.Context, in Invocation, args []string) error {
	fs, c, file := newFlags("import", in.Stderr)
	format := fs.String("format", "", "cfpb, ndjson or 12315")
	mapping := fs.String("mapping", "", "12315: file that names the headers of the export; empty is the mapping compiled in")
	region := fs.String("region", wholeRegion, "12315: division of the records that state none")
	refused := fs.String("refused", "", "file for the report of refused records (NDJSON); empty is FILE.refused.ndjson")
	files, err := parse(fs, file, args, in.Env)
	if err != nil {
		return err
	}
	if len(files) != 1 || *format == "" {
		return fmt.Errorf("%w: import --format cfpb|ndjson|12315 FILE", errConfig)
	}
	source, err := os.Open(filepath.Clean(files[0]))
	if err != nil {
		return err
	}
	defer source.Close()
	road := &officialRun{in: in, mapping: *mapping}
	reader, err := openImport(*format, source, road, *region)
	if err != nil {
		return fmt.Errorf("%w: %w", errConfig, err)
	}
	if *refused == "" {
		*refused = files[0] + ".refused.ndjson"
	}
	if sameFile(files[0], *refused) {
		return fmt.Errorf("%w: the report of refused records would replace %s", errConfig, files[0])
	}
	if c.folder().isSample() {
		return fmt.Errorf("%s: %w", c.Data, errSample)
	}
	if err := c.keysOfOthers(); err != nil {
		return err
	}
	a, err := openAdapters(ctx, *c, clock.System{}, quiet())
	if err != nil {
		return err
	}
	run := &importRun{cases: a.cases, refused: &lazyFile{path: *refused}, progress: newProgress(in.Stderr, "records", 0)}
	if info, err := source.Stat(); err == nil {
		run.size = info.Size()
	}
	road.cases, road.store = a.cases, a.store
	return errors.Join(run.all(ctx, in, reader), a.close())
}

// sameFile says whether both paths lead to one file that exists.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// all reads the whole file and says what became of it.
func (r *importRun) all(ctx context.Context, in Invocation, reader importSource) error {
	err := r.read(ctx, reader)
	r.progress.end()
	sayNotes(in.Stderr, reader.Notes())
	n := r.report
	fmt.Fprintf(in.Stdout, "read %d: %d new, %d changed, %d unchanged, %d refused\n", n.Read, n.New, n.Changed, n.Unchanged, n.Refused)
	if n.Refused > 0 {
		fmt.Fprintln(in.Stdout, "refused records are listed in", r.refused.path)
	}
	return errors.Join(err, r.refused.close())
}

func sayNotes(w io.Writer, n foreign.Notes) {
	if n.Skipped > 0 {
		fmt.Fprintf(w, "%d lines before the header were passed over\n", n.Skipped)
	}
	if len(n.Unknown) > 0 {
		fmt.Fprintf(w, "columns that are not read: %s\n", strings.Join(n.Unknown, ", "))
	}
	if len(n.Absent) > 0 {
		fmt.Fprintf(w, "columns the file does not have: %s\n", strings.Join(n.Absent, ", "))
	}
}

type importRun struct {
	cases    *usecase.Complaints
	refused  *lazyFile
	progress *progress
	size     int64

	mu     sync.Mutex
	report importReport
	failed error
}

// read hands rows to the importers. Rows of one case go to the same importer, in the
// order of the file, so that the last statement wins.
func (r *importRun) read(ctx context.Context, reader importSource) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queues := make([]chan foreign.Row, importers)
	var done sync.WaitGroup
	for i := range queues {
		queues[i] = make(chan foreign.Row, 16)
		done.Go(func() {
			for row := range queues[i] {
				if err := r.take(ctx, row); err != nil {
					r.fail(err)
					cancel()
				}
			}
		})
	}
	err := r.feed(ctx, reader, queues)
	for _, q := range queues {
		close(q)
	}
	done.Wait()
	return errors.Join(err, r.failed)
}

func (r *importRun) feed(ctx context.Context, reader importSource, queues []chan foreign.Row) error {
	for row, err := range reader.rows(ctx, r) {
		var refused *foreign.RefusedError
		switch {
		case errors.As(err, &refused):
			if err := r.refuse(refused); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		}
		if row.Record == 2 && row.Offset > 0 { // an estimate of all from the first
			r.mu.Lock()
			r.progress.total = r.size / max(row.Offset, 1)
			r.mu.Unlock()
		}
		select {
		case queues[pick(row.Case.Number, len(queues))] <- row:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

func pick(number string, n int) int {
	h := uint32(2166136261) // FNV-1a
	for i := range len(number) {
		h = (h ^ uint32(number[i])) * 16777619
	}
	return int(h % uint32(n))
}

func (r *importRun) take(ctx context.Context, row foreign.Row) error {
	changed, receipt, err := r.cases.RecordForeign(ctx, usecase.ForeignInput{
		Case: row.Case, Narrative: row.Narrative, Ruleset: strings.ToUpper(row.Case.System),
	})
	if reason, ok := unfit(err); ok {
		return r.refuse(&foreign.RefusedError{Record: row.Record, Line: row.Line, Offset: row.Offset, Column: "record", Reason: reason})
	}
	if err != nil {
		return fmt.Errorf("record %d (line %d): %w", row.Record, row.Line, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Read++
	switch {
	case !changed:
		r.report.Unchanged++
	case receipt.Revision == 0:
		r.report.New++
	default:
		r.report.Changed++
	}
	r.progress.add(1)
	return nil
}

// unfit says why the domain will not have a record; other errors end the import.
func unfit(err error) (reason string, ok bool) {
	var refusal *complaint.Refusal
	var invalid *usecase.InvalidError
	var size *es.TooLargeError
	switch {
	case errors.As(err, &refusal):
		return refusal.Code, true
	case errors.As(err, &invalid), errors.As(err, &size):
		return err.Error(), true
	}
	return "", false
}

func (r *importRun) refuse(e *foreign.RefusedError) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Read++
	r.report.Refused++
	return r.refused.line(map[string]any{"record": e.Record, "line": e.Line, "byte": e.Offset, "column": e.Column, "reason": e.Reason})
}

func (r *importRun) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed == nil {
		r.failed = err
	}
}

// lazyFile is made at its first line.
type lazyFile struct {
	path string
	f    *os.File
	w    *bufio.Writer
}

func (l *lazyFile) line(v any) error {
	if l.f == nil {
		f, err := os.OpenFile(filepath.Clean(l.path), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		l.f, l.w = f, bufio.NewWriter(f)
	}
	return json.NewEncoder(l.w).Encode(v)
}

func (l *lazyFile) close() error {
	if l.f == nil {
		return nil
	}
	return errors.Join(l.w.Flush(), l.f.Close())
}
