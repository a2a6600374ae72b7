package kurrenttest

import (
	"encoding/binary"
	"math"
	"strconv"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"fangxin/domain/es"
)

// ticks counts 100 ns since the Unix epoch. The client ends the whole process over
// an event without them.
func ticks(t time.Time) int64 { return t.Unix()*1e7 + int64(t.Nanosecond())/100 }

func structured(id es.ID) *shared.UUID {
	return &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
		MostSignificantBits:  int64(binary.BigEndian.Uint64(id[:8])),
		LeastSignificantBits: int64(binary.BigEndian.Uint64(id[8:])),
	}}}
}

func inWords(id es.ID) *shared.UUID {
	return &shared.UUID{Value: &shared.UUID_String_{String_: id.String()}}
}

func named(stream es.StreamID) *shared.StreamIdentifier {
	return &shared.StreamIdentifier{StreamName: []byte(stream)}
}

// eventMessage is an event on the wire. Without a place in the log it carries the
// largest numbers, as the server's do.
func eventMessage(e *es.Envelope, id *shared.UUID, placed bool) *streams.ReadResp {
	at := es.Position{Commit: math.MaxUint64, Prepare: math.MaxUint64}
	event := &streams.ReadResp_ReadEvent{Position: &streams.ReadResp_ReadEvent_NoPosition{NoPosition: &shared.Empty{}}}
	if placed {
		at = e.Position
		event.Position = &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: at.Commit}
	}
	event.Event = &streams.ReadResp_ReadEvent_RecordedEvent{
		Id:               id,
		StreamIdentifier: named(e.Stream),
		StreamRevision:   uint64(e.Revision),
		CommitPosition:   at.Commit,
		PreparePosition:  at.Prepare,
		Metadata: map[string]string{
			"type":         e.Type,
			"created":      strconv.FormatInt(ticks(e.Recorded), 10),
			"content-type": "application/json",
		},
		CustomMetadata: e.Meta,
		Data:           e.Data,
	}
	return &streams.ReadResp{Content: &streams.ReadResp_Event{Event: event}}
}

func notFoundMessage(stream es.StreamID) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
		StreamNotFound: &streams.ReadResp_StreamNotFound{StreamIdentifier: named(stream)}}}
}

func confirmationMessage(id string) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Confirmation{
		Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: id}}}
}

func caughtUpMessage() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}}
}

func checkpointMessage(at es.Position) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{
		Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: at.Commit, PreparePosition: at.Prepare}}}
}
