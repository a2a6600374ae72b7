package kurrenttest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
)

type failing struct {
	fault   kurrenttest.Fault
	code    codes.Code
	trailer string
	written int
}

func failingAppends() map[string]failing {
	return map[string]failing{
		"before":             {kurrenttest.Fault{}, codes.Unavailable, "", 0},
		"before, aborted":    {kurrenttest.Fault{Code: codes.Aborted}, codes.Aborted, "", 0},
		"before, cut":        {kurrenttest.Fault{Cut: true}, codes.Unavailable, "", 0},
		"before, stalled":    {kurrenttest.Fault{Stall: true}, codes.Canceled, "", 0},
		"after":              {kurrenttest.Fault{AfterCommit: true}, codes.Unavailable, "", 1},
		"after, aborted":     {kurrenttest.Fault{AfterCommit: true, Code: codes.Aborted}, codes.Aborted, "", 1},
		"after, cut":         {kurrenttest.Fault{AfterCommit: true, Cut: true}, codes.Unavailable, "", 1},
		"after, no answer":   {kurrenttest.Fault{AfterCommit: true, Stall: true}, codes.Canceled, "", 1},
		"slow and then away": {kurrenttest.Fault{Slow: time.Millisecond, Code: codes.Unavailable}, codes.Unavailable, "", 0},
		"early":              {kurrenttest.Fault{Early: true, Code: codes.PermissionDenied}, codes.PermissionDenied, "access-denied", 0},
		"access denied":      {kurrenttest.Fault{Code: codes.PermissionDenied}, codes.PermissionDenied, "access-denied", 0},
		"unauthenticated":    {kurrenttest.Fault{Code: codes.Unauthenticated}, codes.Unauthenticated, "", 0},
		"tombstoned":         {kurrenttest.Fault{Code: codes.FailedPrecondition}, codes.FailedPrecondition, "stream-deleted", 0},
		"not found":          {kurrenttest.Fault{Code: codes.NotFound}, codes.NotFound, "stream-not-found", 0},
		"not the leader":     {kurrenttest.Fault{NotLeader: "node2:2113"}, codes.NotFound, "not-leader", 0},
		"no leader":          {kurrenttest.Fault{NotLeader: "nobody"}, codes.Unknown, "", 0},
	}
}

// An append that fails before the commit leaves nothing, one that fails after it
// leaves its events; sent again, both end as one write.
func TestFailedAppends(t *testing.T) {
	for name, c := range failingAppends() {
		t.Run(name, func(t *testing.T) {
			b := serve(t, kurrenttest.Options{})
			b.connected()
			c.fault.On = kurrenttest.Append
			b.server.Fail(c.fault)
			ctx, cancel := context.WithCancel(b.ctx)
			defer cancel()
			if c.fault.Stall {
				go b.met(1, cancel)
			}
			a := proposed(pending("a", 0, 1)[0])
			_, trailers, err := b.propose(ctx, "case.1", noStream, a)
			b.code(err, c.code)
			if got := append(trailers.Get("exception"), "")[0]; got != c.trailer {
				t.Errorf("exception %q", got)
			}
			if n := b.length("case.1"); n != c.written {
				t.Fatalf("%d events, want %d", n, c.written)
			}
			b.connected()
			answer, _, err := b.propose(b.ctx, "case.1", noStream, a)
			if err != nil || told(answer) != "0 at 1/1" || b.length("case.1") != 1 {
				t.Errorf("again: %s, %v", told(answer), err)
			}
			if seen := b.server.Seen(); seen.Faults != 1 || seen.Append != 2 || seen.Committed != 1 || b.server.Left() != 0 {
				t.Errorf("%+v", seen)
			}
		})
	}
}

func TestNotLeaderNamesTheLeader(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.EveryCall, NotLeader: "10.0.0.2:2114", OnlyRequiresLeader: true, Times: kurrenttest.Always})
	a := proposed(pending("a", 0, 1)[0])
	if _, _, err := b.propose(b.ctx, "case.1", noStream, a); err != nil {
		t.Fatal("without the header the node forwards:", err)
	}
	leader := metadata.AppendToOutgoingContext(b.ctx, "requires-leader", "true")
	_, trailers, err := b.propose(leader, "case.1", 0, a)
	b.code(err, codes.NotFound)
	if trailers.Get("leader-endpoint-host")[0] != "10.0.0.2" || trailers.Get("leader-endpoint-port")[0] != "2114" {
		t.Errorf("%v", trailers)
	}
	call, err := b.raw.Read(leader, request{count: 1}.wire())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := call.Recv(); statusOf(err) != "NotFound" || call.Trailer().Get("exception")[0] != "not-leader" {
		t.Error(err)
	}
	if seen := b.server.Seen(); seen.RequiresLeader != 2 {
		t.Errorf("%+v", seen)
	}
}

// WrongExpectedVersion in the body although the revision was right: nothing was
// written, or all of it.
func TestWrongVersionInTheBody(t *testing.T) {
	for _, after := range []bool{false, true} {
		b := serve(t, kurrenttest.Options{})
		b.given("case.1", es.None, pending("a", 0, 1)...)
		b.server.Fail(kurrenttest.Fault{On: kurrenttest.Append, WrongVersion: true, AfterCommit: after})
		answer, err := b.append("case.1", 0, pending("a", 1, 2)...)
		want, length := "wrong, at 0", 1
		if after {
			want, length = "wrong, at 1", 2
		}
		if err != nil || told(answer) != want || b.length("case.1") != length {
			t.Errorf("after %v: %s, %v", after, told(answer), err)
		}
		if answer, err = b.append("case.1", 0, pending("a", 1, 2)...); err != nil || told(answer) != "1 at 2/2" {
			t.Errorf("again: %s, %v", told(answer), err)
		}
	}
}

// Only commits count for a fault after the commit.
func TestRefusedAppendsPassAFaultAfterCommit(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Append, AfterCommit: true})
	if answer, err := b.append("case.1", 5, pending("a", 0, 1)...); err != nil || told(answer) != "wrong, no stream" {
		t.Fatal(told(answer), err)
	}
	if answer, err := b.append("case.1", noStream); err != nil || told(answer) != "none" {
		t.Fatal(told(answer), err)
	}
	_, err := b.append("case.1", noStream, pending("a", 0, 1)...)
	b.code(err, codes.Unavailable)
}

// The client of the house hides the status of a server that answers while it is
// still sending.
func TestEarlyAnswerIsLostOnTheClient(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	client := b.client()
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Append, Early: true, Code: codes.PermissionDenied})
	var events []esdb.EventData
	for i := range 64 {
		events = append(events, esdb.EventData{EventID: [16]byte(id("a", i)), EventType: "t", ContentType: esdb.ContentTypeJson, Data: bytes.Repeat([]byte("1"), 1<<20)})
	}
	_, err := client.AppendToStream(b.ctx, "case.1", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, events...)
	var failed *esdb.Error
	if !errors.As(err, &failed) || failed.Code() != esdb.ErrorCodeUnknown || !strings.Contains(err.Error(), "EOF") {
		t.Errorf("%v", err)
	}
}

// met waits until calls have met n faults, and then goes on.
func (b *bench) met(n int, then func()) {
	for b.server.Seen().Faults < n && b.ctx.Err() == nil {
		runtime.Gosched()
	}
	then()
}

type cutting struct {
	request request
	fault   kurrenttest.Fault
	want    string
	code    codes.Code
}

func cuttings() []cutting {
	return []cutting{
		{request{stream: "a", count: all}, kurrenttest.Fault{}, "", codes.Unavailable},
		{request{stream: "a", count: all}, kurrenttest.Fault{Messages: 2}, "a@0 a@1", codes.Unavailable},
		{request{stream: "a", count: all}, kurrenttest.Fault{Messages: 3, Code: codes.Aborted}, "a@0 a@1 a@2", codes.Aborted},
		{request{stream: "a", count: 2}, kurrenttest.Fault{Messages: 2, Cut: true}, "a@0 a@1", codes.Unavailable},
		{request{stream: "a", count: all}, kurrenttest.Fault{Messages: 4}, "a@0 a@1 a@2", codes.OK},
		{request{stream: "a", count: all}, kurrenttest.Fault{Messages: 1, Stall: true}, "a@0", codes.Canceled},
		{request{stream: "a", count: all}, kurrenttest.Fault{Slow: time.Microsecond}, "a@0 a@1 a@2", codes.OK},
		{request{stream: "none", count: all}, kurrenttest.Fault{Code: codes.Unauthenticated}, "", codes.Unauthenticated},
		{request{count: all}, kurrenttest.Fault{Messages: 3, Code: codes.PermissionDenied}, "a@0 b@0 a@1", codes.PermissionDenied},
		{request{from: "end", count: all, backwards: true}, kurrenttest.Fault{Messages: 1}, "b@1", codes.Unavailable},
		{request{}, kurrenttest.Fault{}, "", codes.Unavailable},
		{request{}, kurrenttest.Fault{Messages: 1}, "confirmed", codes.Unavailable},
		{request{}, kurrenttest.Fault{Messages: 3, Cut: true}, "confirmed a@0 b@0", codes.Unavailable},
		{request{}, kurrenttest.Fault{Messages: 6, Stall: true}, "confirmed a@0 b@0 a@1 a@2 b@1", codes.Canceled},
		{request{stream: "a"}, kurrenttest.Fault{Messages: 5}, "confirmed a@0 a@1 a@2 live", codes.Canceled}, // the sixth never comes
		{request{stream: "a"}, kurrenttest.Fault{Messages: 2, NotLeader: "x:1"}, "confirmed a@0", codes.NotFound},
	}
}

// Reads and subscriptions are cut, or fall silent, after the messages they were
// allowed.
func TestFailedReads(t *testing.T) {
	for i, c := range cuttings() {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			b := serve(t, kurrenttest.Options{})
			b.mixed()
			b.connected()
			c.fault.On = kurrenttest.Read | kurrenttest.Subscribe
			b.server.Fail(c.fault)
			ctx, cancel := context.WithCancel(b.ctx)
			defer cancel()
			call, err := b.raw.Read(ctx, c.request.wire())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			if c.code == codes.Canceled { // silence: who has waited long enough goes
				got = b.take(call, len(strings.Fields(c.want)))
				time.AfterFunc(20*time.Millisecond, cancel)
			}
			rest, err := drain(call)
			got = append(got, rest...)
			b.code(err, c.code)
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("%q, want %q", text, c.want)
			}
			b.connected()
			if got, err := drain(b.open(request{stream: "b", count: all})); err != nil || len(got) != 2 {
				t.Errorf("afterwards: %v, %v", got, err)
			}
		})
	}
}

// Faults are met in order, as often as they say, after those that pass.
func TestScript(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Append, Skip: 1, Times: 2, Code: codes.Aborted})
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.EveryCall, Times: kurrenttest.Always, Skip: 1})
	var got []string
	for i := range 6 {
		_, err := b.append("case.1", anyRevision, pending("a", i, i+1)...)
		got = append(got, statusOf(err))
	}
	if want := "[OK Aborted Aborted Unavailable Unavailable Unavailable]"; fmt.Sprint(got) != want {
		t.Errorf("%v", got)
	}
	if b.server.Left() != 0 {
		t.Error(b.server.Left())
	}
	b.server.Clear()
	if _, err := b.append("case.1", anyRevision, pending("a", 9, 10)...); err != nil {
		t.Error(err)
	}
}

// Clear lets what stalls go on: an append that was held back is then written.
func TestClearReleases(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Append, Stall: true})
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Subscribe, Messages: 2, Stall: true})
	call := b.open(request{})
	b.take(call, 2) // confirmed, live
	done := make(chan error, 1)
	go func() {
		_, err := b.append("case.1", noStream, pending("a", 0, 1)...)
		done <- err
	}()
	b.met(2, func() {})
	if n := b.length("case.1"); n != 0 {
		t.Fatalf("%d events", n)
	}
	b.server.Clear()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := b.take(call, 1)[0]; got != "case.1@0" {
		t.Error(got)
	}
}

// A stop cuts everything at once, also what stalls; on the same port the server
// goes on with its store and its faults.
func TestStopAndRestart(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	address := b.server.Address()
	live, stalled := b.open(request{}), b.open(request{})
	b.take(live, 2)
	b.take(stalled, 2)
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Append, Stall: true})
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Read, Code: codes.Aborted})
	done := make(chan error, 1)
	go func() {
		_, err := b.append("case.1", noStream, pending("a", 0, 1)...)
		done <- err
	}()
	b.met(1, func() {})
	b.server.Stop()
	b.server.Stop()
	b.code(<-done, codes.Unavailable)
	_, err := live.Recv()
	b.code(err, codes.Unavailable)
	if seen := b.server.Seen(); seen.Connections != 0 || seen.Subscriptions != 0 {
		t.Errorf("%+v", seen)
	}
	if conn, err := net.Dial("tcp", address); err == nil {
		conn.Close()
		t.Error("something still listens")
	}
	if err := b.server.Restart(); err != nil || b.server.Address() != address {
		t.Fatal(err, b.server.Address())
	}
	if err := b.server.Restart(); err == nil {
		t.Error("started twice")
	}
	b.connected()
	_, err = drain(b.open(request{count: all}))
	b.code(err, codes.Aborted)
	if answer, err := b.append("case.1", noStream, pending("a", 0, 1)...); err != nil || told(answer) != "0 at 1/1" {
		t.Error(told(answer), err)
	}
}

func TestAddressTaken(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	if _, err := kurrenttest.Start(b.store, kurrenttest.Options{Address: b.server.Address()}); err == nil {
		t.Error("two servers on one port")
	}
}

// What is not served says so.
func TestUnimplemented(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	for _, method := range []string{
		"/event_store.client.streams.Streams/Tombstone", "/event_store.client.streams.Streams/BatchAppend",
		"/event_store.client.persistent_subscriptions.PersistentSubscriptions/Create", "/event_store.client.projections.Projections/Create",
	} {
		call, err := b.conn.NewStream(b.ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method)
		if err != nil {
			t.Fatal(err)
		}
		if err := call.SendMsg(request{}.wire()); err != nil && !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		call.CloseSend()
		if err := call.RecvMsg(request{}.wire()); statusOf(err) != "Unimplemented" {
			t.Errorf("%s: %v", method, err)
		}
	}
	client := b.client()
	_, err := client.DeleteStream(b.ctx, "case.1", esdb.DeleteStreamOptions{})
	var failed *esdb.Error
	if !errors.As(err, &failed) || failed.Code() != esdb.ErrorCodeUnsupportedFeature {
		t.Error(err)
	}
}
