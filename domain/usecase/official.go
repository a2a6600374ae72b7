package usecase

import (
	"context"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/reconcile"
)

// reconciler is the program itself, where it compares with an export of the national
// 12315 platform.
func reconciler() Actor { return Actor{ID: "reconcile", Role: roleSystem} }

// RecordOfficialSync records what a reconciliation found of one act of a case: that it
// is in the official record with the same day, or that it differs. changed is false
// where that was recorded before. *complaint.Refusal, errors of the keyring and of the
// store.
func (c *Complaints) RecordOfficialSync(ctx context.Context, s reconcile.Sync) (changed bool, err error) {
	if s.State == reconcile.SyncToEnter {
		return false, nil // that is what an act is until something is recorded
	}
	f, err := c.load(ctx, s.Case, nil)
	if err != nil {
		return false, err
	}
	act := complaint.Act(strings.TrimSuffix(string(s.Field), "_on"))
	if was, ok := f.now.Syncs[act]; ok && was.State == complaint.SyncEntered && s.State == reconcile.SyncEntered {
		return false, nil
	}
	do := complaint.RecordSync{Act: act, State: string(s.State)}
	seal := newSealing(s.Case)
	switch s.State {
	case reconcile.SyncEntered:
		do.On = calendar.DateOf(c.Now())
	case reconcile.SyncDiffers:
		do.Field = string(s.Field)
		seal.text(fieldSync, s.Ours, &do.Ours)
		seal.text(fieldSync, s.Theirs, &do.Theirs)
	}
	if err := seal.seal(ctx, c.Keyring); err != nil {
		return false, err
	}
	return c.official(ctx, s.Case, do, "sync", s.Case, string(act), string(s.State), s.Theirs)
}

// RecordOfficialNumber records the number under which the national 12315 platform has
// a case, where an export names ours beside it.
func (c *Complaints) RecordOfficialNumber(ctx context.Context, id, number string) (changed bool, err error) {
	do := complaint.RecordExternalRef{Ref: complaint.ExternalRef{System: reconcile.System, Number: number}}
	return c.official(ctx, id, do, "external-ref", id, reconcile.System, number)
}

// official runs a command of the program under an id that the same finding has again.
func (c *Complaints) official(ctx context.Context, id string, do complaint.Action, name ...string) (bool, error) {
	body, err := c.bodies.hash(do.Route(), id, &struct{}{})
	if err != nil {
		return false, err
	}
	out, err := c.run(ctx, request{
		actor: reconciler(), route: do.Route(), id: id, command: es.DeriveID(es.Namespace, name...), body: body, do: do,
	})
	return err == nil && len(out.Events) > 0 && !out.Receipt.Repeated, err
}
