package kurrenttest_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"

	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

// Appends that do not keep to the protocol.
func TestMalformedAppends(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	event := &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: proposed(pending("a", 0, 1)[0])}}
	good := header("case.1", noStream)
	vague := header("case.1", noStream)
	vague.GetOptions().ExpectedStreamRevision = nil
	far := header("case.1", 0)
	far.GetOptions().ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: 1 << 63}
	for name, messages := range map[string][]*streams.AppendReq{
		"nothing": nil, "no header": {event}, "two headers": {good, good}, "no expectation": {vague, event}, "no such revision": {far, event},
	} {
		call, err := b.raw.Append(b.ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range messages {
			if call.Send(m) != nil {
				break
			}
		}
		if _, err := call.CloseAndRecv(); statusOf(err) != codes.InvalidArgument.String() {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := b.length("case.1"); n != 0 {
		t.Errorf("%d events", n)
	}
}

// The largest revision is the server's own way to expect no events.
func TestLargestRevisionMeansNoStream(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	call, err := b.raw.Append(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	first := header("case.1", 0)
	first.GetOptions().ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: 1<<64 - 1}
	if err := call.Send(first); err != nil {
		t.Fatal(err)
	}
	if answer, err := call.CloseAndRecv(); err != nil || told(answer) != "none" {
		t.Error(told(answer), err)
	}
}

// A client that leaves in the middle leaves nothing behind.
func TestAbandonedAppend(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	ctx, cancel := context.WithCancel(b.ctx)
	call, err := b.raw.Append(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := call.Send(header("case.1", noStream)); err != nil {
		t.Fatal(err)
	}
	for b.server.Seen().Append == 0 {
		b.connected()
	}
	cancel()
	if _, err := call.CloseAndRecv(); statusOf(err) != "Canceled" {
		t.Error(err)
	}
	if n := b.length("case.1"); n != 0 {
		t.Errorf("%d events", n)
	}
}

// What is far too large is not even read to its end.
func TestEndlessAppend(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	call, err := b.raw.Append(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	err = call.Send(header("case.1", noStream))
	e := pending("a", 0, 1)[0]
	e.Data = bytes.Repeat([]byte("x"), 8<<20)
	m := &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: proposed(e)}}
	sent := 0
	for ; err == nil && sent < 20; sent++ {
		err = call.Send(m)
	}
	if _, err := call.CloseAndRecv(); statusOf(err) != codes.InvalidArgument.String() || sent == 20 {
		t.Errorf("after %d messages: %v", sent, err)
	}
}

// overtaking writes another event before each of the first appends.
type overtaking struct {
	es.Store
	left int
}

func (s *overtaking) Append(ctx context.Context, stream es.StreamID, at es.Revision, events []es.Pending) (es.Receipt, error) {
	if s.left > 0 {
		s.left--
		if _, err := s.Store.Append(ctx, stream, at, pending("other", s.left, s.left+1)); err != nil {
			return es.Receipt{}, err
		}
	}
	return s.Store.Append(ctx, stream, at, events)
}

// Without a revision an append is tried until it has its place, or gives up.
func TestAppendWithoutRevisionIsOvertaken(t *testing.T) {
	b := serveStore(t, &overtaking{Store: estest.NewStore(), left: 5}, kurrenttest.Options{})
	if answer, err := b.append("case.1", anyRevision, pending("a", 0, 2)...); err != nil || told(answer) != "6 at 7/7" {
		t.Error(told(answer), err)
	}
	b = serveStore(t, &overtaking{Store: estest.NewStore(), left: 1 << 20}, kurrenttest.Options{})
	_, err := b.append("case.1", anyRevision, pending("a", 0, 1)...)
	b.code(err, codes.Unavailable)
}

// The ids of recent events are bounded: the oldest is forgotten first, and an
// append without a revision that repeats it is written twice.
func TestRecentIDsAreBounded(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	long := es.StreamID(strings.Repeat("s", es.MaxStreamID))
	if _, err := b.append("case.1", anyRevision, pending("old", 0, 1)...); err != nil {
		t.Fatal(err)
	}
	fill := (8<<20)/(28+2*len(long)) + 1
	for i := 0; i < fill; i += 1000 {
		if _, err := b.append(long, anyRevision, pending("new", i, i+1000)...); err != nil {
			t.Fatal(err)
		}
	}
	if answer, err := b.append("case.1", anyRevision, pending("old", 0, 1)...); err != nil || !strings.HasPrefix(told(answer), "1 at ") {
		t.Error(told(answer), err)
	}
	last := fill / 1000 * 1000
	if answer, err := b.append(long, anyRevision, pending("new", last, last+1000)...); err != nil || !strings.HasPrefix(told(answer), fmt.Sprint(last+999)) {
		t.Error(told(answer), err)
	}
}

func TestNothingAskedNothingSent(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	b.mixed()
	for _, r := range []request{{stream: "a", count: 1}, {count: 1}, {from: "end", count: 1, backwards: true}} {
		w := r.wire()
		w.Options.CountOption = &streams.ReadReq_Options_Count{}
		call, err := b.raw.Read(b.ctx, w)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := drain(call); err != nil || len(got) != 0 {
			t.Errorf("%v, %v", got, err)
		}
	}
}

// An empty log has no place to name.
func TestFilteredSubscriptionOfAnEmptyLog(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	call := b.open(request{filter: filtered(true, "", 1, 1, "a.")})
	if got := b.take(call, 2); fmt.Sprint(got) != "[confirmed live]" {
		t.Fatal(got)
	}
	b.given("a", es.None, pending("a", 0, 1)...)
	if got := b.take(call, 2); fmt.Sprint(got) != "[a@0 -> 1/1]" {
		t.Error(got)
	}
}

// A slow call ends with its caller, and with Clear.
func TestSlow(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	b.mixed()
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Read, Slow: time.Hour, Times: 2})
	ctx, cancel := context.WithCancel(b.ctx)
	go b.met(1, cancel)
	call, err := b.raw.Read(ctx, request{count: all}.wire())
	if err != nil {
		t.Fatal(err)
	}
	_, err = drain(call)
	b.code(err, codes.Canceled)
	call = b.open(request{stream: "a", count: all})
	b.met(2, func() {})
	b.server.Clear()
	if got, err := drain(call); err != nil || len(got) != 3 {
		t.Error(got, err)
	}
}
