package simulation

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/usecase"
)

// Service is the part of the use cases that people use.
type Service interface {
	File(ctx context.Context, a usecase.Actor, in usecase.FileComplaint, o usecase.Options) (usecase.Receipt, usecase.CaseView, error)
	Act(ctx context.Context, a usecase.Actor, id, action string, in any, o usecase.Options) (usecase.Receipt, usecase.CaseView, error)
	View(ctx context.Context, a usecase.Actor, id string, asOf *time.Time) (usecase.CaseView, error)
}

// Stage is what a town plays on.
type Stage struct {
	Cases    Service
	Calendar *calendar.Calendar
	// Set moves the clock; Night is called once a day after its last step, for timers
	// and lists.
	Set   func(time.Time)
	Night func(context.Context) error
	// Refused judges an answer that a case gave to somebody: nil where it is as it
	// should be. A nil error is what became of a mistake that was not refused.
	// Without it every refusal ends the play.
	Refused func(m Move, err error) error
	// Said is told what was done and what came of it; it may be nil.
	Said func(m Move, err error)
}

// Move is one request of somebody.
type Move struct {
	At      time.Time
	Actor   usecase.Actor
	Case    string
	N       int // of the case, in order of filing
	Route   string
	Input   any
	Mistake bool // what the case does not offer
}

// Plan says which town is played.
type Plan struct {
	Seed uint64
	// Prefix begins the name of each account.
	Prefix string
	// First and Last day; complaints are filed over the first Filing days.
	First, Last calendar.Date
	Filing      int
	Cases       int
	Merchants   int
	Consumers   int
	// Mistakes is how many of a thousand moves are wrong on purpose.
	Mistakes int
	// Patience is how often in a row somebody looks at a case and does nothing before it
	// is left alone; 8.
	Patience int
	// Lanes in which cases are filed, first the usual one.
	Lanes []string
	// Files says that files are cited that nobody handed in: where evidence is kept, it
	// would be missed.
	Files bool
	// Everyday lets people do what they do in life, and as often; else they try whatever
	// a case offers.
	Everyday bool
	// Operators are the merchants, in place of those that every town has.
	Operators []Operator
	// Season weighs the complaints of an industry in a month, Busy all of a day; nil is
	// even.
	Season func(industry string, month time.Month) int
	Busy   func(calendar.Date) int
	// Mark is put into every personal detail, to find it again where it must not be.
	Mark string
}

// Town is people with their matters. It belongs to one goroutine.
type Town struct {
	plan     Plan
	stage    Stage
	r        *rand.Rand
	traders  []*merchant
	demand   demand
	people   []*consumer
	officers map[string]*officer
	plays    map[string]play
	agenda   agenda
	now      time.Time
	seq      int
	matters  []*matter
	filed    int
}

// matter is one complaint as the town remembers it.
type matter struct {
	n      int
	id     string
	what   dispute
	whom   *merchant
	who    *consumer
	lane   string
	region string // of the office that has it
	unit   string
	view   usecase.CaseView // as somebody last saw it
	shown  usecase.Actor    // who has it as the answer to its own act
	acts   int
	idle   int
	paid   int64  // performed so far
	public bool   // the consumer agrees to publication
	online bool   // the consumer's account has the case
	code   string // with which it can have it
	until  calendar.Date
	// disputing and disputed are the authorities that do not agree.
	disputing, disputed string
	urge                string // the route that whoever acts next has in mind
}

// NewTown settles a town.
func NewTown(p Plan, s Stage) *Town {
	t := &Town{plan: p, stage: s, r: rand.New(rand.NewPCG(p.Seed, 1)), officers: map[string]*officer{}, plays: repertoire()}
	if len(p.Lanes) == 0 {
		t.plan.Lanes = []string{"department"}
	}
	if p.Patience == 0 {
		t.plan.Patience = 8
	}
	if t.settle(); len(t.traders) == 0 {
		t.traders = t.merchants(max(1, p.Merchants), t.r)
	}
	t.people = t.consumers(max(1, p.Consumers), t.r)
	for i, on := range t.days() {
		m := t.matter(i, on)
		t.later(m, t.hour(on, true))
		if t.r.IntN(25) == 0 { // some file twice, to be sure
			again := *m
			again.n = p.Cases + i
			t.matters = append(t.matters, &again)
			t.later(&again, t.hour(on+calendar.Date(t.r.IntN(5)), true))
		}
	}
	return t
}

func (t *Town) matter(n int, on calendar.Date) *matter {
	whom := t.trader(on)
	possible := disputesWith(whom)
	m := &matter{
		n: n, what: possible[t.r.IntN(len(possible))], whom: whom, who: t.people[t.r.IntN(len(t.people))],
		region: whom.region, lane: t.plan.Lanes[0],
	}
	m.online = m.who.online
	if t.r.IntN(5) == 0 {
		m.lane = t.plan.Lanes[t.r.IntN(len(t.plan.Lanes))]
	}
	t.matters = append(t.matters, m)
	return m
}

// private marks a personal detail behind its first character, which masks may show.
func (t *Town) private(text string) string {
	if t.plan.Mark == "" {
		return text
	}
	r := []rune(text)
	return string(r[0]) + t.plan.Mark + string(r[1:])
}

// Filed is how many complaints were filed.
func (t *Town) Filed() int { return t.filed }

// Play plays every day up to the last, or up to a moment.
func (t *Town) Play(ctx context.Context, until time.Time) error {
	for day := t.plan.First; day <= t.plan.Last; day++ {
		for len(t.agenda) > 0 && t.agenda[0].at.Before(day.End()) {
			next := heap.Pop(&t.agenda).(appointment)
			if !next.at.Before(until) {
				continue
			}
			t.now = next.at
			t.stage.Set(next.at)
			if err := t.keep(ctx, next); err != nil {
				return fmt.Errorf("case %d at %s: %w", next.m.n, next.at.Format(time.RFC3339), err)
			}
		}
		if night := day.End().Add(time.Minute); night.Before(until) {
			t.stage.Set(night)
			if err := t.stage.Night(ctx); err != nil {
				return fmt.Errorf("night after %s: %w", day, err)
			}
		}
	}
	return nil
}

// keep lets the matter's next person have its turn.
func (t *Town) keep(ctx context.Context, next appointment) error {
	m := next.m
	if m.id == "" {
		return t.file(ctx, m, next.at)
	}
	if m.code != "" && !m.online && calendar.DateOf(next.at) <= m.until && t.r.IntN(4) == 0 {
		return t.claim(ctx, m, next.at)
	}
	actor, seldom := t.whoseTurn(m)
	if seldom && calendar.DateOf(next.at).Weekday()%2 == 0 {
		t.later(m, t.hour(calendar.DateOf(next.at)+1, true))
		return nil
	}
	if err := t.turn(ctx, m, actor, next.at); err != nil {
		return err
	}
	t.onward(m, next.at)
	return nil
}

// onward lets somebody look at the matter again, while there is something to do.
func (t *Town) onward(m *matter, at time.Time) {
	if !t.over(m) {
		t.later(m, t.hour(calendar.DateOf(at)+t.again(m), false))
	}
}

// over: there is nothing left that anybody would do.
func (t *Town) over(m *matter) bool { return m.idle >= t.plan.Patience && !t.waits(m) || m.acts >= 60 }

// pause is how many days pass before somebody looks at the matter again.
func (t *Town) pause(m *matter) int {
	switch {
	case t.plan.Everyday && m.view.Status == "received": // the office has seven working days
		return t.r.IntN(3)
	case m.idle > 3 || m.idle > 0 && m.view.Status != "closed":
		return 1 + t.r.IntN(4<<min(m.idle, 4))
	case m.urge != "":
		return 0
	case m.view.Disclosure != nil && (m.view.Disclosure.State == "notified" || m.view.Disclosure.State == "objected"):
		return 1 + t.r.IntN(4)
	case m.whom.habit == Slow && t.r.IntN(3) == 0:
		return 5 + t.r.IntN(20)
	}
	return t.r.IntN(5)
}

// hour is a moment of a day, of an office day where office says so.
func (t *Town) hour(d calendar.Date, office bool) time.Time {
	for office || t.r.IntN(10) > 0 {
		if working, _ := t.stage.Calendar.Working(d); working {
			break
		}
		d++
	}
	return d.Start().Add(8*time.Hour + 30*time.Minute + time.Duration(t.r.IntN(9*3600))*time.Second)
}

// judge asks whether an answer is as it should be.
func (t *Town) judge(m Move, err error) error {
	if t.stage.Said != nil {
		t.stage.Said(m, err)
	}
	if err == nil && !m.Mistake {
		return nil
	}
	if t.stage.Refused != nil {
		return t.stage.Refused(m, err)
	}
	if err == nil {
		return errors.New("a mistake was not refused")
	}
	return fmt.Errorf("%s by %s: %w", m.Route, m.Actor.Role, err)
}

// appointment is when somebody looks at a matter.
type appointment struct {
	at  time.Time
	seq int
	m   *matter
}

type agenda []appointment

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if a[i].at.Equal(a[j].at) {
		return a[i].seq < a[j].seq
	}
	return a[i].at.Before(a[j].at)
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }

// Push is for container/heap.
func (a *agenda) Push(x any) { *a = append(*a, x.(appointment)) }

// Pop is for container/heap.
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	*a = old[:len(old)-1]
	return last
}

// later puts the matter down for a moment after now.
func (t *Town) later(m *matter, at time.Time) {
	if !at.After(t.now) {
		at = t.now.Add(time.Minute)
	}
	t.seq++
	heap.Push(&t.agenda, appointment{at, t.seq, m})
}
