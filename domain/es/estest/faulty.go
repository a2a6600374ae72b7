package estest

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"fangxin/domain/es"
)

// Call is a kind of call that faults can be scripted for.
type Call string

// The calls of a store. ReadStream is Read and ReadBack, ReadLog is ReadAll.
const (
	Appending   Call = "append"
	ReadStream  Call = "read stream"
	ReadLog     Call = "read log"
	AskHead     Call = "head"
	Subscribing Call = "subscribe"
)

// Fault is what happens to one call. Make it with one of the functions below.
type Fault struct {
	name    string
	calls   []Call // it makes sense for
	at      int    // events that pass first
	err     error
	release <-chan struct{}
	do      func()
}

var (
	everyCall = []Call{Appending, ReadStream, ReadLog, AskHead, Subscribing}
	sequences = []Call{ReadStream, ReadLog, Subscribing}
)

// Pass lets a call through: a place holder in a script.
func Pass() Fault { return Fault{name: "pass", calls: everyCall} }

// FailBefore answers the error, es.ErrUnavailable if it is nil, and does nothing.
func FailBefore(err error) Fault {
	if err == nil {
		err = es.ErrUnavailable
	}
	return Fault{name: "fail before", calls: everyCall, err: err}
}

// FailAfter writes the events and answers es.ErrUnknownOutcome. An append the store
// refuses is answered with its refusal.
func FailAfter() Fault { return Fault{name: "fail after", calls: []Call{Appending}} }

// Cut ends a sequence or a subscription with the error, es.ErrUnavailable if it is
// nil, after n events.
func Cut(n int, err error) Fault {
	if err == nil {
		err = es.ErrUnavailable
	}
	return Fault{name: "cut", calls: sequences, at: n, err: err}
}

// Stall keeps the call waiting until release is closed or the context ends. An
// append waits before it is sent, a sequence or a subscription after n events.
func Stall(n int, release <-chan struct{}) Fault {
	return Fault{name: "stall", calls: everyCall, at: n, release: release}
}

// Duplicate delivers the n-th event of a subscription, counted from 1, twice.
func Duplicate(n int) Fault { return Fault{name: "duplicate", calls: []Call{Subscribing}, at: n} }

// Meanwhile lets something else happen between the decision and its append: with it a
// single goroutine plays two that decide at once.
func Meanwhile(do func()) Fault { return Fault{name: "meanwhile", calls: []Call{Appending}, do: do} }

// FaultStore is a store that fails on request. Calls of one kind take the faults
// scripted for them one by one, in the order they begin; when the script is at its
// end, calls pass.
type FaultStore struct {
	es.Store

	mu     sync.Mutex
	script map[Call][]Fault
	calls  map[Call]int
}

// Faulty wraps a store. Without a script it changes nothing.
func Faulty(store es.Store) *FaultStore {
	return &FaultStore{Store: store, script: map[Call][]Fault{}, calls: map[Call]int{}}
}

// Next scripts the next calls of a kind, after those scripted already.
//
//	f.Next(estest.Appending, estest.Pass(), estest.FailAfter())
//
// It panics on a fault that the kind of call cannot have.
func (f *FaultStore) Next(call Call, faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, fault := range faults {
		fits := false
		for _, c := range fault.calls {
			fits = fits || c == call
		}
		if !fits {
			panic(fmt.Sprintf("estest: %s cannot %s", call, fault.name))
		}
		f.script[call] = append(f.script[call], fault)
	}
}

// Left is the number of scripted faults that no call has taken: 0 at the end of a
// test that meant them all.
func (f *FaultStore) Left() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, faults := range f.script {
		n += len(faults)
	}
	return n
}

// Calls is how often a kind of call was made.
func (f *FaultStore) Calls(call Call) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[call]
}

func (f *FaultStore) take(call Call) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[call]++
	faults := f.script[call]
	if len(faults) == 0 {
		return Pass()
	}
	f.script[call] = faults[1:]
	return faults[0]
}

// begin is the part of a fault that comes before the call.
func (fault Fault) begin(ctx context.Context) error {
	switch {
	case fault.name == "fail before":
		return fault.err
	case fault.name == "stall" && fault.at == 0:
		return fault.wait(ctx)
	case fault.name == "meanwhile":
		fault.do()
	}
	return nil
}

func (fault Fault) wait(ctx context.Context) error {
	select {
	case <-fault.release:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Append appends, or fails before or after it.
func (f *FaultStore) Append(ctx context.Context, stream es.StreamID, expected es.Revision, events []es.Pending) (es.Receipt, error) {
	fault := f.take(Appending)
	if err := fault.begin(ctx); err != nil {
		return es.Receipt{}, err
	}
	receipt, err := f.Store.Append(ctx, stream, expected, events)
	if fault.name == "fail after" && err == nil {
		return es.Receipt{}, fmt.Errorf("append to %s: %w", stream, es.ErrUnknownOutcome)
	}
	return receipt, err
}

// Head answers, or fails.
func (f *FaultStore) Head(ctx context.Context) (es.Position, error) {
	if err := f.take(AskHead).begin(ctx); err != nil {
		return es.Position{}, err
	}
	return f.Store.Head(ctx)
}

// Read reads a stream. Each ranging over the sequence is a call.
func (f *FaultStore) Read(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return f.sequence(ctx, ReadStream, f.Store.Read(ctx, stream, from))
}

// ReadBack reads a stream backwards.
func (f *FaultStore) ReadBack(ctx context.Context, stream es.StreamID, from es.Revision) iter.Seq2[es.Envelope, error] {
	return f.sequence(ctx, ReadStream, f.Store.ReadBack(ctx, stream, from))
}

// ReadAll reads the log.
func (f *FaultStore) ReadAll(ctx context.Context, after es.Position) iter.Seq2[es.Envelope, error] {
	return f.sequence(ctx, ReadLog, f.Store.ReadAll(ctx, after))
}

func (f *FaultStore) sequence(ctx context.Context, call Call, all iter.Seq2[es.Envelope, error]) iter.Seq2[es.Envelope, error] {
	return func(yield func(es.Envelope, error) bool) {
		fault := f.take(call)
		if err := fault.begin(ctx); err != nil {
			yield(es.Envelope{}, err)
			return
		}
		n := 0
		for e, err := range all {
			if err == nil {
				err = fault.reached(ctx, n)
			}
			if err != nil {
				yield(es.Envelope{}, err)
				return
			}
			if !yield(e, nil) {
				return
			}
			n++
		}
		// A sequence that ends at the very place is cut or stalled, too.
		if err := fault.reached(ctx, n); err != nil {
			yield(es.Envelope{}, err)
		}
	}
}

// reached is the part of a fault that comes when n events have passed.
func (fault Fault) reached(ctx context.Context, n int) error {
	switch {
	case n != fault.at:
		return nil
	case fault.name == "cut":
		return fault.err
	case fault.name == "stall" && n > 0:
		return fault.wait(ctx)
	}
	return nil
}

// Subscribe subscribes; the fault stays with the subscription.
func (f *FaultStore) Subscribe(ctx context.Context, after es.Position) (es.Subscription, error) {
	fault := f.take(Subscribing)
	if err := fault.begin(ctx); err != nil {
		return nil, err
	}
	sub, err := f.Store.Subscribe(ctx, after)
	if err != nil {
		return nil, err
	}
	return &faultySubscription{Subscription: sub, fault: fault}, nil
}

type faultySubscription struct {
	es.Subscription
	fault  Fault
	passed int
	again  *es.Delivery // to be delivered twice
	failed error
}

// Next delivers what the store delivers, bent by the fault.
func (s *faultySubscription) Next(ctx context.Context) (es.Delivery, error) {
	if s.failed != nil {
		return es.Delivery{}, s.failed
	}
	if s.again != nil {
		d := *s.again
		s.again = nil
		return d, nil
	}
	if err := s.fault.reached(ctx, s.passed); err != nil {
		if s.fault.name == "cut" {
			s.failed = err
		}
		return es.Delivery{}, err
	}
	d, err := s.Subscription.Next(ctx)
	if err == nil && d.Event != nil {
		s.passed++
		if s.fault.name == "duplicate" && s.passed == s.fault.at {
			twin := *d.Event
			s.again = &es.Delivery{Event: &twin, Position: d.Position}
		}
	}
	return d, err
}
