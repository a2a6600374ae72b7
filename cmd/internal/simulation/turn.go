package simulation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/usecase"
)

// turn is somebody looking at a case, with what the case shows and offers.
type turn struct {
	*Town
	m     *matter
	actor usecase.Actor
	view  usecase.CaseView
	today calendar.Date
}

func (t *turn) by(role usecase.Role) bool { return t.actor.Role == role }

// one is true once in n.
func (t *turn) one(n int) bool { return t.r.IntN(n) == 0 }

func pick[T any](t *turn, of ...T) T { return of[t.r.IntN(len(of))] }

// whoseTurn says who looks at the matter next, and whether that person works seldom.
func (t *Town) whoseTurn(m *matter) (actor usecase.Actor, seldom bool) {
	if m.urge != "" && m.shown.ID != "" {
		return m.shown, false
	}
	office := t.desk(m.region)
	if m.unit != "" && t.r.IntN(4) > 0 {
		office = t.unit(m.region, m.unit)
	}
	consumer, trader, desk := t.weights(m)
	if !m.online {
		desk, consumer = desk+consumer, 0
	}
	if m.whom.person || m.view.Merchant.Identity != "confirmed" {
		desk, trader = desk+trader, 0
	}
	switch k := t.r.IntN(max(1, consumer+trader+desk)); {
	case k < consumer:
		return m.who.account, false
	case k < consumer+trader:
		return m.whom.account, false
	case t.r.IntN(12) == 0: // the office above looks in
		return t.superior().account, false
	}
	return office.account, office.partly
}

// weights say how likely each side acts next.
func (t *Town) weights(m *matter) (consumer, trader, desk int) {
	v := &m.view
	open := slices.ContainsFunc(v.Offers, func(o usecase.OfferView) bool { return o.State == "open" && o.By == "merchant" })
	switch {
	case v.Status == "received" || v.Status == "":
		return 1, 1, 8
	case v.Status == "filed":
		return 4, 6, 3
	case m.urge != "":
		return 0, 0, 1
	case v.Status == "accepted" && open:
		return 8, 1, 2
	case v.Status == "accepted":
		return 3, 5, 4
	case v.Performance == "due":
		return 1, 6, 2
	case v.Performance == "performed":
		return 6, 0, 2
	case v.Status == "closed" && v.Disclosure != nil && v.Disclosure.State == "notified":
		return 2, 4, 1
	}
	return 2, 0, 6
}

// turn lets the actor look at the case and do one thing, or nothing.
func (t *Town) turn(ctx context.Context, m *matter, actor usecase.Actor, at time.Time) error {
	view, err := m.view, error(nil)
	if m.shown.ID != actor.ID || m.urge == "" { // who goes on at once has the answer before it
		view, err = t.stage.Cases.View(ctx, actor, m.id, nil)
	}
	if errors.Is(err, usecase.ErrRestricted) && actor.Role == usecase.RoleOfficer && t.r.IntN(3) == 0 {
		return t.lift(ctx, m, actor, at)
	}
	if errors.Is(err, usecase.ErrNotFound) || errors.Is(err, usecase.ErrRestricted) {
		m.idle++ // the case is none of theirs, yet or any more
		return nil
	}
	if err != nil {
		return err
	}
	m.see(actor, view)
	m.shown = usecase.Actor{}
	now := &turn{Town: t, m: m, actor: actor, view: view, today: calendar.DateOf(at)}
	if t.plan.Mistakes > t.r.IntN(1000) {
		return now.mistake(ctx, at)
	}
	route := now.choose()
	if route == "" {
		m.idle++
		m.urge = ""
		return nil
	}
	body := t.plays[route].body(now)
	if body == nil {
		m.idle++
		return nil
	}
	if err := now.act(ctx, Move{At: at, Actor: actor, Case: m.id, N: m.n, Route: route, Input: body}); err != nil {
		return err
	}
	m.idle = 0
	if m.view.Status == "closed" {
		m.idle = min(3, t.plan.Patience/2) // not much happens any more
	}
	return nil
}

// claim is how a consumer's account takes a case over, with the code on the paper.
func (t *Town) claim(ctx context.Context, m *matter, at time.Time) error {
	now := &turn{Town: t, m: m, actor: m.who.account, view: m.view, today: calendar.DateOf(at)}
	move := Move{At: at, Actor: m.who.account, Case: m.id, N: m.n, Route: "claim", Input: t.plays["claim"].body(now)}
	if err := now.act(ctx, move); err != nil {
		return err
	}
	t.onward(m, at)
	return nil
}

// lift gives a case free whose data are only kept: no office can look at it before.
func (t *Town) lift(ctx context.Context, m *matter, officer usecase.Actor, at time.Time) error {
	now := &turn{Town: t, m: m, actor: officer, view: m.view, today: calendar.DateOf(at)}
	return now.act(ctx, Move{At: at, Actor: officer, Case: m.id, N: m.n, Route: "lift-restriction", Input: t.plays["lift-restriction"].body(now)})
}

// see keeps what an actor saw: how the case stands and where it lies.
func (m *matter) see(by usecase.Actor, v usecase.CaseView) {
	m.view = v
	if v.Region != "" {
		m.region = v.Region
	}
	if by.Role == usecase.RoleOfficer {
		m.unit = v.Unit
		open := func(c usecase.ClockView) bool {
			return c.Rule == "CP.JURIS_DISPUTE" && (c.State == "running" || c.State == "passed")
		}
		if !slices.ContainsFunc(v.Clocks, open) {
			m.disputed = ""
		}
	}
}

// choose picks one of the actions that the case offers, by habit.
func (t *turn) choose() string {
	sum, none := 0, 3*t.plan.Patience/2
	weights := make([]int, len(t.view.Actions))
	for i, route := range t.view.Actions {
		if p, ok := t.plays[route]; ok && p.weigh != nil {
			weights[i] = t.felt(route, p)
			sum += weights[i]
		}
	}
	k := t.r.IntN(sum + none)
	for i, w := range weights {
		if k -= w; k < 0 {
			return t.view.Actions[i]
		}
	}
	return ""
}

// act sends the request and keeps what came back.
func (t *turn) act(ctx context.Context, move Move) error {
	t.m.acts++
	key := fmt.Sprintf("%s-%d-%d", t.plan.Prefix, t.m.n, t.m.acts)
	_, view, err := t.stage.Cases.Act(ctx, move.Actor, move.Case, move.Route, move.Input, usecase.Options{Key: key})
	if err := t.judge(move, err); err != nil {
		return err
	}
	if err != nil || move.Mistake {
		return nil
	}
	if view.Status != "" { // else it lost the case by what it did
		t.m.see(move.Actor, view)
		t.m.shown = move.Actor
	}
	t.m.urge = ""
	if done := t.plays[move.Route].done; done != nil {
		done(t, move.Input)
	}
	return nil
}

// mistake does what the case does not offer: another's part, a step too early, a day
// that has not come.
func (t *turn) mistake(ctx context.Context, at time.Time) error {
	move := Move{At: at, Actor: t.actor, Case: t.m.id, N: t.m.n, Mistake: true}
	switch t.r.IntN(6) {
	case 0:
		move.Actor = usecase.Actor{ID: t.plan.Prefix + "-stranger", Role: usecase.RoleConsumer}
		move.Route, move.Input = "withdraw", &usecase.Withdraw{Reason: "样例"}
	case 1:
		move.Actor = usecase.Actor{ID: t.plan.Prefix + "-elsewhere", Role: usecase.RoleOfficer, Region: "2201"}
		move.Route, move.Input = "accept", &usecase.Accept{}
	case 2:
		move.Actor = t.m.whom.account
		move.Route, move.Input = "terminate", &usecase.Terminate{Ground: "TM_REFUSED"}
	case 3:
		move.Actor = t.desk(t.m.region).account
		move.Route, move.Input = "withdraw", &usecase.Withdraw{Occurred: &usecase.OccurredInput{On: (t.today + 3).String()}}
	default:
		if move.Route = t.notOffered(); move.Route == "" {
			return nil
		}
		move.Input = t.plays[move.Route].body(t)
	}
	if move.Input == nil {
		return nil
	}
	return t.act(ctx, move)
}

// notOffered is a route that the case does not offer to the actor.
func (t *turn) notOffered() string {
	routes := make([]string, 0, len(t.plays))
	for route, p := range t.plays {
		if p.weigh != nil && !slices.Contains(t.view.Actions, route) {
			routes = append(routes, route)
		}
	}
	slices.Sort(routes)
	if len(routes) == 0 {
		return ""
	}
	return pick(t, routes...)
}
