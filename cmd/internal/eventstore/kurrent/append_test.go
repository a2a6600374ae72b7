package kurrent_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"fangxin/cmd/internal/eventstore/kurrent"
	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

// TestAppendSettles: the append fails after the server has written it, in every
// way it can; the call itself finds out, and there is one copy.
func TestAppendSettles(t *testing.T) {
	for name, f := range map[string]kurrenttest.Fault{
		"unavailable": {Code: codes.Unavailable}, "aborted": {Code: codes.Aborted}, "internal": {Code: codes.Internal},
		"unknown": {Code: codes.Unknown}, "deadline": {Code: codes.DeadlineExceeded}, "cut": {Cut: true}, "stall": {Stall: true},
		"four times": {Times: 4, Cut: true}, "wrong version": {WrongVersion: true},
	} {
		t.Run(name, func(t *testing.T) {
			log := estest.NewStore()
			server := served(t, log, kurrenttest.Options{})
			o := quick(server)
			o.Attempt = 100 * time.Millisecond
			s := opened(t, o)
			appended(t, s, "case.1", 0)
			f.On, f.AfterCommit = kurrenttest.Append, true
			server.Fail(f)
			events := []es.Pending{event("case.1", 1), event("case.1", 2)}
			r, err := s.Append(t.Context(), "case.1", 0, events)
			var conflict *es.ConflictError
			if f.WrongVersion && errors.As(err, &conflict) {
				// The server has lied; the repeat by who reads the stream decides.
				r, err = s.Append(t.Context(), "case.1", 0, events)
			}
			if err != nil || r.Revision != 2 || r.Position.Commit != 3 {
				t.Fatalf("%+v, %v", r, err)
			}
			if n := count(t, log, "case.1"); n != 3 {
				t.Fatalf("%d events", n)
			}
			if again, err := s.Append(t.Context(), "case.1", 0, events); err != nil || !again.Repeated || again.Position != r.Position {
				t.Fatalf("repeat %+v, %v", again, err)
			}
		})
	}
}

// TestAppendUnknown: no time is left to find out. The caller is told so, and the
// same append decides it later.
func TestAppendUnknown(t *testing.T) {
	for name, f := range map[string]kurrenttest.Fault{
		"written":     {AfterCommit: true, Stall: true},
		"not written": {Stall: true},
		"cut":         {Cut: true, Times: kurrenttest.Always},
	} {
		t.Run(name, func(t *testing.T) {
			log := estest.NewStore()
			server := served(t, log, kurrenttest.Options{})
			s := opened(t, quick(server))
			f.On = kurrenttest.Append
			server.Fail(f)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			_, err := s.Append(ctx, "case.1", es.None, []es.Pending{event("case.1", 0)})
			if !errors.Is(err, es.ErrUnknownOutcome) || errors.Is(err, es.ErrUnavailable) {
				t.Fatalf("append: %v", err)
			}
			server.Clear()
			r := appended(t, s, "case.1", 0)
			if n := count(t, log, "case.1"); n != 1 || r.Position.Commit != 1 || r.Repeated && name != "written" {
				t.Fatalf("%d events, %+v", n, r)
			}
		})
	}
}

// TestAppendGivesUp: an outcome that stays unknown ends with Options.Settle even
// without a deadline of the caller's, and with Close.
func TestAppendGivesUp(t *testing.T) {
	server := served(t, estest.NewStore(), kurrenttest.Options{})
	o := quick(server)
	o.Settle = 30 * time.Millisecond
	s := opened(t, o)
	server.Fail(kurrenttest.Fault{On: kurrenttest.Append, Times: kurrenttest.Always, Cut: true})
	if _, err := s.Append(t.Context(), "case.1", es.None, []es.Pending{event("case.1", 0)}); !errors.Is(err, es.ErrUnknownOutcome) {
		t.Fatalf("append: %v", err)
	}
	o.Settle = time.Hour
	s = opened(t, o)
	faults := server.Seen().Faults
	outcome := make(chan error)
	go func() {
		_, err := s.Append(t.Context(), "case.2", es.None, []es.Pending{event("case.2", 0)})
		outcome <- err
	}()
	until(t, "the first loss", func() bool { return server.Seen().Faults > faults })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-outcome; !errors.Is(err, es.ErrUnknownOutcome) {
		t.Fatalf("append at Close: %v", err)
	}
}

// TestAppendNotSent: what fails before the server has all of it is not written, and
// the answer does not leave that open.
func TestAppendNotSent(t *testing.T) {
	log := estest.NewStore()
	server := served(t, log, kurrenttest.Options{})
	s := opened(t, quick(server))
	stopped(t, server, s)
	_, err := s.Append(t.Context(), "case.1", es.None, []es.Pending{event("case.1", 0)})
	if !errors.Is(err, es.ErrUnavailable) || errors.Is(err, es.ErrUnknownOutcome) {
		t.Fatalf("append: %v", err)
	}
}

// TestAppendRefused: the server decides while events are still being sent. Its
// reason arrives, and the outcome is not unknown.
func TestAppendRefused(t *testing.T) {
	log := estest.NewStore()
	server := served(t, log, kurrenttest.Options{})
	s := opened(t, quick(server))
	large := make([]es.Pending, 40)
	for i := range large {
		large[i] = event("case.1", i)
		large[i].Data = make([]byte, 25_000)
	}
	for _, c := range []struct {
		code codes.Code
		want error
	}{
		{codes.PermissionDenied, kurrent.ErrCredentials}, {codes.Unauthenticated, kurrent.ErrCredentials},
		{codes.InvalidArgument, es.ErrUnavailable}, {codes.FailedPrecondition, es.ErrDamaged},
	} {
		for _, early := range []bool{true, false} {
			server.Fail(kurrenttest.Fault{On: kurrenttest.Append, Early: early, Code: c.code})
			_, err := s.Append(t.Context(), "case.1", es.None, large)
			if !errors.Is(err, c.want) || errors.Is(err, es.ErrUnknownOutcome) {
				t.Errorf("%s, early %v: %v", c.code, early, err)
			}
		}
	}
	if n := count(t, log, "case.1"); n != 0 {
		t.Fatalf("%d events", n)
	}
	// An early answer that is no decision costs another try.
	server.Fail(kurrenttest.Fault{On: kurrenttest.Append, Early: true, Code: codes.Unavailable})
	if _, err := s.Append(t.Context(), "case.1", es.None, large); err != nil || count(t, log, "case.1") != len(large) {
		t.Fatalf("append: %v", err)
	}
}

// TestRepeatOfAnotherProcess: a repeat is told although this process never saw the
// first append.
func TestRepeatOfAnotherProcess(t *testing.T) {
	server := served(t, estest.NewStore(), kurrenttest.Options{})
	o := quick(server)
	o.HeadAge = 1 // every append looks at the head first
	a, b := opened(t, o), opened(t, o)
	first := appended(t, a, "case.1", 0)
	appended(t, a, "case.1", 1)
	if r := appended(t, b, "case.1", 0); !r.Repeated || r.Position != first.Position {
		t.Fatalf("%+v, first %+v", r, first)
	}
	if r := appended(t, b, "case.1", 2); r.Repeated {
		t.Fatalf("%+v", r)
	}
}

// TestAppendCostsNoRead: a node that writes all the time sends appends and nothing
// else.
func TestAppendCostsNoRead(t *testing.T) {
	server := served(t, estest.NewStore(), kurrenttest.Options{})
	o := quick(server)
	o.HeadAge = time.Hour
	s := opened(t, o)
	before := server.Seen()
	for i := range 50 {
		appended(t, s, "case.1", i)
	}
	if after := server.Seen(); after.Read != before.Read || after.Append != before.Append+50 || after.Binary != 0 {
		t.Fatalf("%+v, was %+v", after, before)
	}
}
