package simulation_test

import (
	"context"
	"fmt"
	"time"

	"fangxin/domain/es/estest"
	"fangxin/domain/usecase"
)

// The world is the client of its nodes: it sends a request to one of them, sends it
// again with the same key where the answer was lost, and remembers what was
// acknowledged.

func (w *world) anyNode() *node { return w.nodes[w.r.IntN(len(w.nodes))] }

type answer struct {
	receipt usecase.Receipt
	view    usecase.CaseView
}

// send repeats a request until its outcome is known, each time at some node.
func (w *world) send(do func(n *node) (answer, error)) (answer, error) {
	for try := 0; ; try++ {
		n := w.anyNode()
		if try < 5 {
			w.upset(n)
		}
		a, err := do(n)
		if !transient(err) {
			if revived := w.revive(n); revived != nil {
				return a, revived
			}
			return a, err
		}
		w.note("  lost: %v", err)
		if err := w.revive(n); err != nil {
			return a, err
		}
		if try > 50 {
			return a, err
		}
	}
}

// twice sends a request that succeeded once more: the answer is the first one.
func (w *world) twice(route string, first answer, do func(n *node) (answer, error)) error {
	if !w.chance(w.config.repeats) {
		return nil
	}
	again, err := w.send(do)
	changed := !first.receipt.Position.IsStart()
	switch {
	case err != nil:
		return fmt.Errorf("%s sent twice: %w", route, err)
	case !changed && again.receipt == first.receipt:
	case !again.receipt.Repeated || again.receipt.Revision != first.receipt.Revision || again.receipt.ID != first.receipt.ID:
		return fmt.Errorf("%s sent twice: %+v, then %+v", route, first.receipt, again.receipt)
	}
	return nil
}

func (w *world) acknowledge(actor usecase.Actor, route string, a answer) {
	w.acked = append(w.acked, ack{usecase.Stream(a.receipt.ID), a.receipt.Revision, actor.ID, route})
}

// File files.
func (w *world) File(ctx context.Context, actor usecase.Actor, in usecase.FileComplaint, o usecase.Options) (usecase.Receipt, usecase.CaseView, error) {
	w.rivalled, w.request = nil, w.request+1
	do := func(n *node) (answer, error) {
		receipt, view, err := n.cases.File(ctx, actor, in, o)
		return answer{receipt, view}, err
	}
	a, err := w.send(do)
	if err == nil {
		w.acknowledge(actor, "file", a)
		err = w.twice("file", a, do)
	}
	if err == nil && a.view.ID == "" { // a repeat, answered without the case
		a.view.ID = a.receipt.ID
	}
	return a.receipt, a.view, err
}

// Act takes an action; now and then somebody else decides at the same moment.
func (w *world) Act(ctx context.Context, actor usecase.Actor, id, route string, in any, o usecase.Options) (usecase.Receipt, usecase.CaseView, error) {
	w.rivalled, w.request = map[string]bool{}, w.request+1
	do := func(n *node) (answer, error) {
		receipt, view, err := n.cases.Act(ctx, actor, id, route, in, o)
		return answer{receipt, view}, err
	}
	if w.chance(w.config.rivals) {
		w.rival(ctx, actor, id, route, in, o)
	}
	a, err := w.send(do)
	if err == nil {
		w.acknowledge(actor, route, a)
		err = w.twice(route, a, do)
	}
	return a.receipt, a.view, err
}

// rival lets another officer, or the consumer, act in the case on another node between
// the decision and its append.
func (w *world) rival(ctx context.Context, actor usecase.Actor, id, route string, in any, o usecase.Options) {
	other, act, body := actor, route, in
	other.ID += "-too"
	if route == "perform" || actor.Role != usecase.RoleOfficer {
		return
	}
	request := w.request
	for _, n := range w.nodes {
		n.store.Next(estest.Appending, estest.Meanwhile(func() {
			if w.rivalled[id] || w.request != request {
				return
			}
			w.rivalled[id] = true
			// Another process, whose queue does not know of this one.
			receipt, view, err := w.other.Act(ctx, other, id, act, body, usecase.Options{Key: o.Key})
			if err == nil {
				w.acknowledge(other, act, answer{receipt, view})
			}
			w.note("  meanwhile %s by %s: %v", act, other.ID, err)
		}))
	}
}

// View looks at a case.
func (w *world) View(ctx context.Context, actor usecase.Actor, id string, asOf *time.Time) (usecase.CaseView, error) {
	w.request++
	a, err := w.send(func(n *node) (answer, error) {
		view, err := n.cases.View(ctx, actor, id, asOf)
		return answer{view: view}, err
	})
	return a.view, err
}
