package simulation_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"fangxin/cmd/internal/codec"
	"fangxin/cmd/internal/simulation"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
	"fangxin/domain/sealed/sealedtest"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
	"fangxin/projections/readmodel"
)

// lawOf is the compiled law, loaded once.
var lawOf = sync.OnceValues(func() (complaint.Law, error) {
	catalogue, err := statute.Load()
	if err != nil {
		return complaint.Law{}, err
	}
	days, err := calendar.Load()
	return complaint.Law{
		Catalogue: catalogue, Calendar: days,
		Lanes: []complaint.Lane{complaint.LaneDepartment, complaint.LaneDirect, complaint.LaneAssociation},
	}, err
})

// mark stands in every personal detail of the simulated people, behind the first
// character: where it turns up, personal data did.
const mark = "龘"

// config says how large a world is and how much goes wrong in it, in thousandths.
type config struct {
	seed             uint64
	cases, filing    int
	after            int // days played after the last filing
	merchants, folks int
	first            calendar.Date
	nodes            int
	faults           int // of the appends and reads of requests
	deaths           int // of the faults, those by which a process dies
	rivals           int // requests that another decides at once
	repeats          int // requests sent twice
	mistakes         int
	patience         int
	crashes          int // nights
	naps             int // nights in which timers or lists sleep
	dir              string
	refined          bool          // regions add to the law
	renewed          calendar.Date // the day on which the calendar is replaced
	walked           bool          // the public side in the end, page by page
	trace            func(string)
}

// small is the world of one seed.
func small(seed uint64) config {
	r := rand.New(rand.NewPCG(seed, 2))
	firsts := []string{"2024-03-04", "2024-06-20", "2025-09-10", "2026-01-12", "2026-04-01", "2026-05-06", "2026-08-20", "2026-11-09"}
	c := config{
		seed: seed, cases: 3 + r.IntN(6), filing: 1 + r.IntN(20), after: 100 + r.IntN(60), merchants: 3 + r.IntN(4), folks: 4,
		first: calendar.MustDate(firsts[r.IntN(len(firsts))]), nodes: 1 + r.IntN(2),
		faults: 60, deaths: 1000, rivals: 50, repeats: 60, mistakes: 120, crashes: 40, naps: 80, walked: seed%10 == 1, refined: seed%5 == 2,
	}
	if seed%5 == 3 && seed%8 != 0 { // a snapshot would know the old calendar
		c.renewed = c.first + calendar.Date(10+r.IntN(60))
	}
	return c
}

// world is an installation of one or two nodes and the town that uses it.
type world struct {
	config   config
	law      complaint.Law
	registry *es.Registry
	log      *estest.Store
	keyring  *sealedtest.Keyring
	nodes    []*node
	town     *simulation.Town
	r        *rand.Rand // of faults, apart from the people's
	clock    time.Time
	asleep   int // nights that the timers still sleep
	acked    []ack
	rivalled map[string]bool     // cases in which somebody else acted during the request under way
	request  int                 // under way
	other    *usecase.Complaints // of who comes between
	routes   map[string]int
	refusals map[string]int
	failed   error
}

// ack is a command whose success was told to its sender.
type ack struct {
	stream   es.StreamID
	revision es.Revision
	actor    string
	route    string
}

func newWorld(c config) (*world, error) {
	law, err := lawOf()
	if err != nil {
		return nil, err
	}
	if c.refined {
		if law, err = refined(law); err != nil {
			return nil, err
		}
	}
	w := &world{
		config: c, law: law, registry: usecase.NewRegistry(codec.JSON{}), log: estest.NewStore(estest.Shared()), keyring: sealedtest.NewKeyring(),
		r: rand.New(rand.NewPCG(c.seed, 3)), clock: c.first.Start(), routes: map[string]int{}, refusals: map[string]int{},
	}
	if w.other, err = w.cases(w.log); err != nil {
		return nil, err
	}
	for i := range c.nodes {
		n := &node{w: w, number: i}
		w.nodes = append(w.nodes, n)
		if err := n.start(); err != nil {
			return nil, err
		}
	}
	w.town = simulation.NewTown(simulation.Plan{
		Seed: c.seed, Prefix: "sim", First: c.first, Last: c.first + calendar.Date(c.filing+c.after), Filing: c.filing, Cases: c.cases,
		Merchants: c.merchants, Consumers: c.folks, Mistakes: c.mistakes, Lanes: []string{"department", "direct", "association"}, Mark: mark, Files: true, Patience: c.patience,
	}, simulation.Stage{Cases: w, Calendar: law.Calendar, Set: w.set, Night: w.night, Refused: w.refused, Said: w.said})
	return w, nil
}

func (w *world) now() time.Time { return w.clock }

func (w *world) set(at time.Time) { w.clock = at }

func (w *world) note(format string, args ...any) {
	if w.config.trace != nil {
		w.config.trace(w.clock.In(calendar.Shanghai).Format("01-02 15:04 ") + fmt.Sprintf(format, args...))
	}
}

func (w *world) documents(s readmodel.Space) []readmodel.DocType {
	for _, p := range w.projections() {
		if p.Name() == s.Projection && s.Builds(p.Version()) {
			return p.Docs()
		}
	}
	return nil
}

func (n *node) folder() string { return filepath.Join(n.w.config.dir, fmt.Sprint(n.number)) }

func short(id string) string { return id[:min(8, len(id))] }

// chance is true in n of a thousand cases.
func (w *world) chance(n int) bool { return n > 0 && w.r.IntN(1000) < n }

// play plays the town, then lets everything that is due come to pass, and closes the
// nodes. What is wrong in the end is the error.
func (w *world) play(ctx context.Context) error {
	defer w.close()
	last := w.config.first + calendar.Date(w.config.filing+w.config.after)
	if err := w.town.Play(ctx, (last + 2).Start()); err != nil {
		return err
	}
	if err := w.settle(ctx, last); err != nil {
		return err
	}
	return w.check(ctx)
}

// settle ends the faults, moves the clock past every limit there can be, and lets the
// timers pass until nothing is due.
func (w *world) settle(ctx context.Context, last calendar.Date) error {
	c := &w.config
	c.faults, c.rivals, c.crashes, c.naps, w.asleep = 0, 0, 0, 0, 0
	for _, n := range w.nodes {
		if err := n.caughtUp(ctx); err != nil {
			return err
		}
	}
	for _, days := range []calendar.Date{1, 30, 500} {
		w.set((last + days).Start().Add(time.Hour))
		for range 5 { // what passes may start another limit
			if err := w.night(ctx); err != nil {
				return err
			}
		}
	}
	for _, n := range w.nodes {
		if err := n.caughtUp(ctx); err != nil {
			return err
		}
	}
	return w.failed
}

func (w *world) close() {
	for _, n := range w.nodes {
		n.sleep()
		if n.model != nil {
			_ = n.model.Close() // a snapshot that nobody reads any more
		}
	}
}

// night lets nodes crash and come back, and the timers of one or two nodes pass.
func (w *world) night(ctx context.Context) error {
	if today := calendar.DateOf(w.clock); w.config.renewed > 0 && today >= w.config.renewed && w.law.Calendar.Version() != "CN-TEST-2027" {
		if err := w.renew(); err != nil {
			return err
		}
	}
	for _, n := range w.nodes {
		if err := w.rest(ctx, n); err != nil {
			return err
		}
	}
	if w.asleep > 0 {
		w.asleep--
		return nil
	}
	if w.chance(w.config.naps / 4) {
		w.asleep = 1 + w.r.IntN(20)
		w.note("timers sleep for %d days", w.asleep)
		return nil
	}
	leaders := w.nodes[w.r.IntN(len(w.nodes)):]
	for _, n := range leaders {
		if err := w.pass(ctx, n); err != nil {
			return err
		}
	}
	return w.failed
}

// rest is a node's night: most go on, some crash, some lists sleep till the next.
func (w *world) rest(ctx context.Context, n *node) error {
	switch {
	case w.chance(w.config.crashes):
		if w.config.dir != "" && w.r.IntN(2) == 0 {
			if err := errors.Join(n.caughtUp(ctx), n.model.Save()); err != nil {
				return err
			}
		}
		n.crash()
		return n.start()
	case n.stop == nil && w.chance(300):
		return n.read()
	case n.stop != nil && w.chance(w.config.naps):
		w.note("lists of node %d sleep", n.number)
		return n.doze(ctx)
	case w.chance(w.config.crashes):
		w.note("reader of node %d drops", n.number)
		if err := n.doze(ctx); err != nil {
			return err
		}
		n.feed.Next(estest.Subscribing, estest.Cut(w.r.IntN(3), nil), estest.Duplicate(1+w.r.IntN(3)))
		return n.read()
	}
	return nil
}

// pass is one pass of a node's timers over lists that are up to date, or stale where
// they sleep.
func (w *world) pass(ctx context.Context, n *node) error {
	if n.stop != nil {
		if err := n.caughtUp(ctx); err != nil {
			return err
		}
	}
	_, err := n.timers.Pass(ctx)
	if transient(err) {
		w.note("timers of node %d fail: %v", n.number, err)
		return w.revive(n)
	}
	return err
}

// revive starts a node that crashed in the middle of something.
func (w *world) revive(n *node) error {
	if !n.dying {
		return nil
	}
	n.crash()
	return n.start()
}

// upset scripts what goes wrong in the next append or read of a node.
func (w *world) upset(n *node) {
	if !w.chance(w.config.faults) {
		return
	}
	kind := w.r.IntN(7)
	if kind >= 5 && !w.chance(w.config.deaths) {
		kind -= 4
	}
	switch kind {
	case 0:
		n.store.Next(estest.Appending, estest.FailBefore(nil))
	case 1, 2:
		n.store.Next(estest.Appending, estest.FailAfter())
	case 3: // lost before it came, and nobody knows
		n.store.Next(estest.Appending, estest.FailBefore(es.ErrUnknownOutcome))
	case 4:
		n.store.Next(estest.ReadStream, estest.Cut(w.r.IntN(4), nil))
	case 5: // the process dies with the answer on its way
		n.dying = true
		n.store.Next(estest.Appending, estest.FailAfter())
	case 6: // or before it sent anything
		n.dying = true
		n.store.Next(estest.Appending, estest.FailBefore(es.ErrUnknownOutcome))
	}
}

// said writes the line of a move.
func (w *world) said(m simulation.Move, err error) {
	if err == nil && !m.Mistake {
		w.routes[m.Route]++
	}
	if w.config.trace == nil {
		return
	}
	wrong, what := "", "done"
	if m.Mistake {
		wrong = " (wrongly)"
	}
	if err != nil {
		what = err.Error()
	}
	w.note("case %d: %s %s %s%s: %s", m.N, m.Actor.Role, strings.TrimPrefix(m.Actor.ID, "sim-"), m.Route, wrong, what)
}

// refused judges an answer: a mistake is refused by name, anything else only where
// somebody else came between.
func (w *world) refused(m simulation.Move, err error) error {
	var refusal *complaint.Refusal
	var invalid *usecase.InvalidError
	named := errors.As(err, &refusal) && refusal.Code != "" && refusal.Rule != "" ||
		errors.As(err, &invalid) && len(invalid.Faults) > 0 ||
		errors.Is(err, usecase.ErrForbidden) || errors.Is(err, usecase.ErrNotFound) || errors.Is(err, usecase.ErrRestricted)
	if refusal != nil {
		w.refusals[m.Route+" "+refusal.Code]++
	}
	switch {
	case m.Mistake && err == nil:
		return fmt.Errorf("%s by %s was not offered, but taken", m.Route, m.Actor.Role)
	case !named:
		return fmt.Errorf("%s by %s: no refusal by name: %w", m.Route, m.Actor.Role, err)
	case refusal != nil && refusal.Code == "linked_case_needs": // what it hangs on, no view shows
	case !m.Mistake && !w.rivalled[m.Case]:
		return fmt.Errorf("%s by %s was offered, but refused: %w (%+v)", m.Route, m.Actor.Role, err, m.Input)
	}
	return nil
}
