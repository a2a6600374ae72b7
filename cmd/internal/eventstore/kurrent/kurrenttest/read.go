package kurrenttest

import (
	"context"
	"errors"
	"iter"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"fangxin/domain/es"
)

// Read serves reads and subscriptions.
func (h *streamsService) Read(request *streams.ReadReq, call streams.Streams_ReadServer) error {
	ctx, o := call.Context(), request.GetOptions()
	kind := Read
	if _, subscribes := o.GetCountOption().(*streams.ReadReq_Options_Subscription); subscribes {
		kind = Subscribe
	}
	leader, err := h.admit(ctx, kind)
	if err != nil {
		return err
	}
	q, err := asked(o)
	if err != nil {
		return err
	}
	out := &outlet{call: call, ctx: ctx, stream: q.stream, fault: h.take(ctx, kind, before, leader, h.run), inWords: q.inWords}
	out.placed = q.stream == "" || !h.options.HidePositions
	if kind == Subscribe {
		err = h.subscribe(ctx, q, out)
	} else {
		err = h.read(ctx, q, out)
	}
	return answer(err)
}

// query is what a read or a subscription asks for.
type query struct {
	stream    es.StreamID // "" is $all
	place     anchor
	revision  es.Revision // with place given, of a stream
	position  es.Position // with place given, of $all
	backwards bool
	count     uint64
	filter    *filter
	inWords   bool // ids as text
}

// anchor is where a read begins.
type anchor int

const (
	start anchor = iota
	end
	given
)

func asked(o *streams.ReadReq_Options) (query, error) {
	q := query{backwards: o.GetReadDirection() == streams.ReadReq_Options_Backwards, count: o.GetCount()}
	if o.GetUuidOption() == nil {
		return q, invalid("'uuidOption' is a required argument")
	}
	_, q.inWords = o.GetUuidOption().GetContent().(*streams.ReadReq_Options_UUIDOption_String_)
	if o.GetCountOption() == nil {
		return q, invalid("a read has a count or is a subscription")
	}
	_, subscribes := o.GetCountOption().(*streams.ReadReq_Options_Subscription)
	if subscribes && q.backwards {
		return q, invalid("a subscription reads forwards")
	}
	switch from := o.GetStreamOption().(type) {
	case *streams.ReadReq_Options_Stream:
		if o.GetFilter() != nil {
			return q, invalid("a stream is read without a filter")
		}
		return q, q.ofStream(from.Stream)
	case *streams.ReadReq_Options_All:
		q.ofAll(from.All)
		var err error
		q.filter, err = newFilter(o.GetFilter(), subscribes)
		return q, err
	}
	return q, invalid("a read names a stream or $all")
}

func (q *query) ofStream(o *streams.ReadReq_Options_StreamOptions) error {
	q.stream = es.StreamID(o.GetStreamIdentifier().GetStreamName())
	if q.stream == "" {
		return invalid("'streamIdentifier' is a required argument")
	}
	switch from := o.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_End:
		q.place = end
	case *streams.ReadReq_Options_StreamOptions_Revision:
		q.place = given
		if from.Revision == math.MaxUint64 {
			q.place = end // the server's own way to say so
		}
		q.revision = es.Revision(min(from.Revision, math.MaxInt64))
	}
	return nil
}

func (q *query) ofAll(o *streams.ReadReq_Options_AllOptions) {
	switch from := o.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_End:
		q.place = end
	case *streams.ReadReq_Options_AllOptions_Position:
		q.place = given
		q.position = es.Position{Commit: from.Position.GetCommitPosition(), Prepare: from.Position.GetPreparePosition()}
		if q.position == (es.Position{Commit: math.MaxUint64, Prepare: math.MaxUint64}) {
			q.place = end
		}
	}
}

// read sends the events asked for, in order, and ends.
func (h *streamsService) read(ctx context.Context, q query, out *outlet) error {
	left := q.count
	for e, err := range h.events(ctx, q) {
		switch {
		case errors.Is(err, es.ErrStreamNotFound):
			return out.last(out.send(notFoundMessage(q.stream)))
		case err != nil:
			return err
		case left == 0:
			return out.last(nil)
		case !q.filter.passes(&e):
			continue
		}
		if err := out.event(&e); err != nil {
			return err
		}
		if left--; left == 0 {
			break
		}
	}
	return out.last(nil)
}

// events is the sequence without its count. Streams are read from the revision
// inclusively in both directions. $all is read forwards from a position
// inclusively, backwards exclusively: there the position is the end of what comes
// before it.
func (h *streamsService) events(ctx context.Context, q query) iter.Seq2[es.Envelope, error] {
	switch {
	case q.stream != "" && q.backwards:
		from := map[anchor]es.Revision{start: 0, end: es.Last, given: q.revision}[q.place]
		return h.store.ReadBack(ctx, q.stream, from)
	case q.stream != "":
		from := map[anchor]es.Revision{start: 0, end: es.Last, given: q.revision}[q.place]
		return h.store.Read(ctx, q.stream, from)
	case q.backwards:
		return h.backwards(ctx, q)
	case q.place == end:
		return func(func(es.Envelope, error) bool) {}
	case q.place == given:
		return h.store.ReadAll(ctx, justBefore(q.position))
	}
	return h.store.ReadAll(ctx, es.Position{})
}

// justBefore is the position such that "after it" includes p.
func justBefore(p es.Position) es.Position {
	switch {
	case p.Prepare > 0:
		return es.Position{Commit: p.Commit, Prepare: p.Prepare - 1}
	case p.Commit > 0:
		return es.Position{Commit: p.Commit - 1, Prepare: math.MaxUint64}
	}
	return es.Position{}
}

// outlet sends messages and lets the call meet its fault on the way.
type outlet struct {
	call    streams.Streams_ReadServer
	ctx     context.Context
	stream  es.StreamID
	fault   *met
	sent    int
	inWords bool
	placed  bool // events show their place in the log
}

// pass is the fault, when its moment has come.
func (o *outlet) pass() error {
	m := o.fault
	if m == nil || o.sent < m.Messages {
		return nil
	}
	if err := m.delay(o.ctx); err != nil {
		return err
	}
	if o.sent > m.Messages {
		return nil
	}
	return m.strike(o.ctx, o.stream)
}

func (o *outlet) send(m *streams.ReadResp) error {
	if err := o.pass(); err != nil {
		return err
	}
	o.sent++
	o.fault.sends(m)
	return o.call.Send(m)
}

func (o *outlet) event(e *es.Envelope) error {
	var id *shared.UUID
	if o.inWords {
		id = inWords(e.ID)
	} else {
		id = structured(e.ID)
	}
	return o.send(eventMessage(e, id, o.placed && !e.Position.IsStart()))
}

// last is a read's end: one that ends at the very place is cut, too.
func (o *outlet) last(err error) error {
	if err != nil {
		return err
	}
	return o.pass()
}
