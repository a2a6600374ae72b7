package kurrent_test

import (
	"errors"
	"io"
	"maps"
	"math"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"

	"fangxin/cmd/internal/eventstore/kurrent"
	"fangxin/domain/es"
)

// odd is a server of another age: it knows no features, says more than was asked,
// and may send what no server should.
type odd struct {
	streams.UnimplementedStreamsServer
	event  atomic.Pointer[streams.ReadResp_ReadEvent_RecordedEvent] // nil: the log is empty
	append func(es.Revision) *streams.AppendResp
	behind bool // the log is shorter than its head
}

func (o *odd) Read(q *streams.ReadReq, call streams.Streams_ReadServer) error {
	all := []*streams.ReadResp{
		{Content: &streams.ReadResp_FirstStreamPosition{}},
		{Content: &streams.ReadResp_LastStreamPosition{LastStreamPosition: 7}},
		{Content: &streams.ReadResp_LastAllStreamPosition{}},
		{Content: &streams.ReadResp_FellBehind_{}},
		{},
		{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{}}}, // a link to what is gone
	}
	log := q.GetOptions().GetAll() != nil && q.GetOptions().GetReadDirection() == streams.ReadReq_Options_Forwards
	if e := o.event.Load(); e != nil && !(o.behind && log) {
		all = append(all, &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{Event: e}}})
	}
	live := q.GetOptions().GetSubscription() != nil
	if live {
		all = append(all, &streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}})
	}
	for _, m := range all {
		if err := call.Send(m); err != nil {
			return err
		}
	}
	if live {
		<-call.Context().Done()
	}
	return nil
}

func (o *odd) Append(call streams.Streams_AppendServer) error {
	expected := es.None
	for {
		m, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return call.SendAndClose(o.append(expected))
		}
		if err != nil {
			return err
		}
		if r, ok := m.GetOptions().GetExpectedStreamRevision().(*streams.AppendReq_Options_Revision); ok {
			expected = es.Revision(r.Revision)
		}
	}
}

// oddOne is a server whose log holds the event.
func oddOne(e *streams.ReadResp_ReadEvent_RecordedEvent) *odd {
	o := &odd{}
	o.event.Store(e)
	return o
}

func (o *odd) open(t *testing.T) *kurrent.Store {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	streams.RegisterStreamsServer(server, o)
	go server.Serve(l)
	t.Cleanup(server.Stop)
	return opened(t, kurrent.Options{
		Address: "esdb://" + l.Addr().String() + "?tls=false",
		BackOff: time.Millisecond, MaxBackOff: time.Millisecond, Settle: 20 * time.Millisecond,
	})
}

// recorded is an event in order, with the changes.
func recorded(changes map[string]string) *streams.ReadResp_ReadEvent_RecordedEvent {
	md := map[string]string{"type": "test.v1", "content-type": "application/json", "created": "17000000001234567"}
	maps.Copy(md, changes)
	return &streams.ReadResp_ReadEvent_RecordedEvent{
		Id:               &shared.UUID{Value: &shared.UUID_String_{String_: "0fa9610e-3d52-5c0b-9a41-66616e677869"}},
		StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte("case.1")},
		CommitPosition:   5, PreparePosition: 4, Metadata: md, Data: []byte(`{}`),
	}
}

// TestUnknownMessages: what a newer server says beside the events is passed over,
// and an older one need not know the question about features.
func TestUnknownMessages(t *testing.T) {
	s := oddOne(recorded(nil)).open(t)
	n := 0
	for e, err := range s.Read(t.Context(), "case.1", 0) {
		want := time.Unix(1700000000, 123456700).UTC()
		if err != nil || e.Recorded != want || e.ID != es.Namespace || (e.Position != es.Position{Commit: 5, Prepare: 4}) {
			t.Fatalf("%+v, %v", e, err)
		}
		n++
	}
	if n != 1 {
		t.Fatalf("%d events", n)
	}
	sub := subscribed(t, s, head0)
	if d := next(t, sub); d.Event == nil {
		t.Fatalf("%+v", d)
	}
	if d := next(t, sub); !d.CaughtUp {
		t.Fatalf("%+v", d)
	}
	// A log of nothing but the server's own.
	if head, err := oddOne(recorded(map[string]string{"type": "$metadata"})).open(t).Head(t.Context()); err != nil || !head.IsStart() {
		t.Fatalf("head %s, %v", head, err)
	}
}

// TestShortLog: a node that lags behind another does not pass for the whole log.
func TestShortLog(t *testing.T) {
	server := oddOne(recorded(nil))
	server.behind = true
	s := server.open(t)
	var failed error
	for _, err := range s.ReadAll(t.Context(), head0) {
		failed = err
	}
	if !errors.Is(failed, es.ErrUnavailable) {
		t.Fatal(failed)
	}
}

// TestUnreadableEvents: a time stamp at which the vendor's client ends the process,
// an id or a type that is none, and a revision out of turn, are damage.
func TestUnreadableEvents(t *testing.T) {
	gap, id, place := recorded(nil), recorded(nil), recorded(nil)
	place.CommitPosition, place.PreparePosition = math.MaxUint64, math.MaxUint64
	gap.StreamRevision = 1
	id.Id = &shared.UUID{Value: &shared.UUID_String_{String_: "7"}}
	for name, e := range map[string]*streams.ReadResp_ReadEvent_RecordedEvent{
		"created": recorded(map[string]string{"created": "yesterday"}), "no created": recorded(map[string]string{"created": ""}),
		"no type": recorded(map[string]string{"type": ""}), "gap": gap, "id": id, "place": place,
	} {
		server := &odd{}
		s := server.open(t)
		server.event.Store(e)
		damaged := false
		for _, err := range s.Read(t.Context(), "case.1", 0) {
			damaged = errors.Is(err, es.ErrDamaged)
		}
		if damaged == (name == "place") { // which the port does not ask for here
			t.Errorf("%s: damaged %v", name, damaged)
		}
		if name == "gap" {
			for _, err := range s.ReadBack(t.Context(), "case.1", es.Last) {
				damaged = errors.Is(err, es.ErrDamaged)
			}
			if !damaged {
				t.Errorf("%s: not noticed backwards", name)
			}
			continue
		}
		if _, err := subscribed(t, s, head0).Next(t.Context()); !errors.Is(err, es.ErrDamaged) {
			t.Errorf("%s: next: %v", name, err)
		}
	}
}

// TestOddAnswers: an answer to an append that contradicts itself or says nothing
// leaves the outcome unknown; the fields of servers before 20.6 are understood.
func TestOddAnswers(t *testing.T) {
	wrong := func(w *streams.AppendResp_WrongExpectedVersion) *streams.AppendResp {
		return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: w}}
	}
	var conflict *es.ConflictError
	for name, c := range map[string]struct {
		answer *streams.AppendResp
		actual es.Revision // or unknown
	}{
		"nothing":  {&streams.AppendResp{}, 99},
		"no field": {wrong(&streams.AppendResp_WrongExpectedVersion{}), 99},
		"contradiction": {wrong(&streams.AppendResp_WrongExpectedVersion{
			CurrentRevisionOption: &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: 3}}), 99},
		"current": {wrong(&streams.AppendResp_WrongExpectedVersion{
			CurrentRevisionOption: &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: 4}}), 4},
		"none": {wrong(&streams.AppendResp_WrongExpectedVersion{
			CurrentRevisionOption: &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: &shared.Empty{}}}), es.None},
		"old current": {wrong(&streams.AppendResp_WrongExpectedVersion{
			CurrentRevisionOption_20_6_0: &streams.AppendResp_WrongExpectedVersion_CurrentRevision_20_6_0{CurrentRevision_20_6_0: 4}}), 4},
		"old none": {wrong(&streams.AppendResp_WrongExpectedVersion{
			CurrentRevisionOption_20_6_0: &streams.AppendResp_WrongExpectedVersion_NoStream_20_6_0{NoStream_20_6_0: &shared.Empty{}}}), es.None},
	} {
		s := (&odd{append: func(es.Revision) *streams.AppendResp { return c.answer }}).open(t)
		_, err := s.Append(t.Context(), "case.1", 3, []es.Pending{event("case.1", 0)})
		switch {
		case c.actual == 99 && !errors.Is(err, es.ErrUnknownOutcome):
			t.Errorf("%s: %v", name, err)
		case c.actual != 99 && (!errors.As(err, &conflict) || conflict.Actual != c.actual):
			t.Errorf("%s: %v", name, err)
		}
	}
}
