package es_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"fangxin/domain/es"
)

func TestUnknownOutcomeIsRepeatedUntilKnown(t *testing.T) {
	for name, committed := range map[string]bool{"written": true, "not written": false} {
		t.Run(name, func(t *testing.T) {
			r, s := newRunner()
			must(t, r, opening("k1"), add{open: true, n: 5})
			fail := func(n int) error {
				switch n {
				case 2, 3:
					return fmt.Errorf("connection lost: %w", es.ErrUnknownOutcome)
				}
				return nil
			}
			if committed {
				s.afterAppend = fail
			} else {
				s.beforeAppend = func(n int, _ es.StreamID) error { return fail(n) }
			}
			out := must(t, r, request("k2"), add{n: 2})
			if out.State.total != 7 || out.Receipt.Revision != 1 || s.appends.Load() != 4 {
				t.Errorf("%+v after %d appends", out, s.appends.Load())
			}
			if n := len(stored(t, s)); n != 2 {
				t.Errorf("%d events", n)
			}
		})
	}
}

func TestUnavailableAfterUnknownStaysUnknown(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 5})
	ctx, cancel := context.WithCancel(t.Context())
	s.afterAppend = func(int) error { return es.ErrUnknownOutcome }
	s.beforeAppend = func(n int, _ es.StreamID) error {
		switch n {
		case 3:
			return es.ErrUnavailable
		case 4:
			cancel()
			return es.ErrUnavailable
		}
		return nil
	}
	if _, err := r.Run(ctx, request("k2"), add{n: 2}); !errors.Is(err, es.ErrUnknownOutcome) {
		t.Fatal(err)
	}
	s.afterAppend, s.beforeAppend = nil, nil
	if out := must(t, r, request("k2"), add{n: 2}); !out.Receipt.Repeated || out.State.total != 7 {
		t.Fatalf("%+v", out)
	}
}

func TestUnavailableIsAnsweredAtOnce(t *testing.T) {
	r, s := newRunner()
	s.beforeAppend = func(int, es.StreamID) error { return es.ErrFull }
	if _, err := r.Run(t.Context(), opening("k1"), add{open: true}); !errors.Is(err, es.ErrUnavailable) || s.appends.Load() != 1 {
		t.Fatal(err, s.appends.Load())
	}
}

func TestTimeNeverRunsBackwardsInAStream(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 5})
	req := request("k2")
	req.At = noon.Add(-time.Hour)
	out := must(t, r, req, add{n: 1})
	want := noon.Truncate(time.Microsecond)
	if !out.At.Equal(want) {
		t.Errorf("at %s, want %s", out.At, want)
	}
	if e := out.Events[0].(*added); !e.At.Equal(want) {
		t.Errorf("the command was decided at %s", e.At)
	}
	all := stored(t, s)
	if m, err := r.Registry.DecodeMetadata(&all[1]); err != nil || !m.At.Equal(want) {
		t.Error(m.At, err)
	}
}

func TestOpeningAnOpenStreamReadsIt(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 5})
	out := must(t, r, opening("k2"), add{open: true, n: 5})
	if s.reads.Load() != 1 || out.State.total != 10 || out.Receipt.Revision != 1 {
		t.Fatalf("%d reads, %+v", s.reads.Load(), out)
	}
}

func TestUnknownTypeIsNeverFolded(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 5})
	_, err := s.Store.Append(t.Context(), "counter.a", 0, []es.Pending{{ID: es.DeriveID(es.Namespace, "x"),
		Type: "counter.halved.v1", Data: []byte("{}"), Meta: []byte("{}")}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Run(t.Context(), request("k2"), add{n: 1}); !errors.Is(err, es.ErrUnknownType) {
		t.Fatal(err)
	}
}

func TestCommandsOnOneStreamQueue(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 0})
	s.appends.Store(0)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			if _, err := r.Run(t.Context(), request("c"+strconv.Itoa(i)), add{n: 1}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if out := must(t, r, request("end"), add{}); out.State.total != 50 || s.appends.Load() != 50 {
		t.Errorf("total %d after %d appends", out.State.total, s.appends.Load())
	}
}

func TestNothingIsWrittenWithoutSalt(t *testing.T) {
	r, s := newRunner()
	broken := errors.New("no entropy")
	r.Salt = func() (string, error) { return "", broken }
	if _, err := r.Run(t.Context(), opening("k1"), add{open: true}); !errors.Is(err, broken) || s.appends.Load() != 0 {
		t.Fatal(err, s.appends.Load())
	}
}

func TestQueueGivesUpWithTheContext(t *testing.T) {
	r, s := newRunner()
	must(t, r, opening("k1"), add{open: true, n: 0})
	inside, leave := make(chan struct{}), make(chan struct{})
	s.beforeAppend = func(int, es.StreamID) error { close(inside); <-leave; return nil }
	first := make(chan error, 1)
	go func() {
		_, err := r.Run(context.Background(), request("k2"), add{n: 1})
		first <- err
	}()
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Run(ctx, request("k3"), add{n: 1}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(leave)
	if err := <-first; err != nil {
		t.Error(err)
	}
}
