package timers_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fangxin/cmd/internal/codec"
	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/cmd/internal/timers"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/sealed/sealedtest"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/deadlines"
)

// table2027 is the compiled table of days with a notice for 2027, which the compiled one
// does not know: dates beyond 2026 are provisional without it.
const table2027 = `calendar CN-TEST-2027
range 2020-01-01..2027-12-31
festival new_year 元旦 New Year
notice 2027
new_year off 01-01..01-05 work 01-09
`

var errCrash = errors.New("the node crashed")

// node is one process that may lead the timers: lists and use cases over the shared log.
type node struct {
	w       *world
	law     complaint.Law
	store   *estest.FaultStore
	cases   *usecase.Complaints
	model   *memory.Model
	runner  *projections.Runner
	timers  *timers.Timers
	dying   bool
	stop    context.CancelFunc
	running sync.WaitGroup
}

// world is a log, a clock that only the test moves, and two nodes.
type world struct {
	log      *estest.Store
	keyring  *sealedtest.Keyring
	registry *es.Registry
	laws     []complaint.Law // before and after the calendar of 2027 came
	nodes    []*node
	desk     *usecase.Complaints // of a node that never fails
	clock    time.Time
	starts   byte
	cases    []string
}

// start begins a process anew, with nothing but the log.
func (w *world) start(t *rapid.T, i int, law complaint.Law) {
	w.starts++
	n := &node{w: w, law: law, store: estest.Faulty(w.log), model: memory.New()}
	n.cases = w.useCases(t, n.store, law, func(ctx context.Context, _ int) error {
		if n.dying {
			return errCrash
		}
		return ctx.Err()
	})
	n.timers = &timers.Timers{
		Due: n.due, Record: n.record, Unsure: n.unsure, Recompute: n.cases.RecomputeClocks,
		Now: w.now, Log: slog.New(slog.DiscardHandler),
	}
	w.nodes[i] = n
	n.caughtUp(t) // where the lists stand is the seed's affair, not the machine's
}

func (w *world) useCases(t *rapid.T, store es.Store, law complaint.Law, wait func(context.Context, int) error) *usecase.Complaints {
	c, err := usecase.NewComplaints(usecase.Deps{
		Store: store, Registry: w.registry, Keyring: w.keyring, Law: law, Now: w.now,
		Entropy: rand.NewChaCha8([32]byte{w.starts}), Wait: wait,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) now() time.Time { return w.clock }

// read lets the lists follow the log.
func (n *node) read(t *rapid.T) {
	var err error
	if n.runner, err = projections.NewRunner(n.store, n.w.registry, n.model, []projections.Projection{deadlines.New()}, projections.Options{
		Pause: func(ctx context.Context, _ int) error { return ctx.Err() }, Alone: true,
	}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	n.stop = stop
	runner := n.runner
	n.running.Go(func() { _ = runner.Run(ctx) }) // what stops it is seen by whoever waits
}

// sleep stops the lists where they are.
func (n *node) sleep() {
	if n.stop != nil {
		n.stop()
		n.running.Wait()
		n.stop = nil
	}
}

// doze stops the lists where the log ends now.
func (n *node) doze(t *rapid.T) {
	n.caughtUp(t)
	n.sleep()
}

func (n *node) caughtUp(t *rapid.T) {
	if n.stop == nil {
		n.read(t)
	}
	head, err := n.w.log.Head(context.Background())
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		err = n.runner.WaitFor(ctx, head)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (n *node) due(ctx context.Context, before calendar.Date, cursor string, limit int) ([]timers.Limit, string, error) {
	items, next, err := deadlines.Due(ctx, n.model, before-1, cursor, limit)
	limits := make([]timers.Limit, len(items))
	for i, item := range items {
		limits[i] = timers.Limit{Case: item.Case, Rule: item.Rule, Due: item.Due}
	}
	return limits, next, err
}

func (n *node) record(ctx context.Context, l timers.Limit) error {
	_, err := n.cases.RecordDeadlinePassed(ctx, l.Case, l.Rule, l.Due)
	return err
}

// unsure lists the cases whose provisional date another calendar than the node's gave.
func (n *node) unsure(ctx context.Context, _ string, limit int) ([]string, string, error) {
	versions, err := deadlines.Unsure(ctx, n.model)
	var ids []string
	for _, v := range versions {
		if slices.Contains(n.law.Versions(), v) {
			continue
		}
		items, _, err := deadlines.UnsureUnder(ctx, n.model, v, "", limit)
		if err != nil {
			return nil, "", err
		}
		for _, item := range items {
			ids = append(ids, item.Case)
		}
	}
	return slices.Compact(ids), "", err
}

// pass is one pass; a node that dies in it is started again by the caller.
func (n *node) pass(t interface{ Errorf(string, ...any) }) {
	_, err := n.timers.Pass(context.Background())
	var refusal *complaint.Refusal
	if err != nil && !errors.Is(err, es.ErrUnavailable) && !errors.Is(err, es.ErrUnknownOutcome) && !errors.Is(err, errCrash) && !errors.As(err, &refusal) {
		t.Errorf("pass: %v", err)
	}
}

func (w *world) file(t *rapid.T) {
	yes := true
	in := usecase.FileComplaint{
		Lane:     "department",
		Consumer: &usecase.ConsumerInput{Name: "乌云", Phone: "13847112233", Address: "中山东路八十八号", Region: "150102"},
		Merchant: usecase.MerchantInput{Name: "暖阳家电", Region: "150102"},
		Subject:  usecase.PurchaseInput{Kind: "goods", Category: "appliances", Name: "冰箱", BoughtOn: "2026-10-01", Channel: "offline", AmountFen: 329900},
		Facts:    "不制冷", Requests: []usecase.RequestInput{{Kind: "refund"}},
		Consent: usecase.ConsentInput{Wording: "v1"}, EverydayUse: &yes, Truthful: &yes,
	}
	r, _, err := w.desk.File(context.Background(), usecase.Actor{ID: "c-1", Role: usecase.RoleConsumer}, in, usecase.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.cases = append(w.cases, r.ID)
}

// handle takes a case some steps on: accepted, told, a lead, appraisal, ended.
func (w *world) handle(t *rapid.T) {
	if len(w.cases) == 0 {
		t.Skip("no case")
	}
	id := rapid.SampledFrom(w.cases).Draw(t, "case")
	office := usecase.Actor{ID: "o-1", Role: usecase.RoleOfficer, Region: "150102"}
	steps := []struct { // what does not fit any more is refused
		action string
		in     any
	}{
		{"identify-merchant", &usecase.IdentifyMerchant{State: "confirmed", Source: "register", Merchant: &usecase.IdentityInput{ID: "m-1", Name: "暖阳家电", Region: "150102"}}},
		{"accept", &usecase.Accept{}},
		{"notify", &usecase.Notify{About: "acceptance", Recipient: "consumer", Channel: "sms", Text: "已受理"}},
		{"find-lead", &usecase.FindLead{Text: "虚假宣传"}},
		{"pause", &usecase.Pause{Institution: "某检测中心", By: "both"}},
		{"terminate", &usecase.Terminate{Ground: "TM_NO_AGREEMENT", Reason: "各执一词"}},
	}
	for _, step := range steps[:rapid.IntRange(1, len(steps)).Draw(t, "steps")] {
		var refusal *complaint.Refusal
		var invalid *usecase.InvalidError
		_, _, err := w.desk.Act(context.Background(), office, id, step.action, step.in, usecase.Options{})
		if err != nil && !errors.As(err, &refusal) && !errors.As(err, &invalid) {
			t.Fatalf("%s: %v", step.action, err)
		}
	}
}

// trouble scripts what goes wrong in the next append of a node.
func (n *node) trouble(t *rapid.T) {
	switch rapid.IntRange(0, 4).Draw(t, "trouble") {
	case 0:
		n.store.Next(estest.Appending, estest.FailBefore(nil))
	case 1:
		n.store.Next(estest.Appending, estest.FailAfter())
	case 2: // the process dies with the answer on its way
		n.dying = true
		n.store.Next(estest.Appending, estest.FailAfter())
	case 3: // or before it sent anything
		n.dying = true
		n.store.Next(estest.Appending, estest.FailBefore(es.ErrUnknownOutcome))
	}
}

// led lets one or both nodes lead a pass at once, with or without trouble.
func (w *world) led(t *rapid.T) {
	leaders := rapid.SampledFrom([][]int{{0}, {1}, {0, 1}}).Draw(t, "leaders")
	for _, i := range leaders {
		if w.nodes[i].stop != nil {
			w.nodes[i].caughtUp(t)
		}
		w.nodes[i].trouble(t)
	}
	var passing sync.WaitGroup
	for _, i := range leaders {
		passing.Go(func() { w.nodes[i].pass(t) })
	}
	passing.Wait()
	for _, i := range leaders {
		if n := w.nodes[i]; n.dying {
			n.sleep()
			w.start(t, i, n.law)
		}
	}
}

// told is what the log says of limits: which passed, and when.
type told struct {
	passed     map[passedKey][]time.Time
	recomputed map[string]int
	states     map[string]complaint.State
}

type passedKey struct {
	id, rule string
	due      calendar.Date
}

func (w *world) told(t *rapid.T) told {
	out := told{map[passedKey][]time.Time{}, map[string]int{}, map[string]complaint.State{}}
	decider := complaint.NewDecider(w.laws[1])
	for _, id := range w.cases {
		s := decider.Initial()
		for env, err := range w.log.Read(context.Background(), usecase.Stream(id), 0) {
			if err != nil {
				t.Fatal(err)
			}
			e, err := w.registry.Decode(&env)
			if err != nil {
				t.Fatal(err)
			}
			m, err := w.registry.DecodeMetadata(&env)
			if err != nil {
				t.Fatal(err)
			}
			switch e := e.(type) {
			case *complaint.DeadlinePassed:
				if m.At.Before(e.DueWide.End()) {
					t.Errorf("%s %s: recorded at %s, before the end of %s", id, e.Rule, m.At, e.DueWide)
				}
				k := passedKey{id, e.Rule, e.Due}
				out.passed[k] = append(out.passed[k], m.At)
			case *complaint.ClockRecomputed:
				out.recomputed[strings.Join([]string{id, e.Clock.Rule, e.Clock.StartedOn.String(), e.From.Calendar, e.Clock.Calendar, e.From.Due.String()}, " ")]++
			}
			s = decider.Evolve(s, e.(complaint.Event))
		}
		out.states[id] = s
	}
	return out
}

// settle ends the trouble, gives both nodes the newer calendar, and lets years go by.
func (w *world) settle(t *rapid.T) told {
	w.clock = w.clock.Add(400 * 24 * time.Hour)
	for i := range w.nodes {
		w.nodes[i].sleep()
		w.start(t, i, w.laws[1])
	}
	for range 3 {
		for _, n := range w.nodes {
			n.caughtUp(t)
			n.pass(t)
		}
	}
	return w.told(t)
}

func (w *world) close() {
	for _, n := range w.nodes {
		n.sleep()
	}
}

// Whatever happens to the nodes - days slept through, crashes before and after an append,
// two leaders at once, lists that lag, a calendar that is replaced in between - every limit
// that ran out is recorded once per case, rule and due date, never before its last day is
// over (24:00 Asia/Shanghai), and none is left out; a calendar is counted by once a clock
// (design §6; Order 121 arts 15, 23 and 45).
func TestEveryLimitPassesExactlyOnce(t *testing.T) {
	laws := lawsOf(t)
	passed, recomputed, rules := 0, 0, map[string]int{}
	defer func() {
		if passed == 0 || recomputed == 0 {
			t.Errorf("of all runs %d limits passed and %d were counted again", passed, recomputed)
		}
		t.Logf("%d limits passed %v, %d counted again", passed, rules, recomputed)
	}()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{
			log: estest.NewStore(), keyring: sealedtest.NewKeyring(), registry: usecase.NewRegistry(codec.JSON{}),
			laws: laws, nodes: make([]*node, 2), clock: calendar.MustDate("2026-10-20").Start().Add(9 * time.Hour),
		}
		defer w.close()
		w.desk = w.useCases(t, w.log, laws[0], func(context.Context, int) error { return nil })
		for i := range w.nodes {
			w.start(t, i, laws[0])
		}
		t.Repeat(map[string]func(*rapid.T){
			"file":   w.file,
			"handle": w.handle,
			"sleep": func(t *rapid.T) {
				w.clock = w.clock.Add(time.Duration(rapid.IntRange(1, 900).Draw(t, "hours")) * time.Hour)
			},
			"lead":  w.led,
			"again": w.led,
			"lag":   func(t *rapid.T) { w.nodes[rapid.IntRange(0, 1).Draw(t, "node")].doze(t) },
			"crash": func(t *rapid.T) {
				i := rapid.IntRange(0, 1).Draw(t, "node")
				w.nodes[i].sleep()
				w.start(t, i, w.nodes[i].law)
			},
			"calendar": func(t *rapid.T) {
				i := rapid.IntRange(0, 1).Draw(t, "node")
				w.nodes[i].sleep()
				w.start(t, i, laws[1])
			},
		})
		log := w.settle(t)
		w.verify(t, log)
		passed, recomputed = passed+len(log.passed), recomputed+len(log.recomputed)
		for k := range log.passed {
			rules[k.rule]++
		}
	})
}

func (w *world) verify(t *rapid.T, log told) {
	for k, times := range log.passed {
		if len(times) != 1 {
			t.Errorf("%s %s due %s: recorded %d times", k.id, k.rule, k.due, len(times))
		}
	}
	for k, n := range log.recomputed {
		if n != 1 {
			t.Errorf("%s: counted again %d times", k, n)
		}
	}
	today := calendar.DateOf(w.clock)
	for id, s := range log.states {
		for _, c := range s.Clocks {
			if c.State == complaint.ClockRunning && !c.Paused() && c.DueWide < today {
				t.Errorf("%s: %s was due on %s and nobody said so", id, c.Rule, c.DueWide)
			}
			if c.State == complaint.ClockRunning && c.Provisional && c.Calendar != w.laws[1].Calendar.Version() && c.DueWide < today {
				t.Errorf("%s: %s is still provisional under %s", id, c.Rule, c.Calendar)
			}
		}
	}
}

func lawsOf(t *testing.T) []complaint.Law {
	t.Helper()
	catalogue, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	old, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	newer, err := calendar.Parse(strings.NewReader(table2027))
	if err != nil {
		t.Fatal(err)
	}
	var laws []complaint.Law
	for _, days := range []*calendar.Calendar{old, newer} {
		laws = append(laws, complaint.Law{Catalogue: catalogue, Calendar: days, Lanes: []complaint.Lane{complaint.LaneDepartment}})
	}
	return laws
}
