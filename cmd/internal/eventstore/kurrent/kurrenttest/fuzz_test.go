package kurrenttest

import (
	"context"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"fangxin/domain/es"
)

// FuzzRequests: whatever a client sends is understood or refused with a status. A
// panic would end the process that serves.
func FuzzRequests(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		var r streams.ReadReq
		if proto.Unmarshal(raw, &r) == nil {
			q, err := asked(r.GetOptions())
			if _, worded := status.FromError(err); !worded {
				t.Fatal(err)
			}
			if err == nil {
				q.filter.passes(&es.Envelope{Stream: "a", Type: "t"})
			}
		}
		var a streams.AppendReq
		if proto.Unmarshal(raw, &a) == nil {
			h := &streamsService{Server: &Server{}}
			p := &proposal{stream: es.StreamID(a.GetOptions().GetStreamIdentifier().GetStreamName()), option: a.GetOptions()}
			if m := a.GetProposedMessage(); m != nil {
				p.wrong = h.propose(context.Background(), p, m)
			}
			_, _, err := exactly(p.option)
			for _, err := range []error{err, acceptable(context.Background(), p)} {
				if _, worded := status.FromError(err); !worded {
					t.Fatal(err)
				}
			}
			outcome{conflict: true}.response(p.option)
		}
	})
}

// seed gives the fuzzer a message of each kind.
func seed(f *testing.F) {
	read := &streams.ReadReq{Options: &streams.ReadReq_Options{
		UuidOption:   &streams.ReadReq_Options_UUIDOption{},
		CountOption:  &streams.ReadReq_Options_Subscription{},
		StreamOption: &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{}},
		FilterOption: &streams.ReadReq_Options_Filter{Filter: &streams.ReadReq_Options_FilterOptions{
			Filter: &streams.ReadReq_Options_FilterOptions_EventType{EventType: &streams.ReadReq_Options_FilterOptions_Expression{Regex: "^a"}},
			Window: &streams.ReadReq_Options_FilterOptions_Max{Max: 1}, CheckpointIntervalMultiplier: 1,
		}},
	}}
	event := &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: &streams.AppendReq_ProposedMessage{
		Metadata: map[string]string{"type": "t", "content-type": "application/json"}, Data: []byte("{}")}}}
	for _, m := range []proto.Message{read, event, &streams.AppendReq{Content: &streams.AppendReq_Options_{}}} {
		raw, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
}
