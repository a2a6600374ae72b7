package kurrenttest

import (
	"context"
	"errors"
	"fmt"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"fangxin/domain/es"
)

// outcome of an append: written, repeated, or in conflict with the revision at
// which the stream is.
type outcome struct {
	receipt  es.Receipt
	wrote    bool
	conflict bool
}

// overtaken bounds how often an append without an exact revision is tried again.
const overtaken = 1000

func (h *streamsService) write(ctx context.Context, p *proposal) (outcome, error) {
	expected, exact, err := exactly(p.option)
	if err != nil {
		return outcome{}, err
	}
	if !exact {
		return h.writeLoose(ctx, p)
	}
	return h.writeAt(ctx, p, expected)
}

// writeAt leaves the rows of exact revisions to the store: they are its own.
func (h *streamsService) writeAt(ctx context.Context, p *proposal, expected es.Revision) (outcome, error) {
	receipt, err := h.store.Append(ctx, p.stream, expected, p.events)
	var conflict *es.ConflictError
	if errors.As(err, &conflict) {
		return outcome{conflict: true, receipt: es.Receipt{Revision: conflict.Actual}}, nil
	}
	if err != nil {
		return outcome{}, err
	}
	out := outcome{receipt: receipt, wrote: len(p.events) > 0 && !receipt.Repeated}
	if out.wrote {
		h.recent.wrote(p.stream, p.events, receipt)
	}
	return out, nil
}

// writeLoose appends wherever the stream ends. Only the ids of recent events guard
// it against writing twice: with the first id unknown it writes, with all known it
// is a repeat, and known ids followed by an unknown one are refused as a wrong
// version.
func (h *streamsService) writeLoose(ctx context.Context, p *proposal) (outcome, error) {
	h.loose.Lock()
	defer h.loose.Unlock()
	at, err := h.last(ctx, p.stream)
	if err != nil {
		return outcome{}, err
	}
	conflict := outcome{conflict: true, receipt: es.Receipt{Revision: at}}
	if _, exists := p.option.GetExpectedStreamRevision().(*streams.AppendReq_Options_StreamExists); exists && at == es.None {
		return conflict, nil
	}
	if last, n := h.recent.known(p.stream, p.events); n > 0 {
		if n < len(p.events) {
			return conflict, nil
		}
		return outcome{receipt: es.Receipt{Revision: last.revision, Position: last.at, Repeated: true}}, nil
	}
	for range overtaken {
		out, err := h.writeAt(ctx, p, at)
		if err != nil || !out.conflict {
			return out, err
		}
		at = out.receipt.Revision
	}
	return outcome{}, fmt.Errorf("%s is overtaken again and again: %w", p.stream, es.ErrUnavailable)
}

// last is the stream's newest revision, es.None if there is none.
func (s *Server) last(ctx context.Context, stream es.StreamID) (es.Revision, error) {
	for e, err := range s.store.ReadBack(ctx, stream, es.Last) {
		if errors.Is(err, es.ErrStreamNotFound) {
			break
		}
		return e.Revision, err
	}
	return es.None, nil
}

func (o outcome) response(option *streams.AppendReq_Options) *streams.AppendResp {
	if o.conflict {
		return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{
			WrongExpectedVersion: wrongVersion(option, o.receipt.Revision)}}
	}
	success := &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_NoStream{NoStream: &shared.Empty{}},
		PositionOption:        &streams.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}},
	}
	if r := o.receipt.Revision; r != es.None {
		success.CurrentRevisionOption = &streams.AppendResp_Success_CurrentRevision{CurrentRevision: uint64(r)}
	}
	if at := o.receipt.Position; !at.IsStart() {
		success.PositionOption = &streams.AppendResp_Success_Position{
			Position: &streams.AppendResp_Position{CommitPosition: at.Commit, PreparePosition: at.Prepare}}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: success}}
}

// wrongVersion says what was expected and what there is, in the words of today and
// in those of version 20.6.
func wrongVersion(option *streams.AppendReq_Options, actual es.Revision) *streams.AppendResp_WrongExpectedVersion {
	type body = streams.AppendResp_WrongExpectedVersion
	none, w := &shared.Empty{}, &body{}
	switch expected := option.GetExpectedStreamRevision().(type) {
	case *streams.AppendReq_Options_Any:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedAny{ExpectedAny: none}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_Any_20_6_0{Any_20_6_0: none}
	case *streams.AppendReq_Options_StreamExists:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: none}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_StreamExists_20_6_0{StreamExists_20_6_0: none}
	case *streams.AppendReq_Options_NoStream:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: none}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: 1<<64 - 1}
	case *streams.AppendReq_Options_Revision:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: expected.Revision}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: expected.Revision}
	}
	if actual == es.None {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: none}
		w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_NoStream_20_6_0{NoStream_20_6_0: none}
		return w
	}
	w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: uint64(actual)}
	w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_CurrentRevision_20_6_0{CurrentRevision_20_6_0: uint64(actual)}
	return w
}
