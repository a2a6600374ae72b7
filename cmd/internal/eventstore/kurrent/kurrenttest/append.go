package kurrenttest

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"fangxin/domain/es"
)

// streamsService serves event_store.client.streams.Streams.
type streamsService struct {
	streams.UnimplementedStreamsServer
	*Server
	run *running
}

// proposal is an append as it was received.
type proposal struct {
	stream es.StreamID
	option *streams.AppendReq_Options
	events []es.Pending
	size   int   // as the limit counts it
	wrong  error // found while receiving, answered when all has come in
}

// Append receives the whole append, writes it and answers. A wrong revision is a
// message, not an error.
func (h *streamsService) Append(call streams.Streams_AppendServer) error {
	ctx := call.Context()
	leader, err := h.admit(ctx, Append)
	if err != nil {
		return err
	}
	p, err := header(call)
	if err != nil {
		return err
	}
	if lie, err := h.meet(ctx, early, leader, p); lie != nil || err != nil {
		return sent(call, lie, err)
	}
	if err := h.receive(call, p); err != nil {
		return err
	}
	if lie, err := h.meet(ctx, before, leader, p); lie != nil || err != nil {
		return sent(call, lie, err)
	}
	if err := acceptable(ctx, p); err != nil {
		return err
	}
	out, err := h.write(ctx, p)
	if err != nil {
		return answer(err)
	}
	if out.wrote {
		h.seen.count(func(n *Counters) { n.Committed++ })
		if lie, err := h.meet(ctx, afterCommit, leader, p); lie != nil || err != nil {
			return sent(call, lie, err)
		}
	}
	return call.SendAndClose(out.response(p.option))
}

func sent(call streams.Streams_AppendServer, response *streams.AppendResp, err error) error {
	if err != nil {
		return err
	}
	return call.SendAndClose(response)
}

// meet lets the append meet a fault. The answer, if there is one, is a wrong one.
func (h *streamsService) meet(ctx context.Context, at moment, leader bool, p *proposal) (*streams.AppendResp, error) {
	m := h.take(ctx, Append, at, leader, h.run)
	if m == nil {
		return nil, nil
	}
	if err := m.delay(ctx); err != nil {
		return nil, err
	}
	if err := m.strike(ctx, p.stream); err != nil || !m.WrongVersion {
		return nil, err
	}
	actual, err := h.last(ctx, p.stream)
	if err != nil {
		return nil, answer(err)
	}
	return outcome{conflict: true, receipt: es.Receipt{Revision: actual}}.response(p.option), nil
}

func header(call streams.Streams_AppendServer) (*proposal, error) {
	first, err := call.Recv()
	if err != nil {
		return nil, received(err)
	}
	options := first.GetOptions()
	if options == nil || options.GetExpectedStreamRevision() == nil {
		return nil, invalid("the first message of an append names the stream and the expected revision")
	}
	return &proposal{stream: es.StreamID(options.GetStreamIdentifier().GetStreamName()), option: options}, nil
}

func received(err error) error {
	if errors.Is(err, io.EOF) {
		return invalid("the append has no options")
	}
	return err
}

// receive reads to the end. What is wrong is kept until then: a client that is
// still sending would see nothing of an answer but the end of its stream.
func (h *streamsService) receive(call streams.Streams_AppendServer, p *proposal) error {
	drained := 0
	for {
		m, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		event := m.GetProposedMessage()
		if event == nil {
			return invalid("after its options an append has events only")
		}
		if drained += len(event.Data) + len(event.CustomMetadata); drained > maxDrained {
			return tooLarge(call.Context())
		}
		if p.wrong == nil {
			p.wrong = h.propose(call.Context(), p, event)
		}
	}
}

// propose adds an event, or says what is wrong with it.
func (h *streamsService) propose(ctx context.Context, p *proposal, event *streams.AppendReq_ProposedMessage) error {
	kind, named := event.Metadata["type"]
	if !named {
		return missingMetadata(ctx, "type")
	}
	content, named := event.Metadata["content-type"]
	if !named {
		return missingMetadata(ctx, "content-type")
	}
	id, ok := idFrom(event.GetId())
	if !ok || id.IsZero() || kind == "" {
		return invalid("an event needs an id and a type")
	}
	if content != "application/json" {
		h.seen.count(func(n *Counters) { n.Binary++ })
	}
	if p.size += len(event.Data) + len(event.CustomMetadata) + 2*len(kind); p.size > es.MaxAppend {
		p.events = nil
		return tooLarge(ctx)
	}
	p.events = append(p.events, es.Pending{ID: id, Type: kind, Data: event.Data, Meta: event.CustomMetadata})
	return nil
}

// acceptable is what the server checks before it looks at the stream. Names that
// begin with $ belong to the system: by default only administrators write there.
func acceptable(ctx context.Context, p *proposal) error {
	switch {
	case p.stream == "":
		return invalid("'streamIdentifier' is a required argument")
	case p.stream[0] == '$':
		return accessDenied(ctx)
	}
	return p.wrong
}

func idFrom(u *shared.UUID) (id es.ID, ok bool) {
	if s := u.GetStructured(); s != nil {
		binary.BigEndian.PutUint64(id[:8], uint64(s.MostSignificantBits))
		binary.BigEndian.PutUint64(id[8:], uint64(s.LeastSignificantBits))
		return id, true
	}
	id, err := es.ParseID(u.GetString_())
	return id, err == nil
}

// exactly is the revision that the append expects, if it expects one. The largest
// number is the server's own way to say that there are no events.
func exactly(o *streams.AppendReq_Options) (r es.Revision, exact bool, err error) {
	switch expected := o.GetExpectedStreamRevision().(type) {
	case *streams.AppendReq_Options_NoStream:
		return es.None, true, nil
	case *streams.AppendReq_Options_Revision:
		switch {
		case expected.Revision == math.MaxUint64:
			return es.None, true, nil
		case expected.Revision > math.MaxInt64:
			return 0, false, invalid("revision %d", expected.Revision)
		}
		return es.Revision(expected.Revision), true, nil
	}
	return 0, false, nil
}
