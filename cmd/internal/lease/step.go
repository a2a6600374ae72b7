package lease

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// step is one exchange with the store: renew, beat, take what is missing, and see what
// exceeds the share.
func (r *round) step(ctx context.Context) {
	r.failed = false
	r.watch()
	willing := r.Willing()
	err := r.renew(ctx)
	switch {
	case err != nil:
	case willing:
		err = r.join(ctx)
	case !r.left:
		if err = r.leave(ctx); err == nil {
			r.left, r.members = true, nil
		}
	}
	r.note(ctx, err)
	if err == nil || !willing {
		r.plan(willing)
	}
	if err == nil {
		r.giveBack(ctx)
	}
}

// bound gives a call of the store as long as a step, but never longer than until the
// first lease must be let go.
func (r *round) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, r.firstEnd(time.Now().Add(min(r.Every, r.margin()))))
}

func (r *round) renew(ctx context.Context) error {
	if len(r.held) == 0 {
		return nil
	}
	held := make([]Held, 0, len(r.held))
	for name, h := range r.held {
		held = append(held, Held{Name: name, Fence: h.fence})
	}
	sortHeld(held)
	ctx, cancel := r.bound(ctx)
	defer cancel()
	sent := time.Now()
	still, err := r.Store.Renew(ctx, r.Group, r.Node, held, r.TTL)
	if err != nil {
		return err
	}
	lost := 0
	for _, h := range held {
		if slices.Contains(still, h) {
			hold := r.held[h.Name]
			hold.until = sent.Add(r.TTL)
			r.held[h.Name] = hold
			continue
		}
		r.lose(h.Name)
		lost++
	}
	if lost > 0 {
		r.recallMembers()
		r.Log.Warn("lease: lost", "leases", lost)
	}
	return nil
}

// join beats and takes what is missing to the share.
func (r *round) join(ctx context.Context) error {
	ctx, cancel := r.bound(ctx)
	defer cancel()
	members, err := r.Store.Beat(ctx, r.Group, r.Node, r.TTL)
	if err != nil {
		return err
	}
	if r.away {
		r.recallMembers()
	}
	r.left, r.members = false, r.roster(members)
	most := r.share() - len(r.held)
	if most <= 0 {
		return nil
	}
	sent := time.Now()
	got, err := r.Store.Claim(ctx, r.Group, r.Node, r.missing(), most, r.TTL)
	if err != nil {
		return err
	}
	for _, h := range got {
		r.held[h.Name] = hold{fence: h.Fence, until: sent.Add(r.TTL)}
	}
	if len(r.held) >= r.share() {
		clear(r.former)
	}
	if len(got) > 0 {
		r.Log.Info("lease: took", "leases", len(got), "held", len(r.held))
	}
	return nil
}

// recallMembers has the members of now count for two rounds more.
func (r *round) recallMembers() {
	r.recall, r.recallUntil = r.members, time.Now().Add(2*r.Every)
}

// roster adds the members from before a loss that have not been heard since.
func (r *round) roster(members []Member) []Member {
	if time.Now().After(r.recallUntil) {
		r.recall = nil
	}
	for _, old := range r.recall {
		if !slices.ContainsFunc(members, func(m Member) bool { return m.Node == old.Node }) {
			members = append(members, old)
		}
	}
	return members
}

// share counts the node's own leases by what it knows of them itself.
func (r *round) share() int {
	members := slices.Clone(r.members)
	for i := range members {
		if members[i].Node == r.Node {
			members[i].Held = len(r.held)
		}
	}
	return share(members, r.Node, len(r.Names))
}

// missing are the leases the node does not have, those it lost first.
func (r *round) missing() []string {
	var names []string
	for _, name := range r.Names {
		if _, ok := r.held[name]; !ok {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(rank(r.former[a]), rank(r.former[b]))
	})
	return names
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// plan marks what exceeds the share: first what was marked before, then the last by
// name.
func (r *round) plan(willing bool) {
	excess := len(r.held)
	if willing {
		excess -= r.share()
	}
	names := make([]string, 0, len(r.held))
	for name := range r.held {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(r.held[a].giving), rank(r.held[b].giving)), strings.Compare(b, a))
	})
	for i, name := range names {
		h := r.held[name]
		h.giving = i < excess
		r.held[name] = h
	}
}

func (r *round) leave(ctx context.Context) error {
	ctx, cancel := r.bound(ctx)
	defer cancel()
	return r.Store.Leave(ctx, r.Group, r.Node)
}

// note says once that the store is away, and once that it is back.
func (r *round) note(ctx context.Context, err error) {
	switch {
	case err != nil && !r.away && !errors.Is(ctx.Err(), context.Canceled):
		r.away = true
		r.Log.Warn("lease: the store does not answer", "error", err)
	case err == nil && r.away:
		r.away = false
		r.Log.Info("lease: the store answers again")
	}
}

func sortHeld(held []Held) {
	slices.SortFunc(held, func(a, b Held) int { return strings.Compare(a.Name, b.Name) })
}
