package kurrenttest_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"

	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

// mixed writes a@0 b@0 a@1 a@2 b@1, at 1 to 5.
func (b *bench) mixed() {
	a, other := pending("a", 0, 3), pending("b", 0, 2)
	b.given("a", es.None, a[0])
	b.given("b", es.None, other[0])
	b.given("a", 0, a[1:]...)
	b.given("b", 0, other[1])
}

func at(n uint64) es.Position { return es.Position{Commit: n, Prepare: n} }

type reading struct {
	request
	want string
}

func readings() []reading {
	byType := &streams.ReadReq_Options_FilterOptions{
		Filter: &streams.ReadReq_Options_FilterOptions_EventType{EventType: &streams.ReadReq_Options_FilterOptions_Expression{Prefix: []string{"b."}}},
		Window: &streams.ReadReq_Options_FilterOptions_Count{Count: &shared.Empty{}},
	}
	return []reading{
		{request{stream: "a", count: all}, "a@0 a@1 a@2"},
		{request{stream: "a", count: 2}, "a@0 a@1"},
		{request{stream: "a", from: 1, count: all}, "a@1 a@2"},
		{request{stream: "a", from: 3, count: all}, ""},
		{request{stream: "a", from: math.MaxInt, count: all}, ""},
		{request{stream: "a", from: "end", count: all}, ""},
		{request{stream: "a", from: "end", count: all, backwards: true}, "a@2 a@1 a@0"},
		{request{stream: "a", from: "end", count: 1, backwards: true}, "a@2"},
		{request{stream: "a", from: 1, count: all, backwards: true}, "a@1 a@0"},
		{request{stream: "a", from: 9, count: all, backwards: true}, "a@2 a@1 a@0"},
		{request{stream: "a", from: -1, count: all, backwards: true}, "a@2 a@1 a@0"},
		{request{stream: "a", count: all, backwards: true}, "a@0"},
		{request{stream: "none", count: all}, "missing"},
		{request{stream: "none", from: "end", count: all}, "missing"},
		{request{stream: "none", from: 5, count: all, backwards: true}, "missing"},
		{request{stream: "$$a", from: "end", count: 1, backwards: true}, "missing"},

		{request{count: all}, "a@0 b@0 a@1 a@2 b@1"},
		{request{count: 2}, "a@0 b@0"},
		{request{from: at(3), count: all}, "a@1 a@2 b@1"},
		{request{from: es.Position{Commit: 3, Prepare: 0}, count: 1}, "a@1"},
		{request{from: at(5), count: all}, "b@1"},
		{request{from: at(6), count: all}, ""},
		{request{from: es.Position{}, count: all}, "a@0 b@0 a@1 a@2 b@1"},
		{request{from: "end", count: all}, ""},
		{request{from: "end", count: all, backwards: true}, "b@1 a@2 a@1 b@0 a@0"},
		{request{from: "end", count: 1, backwards: true}, "b@1"},
		{request{from: at(math.MaxUint64), count: 2, backwards: true}, "b@1 a@2"},
		{request{from: at(99), count: 2, backwards: true}, "b@1 a@2"},
		// Backwards a position is where the read begins, not what it begins with.
		{request{from: at(3), count: all, backwards: true}, "b@0 a@0"},
		{request{from: at(1), count: all, backwards: true}, ""},
		{request{count: all, backwards: true}, ""},

		{request{count: all, filter: byType}, "b@0 b@1"},
		{request{count: 1, filter: byType}, "b@0"},
		{request{from: "end", count: 1, filter: byType, backwards: true}, "b@1"},
	}
}

func TestReads(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	b.mixed()
	for i, c := range readings() {
		got, err := drain(b.open(c.request))
		if text := strings.Join(got, " "); err != nil || text != c.want {
			t.Errorf("%d: %q %v, want %q", i, text, err, c.want)
		}
	}
}

func TestEmptyLog(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	for _, r := range []request{{count: 1}, {from: "end", count: 1, backwards: true}, {from: at(9), count: all, backwards: true}} {
		if got, err := drain(b.open(r)); err != nil || len(got) != 0 {
			t.Errorf("%v, %v", got, err)
		}
	}
}

func TestRefusedReads(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	broken := func(change func(*streams.ReadReq_Options)) *streams.ReadReq {
		r := request{stream: "a", count: 1}.wire()
		change(r.Options)
		return r
	}
	filtered := func(o *streams.ReadReq_Options) {
		o.FilterOption = &streams.ReadReq_Options_Filter{Filter: &streams.ReadReq_Options_FilterOptions{}}
	}
	for name, r := range map[string]*streams.ReadReq{
		"nothing":            {},
		"no uuid option":     broken(func(o *streams.ReadReq_Options) { o.UuidOption = nil }),
		"no count":           broken(func(o *streams.ReadReq_Options) { o.CountOption = nil }),
		"no stream":          broken(func(o *streams.ReadReq_Options) { o.StreamOption = nil }),
		"no name":            request{stream: "", count: 1}.named(""),
		"a filtered stream":  broken(filtered),
		"an empty filter":    request{count: 1, filter: &streams.ReadReq_Options_FilterOptions{}}.wire(),
		"live and backwards": request{stream: "a", backwards: true}.wire(),
	} {
		call, err := b.raw.Read(b.ctx, r)
		if err == nil {
			_, err = call.Recv()
		}
		if statusOf(err) != codes.InvalidArgument.String() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// named asks for a stream whatever its name.
func (r request) named(stream string) *streams.ReadReq {
	r.stream = "x"
	w := r.wire()
	w.Options.GetStream().StreamIdentifier.StreamName = []byte(stream)
	return w
}

// sparse is a store whose positions lie far apart, as those of a log counted in
// bytes do.
type sparse struct{ es.Store }

const apart = 1 << 20

func wide(p es.Position) es.Position {
	return es.Position{Commit: p.Commit * apart, Prepare: p.Prepare*apart - min(p.Prepare, 3)}
}

func narrow(p es.Position) es.Position {
	n := p.Commit / apart
	if p.Commit%apart == 0 && n > 0 && p.Prepare < wide(at(n)).Prepare {
		n--
	}
	return at(n)
}

func (s sparse) Head(ctx context.Context) (es.Position, error) {
	p, err := s.Store.Head(ctx)
	return wide(p), err
}

func (s sparse) ReadAll(ctx context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		for e, err := range s.Store.ReadAll(ctx, narrow(after)) {
			e.Position = wide(e.Position)
			if !yield(e, err) {
				return
			}
		}
	}
}

// counted counts the events that are read.
type counted struct {
	es.Store
	n *int
}

func (s counted) ReadAll(ctx context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		for e, err := range s.Store.ReadAll(ctx, after) {
			*s.n++
			if !yield(e, err) {
				return
			}
		}
	}
}

// A long log is read backwards page by page, at a cost that grows with its length
// and not with the square, whether positions are dense or sparse.
func TestAllBackwardsIsExactAndBounded(t *testing.T) {
	const events = 3000
	for name, wrap := range map[string]func(es.Store) es.Store{
		"dense":  func(s es.Store) es.Store { return s },
		"sparse": func(s es.Store) es.Store { return sparse{s} },
	} {
		t.Run(name, func(t *testing.T) {
			inner, read := estest.NewStore(), 0
			b := serveStore(t, counted{wrap(inner), &read}, kurrenttest.Options{})
			var want []string
			for i := 0; i < events; i += 1000 {
				b.given("a", es.Revision(i-1), pending("a", i, i+1000)...)
			}
			for i := range events {
				want = append(want, fmt.Sprintf("a@%d", i))
			}
			slices.Reverse(want)
			for _, c := range []struct {
				from  any
				count uint64
				want  []string
				cost  int
			}{
				{"end", all, want, 6 * events}, {"end", 1, want[:1], 4}, {"end", 100, want[:100], 400}, {"end", 700, want[:700], 4000},
			} {
				read = 0
				got, err := drain(b.open(request{from: c.from, count: c.count, backwards: true}))
				if err != nil || !slices.Equal(got, c.want) {
					t.Fatalf("%d events backwards: %d, %v", c.count, len(got), err)
				}
				if read > c.cost {
					t.Errorf("%d events backwards cost %d", c.count, read)
				}
			}
		})
	}
}

func TestHiddenPositions(t *testing.T) {
	for _, hide := range []bool{false, true} {
		b := serve(t, kurrenttest.Options{HidePositions: hide})
		b.mixed()
		m, err := b.open(request{stream: "b", count: 1}).Recv()
		if err != nil {
			t.Fatal(err)
		}
		_, without := m.GetEvent().GetPosition().(*streams.ReadResp_ReadEvent_NoPosition)
		want := uint64(2)
		if hide {
			want = math.MaxUint64
		}
		if e := m.GetEvent().GetEvent(); without != hide || e.GetCommitPosition() != want || e.GetPreparePosition() != want {
			t.Errorf("hide %v: %v", hide, m)
		}
		m, err = b.open(request{from: at(2), count: 1}).Recv()
		if err != nil || m.GetEvent().GetCommitPosition() != 2 || m.GetEvent().GetEvent().GetPreparePosition() != 2 {
			t.Errorf("%v, %v", m, err)
		}
	}
}

// What the store cannot answer is said, and nothing is invented.
func TestStoreErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		code codes.Code
	}{
		{es.ErrUnavailable, codes.Unavailable}, {es.ErrFull, codes.Unavailable}, {es.ErrClosed, codes.Unavailable},
		{es.ErrUnknownOutcome, codes.Aborted}, {es.ErrDamaged, codes.Unknown}, {context.DeadlineExceeded, codes.DeadlineExceeded},
	} {
		store := estest.Faulty(estest.NewStore())
		b := serveStore(t, store, kurrenttest.Options{})
		b.mixed()
		fail := estest.FailBefore(c.err)
		store.Next(estest.Appending, fail)
		_, err := b.append("a", 2, pending("new", 0, 1)...)
		b.code(err, c.code)
		store.Next(estest.ReadStream, fail, fail)
		_, err = b.append("a", anyRevision, pending("new", 0, 1)...)
		b.code(err, c.code)
		_, err = drain(b.open(request{stream: "a", count: all}))
		b.code(err, c.code)
		store.Next(estest.ReadLog, estest.Cut(2, c.err))
		got, err := drain(b.open(request{count: all}))
		b.code(err, c.code)
		if len(got) != 2 {
			t.Error(got)
		}
		store.Next(estest.AskHead, fail, fail)
		_, err = drain(b.open(request{from: "end", count: 1, backwards: true}))
		b.code(err, c.code)
		_, err = drain(b.open(request{}))
		b.code(err, c.code)
		store.Next(estest.Subscribing, fail, estest.Cut(1, c.err))
		_, err = drain(b.open(request{}))
		b.code(err, c.code)
		got, err = drain(b.open(request{}))
		b.code(err, c.code)
		if strings.Join(got, " ") != "confirmed a@0" || store.Left() != 0 {
			t.Error(got, store.Left())
		}
	}
}

func TestClientReads(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	b.mixed()
	client := b.client()
	last, err := client.ReadAll(b.ctx, esdb.ReadAllOptions{Direction: esdb.Backwards, From: esdb.End{}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer last.Close()
	if e, err := last.Recv(); err != nil || e.OriginalEvent().Position != (esdb.Position{Commit: 5, Prepare: 5}) || *e.Commit != 5 {
		t.Errorf("%+v, %v", e, err)
	}
	missing, err := client.ReadStream(b.ctx, "none", esdb.ReadStreamOptions{}, all)
	if err != nil {
		t.Fatal(err)
	}
	defer missing.Close()
	var failed *esdb.Error
	if _, err := missing.Recv(); !errors.As(err, &failed) || failed.Code() != esdb.ErrorCodeResourceNotFound {
		t.Error(err)
	}
}
