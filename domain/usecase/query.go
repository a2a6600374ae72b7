package usecase

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// View answers the case as the actor may see it, now or as it was known at asOf.
// Whoever is not its consumer leaves a durable trace first. ErrNotFound,
// ErrForbidden, errors of the keyring and of the store.
func (c *Complaints) View(ctx context.Context, actor Actor, id string, asOf *time.Time) (CaseView, error) {
	if c.access.Standing(actor.Role, "view") == StandingNone {
		return CaseView{}, ErrForbidden
	}
	f, err := c.load(ctx, id, asOf)
	if err != nil {
		return CaseView{}, err
	}
	// Access goes by the case as it is, also for a look at the past: a merchant that
	// was replaced lost it at once.
	if err := c.access.Check(c.Law.Catalogue.Regions(), actor, "view", &f.now); err != nil {
		return CaseView{}, err
	}
	f.current()
	p := c.presenting(ctx, actor, &f)
	view, err := p.present(&f)
	if err != nil {
		return CaseView{}, err
	}
	if err := c.recordRead(ctx, actor, id, "view", p.class()); err != nil {
		return CaseView{}, err
	}
	return view, nil
}

// MaxHistory bounds one page of a history.
const MaxHistory = 500

// History answers the facts of the case after a revision as the actor counts it
// (es.None: from the first), cut to what the actor may see, at most limit (0: MaxHistory). Data stand in it
// with masks in place of sealed values, and only for those who may see them.
// ErrNotFound, ErrForbidden.
func (c *Complaints) History(ctx context.Context, actor Actor, id string, after es.Revision, limit int) ([]HistoryEntry, error) {
	f, err := c.enter(ctx, actor, id, "history")
	if err != nil {
		return nil, err
	}
	if limit <= 0 || limit > MaxHistory {
		limit = MaxHistory
	}
	entries := []HistoryEntry{}
	h := historian{c: c, ctx: ctx, actor: actor, stage: StageOf(&f.now), gone: map[sealed.Subject]bool{}}
	for _, e := range f.now.Erased {
		h.gone[e.Subject] = true
	}
	for _, s := range f.now.Outstanding() {
		h.gone[s] = true
	}
	h.replaced = f.now.People.Replaced
	seen := es.None
	for env, err := range c.Store.Read(ctx, Stream(id), 0) {
		if err != nil {
			return nil, err
		}
		if len(entries) == limit {
			break
		}
		if !c.shows(actor.Role, &env) {
			continue
		}
		if seen++; seen <= after || actor.Role == RoleMerchant && env.Revision < f.dismissed && heldBy(env.Type) {
			continue
		}
		e, err := h.entry(&env, seen)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	class := fieldsNone
	if h.sees("history.data") {
		class = fieldsMasked
	}
	return entries, c.recordRead(ctx, actor, id, "history", class)
}

// historian cuts envelopes to what one actor may see of one case.
type historian struct {
	c     *Complaints
	ctx   context.Context
	actor Actor
	stage Stage
	// gone says of each subject met whether its data were erased or restricted.
	gone map[sealed.Subject]bool
	// replaced are values that were corrected: no history shows what was wrong.
	replaced []complaint.Replaced
}

// isGone asks the keyring too: between the key's end and its event nothing may show.
func (h *historian) isGone(s sealed.Subject) (bool, error) {
	if gone, known := h.gone[s]; known {
		return gone, nil
	}
	state, err := h.c.Keyring.StateOf(h.ctx, s)
	if err != nil && !errors.Is(err, sealed.ErrNoKey) {
		return true, err
	}
	h.gone[s] = state != sealed.Active
	return h.gone[s], nil
}

func (h *historian) sees(field string) bool {
	return h.c.access.Show(h.actor.Role, field, h.stage) != ShowNothing
}

func (h *historian) entry(env *es.Envelope, revision es.Revision) (HistoryEntry, error) {
	m, err := h.c.Registry.DecodeMetadata(env)
	if err != nil {
		return HistoryEntry{}, err
	}
	e := HistoryEntry{
		ID: env.ID.String(), Revision: int64(revision), Type: env.Type, At: m.At, Role: m.Role,
		Ruleset: m.Ruleset, Calendar: m.Calendar, Source: m.Source, Position: env.Position,
	}
	if h.sees("history.actor") {
		e.Actor, e.Command = m.Actor, m.Command.String()
	}
	if h.sees("history.recorded") && !env.Recorded.IsZero() {
		recorded := env.Recorded
		e.Recorded = &recorded
	}
	if h.sees("history.data") {
		d := json.NewDecoder(bytes.NewReader(env.Data))
		d.UseNumber()
		if err := d.Decode(&e.Data); err != nil {
			return e, &es.DecodeError{Type: env.Type, Stream: env.Stream, At: env.Revision, Err: err}
		}
		if e.Data, err = h.masked(e.Data); err != nil {
			return e, err
		}
	}
	return e, nil
}

// masked replaces every sealed value by its mask, and by an empty one where the
// person's data are gone: a mask is personal data too. It works on the stored JSON, so
// that old versions are shown as written.
func (h *historian) masked(v any) (_ any, err error) {
	switch v := v.(type) {
	case map[string]any:
		_, suite := v["suite"]
		if _, cipher := v["cipher"]; suite && cipher {
			return h.mask(v)
		}
		for k, inner := range v {
			if v[k], err = h.masked(inner); err != nil {
				return nil, err
			}
		}
	case []any:
		for i, inner := range v {
			if v[i], err = h.masked(inner); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

func (h *historian) mask(v map[string]any) (any, error) {
	subject, _ := v["subject"].(string)
	mask, _ := v["mask"].(string)
	gone, err := h.isGone(sealed.Subject(subject))
	cipher, _ := v["cipher"].(string)
	if gone || h.isReplaced(cipher) {
		mask = ""
	}
	return map[string]any{"mask": mask}, err
}

// isReplaced says of a cipher text, as it is stored, that a correction replaced it.
func (h *historian) isReplaced(cipher string) bool {
	return slices.ContainsFunc(h.replaced, func(r complaint.Replaced) bool {
		return base64.StdEncoding.EncodeToString(r.Value.Cipher) == cipher
	})
}

// current shows the consumer as corrected also in a look at the past: a wrong value
// stays sealed in the facts and is shown to nobody (PIPL 46).
func (f *folded) current() {
	if f.state.Consumer != nil && f.now.Consumer != nil {
		f.state.Consumer = f.now.Consumer
	}
}

// RecordDeadlinePassed is sent by the timers for a clock whose strict day is due. A
// refusal says that the case moved on. One passed-event a case, rule and due day.
func (c *Complaints) RecordDeadlinePassed(ctx context.Context, id, rule string, on calendar.Date) (Receipt, error) {
	switch rule {
	case complaint.ClockErase:
		return Receipt{ID: id}, c.CarryOut(ctx, id)
	case complaint.ClockRetention:
		return c.recordRetentionOver(ctx, id, on)
	}
	f, err := c.load(ctx, id, nil)
	if err != nil {
		return Receipt{}, err
	}
	do, due := complaint.RecordDeadlinePassed{Rule: rule, Due: on}, on.String()
	// A newer calendar can move the wide day alone: that is another command.
	clock, _ := f.now.Clock(rule)
	command := es.DeriveID(es.Namespace, "deadline", id, rule, due, clock.DueWide.String())
	body, err := c.bodies.hash(do.Route(), id, &struct {
		Rule string `json:"rule"`
		Due  string `json:"due"`
	}{rule, due})
	if err != nil {
		return Receipt{}, err
	}
	out, err := c.run(ctx, request{
		actor: Actor{ID: "timers", Role: roleSystem}, route: do.Route(), id: id, command: command, body: body, do: do,
	})
	return Receipt{ID: id, Revision: out.Receipt.Revision, Position: out.Receipt.Position, Repeated: out.Receipt.Repeated}, err
}

// recordRetentionOver asks an officer to decide what becomes of a file whose period is
// over, once a case and period.
func (c *Complaints) recordRetentionOver(ctx context.Context, id string, until calendar.Date) (Receipt, error) {
	do := complaint.RecordRetentionOver{Until: until}
	command := es.DeriveID(es.Namespace, "retention", id, until.String())
	body, err := c.bodies.hash(do.Route(), id, &struct {
		Until string `json:"until"`
	}{until.String()})
	if err != nil {
		return Receipt{}, err
	}
	out, err := c.run(ctx, request{
		actor: Actor{ID: "timers", Role: roleSystem}, route: do.Route(), id: id, command: command, body: body, do: do,
	})
	return Receipt{ID: id, Revision: out.Receipt.Revision, Position: out.Receipt.Position, Repeated: out.Receipt.Repeated}, err
}
