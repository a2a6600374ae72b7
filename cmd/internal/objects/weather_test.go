package objects_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"fangxin/cmd/internal/objects"
	"fangxin/cmd/internal/objects/s3test"
)

// A server that is busy for a moment is asked again; one that answers nothing costs
// no more than the timeout.
func TestBusy(t *testing.T) {
	s := start(t)
	o := open(t, s)
	s.Next(2, s3test.Busy)
	put(t, o, "x", "content")
	s.Next(1, s3test.Cut)
	wantObject(t, o, "x", "content")
	s.Next(2, s3test.Conflict)
	if err := create(t.Context(), o, "y", "content"); err != nil {
		t.Error(err)
	}
	s.Next(99, s3test.Conflict)
	wantErr(t, "conflict for ever", create(t.Context(), o, "z", "content"), objects.ErrUnavailable)
	s.Next(1, s3test.Deny)
	_, err := o.Get(t.Context(), "x", 0, 1)
	wantErr(t, "denied", err, objects.ErrDenied)
}

// A write whose answer is lost has happened; the repeat finds it.
func TestLostAnswer(t *testing.T) {
	s := start(t)
	o := open(t, s)
	for _, v := range []s3test.Verdict{s3test.Lost, s3test.CutAfter} {
		s.Next(1, v)
		wantErr(t, "create", create(t.Context(), o, fmt.Sprint("x", v), "mine"), objects.ErrExists)
		wantObject(t, o, fmt.Sprint("x", v), "mine")
		s.Next(1, v)
		put(t, o, "y", "content")
		s.Next(1, v)
		if err := o.Delete(t.Context(), "y"); err != nil {
			t.Error(err)
		}
	}
}

func TestDown(t *testing.T) {
	s := start(t)
	o := open(t, s)
	put(t, o, "x", "content")
	s.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := o.Get(ctx, "x", 0, 1)
	wantErr(t, "down", err, context.DeadlineExceeded)
	wantErr(t, "down, no deadline", o.Delete(t.Context(), "x"), objects.ErrUnavailable)
	_, err = objects.Open(t.Context(), s.Address(), objects.Options{})
	wantErr(t, "open", err, objects.ErrUnavailable)
	if err := s.Restart(); err != nil {
		t.Fatal(err)
	}
	wantObject(t, o, "x", "content")
}

func TestSlow(t *testing.T) {
	s := start(t)
	o, err := objects.Open(t.Context(), s.Address(), objects.Options{Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	release := s.Hold()
	defer release()
	err = o.Delete(t.Context(), "x")
	wantErr(t, "slow", err, objects.ErrUnavailable)
	if errors.Is(err, context.DeadlineExceeded) {
		t.Error("the store's own limit looks like the caller's:", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	context.AfterFunc(ctx, func() {})
	go cancel()
	_, err = o.List(ctx, "", "", 1)
	wantErr(t, "caller gave up", err, context.Canceled)
}

// A bucket that is gone, or is not ours to read, never looks like an object that was
// never made.
func TestNoBucketIsNotNoObject(t *testing.T) {
	s := start(t)
	o := open(t, s)
	for _, v := range []s3test.Verdict{s3test.Gone, s3test.Stray} {
		s.Next(99, v)
		_, err := o.Get(t.Context(), "x", 0, 1)
		wantErr(t, "get", err, objects.ErrUnavailable)
		wantErr(t, "delete", o.Delete(t.Context(), "x"), objects.ErrUnavailable)
		_, err = o.List(t.Context(), "x", "", 1)
		wantErr(t, "list", err, objects.ErrUnavailable)
		wantErr(t, "put", create(t.Context(), o, "x", "y"), objects.ErrUnavailable)
	}
	s.Clear()
	_, err := objects.Open(t.Context(), s.AddressOf(url.UserPassword(s3test.AccessKey, s3test.SecretKey), "another", ""), objects.Options{})
	wantErr(t, "open", err, objects.ErrNoBucket)
	if errors.Is(err, objects.ErrNotFound) {
		t.Error("looks like a missing object:", err)
	}
}
