package kurrent

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"fangxin/domain/es"
)

// tries bounds how often a call is made again when nothing can have been written.
const tries = 3

// Append writes the events. While the outcome is unknown the same bytes, ids and
// revision are sent again, until the server answers definitely, the context ends,
// or Options.Settle is over.
//
// The server answers a repeat like the first write, with the first position. A
// position that was already in the log when the append was sent is therefore a
// repeat; for that the head must have been seen within Options.HeadAge, and is
// looked at first when it has not. A repeat of what another process wrote later
// than that may go untold.
func (s *Store) Append(ctx context.Context, stream es.StreamID, expected es.Revision, events []es.Pending) (es.Receipt, error) {
	if err := es.CheckAppend(stream, expected, events); err != nil {
		return es.Receipt{}, err
	}
	if err := s.enter(); err != nil {
		return es.Receipt{}, err
	}
	defer s.calls.Done()
	if len(events) == 0 {
		return s.appendNothing(ctx, stream, expected)
	}
	before, err := s.glance(ctx)
	if err != nil {
		return es.Receipt{}, err
	}
	began := s.options.now()
	a := &appending{store: s, stream: stream, expected: expected, messages: proposal(stream, expected, events)}
	success, err := a.settle(ctx)
	if large := (*es.TooLargeError)(nil); errors.As(err, &large) {
		large.Size = size(events)
	}
	if err != nil {
		return es.Receipt{}, err
	}
	r := es.Receipt{Revision: es.Revision(success.GetCurrentRevision())}
	if p := success.GetPosition(); p != nil {
		r.Position = es.Position{Commit: p.GetCommitPosition(), Prepare: p.GetPreparePosition()}
		r.Repeated = !before.Before(r.Position)
	}
	if !r.Repeated {
		s.seen.head(r.Position, began)
	}
	return r, nil
}

// size is counted as es.CheckAppend counts it. A server may be set to take less.
func size(events []es.Pending) int {
	n := 0
	for _, e := range events {
		n += len(e.Data) + len(e.Meta) + 2*len(e.Type)
	}
	return n
}

// appendNothing compares the revision without writing: the server would make an
// empty record of it.
func (s *Store) appendNothing(ctx context.Context, stream es.StreamID, expected es.Revision) (es.Receipt, error) {
	actual := es.None
	for e, err := range s.ReadBack(ctx, stream, es.Last) {
		if errors.Is(err, es.ErrStreamNotFound) {
			break
		}
		if err != nil {
			return es.Receipt{}, err
		}
		actual = e.Revision
		break
	}
	if actual != expected {
		return es.Receipt{}, &es.ConflictError{Stream: stream, Expected: expected, Actual: actual}
	}
	return es.Receipt{Revision: expected}, nil
}

// appending is one append on its way.
type appending struct {
	store    *Store
	stream   es.StreamID
	expected es.Revision
	messages []*streams.AppendReq
}

// chance says what trying again may bring.
type chance int

const (
	again chance = iota // another try may succeed
	later               // no node can be reached now
	never               // the server has decided
)

// outcome is what became of one try.
type outcome struct {
	success *streams.AppendResp_Success
	sent    bool // all of it has left: the server may have written it
	chance  chance
	err     error
}

// settle sends until the outcome is known.
func (a *appending) settle(ctx context.Context) (*streams.AppendResp_Success, error) {
	bounded, cancel := context.WithTimeout(ctx, a.store.options.Settle)
	defer cancel()
	var lost error // why the outcome is unknown
	for try := 1; ; try++ {
		o := a.try(bounded)
		var conflict *es.ConflictError
		switch {
		case o.err == nil || errors.As(o.err, &conflict):
			return o.success, o.err
		case o.sent:
			lost = o.err
		case lost == nil && (o.chance != again || try == tries):
			return nil, ended(ctx, o.err)
		case o.chance == never:
			return nil, unknown(lost)
		}
		if !a.store.rest(bounded, pause(a.store.options, try)) {
			if lost != nil {
				return nil, unknown(lost)
			}
			return nil, ended(ctx, o.err)
		}
		a.store.supervisor.count(func(n *Stats) { n.Repeats++ })
	}
}

// unknown keeps the reason as text: nothing about it is certain, not even that
// the store was unavailable.
func unknown(why error) error { return fmt.Errorf("%w: %s", es.ErrUnknownOutcome, oneLine(why)) }

// try sends the append once, on the connection of the moment.
func (a *appending) try(ctx context.Context) outcome {
	v := a.store.supervisor
	g, err := v.acquire(ctx)
	if err != nil {
		return outcome{chance: later, err: err}
	}
	attempt, cancel := context.WithTimeout(ctx, a.store.options.Attempt)
	defer cancel()
	response, sent, trailers, err := exchange(v.outgoing(attempt), g.streams, a.messages)
	if err == nil {
		v.release(g, true)
		return a.read(response)
	}
	verdict, leader, reason := judge(g.contact.address, err, trailers)
	defer v.release(g, verdict != failed)
	swallowed := attempt.Err() != nil && ctx.Err() == nil
	if verdict == redirected || verdict == failed && (broken(err) || swallowed) {
		v.retire(g, leader)
	}
	if verdict != failed { // the node says that it has not written
		sent = false
	}
	o := outcome{sent: sent, err: reason}
	if verdict == refused {
		o.chance = never
	}
	return o
}

// broken says whether a failure speaks against the connection. A commit that timed
// out, a busy node and a caller whose time was up do not.
func broken(err error) bool {
	switch status.Code(err) {
	case codes.Aborted, codes.ResourceExhausted, codes.DeadlineExceeded, codes.Canceled:
		return false
	}
	return true
}

// exchange is one append call. The server writes when it has seen the end of the
// stream, so that until CloseAndRecv nothing can have been written.
func exchange(ctx context.Context, c streams.StreamsClient, messages []*streams.AppendReq) (_ *streams.AppendResp, sent bool, _ metadata.MD, _ error) {
	call, err := c.Append(ctx)
	if err != nil {
		return nil, false, nil, err
	}
	sent = true
	for _, m := range messages {
		if err := call.Send(m); errors.Is(err, io.EOF) {
			sent = false // the server has ended the call; its reason is still to be read
			break
		} else if err != nil {
			return nil, false, nil, err
		}
	}
	response, err := call.CloseAndRecv()
	if err != nil { // only then the trailers are there
		return nil, sent, call.Trailer(), err
	}
	return response, sent, nil, nil
}

// read is the outcome that the server's answer means.
func (a *appending) read(response *streams.AppendResp) outcome {
	if success := response.GetSuccess(); success != nil {
		return outcome{success: success}
	}
	wrong := response.GetWrongExpectedVersion()
	actual, told := actualRevision(wrong)
	switch {
	case wrong == nil || !told:
		return outcome{sent: true, err: fmt.Errorf("an answer to an append that says nothing: %w", errMessage)}
	case actual == a.expected:
		// The server contradicts itself: the revision it names is the one expected.
		return outcome{sent: true, err: fmt.Errorf("%s refused at revision %d, where it is: %w", a.stream, actual, errMessage)}
	}
	return outcome{chance: never, err: &es.ConflictError{Stream: a.stream, Expected: a.expected, Actual: actual}}
}

// actualRevision reads where the stream is, which servers before and after 20.6
// say in different fields.
func actualRevision(w *streams.AppendResp_WrongExpectedVersion) (es.Revision, bool) {
	switch {
	case w.GetCurrentRevisionOption() != nil:
		if w.GetCurrentNoStream() != nil {
			return es.None, true
		}
		return es.Revision(w.GetCurrentRevision()), true
	case w.GetCurrentRevisionOption_20_6_0() != nil:
		if w.GetNoStream_20_6_0() != nil {
			return es.None, true
		}
		return es.Revision(w.GetCurrentRevision_20_6_0()), true
	}
	return 0, false
}
