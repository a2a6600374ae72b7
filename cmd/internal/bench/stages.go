package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goccy/go-json"
	"github.com/labstack/echo/v4"

	"fangxin/api/httpapi"
	"fangxin/api/httpapi/body"
	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
	"fangxin/projections"
)

// stageClients is how many go through a stage at once where commits are shared.
const stageClients = 128

// stages measures what each part of a filing costs, in processor time of one
// complaint: each part alone, in the process, without the others.
func stages(ctx context.Context, r *Run, open OpenNode) (err error) {
	dir, err := r.Dir()
	if err != nil {
		return err
	}
	n, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	s := &staging{Run: r, node: n}
	if err := s.rehearse(ctx); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{
		s.transport, s.token, s.decode, s.seal, s.decide, s.append, s.respond, s.project, s.together,
	} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// staging holds what one complaint led to, to be repeated part by part.
type staging struct {
	*Run
	node   *Node
	serial atomic.Int64
	input  usecase.FileComplaint
	view   usecase.CaseView
	kept   witness
}

// witness sees what a filing asks of the stores.
type witness struct {
	sealed.Keyring
	es.Store
	mu      sync.Mutex
	matters []sealed.Matter
	values  [][]sealed.Value
	events  []es.Pending
}

func (w *witness) Seal(ctx context.Context, matters ...sealed.Matter) ([][]sealed.Value, error) {
	values, err := w.Keyring.Seal(ctx, matters...)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.values, w.matters = values, nil
	for _, m := range matters {
		m.Fields, m.Known = slices.Clone(m.Fields), slices.Clone(m.Known)
		w.matters = append(w.matters, m)
	}
	return values, err
}

func (w *witness) Append(ctx context.Context, stream es.StreamID, expected es.Revision, events []es.Pending) (es.Receipt, error) {
	w.mu.Lock()
	w.events = slices.Clone(events)
	w.mu.Unlock()
	return w.Store.Append(ctx, stream, expected, events)
}

// still answers like the stores, at once and always the same.
type still struct {
	sealed.Keyring
	es.Store
	values [][]sealed.Value
}

func (s still) Seal(context.Context, ...sealed.Matter) ([][]sealed.Value, error) {
	return s.values, nil
}

func (s still) Append(_ context.Context, _ es.StreamID, expected es.Revision, events []es.Pending) (es.Receipt, error) {
	return es.Receipt{Revision: expected + es.Revision(len(events)), Position: es.Position{Commit: 1, Prepare: 1}}, nil
}

// rehearse files one complaint and keeps what it led to.
func (s *staging) rehearse(ctx context.Context) error {
	reader := s.reader()
	if err := reader.Read(Complaint(s.serial.Add(1)), &s.input); err != nil {
		return err
	}
	s.kept.Keyring, s.kept.Store = s.node.Deps.Keyring, s.node.Deps.Store
	deps := s.node.Deps
	deps.Keyring, deps.Store = &s.kept, &s.kept
	cases, err := usecase.NewComplaints(deps)
	if err != nil {
		return err
	}
	_, s.view, err = cases.File(ctx, consumer(), s.input, usecase.Options{Key: "rehearsal"})
	return err
}

func (s *staging) reader() *body.Reader {
	law := s.node.Deps.Law.Catalogue
	return body.New(body.Lists{
		Region: func(code string) bool {
			_, ok := law.Regions().ByCode(code)
			return ok
		},
		Category: func(code string) bool { return code != "" },
	})
}

// stage measures one part and records its cost.
func (s *staging) stage(ctx context.Context, name string, workers int, once func(ctx context.Context, i int64) error) error {
	_, err := s.Measure(ctx, "a filing: "+name, "µs of processor", func(ctx context.Context) (float64, error) {
		done, err := spin(ctx, workers, s.span/4, func(ctx context.Context, _, _ int) error { return once(ctx, s.serial.Add(1)) })
		return done.cost(), err
	})
	return err
}

// transport is a server that reads the request and answers the same bytes, and the
// client that drives it.
func (s *staging) transport(ctx context.Context) error {
	answer, err := json.Marshal(&s.view)
	if err != nil {
		return err
	}
	e := echo.New()
	e.POST(complaintPath, func(c echo.Context) error {
		if _, err := io.Copy(io.Discard, c.Request().Body); err != nil {
			return err
		}
		return c.Blob(http.StatusCreated, echo.MIMEApplicationJSON, answer)
	})
	address, stop, err := listen(httpapi.Server, e)
	if err != nil {
		return err
	}
	l := load{address: address, request: complaintRequest(address, "-"), status: http.StatusCreated, serial: &s.serial}
	_, err = s.Measure(ctx, "a filing: HTTP, with its client", "µs of processor", func(ctx context.Context) (float64, error) {
		done, err := l.run(ctx, stageClients, s.span/4)
		return done.cost(), err
	})
	return errors.Join(err, stop())
}

func (s *staging) token(ctx context.Context) error {
	token, err := s.node.Authority.Mint(consumer(), time.Hour)
	if err != nil {
		return err
	}
	return s.stage(ctx, "token", 1, func(context.Context, int64) error {
		_, err := s.node.Authority.Verify(token)
		return err
	})
}

func (s *staging) decode(ctx context.Context) error {
	reader, raw := s.reader(), Complaint(1)
	return s.stage(ctx, "decode and validate", 1, func(context.Context, int64) error {
		var in usecase.FileComplaint
		return reader.Read(raw, &in)
	})
}

// seal seals the same fields for new persons, with a key made durable for each.
func (s *staging) seal(ctx context.Context) error {
	return s.stage(ctx, "seal, a new key made durable", stageClients, func(ctx context.Context, i int64) error {
		matters := slices.Clone(s.kept.matters)
		for j := range matters {
			m := &matters[j]
			m.Subject = sealed.Subject(es.DeriveID(es.Namespace, "bench", strconv.FormatInt(i, 10), strconv.Itoa(j)).String())
			m.Known = slices.Clone(m.Known)
			for k := range m.Known {
				switch f := &m.Known[k]; f.Kind {
				case sealed.Phone:
					f.Plain = fmt.Sprintf("138%08d", i)
				case sealed.IDNumber:
					f.Plain = idNumber(i)
				}
			}
		}
		_, err := s.node.Deps.Keyring.Seal(ctx, matters...)
		return err
	})
}

// decide is the use case on stores that answer at once: checks, mapping, body hash,
// decision, encoding, and the view of the case, opened again for the consumer.
func (s *staging) decide(ctx context.Context) error {
	deps := s.node.Deps
	quick := still{Keyring: deps.Keyring, Store: deps.Store, values: s.kept.values}
	deps.Keyring, deps.Store = quick, quick
	cases, err := usecase.NewComplaints(deps)
	if err != nil {
		return err
	}
	return s.stage(ctx, "decide, encode, view", 1, func(ctx context.Context, i int64) error {
		_, _, err := cases.File(ctx, consumer(), s.input, usecase.Options{Key: strconv.FormatInt(i, 10)})
		return err
	})
}

// append writes the same events to new streams.
func (s *staging) append(ctx context.Context) error {
	return s.stage(ctx, "append, durable", stageClients, func(ctx context.Context, i int64) error {
		command := es.DeriveID(es.Namespace, "bench", strconv.FormatInt(i, 10))
		events := slices.Clone(s.kept.events)
		for j := range events {
			events[j].ID = es.EventID(command, j)
		}
		_, err := s.node.Deps.Store.Append(ctx, usecase.Stream(command.String()), es.None, events)
		return err
	})
}

func (s *staging) respond(ctx context.Context) error {
	return s.stage(ctx, "encode the answer", 1, func(context.Context, int64) error {
		_, err := json.MarshalWithOption(&s.view, json.DisableHTMLEscape())
		return err
	})
}

// project reads what append has written into all projections, in batches such as
// come about under load.
func (s *staging) project(ctx context.Context) error {
	head, err := s.node.Deps.Store.Head(ctx)
	if err != nil {
		return err
	}
	filings := float64(head.Commit) / float64(len(s.kept.events))
	_, err = s.Measure(ctx, "a filing: read and project", "µs of processor", func(ctx context.Context) (float64, error) {
		begin := processorTime()
		err := s.catchUp(ctx, head)
		return float64((processorTime() - begin).Nanoseconds()) / 1e3 / filings, err
	})
	return err
}

func (s *staging) catchUp(ctx context.Context, head es.Position) error {
	all, err := s.node.Projections()
	if err != nil {
		return err
	}
	runner, err := projections.NewRunner(s.node.Deps.Store, s.node.Deps.Registry, memory.New(), all,
		projections.Options{Batch: 2 * stageClients})
	if err != nil {
		return err
	}
	return runUntil(ctx, runner, head, func() error { return nil })
}

// together is the use case with all its commits, many at once, without HTTP and
// without projections: what it costs more than its parts is the price of commits
// that fewer complaints share, since these no longer march in step.
func (s *staging) together(ctx context.Context) error {
	cases, err := usecase.NewComplaints(s.node.Deps)
	if err != nil {
		return err
	}
	return s.stage(ctx, "seal, decide and append together", stageClients, func(ctx context.Context, i int64) error {
		in := s.input
		person := *in.Consumer
		person.Phone, person.IDNumber = fmt.Sprintf("138%08d", i), idNumber(i)
		in.Consumer = &person
		_, _, err := cases.File(ctx, consumer(), in, usecase.Options{Key: "together " + strconv.FormatInt(i, 10)})
		return err
	})
}

// runUntil lets a runner go on until it stands at the position, and does then what
// is to be done while it still runs.
func runUntil(ctx context.Context, runner *projections.Runner, head es.Position, then func() error) error {
	ctx, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- runner.Run(ctx) }()
	err := runner.WaitFor(ctx, head)
	if err == nil {
		err = then()
	}
	stop()
	return errors.Join(err, <-done)
}
