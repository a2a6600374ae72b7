package kurrenttest_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

// patience bounds what must happen at once.
const patience = 20 * time.Second

// bench is a server under test and a client that hides nothing.
type bench struct {
	*testing.T
	store  es.Store
	server *kurrenttest.Server
	raw    streams.StreamsClient
	conn   *grpc.ClientConn
	ctx    context.Context
}

// serve starts a server over a store in memory. At the end of the test nothing of
// either may be left.
func serve(t *testing.T, o kurrenttest.Options) *bench {
	t.Helper()
	return serveStore(t, estest.NewStore(), o)
}

func serveStore(t *testing.T, store es.Store, o kurrenttest.Options) *bench {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	server, err := kurrenttest.Start(store, o)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient(server.Address(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(17<<20)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(func() {
		cancel()
		conn.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if seen := server.Seen(); seen.Connections != 0 || seen.Subscriptions != 0 {
			t.Errorf("left open: %+v", seen)
		}
		store.Close()
	})
	return &bench{T: t, store: store, server: server, raw: streams.NewStreamsClient(conn), conn: conn, ctx: ctx}
}

// client is the client of the house.
func (b *bench) client(options ...string) *esdb.Client {
	b.Helper()
	text := b.server.ConnectionString()
	for _, o := range options {
		text += "&" + o
	}
	return b.dial(text)
}

func (b *bench) dial(text string) *esdb.Client {
	b.Helper()
	config, err := esdb.ParseConnectionString(text)
	if err != nil {
		b.Fatal(err)
	}
	config.Logger = func(esdb.LogLevel, string, ...any) {}
	client, err := esdb.NewClient(config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { client.Close() })
	return client
}

func id(key string, i int) es.ID { return es.EventID(es.DeriveID(es.Namespace, key), i) }

func pending(key string, from, to int) []es.Pending {
	var all []es.Pending
	for i := from; i < to; i++ {
		all = append(all, es.Pending{ID: id(key, i), Type: key + ".happened.v1",
			Data: fmt.Appendf(nil, `{ "n":%d}`, i), Meta: fmt.Appendf(nil, "{\"m\":\t%d}", i)})
	}
	return all
}

// given writes to the store behind the server's back.
func (b *bench) given(stream es.StreamID, expected es.Revision, events ...es.Pending) es.Receipt {
	b.Helper()
	r, err := b.store.Append(b.ctx, stream, expected, events)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

func proposed(e es.Pending) *streams.AppendReq_ProposedMessage {
	return &streams.AppendReq_ProposedMessage{
		Id: &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
			MostSignificantBits:  int64(binary.BigEndian.Uint64(e.ID[:8])),
			LeastSignificantBits: int64(binary.BigEndian.Uint64(e.ID[8:])),
		}}},
		Metadata:       map[string]string{"type": e.Type, "content-type": "application/json"},
		Data:           e.Data,
		CustomMetadata: e.Meta,
	}
}

// expectation is a revision, or one of the three below.
type expectation int64

const (
	noStream     expectation = -1
	anyRevision  expectation = -2
	streamExists expectation = -4
)

func header(stream es.StreamID, expected expectation) *streams.AppendReq {
	o := &streams.AppendReq_Options{StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(stream)}}
	switch expected {
	case noStream:
		o.ExpectedStreamRevision = &streams.AppendReq_Options_NoStream{NoStream: &shared.Empty{}}
	case anyRevision:
		o.ExpectedStreamRevision = &streams.AppendReq_Options_Any{Any: &shared.Empty{}}
	case streamExists:
		o.ExpectedStreamRevision = &streams.AppendReq_Options_StreamExists{StreamExists: &shared.Empty{}}
	default:
		o.ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: uint64(expected)}
	}
	return &streams.AppendReq{Content: &streams.AppendReq_Options_{Options: o}}
}

// propose appends over the wire.
func (b *bench) propose(ctx context.Context, stream es.StreamID, expected expectation, events ...*streams.AppendReq_ProposedMessage) (*streams.AppendResp, metadata.MD, error) {
	call, err := b.raw.Append(ctx)
	if err != nil {
		return nil, nil, err
	}
	err = call.Send(header(stream, expected))
	for _, e := range events {
		if err == nil {
			err = call.Send(&streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: e}})
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	answer, err := call.CloseAndRecv()
	return answer, call.Trailer(), err
}

func (b *bench) append(stream es.StreamID, expected expectation, events ...es.Pending) (*streams.AppendResp, error) {
	var all []*streams.AppendReq_ProposedMessage
	for _, e := range events {
		all = append(all, proposed(e))
	}
	answer, _, err := b.propose(b.ctx, stream, expected, all...)
	return answer, err
}

// told is an answer to an append in short: "7 at 9/9", "none", "wrong, at 7".
func told(r *streams.AppendResp) string {
	if w := r.GetWrongExpectedVersion(); w != nil {
		if w.GetCurrentNoStream() != nil && w.GetNoStream_20_6_0() != nil {
			return "wrong, no stream"
		}
		if w.GetCurrentRevision() != w.GetCurrentRevision_20_6_0() {
			return "two truths"
		}
		return fmt.Sprintf("wrong, at %d", w.GetCurrentRevision())
	}
	s := r.GetSuccess()
	text := "none"
	if _, ok := s.GetCurrentRevisionOption().(*streams.AppendResp_Success_CurrentRevision); ok {
		text = fmt.Sprint(s.GetCurrentRevision())
	}
	if p := s.GetPosition(); p != nil {
		text += fmt.Sprintf(" at %d/%d", p.CommitPosition, p.PreparePosition)
	}
	return text
}

func (b *bench) code(err error, want codes.Code) {
	b.Helper()
	if status.Code(err) != want {
		b.Fatalf("%v, want %s", err, want)
	}
}

// length of a stream in the store.
func (b *bench) length(stream es.StreamID) int {
	b.Helper()
	n := 0
	for _, err := range b.store.Read(b.ctx, stream, 0) {
		if errors.Is(err, es.ErrStreamNotFound) {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	return n
}

// request is what reads and subscriptions are made of.
type request struct {
	stream    string // "" is $all
	from      any    // nil is the start; "end", an int revision, an es.Position
	backwards bool
	count     uint64 // 0 is a subscription
	filter    *streams.ReadReq_Options_FilterOptions
}

const all = uint64(math.MaxUint64)

func (r request) wire() *streams.ReadReq {
	none := &shared.Empty{}
	o := &streams.ReadReq_Options{
		UuidOption:   &streams.ReadReq_Options_UUIDOption{Content: &streams.ReadReq_Options_UUIDOption_Structured{Structured: none}},
		FilterOption: &streams.ReadReq_Options_NoFilter{NoFilter: none},
		CountOption:  &streams.ReadReq_Options_Subscription{Subscription: &streams.ReadReq_Options_SubscriptionOptions{}},
	}
	if r.count > 0 {
		o.CountOption = &streams.ReadReq_Options_Count{Count: r.count}
	}
	if r.backwards {
		o.ReadDirection = streams.ReadReq_Options_Backwards
	}
	if r.filter != nil {
		o.FilterOption = &streams.ReadReq_Options_Filter{Filter: r.filter}
	}
	ofStream := &streams.ReadReq_Options_StreamOptions{StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(r.stream)}}
	ofAll := &streams.ReadReq_Options_AllOptions{}
	switch from := r.from.(type) {
	case nil:
		ofStream.RevisionOption = &streams.ReadReq_Options_StreamOptions_Start{Start: none}
		ofAll.AllOption = &streams.ReadReq_Options_AllOptions_Start{Start: none}
	case string:
		ofStream.RevisionOption = &streams.ReadReq_Options_StreamOptions_End{End: none}
		ofAll.AllOption = &streams.ReadReq_Options_AllOptions_End{End: none}
	case int:
		ofStream.RevisionOption = &streams.ReadReq_Options_StreamOptions_Revision{Revision: uint64(from)}
	case es.Position:
		ofAll.AllOption = &streams.ReadReq_Options_AllOptions_Position{
			Position: &streams.ReadReq_Options_Position{CommitPosition: from.Commit, PreparePosition: from.Prepare}}
	}
	o.StreamOption = &streams.ReadReq_Options_All{All: ofAll}
	if r.stream != "" {
		o.StreamOption = &streams.ReadReq_Options_Stream{Stream: ofStream}
	}
	return &streams.ReadReq{Options: o}
}

func (b *bench) open(r request) streams.Streams_ReadClient {
	b.Helper()
	call, err := b.raw.Read(b.ctx, r.wire())
	if err != nil {
		b.Fatal(err)
	}
	return call
}

// short is a message in short: "a.1@0", "missing", "confirmed", "live", "-> 3/3".
func short(m *streams.ReadResp) string {
	switch c := m.GetContent().(type) {
	case *streams.ReadResp_Event:
		e := c.Event.GetEvent()
		return fmt.Sprintf("%s@%d", e.GetStreamIdentifier().GetStreamName(), e.GetStreamRevision())
	case *streams.ReadResp_StreamNotFound_:
		return "missing"
	case *streams.ReadResp_Confirmation:
		return "confirmed"
	case *streams.ReadResp_CaughtUp_:
		return "live"
	case *streams.ReadResp_Checkpoint_:
		return fmt.Sprintf("-> %d/%d", c.Checkpoint.GetCommitPosition(), c.Checkpoint.GetPreparePosition())
	}
	return fmt.Sprintf("%T", m.GetContent())
}

// drain reads to the end.
func drain(call streams.Streams_ReadClient) (got []string, err error) {
	for {
		m, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return got, nil
		}
		if err != nil {
			return got, err
		}
		got = append(got, short(m))
	}
}

// take reads n messages.
func (b *bench) take(call streams.Streams_ReadClient, n int) (got []string) {
	b.Helper()
	for range n {
		m, err := call.Recv()
		if err != nil {
			b.Fatalf("after %v: %v", got, err)
		}
		got = append(got, short(m))
	}
	return got
}

func statusOf(err error) string { return status.Code(err).String() }

// connected waits until the client has found the server again. The first call may
// still meet the connection that was cut.
func (b *bench) connected() {
	b.Helper()
	for range 3 {
		_, err := b.raw.Delete(b.ctx, &streams.DeleteReq{}, grpc.WaitForReady(true))
		if statusOf(err) == "Unimplemented" {
			return
		}
	}
	b.Fatal("the server is not found again")
}
