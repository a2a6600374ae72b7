package kurrent

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"fangxin/domain/es"
)

// proposal is an append as it goes over the wire: the same messages at every try.
func proposal(stream es.StreamID, expected es.Revision, events []es.Pending) []*streams.AppendReq {
	header := &streams.AppendReq_Options{StreamIdentifier: name(stream)}
	if expected == es.None {
		header.ExpectedStreamRevision = &streams.AppendReq_Options_NoStream{NoStream: &shared.Empty{}}
	} else {
		header.ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: uint64(expected)}
	}
	all := make([]*streams.AppendReq, 1, len(events)+1)
	all[0] = &streams.AppendReq{Content: &streams.AppendReq_Options_{Options: header}}
	for i := range events {
		e := &events[i]
		all = append(all, &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{
			ProposedMessage: &streams.AppendReq_ProposedMessage{
				Id: uuid(e.ID), Data: e.Data, CustomMetadata: e.Meta,
				Metadata: map[string]string{"type": e.Type, "content-type": "application/json"},
			},
		}})
	}
	return all
}

func name(stream es.StreamID) *shared.StreamIdentifier {
	return &shared.StreamIdentifier{StreamName: []byte(stream)}
}

func uuid(id es.ID) *shared.UUID {
	return &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
		MostSignificantBits:  int64(binary.BigEndian.Uint64(id[:8])),
		LeastSignificantBits: int64(binary.BigEndian.Uint64(id[8:])),
	}}}
}

// query begins a read request: forwards, without resolving links, all of it.
func query() *streams.ReadReq_Options {
	return &streams.ReadReq_Options{
		CountOption:  &streams.ReadReq_Options_Count{Count: math.MaxUint64},
		FilterOption: &streams.ReadReq_Options_NoFilter{NoFilter: &shared.Empty{}},
		UuidOption: &streams.ReadReq_Options_UUIDOption{
			Content: &streams.ReadReq_Options_UUIDOption_Structured{Structured: &shared.Empty{}},
		},
	}
}

// streamQuery reads a stream forwards from a revision.
func streamQuery(stream es.StreamID, from es.Revision) *streams.ReadReq_Options {
	q := query()
	q.StreamOption = &streams.ReadReq_Options_Stream{Stream: &streams.ReadReq_Options_StreamOptions{
		StreamIdentifier: name(stream),
		RevisionOption:   &streams.ReadReq_Options_StreamOptions_Revision{Revision: uint64(from)},
	}}
	return q
}

// backQuery reads a stream backwards, from the newest event if from is Last.
func backQuery(stream es.StreamID, from es.Revision) *streams.ReadReq_Options {
	q := streamQuery(stream, from)
	q.ReadDirection = streams.ReadReq_Options_Backwards
	if from == es.Last {
		q.GetStream().RevisionOption = &streams.ReadReq_Options_StreamOptions_End{End: &shared.Empty{}}
	}
	return q
}

// logQuery reads $all from a position (inclusive; a subscription: exclusive).
func logQuery(from es.Position) *streams.ReadReq_Options {
	q := query()
	at := &streams.ReadReq_Options_AllOptions{
		AllOption: &streams.ReadReq_Options_AllOptions_Start{Start: &shared.Empty{}},
	}
	if !from.IsStart() {
		at.AllOption = &streams.ReadReq_Options_AllOptions_Position{
			Position: &streams.ReadReq_Options_Position{CommitPosition: from.Commit, PreparePosition: from.Prepare},
		}
	}
	q.StreamOption = &streams.ReadReq_Options_All{All: at}
	return q
}

// headQuery reads $all backwards from the end.
func headQuery() *streams.ReadReq_Options {
	q := logQuery(es.Position{})
	q.GetAll().AllOption = &streams.ReadReq_Options_AllOptions_End{End: &shared.Empty{}}
	q.ReadDirection = streams.ReadReq_Options_Backwards
	return q
}

// window is how many events the server looks at before it says how far it came.
const window = 256

// ours lets the server leave out the streams that it keeps for itself. Event types
// of its own that stand in our streams are left out here, by system.
func ours(q *streams.ReadReq_Options) *streams.ReadReq_Options {
	q.FilterOption = &streams.ReadReq_Options_Filter{Filter: &streams.ReadReq_Options_FilterOptions{
		Filter: &streams.ReadReq_Options_FilterOptions_StreamIdentifier{
			StreamIdentifier: &streams.ReadReq_Options_FilterOptions_Expression{Regex: `^[^\$]`},
		},
		Window:                       &streams.ReadReq_Options_FilterOptions_Max{Max: window},
		CheckpointIntervalMultiplier: 1,
	}}
	return q
}

// system says whether the server wrote the event for itself: a tombstone, a link,
// the metadata of a stream.
func system(e *streams.ReadResp_ReadEvent_RecordedEvent) bool {
	return strings.HasPrefix(e.GetMetadata()["type"], "$") ||
		strings.HasPrefix(string(e.GetStreamIdentifier().GetStreamName()), "$")
}

// envelope reads a recorded event.
func envelope(e *streams.ReadResp_ReadEvent_RecordedEvent) (es.Envelope, error) {
	md := e.GetMetadata()
	env := es.Envelope{
		Stream:   es.StreamID(e.GetStreamIdentifier().GetStreamName()),
		Revision: es.Revision(e.GetStreamRevision()),
		Position: place(e),
		Type:     md["type"], Data: e.GetData(), Meta: e.GetCustomMetadata(),
	}
	var err error
	if env.ID, err = identity(e.GetId()); err != nil {
		return env, fmt.Errorf("%s@%d: id: %w", env.Stream, env.Revision, errMessage)
	}
	// The vendor's client ends the process here.
	ticks, err := strconv.ParseInt(md["created"], 10, 64)
	if err != nil || env.Type == "" || env.Revision < 0 {
		return env, fmt.Errorf("%s@%d: created %.20q, type %.20q: %w", env.Stream, env.Revision, md["created"], env.Type, errMessage)
	}
	env.Recorded = recorded(ticks)
	return env, nil
}

// recorded reads the server's clock: 100 ns steps since 1970.
func recorded(ticks int64) time.Time {
	const second = int64(time.Second / 100)
	return time.Unix(ticks/second, ticks%second*100).UTC()
}

// place is the event's position. Servers that do not know it, in reads of one
// stream, send the largest number instead.
func place(e *streams.ReadResp_ReadEvent_RecordedEvent) es.Position {
	p := es.Position{Commit: e.GetCommitPosition(), Prepare: e.GetPreparePosition()}
	if p.Commit == math.MaxUint64 || p.Prepare == math.MaxUint64 {
		return es.Position{}
	}
	return p
}

func identity(u *shared.UUID) (es.ID, error) {
	if s := u.GetStructured(); s != nil {
		var id es.ID
		binary.BigEndian.PutUint64(id[:8], uint64(s.GetMostSignificantBits()))
		binary.BigEndian.PutUint64(id[8:], uint64(s.GetLeastSignificantBits()))
		return id, nil
	}
	return es.ParseID(u.GetString_())
}
