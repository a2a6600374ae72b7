package program

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"fangxin/api/httpapi/meter"
	"fangxin/cmd/internal/eventstore/sqlite"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

const exportFormat = 1

// exportHead is the first line of an export, exportTail the last: how many events
// stand between, and the SHA-256 of all lines before it.
type exportHead struct {
	Export  int         `json:"fangxin_export"`
	Version string      `json:"version"`
	MadeAt  time.Time   `json:"made_at"`
	Case    string      `json:"case,omitempty"`
	After   es.Position `json:"after"`
	Head    es.Position `json:"head"`
}

type exportTail struct {
	Events int64  `json:"events"`
	SHA256 string `json:"sha256"`
}

// exportLine is one envelope. Data and metadata are the bytes as stored; sealed
// values stay sealed.
type exportLine struct {
	ID       es.ID           `json:"id"`
	Stream   es.StreamID     `json:"stream"`
	Revision es.Revision     `json:"revision"`
	Position es.Position     `json:"position"`
	Type     string          `json:"type"`
	Recorded time.Time       `json:"recorded"`
	Data     json.RawMessage `json:"data"`
	Meta     json.RawMessage `json:"meta"`
}

// exporting is what is exported: one case, or the log after a position.
type exporting struct {
	store  es.Store
	caseID string
	after  es.Position
	step   func(events int)
}

var errLossy = errors.New("stored bytes cannot stand in one line of JSON")

func export(ctx context.Context, in Invocation, args []string) error {
	fs, c, file := newFlags("export", in.Stderr)
	caseID := fs.String("case", "", "one case; empty is the whole log")
	after := fs.String("after", "", "position after which to begin, as an earlier export or the API tells it")
	dest, err := parse(fs, file, args, in.Env)
	if err != nil {
		return err
	}
	if len(dest) > 1 {
		return fmt.Errorf("%w: export [FILE]", errConfig)
	}
	x := &exporting{caseID: *caseID}
	if x.after, err = parsePlace(*after); err != nil {
		return fmt.Errorf("%w: after: %w", errConfig, err)
	}
	if c.EventStore != "" {
		return x.fromServer(ctx, in, *c, dest)
	}
	f := c.folder()
	if !f.exists() {
		return fmt.Errorf("%s: %w", c.Data, errNothing)
	}
	err = x.from(ctx, in, f, dest)
	if held(err) {
		fmt.Fprintln(in.Stderr, "the node is running: a copy of its log is exported")
		return withCopy(ctx, in, f, backupLog, func(copied folder) error { return x.from(ctx, in, copied, dest) })
	}
	return err
}

// parsePlace reads a position: its form on the wire, or a plain number.
func parsePlace(s string) (es.Position, error) {
	if n, err := strconv.ParseUint(s, 10, 63); err == nil && len(s) < 20 {
		return es.Position{Commit: n, Prepare: n}, nil
	}
	return es.ParsePosition(s)
}

// from exports the log of a folder to the file named, or to the output.
func (x *exporting) from(ctx context.Context, in Invocation, f folder, dest []string) error {
	store, err := sqlite.Open(ctx, f.events(), sqlite.Options{})
	if err != nil {
		return err
	}
	x.store = store
	stats, err := store.Stats()
	if err != nil {
		return errors.Join(err, store.Close())
	}
	return errors.Join(x.put(ctx, in, stats.Events, dest), store.Close())
}

// fromServer exports the log of the server that the address names.
func (x *exporting) fromServer(ctx context.Context, in Invocation, c Config, dest []string) error {
	a := &adapters{config: c, log: quiet(), meter: meter.New()}
	if err := a.openLog(ctx); err != nil {
		return err
	}
	x.store = a.store
	return errors.Join(x.put(ctx, in, 0, dest), a.close())
}

// put writes to the file named, or to the output.
func (x *exporting) put(ctx context.Context, in Invocation, total int64, dest []string) error {
	if x.caseID != "" {
		total = 0
	}
	p := newProgress(in.Stderr, "events", total)
	defer p.end()
	x.step = func(n int) { p.add(int64(n)) }
	if len(dest) == 0 {
		return x.write(ctx, in.Stdout)
	}
	return x.toFile(ctx, dest[0])
}

// toFile writes the export whole or not at all.
func (x *exporting) toFile(ctx context.Context, path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	err = x.write(ctx, f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

func (x *exporting) write(ctx context.Context, out io.Writer) error {
	head, err := x.store.Head(ctx)
	if err != nil {
		return err
	}
	w := newExportWriter(out)
	w.line(exportHead{
		Export: exportFormat, Version: release, MadeAt: time.Now().UTC().Truncate(time.Second),
		Case: x.caseID, After: x.after, Head: head,
	})
	for env, err := range x.events(ctx) {
		if err != nil {
			return err
		}
		if !env.Position.IsStart() && !x.after.Before(env.Position) {
			continue
		}
		if err := w.envelope(&env); err != nil {
			return err
		}
		x.step(1)
	}
	return w.end()
}

func (x *exporting) events(ctx context.Context) iter.Seq2[es.Envelope, error] {
	if x.caseID != "" {
		return x.store.Read(ctx, usecase.Stream(x.caseID), 0)
	}
	return x.store.ReadAll(ctx, x.after)
}

// exportWriter writes lines and hashes them. The first error stays.
type exportWriter struct {
	out  *bufio.Writer
	sum  hash.Hash
	n    int64
	json *json.Encoder
	err  error
}

func newExportWriter(out io.Writer) *exportWriter {
	w := &exportWriter{sum: sha256.New()}
	w.out = bufio.NewWriterSize(out, 1<<16)
	w.json = json.NewEncoder(io.MultiWriter(w.out, w.sum))
	w.json.SetEscapeHTML(false)
	return w
}

func (w *exportWriter) line(v any) {
	if w.err == nil {
		w.err = w.json.Encode(v)
	}
}

// envelope writes one event. The encoder takes white space out of raw JSON; an event
// that has it would not come back as it is stored.
func (w *exportWriter) envelope(e *es.Envelope) error {
	for _, raw := range [][]byte{e.Data, e.Meta} {
		if !isPlainJSON(raw) {
			return fmt.Errorf("%s/%d: %w", e.Stream, e.Revision, errLossy)
		}
	}
	w.n++
	w.line(exportLine{
		ID: e.ID, Stream: e.Stream, Revision: e.Revision, Position: e.Position, Type: e.Type, Recorded: e.Recorded,
		Data: e.Data, Meta: e.Meta,
	})
	return w.err
}

// isPlainJSON says whether the encoder writes the bytes as they are.
func isPlainJSON(raw []byte) bool {
	var compact bytes.Buffer
	return json.Compact(&compact, raw) == nil && bytes.Equal(compact.Bytes(), raw)
}

func (w *exportWriter) end() error {
	w.line(exportTail{Events: w.n, SHA256: hex.EncodeToString(w.sum.Sum(nil))})
	return errors.Join(w.err, w.out.Flush())
}
