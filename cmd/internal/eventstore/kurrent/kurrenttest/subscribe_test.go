package kurrenttest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"

	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
)

// more writes a@3 none@0 b@2, at 6 to 8.
func (b *bench) more() {
	b.given("a", 2, pending("a", 3, 4)...)
	b.given("none", es.None, pending("none", 0, 1)...)
	b.given("b", 1, pending("b", 2, 3)...)
}

// Reading is inclusive, subscribing exclusive; a stream that does not exist is
// waited for.
func TestSubscriptions(t *testing.T) {
	for i, c := range []struct {
		request
		want, then string
	}{
		{request{}, "a@0 b@0 a@1 a@2 b@1 live", "a@3 none@0 b@2"},
		{request{from: at(3)}, "a@2 b@1 live", "a@3 none@0 b@2"},
		{request{from: es.Position{Commit: 3}}, "a@1 a@2 b@1 live", "a@3 none@0 b@2"},
		{request{from: at(5)}, "live", "a@3 none@0 b@2"},
		{request{from: "end"}, "live", "a@3 none@0 b@2"},
		{request{from: es.Position{}}, "a@0 b@0 a@1 a@2 b@1 live", "a@3 none@0 b@2"},
		{request{stream: "a"}, "a@0 a@1 a@2 live", "a@3"},
		{request{stream: "a", from: 0}, "a@1 a@2 live", "a@3"},
		{request{stream: "a", from: 2}, "live", "a@3"},
		{request{stream: "b", from: 2}, "live", ""}, // not interested in b@2
		{request{stream: "a", from: "end"}, "live", "a@3"},
		{request{stream: "none"}, "live", "none@0"},
		{request{stream: "none", from: "end"}, "live", "none@0"},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			b := serve(t, kurrenttest.Options{})
			b.mixed()
			call := b.open(c.request)
			want := append([]string{"confirmed"}, strings.Fields(c.want)...)
			if got := b.take(call, len(want)); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%v, want %v", got, want)
			}
			b.more()
			if got := strings.Join(b.take(call, len(strings.Fields(c.then))), " "); got != c.then {
				t.Fatalf("%s, want %s", got, c.then)
			}
			if n := b.server.Seen().Subscriptions; n != 1 {
				t.Errorf("%d subscriptions", n)
			}
		})
	}
}

// A subscription that begins while others write sees every event once, in order.
func TestStreamSubscriptionUnderLoad(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	const events = 400
	wrote := make(chan error, 2)
	for _, stream := range []es.StreamID{"a", "b"} {
		go func() {
			var err error
			for i := 0; i < events && err == nil; i++ {
				_, err = b.store.Append(b.ctx, stream, es.Revision(i-1), pending(string(stream), i, i+1))
			}
			wrote <- err
		}()
	}
	var calls []streams.Streams_ReadClient
	for range 4 {
		calls = append(calls, b.open(request{stream: "a"}))
	}
	for _, call := range calls {
		for next := 0; next < events; {
			m, err := call.Recv()
			if err != nil {
				t.Fatal(err)
			}
			if e := m.GetEvent(); e != nil {
				if short(m) != fmt.Sprintf("a@%d", next) {
					t.Fatalf("%s, want a@%d", short(m), next)
				}
				next++
			}
		}
	}
	for range 2 {
		if err := <-wrote; err != nil {
			t.Error(err)
		}
	}
}

type filter = streams.ReadReq_Options_FilterOptions

func filtered(byType bool, regex string, window, multiplier uint32, prefixes ...string) *filter {
	f := &filter{CheckpointIntervalMultiplier: multiplier}
	e := &streams.ReadReq_Options_FilterOptions_Expression{Regex: regex, Prefix: prefixes}
	f.Filter = &streams.ReadReq_Options_FilterOptions_StreamIdentifier{StreamIdentifier: e}
	if byType {
		f.Filter = &streams.ReadReq_Options_FilterOptions_EventType{EventType: e}
	}
	f.Window = &streams.ReadReq_Options_FilterOptions_Max{Max: window}
	if window == 0 {
		f.Window = &streams.ReadReq_Options_FilterOptions_Count{Count: &shared.Empty{}}
	}
	return f
}

func TestFilters(t *testing.T) {
	for i, c := range []struct {
		filter *filter
		want   string
	}{
		{filtered(true, "", 32, 1, "a."), "a@0 a@1 a@2"},
		{filtered(true, "", 32, 1, "x", "b.h"), "b@0 b@1"},
		{filtered(true, `^[^\$].*`, 32, 1), "a@0 b@0 a@1 a@2 b@1"}, // what the client excludes system events with
		{filtered(true, `v2$`, 32, 1), ""},
		{filtered(false, "", 32, 1, "b"), "b@0 b@1"},
		{filtered(false, "^[ac]$", 0, 1), "a@0 a@1 a@2"},
		{filtered(false, "happened", 0, 1), ""},
	} {
		b := serve(t, kurrenttest.Options{})
		b.mixed()
		call := b.open(request{filter: c.filter})
		var got []string
		for {
			m := b.take(call, 1)[0]
			if m == "live" {
				break
			}
			if !strings.HasPrefix(m, "->") && m != "confirmed" {
				got = append(got, m)
			}
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%d: %s, want %s", i, text, c.want)
		}
	}
}

func TestRefusedFilters(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	none := filtered(true, "a", 32, 1)
	none.Window = nil
	zero := filtered(true, "a", 1, 1)
	zero.Window = &streams.ReadReq_Options_FilterOptions_Max{}
	for name, f := range map[string]*filter{
		"multiplier 0": filtered(true, "a", 32, 0), "no expression": filtered(true, "", 32, 1),
		"not a regular expression": filtered(true, "(", 32, 1), "no window": none, "window 0": zero,
	} {
		_, err := drain(b.open(request{filter: f}))
		if statusOf(err) != codes.InvalidArgument.String() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Checkpoints: while catching up after pages that fill an interval, on reaching
// live, and at the event that fills an interval from then on. A page without a hit
// is known up to its first event only; that is the record's first byte, so its
// prepare position is 0. The log is mixed twice over: a b a a b, at 1 to 10.
func TestCheckpoints(t *testing.T) {
	const x = "x" // matches nothing
	for _, c := range []struct {
		name   string
		from   any
		filter *filter
		want   string
		live   string // after three more: a none b, at 11 to 13
	}{
		{"one page with hits", nil, filtered(false, "", 32, 1, "a"), "a a a a a a -> 9/9 live", "a"},
		{"one page without", nil, filtered(false, "", 32, 1, x), "-> 0/0 live", ""},
		{"one page without, from a position", at(4), filtered(false, "", 32, 1, x), "-> 4/4 live", ""},
		{"pages of two", nil, filtered(false, "", 2, 1, "b"), "b -> 2/2 -> 3/0 b -> 5/5 b -> 7/7 b -> 10/10 live", "-> 12/12 b"},
		{"pages of three, every second", nil, filtered(false, "", 3, 2, x), "-> 4/0 -> 10/0 live", ""},
		{"nothing known yet is no checkpoint", nil, filtered(false, "", 4, 1, x), "-> 5/0 -> 9/0 live", ""},
		{"an interval of one", at(8), filtered(false, "", 1, 1, x), "-> 8/8 -> 10/0 live", "-> 11/11 -> 12/12 -> 13/13"},
		{"live from the start", at(10), filtered(false, "", 3, 1, "a"), "live", "a -> 13/13"},
		{"from the end", "end", filtered(false, "", 1, 2, x), "live", "-> 12/12"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := serve(t, kurrenttest.Options{})
			b.mixed()
			b.given("a", 2, pending("a", 3, 4)...)
			b.given("b", 1, pending("b", 2, 3)...)
			b.given("a", 3, pending("a", 4, 6)...)
			b.given("b", 2, pending("b", 3, 4)...)
			call := b.open(request{from: c.from, filter: c.filter})
			if got := b.take(call, 1)[0]; got != "confirmed" {
				t.Fatal(got)
			}
			if got := b.talk(call, strings.Count(c.want, " ")+1-strings.Count(c.want, "->")); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			b.given("a", 5, pending("a", 6, 7)...)
			b.given("none", es.None, pending("none", 0, 1)...)
			b.given("b", 3, pending("b", 4, 5)...)
			if c.live == "" {
				return
			}
			if got := b.talk(call, strings.Count(c.live, " ")+1-strings.Count(c.live, "->")); got != c.live {
				t.Errorf("live %s, want %s", got, c.live)
			}
		})
	}
}

// talk is n messages without the revisions.
func (b *bench) talk(call streams.Streams_ReadClient, n int) string {
	b.Helper()
	var got []string
	for _, m := range b.take(call, n) {
		name, _, _ := strings.Cut(m, "@")
		got = append(got, name)
	}
	return strings.Join(got, " ")
}

// An unfiltered subscription has no checkpoints, however long.
func TestNoCheckpointsWithoutFilter(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	b.given("a", es.None, pending("a", 0, 200)...)
	for i, m := range b.take(b.open(request{}), 202) {
		if strings.HasPrefix(m, "->") {
			t.Errorf("message %d: %s", i, m)
		}
	}
}

func TestClientSubscribes(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	b.mixed()
	client := b.client()
	sub, err := client.SubscribeToAll(b.ctx, esdb.SubscribeToAllOptions{
		From: esdb.Position{Commit: 3, Prepare: 3}, Filter: esdb.ExcludeSystemEventsFilter(), MaxSearchWindow: 1, CheckpointInterval: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	var got []string
	for len(got) < 5 {
		switch e := sub.Recv(); {
		case e.EventAppeared != nil:
			o := e.EventAppeared.OriginalEvent()
			got = append(got, fmt.Sprintf("%s@%d", o.StreamID, o.EventNumber))
		case e.CheckPointReached != nil:
			got = append(got, fmt.Sprint("-> ", e.CheckPointReached.Commit))
		case e.CaughtUp != nil:
			got = append(got, "live")
			b.given("a", 2, pending("a", 3, 4)...)
		case e.SubscriptionDropped != nil:
			t.Fatal(e.SubscriptionDropped.Error)
		}
	}
	if want := "a@2 b@1 -> 5 live a@3"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}
