package kurrenttest_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"

	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
)

// Every expectation meets every state of a living stream, with new events and with
// none.
func TestExpectedVersion(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	b.given("other.1", es.None, pending("other", 0, 1)...) // position 1
	b.given("three", es.None, pending("three", 0, 3)...)   // 2 to 4
	for i, c := range []struct {
		stream   es.StreamID
		expected expectation
		n        int
		want     string
	}{
		{"none.a", streamExists, 1, "wrong, no stream"}, {"none.a", 0, 1, "wrong, no stream"}, {"none.a", 7, 1, "wrong, no stream"},
		{"none.a", streamExists, 0, "wrong, no stream"}, {"none.a", 0, 0, "wrong, no stream"},
		{"none.a", anyRevision, 0, "none"}, {"none.a", noStream, 0, "none"},
		{"none.a", anyRevision, 2, "1 at 6/6"}, {"none.b", noStream, 1, "0 at 7/7"},

		{"three", noStream, 1, "wrong, at 2"}, {"three", 0, 1, "wrong, at 2"}, {"three", 1, 1, "wrong, at 2"}, {"three", 3, 1, "wrong, at 2"},
		{"three", noStream, 0, "wrong, at 2"}, {"three", 1, 0, "wrong, at 2"}, {"three", 3, 0, "wrong, at 2"},
		{"three", anyRevision, 0, "2"}, {"three", streamExists, 0, "2"}, {"three", 2, 0, "2"},
		{"three", anyRevision, 1, "3 at 8/8"}, {"three", streamExists, 1, "4 at 9/9"}, {"three", 4, 2, "6 at 11/11"},
		{"three", -5, 1, "InvalidArgument"},
	} {
		answer, err := b.append(c.stream, c.expected, pending(fmt.Sprint("new", i), 0, c.n)...)
		got := told(answer)
		if err != nil {
			got = statusOf(err)
		}
		if got != c.want {
			t.Errorf("%s at %d with %d events: %q, want %q", c.stream, c.expected, c.n, got, c.want)
		}
	}
}

// The same ids once more. The first append was a, b, c from revision 0 on, then d.
func TestRepeats(t *testing.T) {
	a := pending("a", 0, 9)
	for i, c := range []struct {
		expected expectation
		events   []es.Pending
		want     string
	}{
		{noStream, a[:3], "2 at 3/3"}, {noStream, a[:2], "1 at 2/2"}, {noStream, a[:4], "3 at 4/4"},
		{0, a[1:3], "2 at 3/3"}, {2, a[3:4], "3 at 4/4"},
		{noStream, a[1:3], "wrong, at 3"},
		{noStream, []es.Pending{a[0], a[8]}, "wrong, at 3"},
		{2, a[3:5], "wrong, at 3"}, // longer than what was written
		{4, a[:1], "wrong, at 3"},
		{3, a[:2], "5 at 6/6"}, // at the end nothing is compared

		{anyRevision, a[:3], "2 at 3/3"}, {streamExists, a[3:4], "3 at 4/4"},
		{anyRevision, a[1:2], "1 at 3/3"}, // known to the node with its append's place
		{anyRevision, []es.Pending{a[0], a[8]}, "wrong, at 3"},
		{streamExists, []es.Pending{a[0], a[8]}, "wrong, at 3"},
		{anyRevision, []es.Pending{a[8], a[0]}, "5 at 6/6"}, // the first decides
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			b := serve(t, kurrenttest.Options{})
			for r, events := range [][]es.Pending{a[:3], a[3:4]} {
				if _, err := b.append("case.1", expectation(r*3-1), events...); err != nil {
					t.Fatal(err)
				}
			}
			answer, err := b.append("case.1", c.expected, c.events...)
			if err != nil || told(answer) != c.want {
				t.Errorf("%q %v, want %q", told(answer), err, c.want)
			}
		})
	}
}

// After a restart only exact revisions still know a repeat.
func TestRepeatsAfterRestart(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	a := pending("a", 0, 2)
	for range 2 {
		if answer, err := b.append("case.1", anyRevision, a...); err != nil || told(answer) != "1 at 2/2" {
			t.Fatal(told(answer), err)
		}
	}
	// An id known in one stream is new in another.
	if answer, err := b.append("case.2", anyRevision, a...); err != nil || told(answer) != "1 at 4/4" {
		t.Fatal(told(answer), err)
	}
	b.server.Stop()
	if err := b.server.Restart(); err != nil {
		t.Fatal(err)
	}
	b.connected()
	if answer, err := b.append("case.1", noStream, a...); err != nil || told(answer) != "1 at 2/2" {
		t.Fatal(told(answer), err)
	}
	if answer, err := b.append("case.1", anyRevision, a...); err != nil || told(answer) != "3 at 6/6" {
		t.Fatal(told(answer), err)
	}
	if seen := b.server.Seen(); seen.Committed != 3 || seen.Append != 5 {
		t.Errorf("%+v", seen)
	}
}

func TestManyWritersWithoutRevision(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	const writers, each = 6, 20
	failed := make(chan error, writers)
	for w := range writers {
		go func() {
			var err error
			for i := 0; i < each && err == nil; i++ {
				var answer *streams.AppendResp
				answer, err = b.append("case.1", anyRevision, pending(fmt.Sprint("w", w), i, i+1)...)
				if err == nil && answer.GetSuccess() == nil {
					err = errors.New(told(answer))
				}
			}
			failed <- err
		}()
	}
	for range writers {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	if n := b.length("case.1"); n != writers*each {
		t.Errorf("%d events", n)
	}
}

// data + metadata + twice the type's length: 1 MiB and not a byte more. The client
// hears why, although it was still sending when the limit was passed.
func TestSize(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	sized := func(i, total int) es.Pending {
		e := pending("big", i, i+1)[0]
		e.Data = bytes.Repeat([]byte("x"), total-len(e.Meta)-2*len(e.Type))
		return e
	}
	if answer, err := b.append("case.1", noStream, sized(0, es.MaxAppend)); err != nil || told(answer) != "0 at 1/1" {
		t.Fatal(told(answer), err)
	}
	if answer, err := b.append("case.1", 0, sized(1, es.MaxAppend/2), sized(2, es.MaxAppend/2)); err != nil || told(answer) != "2 at 3/3" {
		t.Fatal(told(answer), err)
	}
	for _, events := range [][]es.Pending{
		{sized(3, es.MaxAppend+1)},
		{sized(3, es.MaxAppend/2), sized(4, es.MaxAppend/2+1)},
		{sized(3, es.MaxAppend), sized(4, es.MaxAppend), sized(5, es.MaxAppend), sized(6, es.MaxAppend)},
	} {
		var wire []*streams.AppendReq_ProposedMessage
		for _, e := range events {
			wire = append(wire, proposed(e))
		}
		_, trailers, err := b.propose(b.ctx, "case.1", 2, wire...)
		b.code(err, codes.InvalidArgument)
		if trailers.Get("exception")[0] != "maximum-append-size-exceeded" || trailers.Get("maximum-append-size")[0] != "1048576" {
			t.Errorf("%v", trailers)
		}
	}
	if n := b.length("case.1"); n != 3 {
		t.Errorf("%d events", n)
	}
}

func TestRefusedAppends(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	with := func(change func(*streams.AppendReq_ProposedMessage)) *streams.AppendReq_ProposedMessage {
		m := proposed(pending("a", 0, 1)[0])
		change(m)
		return m
	}
	good := with(func(*streams.AppendReq_ProposedMessage) {})
	for name, c := range map[string]struct {
		stream    es.StreamID
		event     *streams.AppendReq_ProposedMessage
		code      codes.Code
		exception string
	}{
		"system stream":   {"$settings", good, codes.PermissionDenied, "access-denied"},
		"metadata stream": {"$$case.1", good, codes.PermissionDenied, "access-denied"},
		"all":             {"$all", good, codes.PermissionDenied, "access-denied"},
		"no name":         {"", good, codes.InvalidArgument, ""},
		"zero id":         {"case.1", with(func(m *streams.AppendReq_ProposedMessage) { m.Id = proposed(es.Pending{}).Id }), codes.InvalidArgument, ""},
		"no id":           {"case.1", with(func(m *streams.AppendReq_ProposedMessage) { m.Id = nil }), codes.InvalidArgument, ""},
		"empty type":      {"case.1", with(func(m *streams.AppendReq_ProposedMessage) { m.Metadata["type"] = "" }), codes.InvalidArgument, ""},
		"no type": {"case.1", with(func(m *streams.AppendReq_ProposedMessage) { delete(m.Metadata, "type") }),
			codes.InvalidArgument, "missing-required-metadata-property"},
		"no content type": {"case.1", with(func(m *streams.AppendReq_ProposedMessage) { delete(m.Metadata, "content-type") }),
			codes.InvalidArgument, "missing-required-metadata-property"},
		"refused by the store": {"case.\n", good, codes.InvalidArgument, ""},
	} {
		_, trailers, err := b.propose(b.ctx, c.stream, noStream, c.event)
		if got := statusOf(err); got != c.code.String() {
			t.Errorf("%s: %s, want %s", name, got, c.code)
		}
		if got := append(trailers.Get("exception"), "")[0]; got != c.exception {
			t.Errorf("%s: exception %q, want %q", name, got, c.exception)
		}
	}
	if head, err := b.store.Head(b.ctx); err != nil || !head.IsStart() {
		t.Errorf("head %s, %v", head, err)
	}
}

func TestIdsAsText(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	m := proposed(pending("a", 0, 1)[0])
	m.Id = &shared.UUID{Value: &shared.UUID_String_{String_: id("a", 0).String()}}
	m.Metadata["content-type"] = "application/octet-stream"
	if _, _, err := b.propose(b.ctx, "case.1", noStream, m); err != nil {
		t.Fatal(err)
	}
	r := request{stream: "case.1", count: 1}.wire()
	r.Options.UuidOption.Content = &streams.ReadReq_Options_UUIDOption_String_{String_: &shared.Empty{}}
	call, err := b.raw.Read(b.ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	got, err := call.Recv()
	if err != nil || got.GetEvent().GetEvent().GetId().GetString_() != id("a", 0).String() {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := call.Recv(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if n := b.server.Seen().Binary; n != 1 {
		t.Errorf("%d binary events", n)
	}
}

// The client of the house, over the rows it can show.
func TestClientAppends(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	client := b.client()
	event := func(i int) esdb.EventData {
		e := pending("a", i, i+1)[0]
		return esdb.EventData{EventID: [16]byte(e.ID), EventType: e.Type, ContentType: esdb.ContentTypeJson, Data: e.Data, Metadata: e.Meta}
	}
	for _, c := range []struct {
		expected esdb.ExpectedRevision
		i        int
		revision uint64
		code     esdb.ErrorCode
	}{
		{esdb.StreamExists{}, 0, 0, esdb.ErrorCodeWrongExpectedVersion},
		{esdb.NoStream{}, 0, 0, -1}, {esdb.NoStream{}, 0, 0, -1}, {esdb.Revision(0), 1, 1, -1}, {esdb.StreamExists{}, 2, 2, -1}, {esdb.Any{}, 3, 3, -1},
		{esdb.NoStream{}, 4, 0, esdb.ErrorCodeWrongExpectedVersion}, {esdb.Revision(9), 4, 0, esdb.ErrorCodeWrongExpectedVersion},
	} {
		w, err := client.AppendToStream(b.ctx, "case.1", esdb.AppendToStreamOptions{ExpectedRevision: c.expected}, event(c.i))
		var failed *esdb.Error
		switch {
		case errors.As(err, &failed):
			if failed.Code() != c.code {
				t.Errorf("%T: %v", c.expected, err)
			}
		case err != nil || c.code >= 0 || w.NextExpectedVersion != c.revision || w.CommitPosition != c.revision+1 || w.PreparePosition != c.revision+1:
			t.Errorf("%T: %+v, %v", c.expected, w, err)
		}
	}
	b.readBack(client)
}

// readBack reads the four events that TestClientAppends has written.
func (b *bench) readBack(client *esdb.Client) {
	t := b.T
	read, err := client.ReadStream(b.ctx, "case.1", esdb.ReadStreamOptions{}, all)
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	for i := range 4 {
		e, err := read.Recv()
		if err != nil {
			t.Fatal(err)
		}
		want := pending("a", i, i+1)[0]
		got := e.OriginalEvent()
		if !bytes.Equal(got.Data, want.Data) || !bytes.Equal(got.UserMetadata, want.Meta) || es.ID(got.EventID) != want.ID ||
			got.EventType != want.Type || got.ContentType != "application/json" || got.CreatedDate.Year() != 2020 || got.EventNumber != uint64(i) {
			t.Errorf("%+v", got)
		}
	}
	if _, err := read.Recv(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}
