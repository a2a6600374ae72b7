package simulation_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/projections"
	"fangxin/projections/readmodel"
)

// told is the log as it is in the end: envelopes, metadata and facts by stream.
type told struct {
	streams map[es.StreamID][]fact
	order   []es.StreamID
}

type fact struct {
	es.Envelope
	meta es.Metadata
	data any
}

// check looks for everything that must never be, whatever went wrong on the way.
func (w *world) check(ctx context.Context) error {
	log, err := w.read(ctx)
	if err != nil {
		return err
	}
	checks := []func() error{
		func() error { return w.checkAcknowledged(log) },
		func() error { return w.checkLists(ctx) },
		func() error { return w.checkBlind(ctx, log) },
		func() error { return checkRows(log) },
	}
	if w.config.walked {
		checks = append(checks, func() error { return w.checkPublic(ctx) })
	}
	const part = 500 // streams: each is checked by itself
	for streams := range slices.Chunk(log.order, part) {
		checks = append(checks, func() error { return w.checkStreams(ctx, log, streams) })
	}
	return atOnce(checks)
}

// atOnce makes independent checks on all cores. The first error in their order is the
// answer, whichever came first.
func atOnce(checks []func() error) error {
	errs, next := make([]error, len(checks)), atomic.Int64{}
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(checks); i = int(next.Add(1)) - 1 {
				errs[i] = checks[i]()
			}
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}

func (w *world) checkStreams(ctx context.Context, log told, streams []es.StreamID) error {
	for _, s := range streams {
		if s.Kind() != "complaint" {
			continue
		}
		facts := log.streams[s]
		whole, err := w.fold(facts)
		if err == nil {
			err = errors.Join(w.checkMoney(facts), w.checkRemembered(ctx, s, facts, whole))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// rivals says whether two actors are somebody and who decided at the same moment.
func rivals(a, b string) bool { return strings.TrimSuffix(a, "-too") == strings.TrimSuffix(b, "-too") }

// opened says that a case was split from another: who split that one was told of the
// split, not of the filing.
func opened(facts []fact) bool {
	return slices.ContainsFunc(facts, func(f fact) bool {
		e, ok := f.data.(*complaint.Linked)
		return ok && e.Relation == complaint.SplitFrom
	})
}

// fold folds a case from its first fact, and looks at each step.
func (w *world) fold(facts []fact) (complaint.State, error) {
	decider, passed := complaint.NewDecider(w.law), map[limit]bool{}
	state := decider.Initial()
	for _, f := range facts {
		event, ok := f.data.(complaint.Event)
		if !ok {
			return state, fmt.Errorf("%T in a case", f.data)
		}
		if p, ok := event.(*complaint.DeadlinePassed); ok {
			if err := checkPassed(&state, p, f.meta.At, passed); err != nil {
				return state, err
			}
		}
		before := aspects{state.Status, state.Outcome, state.EndedAs, state.Rating}
		decider.Apply(&state, event)
		if err := before.apart(event, aspects{state.Status, state.Outcome, state.EndedAs, state.Rating}); err != nil {
			return state, err
		}
	}
	for _, c := range state.Clocks {
		if c.State == complaint.ClockRunning && !c.Paused() && w.clock.After(c.DueWide.End()) {
			return state, fmt.Errorf("%s of %s was missed: %+v", c.Rule, c.Due, c)
		}
	}
	return state, w.checkCounted(&state)
}

// read decodes the whole log and checks what is true of every event: each id once, time
// never backwards within a stream, no personal detail in any byte.
func (w *world) read(ctx context.Context) (told, error) {
	t, seen := told{streams: map[es.StreamID][]fact{}}, map[es.ID]bool{}
	for env, err := range w.log.ReadAll(ctx, es.Position{}) {
		if err != nil {
			return t, err
		}
		f := fact{Envelope: env}
		if f.meta, err = w.registry.DecodeMetadata(&env); err != nil {
			return t, err
		}
		if f.data, err = w.registry.Decode(&env); err != nil {
			return t, err
		}
		before := t.streams[env.Stream]
		switch {
		case seen[env.ID]:
			return t, fmt.Errorf("%s stands twice in the log", env.ID)
		case env.Revision != es.Revision(len(before)):
			return t, fmt.Errorf("%s: revision %d behind %d events", env.Stream, env.Revision, len(before))
		case len(before) > 0 && f.meta.At.Before(before[len(before)-1].meta.At):
			return t, fmt.Errorf("%s/%d: time runs backwards", env.Stream, env.Revision)
		}
		if secret := personal(env.Data, env.Meta, []byte(env.Stream)); secret != "" {
			return t, fmt.Errorf("%s/%d %s holds %s in clear: %s", env.Stream, env.Revision, env.Type, secret, env.Data)
		}
		seen[env.ID] = true
		if len(before) == 0 {
			t.order = append(t.order, env.Stream)
		}
		t.streams[env.Stream] = append(before, f)
	}
	return t, nil
}

// personal finds a mark of the town's people in bytes that must not hold any: in a text,
// or a telephone number by itself, not as a part of an id.
func personal(all ...[]byte) string {
	for _, b := range all {
		if bytes.Contains(b, []byte(mark)) {
			return mark
		}
		for at := 0; ; {
			i := bytes.Index(b[at:], []byte(phones))
			if i < 0 {
				break
			}
			if at += i; telephone(b, at) {
				return phones
			}
			at++
		}
	}
	return ""
}

// phones begin every telephone number of a town.
const phones = "1000000"

// telephone says whether the digits at a place are a whole number of eleven.
func telephone(b []byte, at int) bool {
	letter := func(i int) bool {
		return i >= 0 && i < len(b) && (b[i] >= '0' && b[i] <= '9' || b[i] >= 'a' && b[i] <= 'z' || b[i] >= 'A' && b[i] <= 'Z')
	}
	if letter(at-1) && !bytes.HasSuffix(b[:at], []byte("+86")) || letter(at+11) || at+11 > len(b) {
		return false
	}
	for _, c := range b[at : at+11] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// checkAcknowledged: every command that was acknowledged stands in the log where its
// sender was told, once, and nothing stands there that nobody sent.
func (w *world) checkAcknowledged(log told) error {
	type place struct {
		stream   es.StreamID
		revision es.Revision
	}
	sent := map[place]bool{}
	for _, a := range w.acked {
		facts := log.streams[a.stream]
		if int(a.revision) >= len(facts) {
			return fmt.Errorf("lost: %s of %s at %s/%d", a.route, a.actor, a.stream, a.revision)
		}
		f := facts[a.revision]
		if f.meta.Actor != a.actor && f.meta.Name == a.route && rivals(f.meta.Actor, a.actor) {
			continue // both said the same; the second changed nothing
		}
		if f.meta.Actor != a.actor || f.meta.Name != a.route {
			return fmt.Errorf("%s/%d: %s of %s was acknowledged, %s of %s stands there",
				a.stream, a.revision, a.route, a.actor, f.meta.Name, f.meta.Actor)
		}
		if sent[place{a.stream, a.revision}] {
			return fmt.Errorf("%s/%d was acknowledged twice", a.stream, a.revision)
		}
		sent[place{a.stream, a.revision}] = true
	}
	for _, s := range log.order {
		if s.Kind() != "complaint" {
			continue
		}
		facts, commands := log.streams[s], map[es.ID]bool{}
		for i, f := range facts {
			last := i+1 == len(facts) || facts[i+1].meta.Command != f.meta.Command
			if !last {
				continue
			}
			if commands[f.meta.Command] {
				return fmt.Errorf("%s/%d: the command stands twice in the stream", s, f.Revision)
			}
			commands[f.meta.Command] = true
			if f.meta.Role != "system" && !sent[place{s, f.Revision}] && !(f.meta.Name == "file" && opened(facts)) {
				return fmt.Errorf("%s/%d: %s of %s was never acknowledged", s, f.Revision, f.meta.Name, f.meta.Actor)
			}
		}
	}
	return nil
}

type limit struct {
	rule string
	due  calendar.Date
}

// checkPassed: a limit is recorded as passed once for each rule and due date, only
// where that clock ran and its last day was over; and in the end, long after every
// limit, none is left that was missed.
func checkPassed(state *complaint.State, p *complaint.DeadlinePassed, at time.Time, passed map[limit]bool) error {
	c, known := state.Clock(p.Rule)
	l := limit{p.Rule, p.Due}
	switch {
	case passed[l]:
		return fmt.Errorf("%s of %s passed twice", p.Rule, p.Due)
	case !known || c.Due != p.Due || c.State != complaint.ClockRunning || c.Paused():
		return fmt.Errorf("%s of %s passed, but the clock is %+v", p.Rule, p.Due, c)
	case at.Before(p.DueWide.End()):
		return fmt.Errorf("%s of %s passed early, at %s", p.Rule, p.Due, at)
	}
	passed[l] = true
	return nil
}

// checkRemembered: what a process remembers of a case is what a fold of all its facts
// gives, however often it went on from what it knew.
func (w *world) checkRemembered(ctx context.Context, s es.StreamID, facts []fact, whole complaint.State) error {
	for _, n := range w.nodes {
		state, revision, err := n.cases.State(ctx, s.Key())
		for try := 0; transient(err) && try < 10; try++ { // a fault that no request met
			state, revision, err = n.cases.State(ctx, s.Key())
		}
		if err != nil {
			return err
		}
		if int(revision) != len(facts)-1 || !reflect.DeepEqual(state, whole) {
			return fmt.Errorf("node %d remembers another case:\n%+v\n%+v", n.number, state, whole)
		}
	}
	return nil
}

// checkMoney: what was performed is never more than what was agreed.
func (w *world) checkMoney(facts []fact) error {
	var agreed, performed int64
	parts := map[int]bool{}
	for _, f := range facts {
		switch e := f.data.(type) {
		case *complaint.Agreed:
			agreed, performed, parts = e.Terms.AmountFen, 0, map[int]bool{}
		case *complaint.Settled:
			agreed, performed, parts = e.Terms.AmountFen, 0, map[int]bool{}
		case *complaint.Performed:
			performed += e.AmountFen
			if e.Instalment > 0 && parts[e.Instalment] {
				return fmt.Errorf("instalment %d performed twice", e.Instalment)
			}
			parts[e.Instalment] = true
		}
	}
	if performed > agreed {
		return fmt.Errorf("performed %d fen of %d agreed", performed, agreed)
	}
	return nil
}

// aspects: where a case stands, what came of it and what the consumer thinks of it are
// three facts; none changes another.
type aspects struct {
	status  complaint.Status
	outcome complaint.Outcome
	ended   complaint.Status
	rating  *complaint.Rated
}

func (was aspects) apart(event complaint.Event, is aspects) error {
	switch event.(type) {
	case *complaint.Rated:
		if is.status != was.status || is.outcome != was.outcome {
			return fmt.Errorf("a rating made %s/%s of %s/%s", is.status, is.outcome, was.status, was.outcome)
		}
	case *complaint.Closed:
		if is.outcome != was.outcome || is.rating != was.rating {
			return errors.New("closing changed the outcome or the rating")
		}
	case *complaint.Performed, *complaint.PerformanceConfirmed, *complaint.PerformanceBroken, *complaint.DeadlinePassed:
		if is.outcome != was.outcome || is.ended != was.ended || is.rating != was.rating {
			return fmt.Errorf("%T changed what came of the case", event)
		}
	}
	return nil
}

// checkLists: what every node lists is what a fold of the whole log gives, down to the
// last counter, and nothing personal stands in it.
func (w *world) checkLists(ctx context.Context) error {
	whole, err := w.rebuilt(ctx)
	if err != nil {
		return err
	}
	for _, n := range w.nodes {
		for _, p := range w.projections() {
			have, err := current(ctx, n.model, p)
			if err != nil {
				return err
			}
			want, err := current(ctx, whole, p)
			if err != nil {
				return err
			}
			var wrong *memory.Difference
			err = memory.Compare(ctx, n.model, have, whole, want, func(d memory.Difference) bool { wrong = &d; return false })
			if err != nil {
				return err
			}
			if wrong != nil {
				return fmt.Errorf("node %d, %s: %+v", n.number, p.Name(), *wrong)
			}
		}
	}
	return nil
}

func (w *world) rebuilt(ctx context.Context) (*memory.Model, error) {
	whole := memory.New()
	return whole, projections.Rebuild(ctx, w.log, w.registry, whole, w.projections(), nil)
}

func current(ctx context.Context, m readmodel.Model, p projections.Projection) (readmodel.Space, error) {
	v, err := m.Current(ctx, p.Name(), p.Version())
	if err == nil && v == 0 {
		err = fmt.Errorf("%s: no build", p.Name())
	}
	return readmodel.Space{Projection: p.Name(), Version: v}, err
}
