package complaint

import (
	"slices"

	"fangxin/domain/calendar"
)

// Proof and channels as records of notices name them.
func noticeChannels() []string {
	return []string{"internet", "phone", "sms", "email", "letter", "in_person"}
}

func proofKinds() []string { return []string{"postal", "call", "receipt", "system", "witness"} }

func voidReasons() []string { return []string{"misprint", "wrong_recipient", "revoked", "other"} }

// successors of a notice's state: it is sent, and sent again when it came back; what
// is there can still be read [design].
func successors(state string) []string {
	switch state {
	case NoticeOut, NoticeBack:
		return []string{NoticeGone}
	case NoticeGone:
		return []string{NoticeThere, NoticeBack, NoticeNot, NoticeSeen}
	case NoticeThere:
		return []string{NoticeSeen}
	}
	return nil
}

// may: an officer records what became of a notice, also after the case has ended: the
// termination notice goes out then.
func (RecordDelivery) may(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	for _, n := range t.Notices {
		if len(successors(n.State)) > 0 {
			return nil
		}
	}
	return t.refuse("no_notice_out", "", lawAcceptance)
}

// decide: a notice that was not sent met no duty (Order 121 art 15), so the day of
// sending counts; who refuses to take it was told all the same [design].
func (a RecordDelivery) decide(t *deciding) error {
	i := t.notice(a.Notice)
	if i < 0 {
		return t.refuse("notice_unknown", "/notice", houseCase)
	}
	n := t.Notices[i]
	switch {
	case !slices.Contains(successors(n.State), a.State):
		return t.refuse("delivery_out_of_order", "/state", houseCase)
	case a.State == NoticeGone && !slices.Contains(noticeChannels(), a.Channel):
		return t.refuse("channel_unknown", "/channel", lawAcceptance)
	case a.State == NoticeBack && a.Code == "":
		return t.refuse("reason_required", "/code", houseCase)
	}
	if err := a.Proof.check(t); err != nil {
		return err
	}
	o, err := t.occurred(a.Occurred, max(n.SentOn, t.caused(n.About)))
	if err != nil {
		return err
	}
	t.emit(a.fact(o))
	a.prove(t, o)
	if a.State == NoticeGone {
		return t.shownAnew(n.About)
	}
	return nil
}

// prove adds the proof, or where a fact has no day of its own the office's record.
func (a RecordDelivery) prove(t *deciding, o Occurred) {
	if a.State != NoticeBack && a.State != NoticeSeen {
		o = Occurred{}
	}
	if a.Proof == nil && o.On.IsZero() {
		return
	}
	e := &NoticeProven{Notice: a.Notice, Kind: "record", Occurred: o}
	if p := a.Proof; p != nil {
		e.Kind, e.Number, e.Evidence = p.Kind, p.Number, p.Evidence
	}
	t.emit(e)
}

// caused is the day of the decision that a notice tells.
func (t *deciding) caused(about string) (on calendar.Date) {
	for _, n := range t.notices() {
		if n.about == about {
			on = n.since
		}
	}
	return on
}

func (a RecordDelivery) fact(o Occurred) Event {
	switch a.State {
	case NoticeGone:
		return &NoticeSent{Notice: a.Notice, Channel: a.Channel, Occurred: o}
	case NoticeThere:
		return &NoticeDelivered{Notice: a.Notice, Occurred: o}
	case NoticeBack:
		return &NoticeFailed{Notice: a.Notice, Code: a.Code}
	case NoticeNot:
		return &NoticeRefused{Notice: a.Notice, Occurred: o}
	}
	return &NoticeRead{Notice: a.Notice}
}

func (p *Proof) check(t *deciding) error {
	switch {
	case p == nil:
		return nil
	case !slices.Contains(proofKinds(), p.Kind):
		return t.refuse("proof_unknown", "/proof/kind", houseCase)
	case p.Number == nil && len(p.Evidence) == 0:
		return t.refuse("proof_empty", "/proof", houseCase)
	}
	return t.room(len(p.Evidence))
}

func (t *deciding) notice(id string) int {
	return slices.IndexFunc(t.Notices, func(n NoticeState) bool { return n.Notice == id })
}

func (VoidNotice) may(t *deciding) error {
	if err := t.by(byOfficer); err != nil {
		return err
	}
	if !slices.ContainsFunc(t.Notices, func(n NoticeState) bool { return n.State != NoticeInvalid }) {
		return t.refuse("no_notice_out", "", houseCase)
	}
	return nil
}

// decide: the notice told nobody, so its recipient can be told anew; the day on which
// a duty was met stays as it was recorded.
func (a VoidNotice) decide(t *deciding) error {
	i := t.notice(a.Notice)
	switch {
	case i < 0:
		return t.refuse("notice_unknown", "/notice", houseCase)
	case t.Notices[i].State == NoticeInvalid:
		return t.refuse("notice_voided", "/notice", houseCase)
	case !slices.Contains(voidReasons(), a.Why):
		return t.refuse("why_unknown", "/why", houseCase)
	case a.Reason == nil:
		return t.refuse("reason_required", "/reason", houseCase)
	}
	t.emit(&NoticeVoided{Notice: a.Notice, Reason: a.Reason})
	return nil
}

func (RecordExternalRef) may(t *deciding) error {
	return first(t.by(byOfficer|bySystem), t.room(len(t.ExternalRefs)))
}

// decide: a number that is known already is recorded again only where something about
// it changed.
func (a RecordExternalRef) decide(t *deciding) error {
	systems := []string{"12315", "12345", "association", "court", "arbitration", "other"}
	switch r := a.Ref; {
	case !slices.Contains(systems, r.System):
		return t.refuse("system_unknown", "/system", lawRecord)
	case r.Number == "":
		return t.refuse("number_invalid", "/number", lawRecord)
	case r.ReceivedOn > t.today:
		return t.refuse("in_future", "/received_on", lawCounting)
	}
	if !slices.Contains(t.ExternalRefs, a.Ref) {
		t.emit(&ExternalRefRecorded{Ref: a.Ref})
		t.leaveToCourt()
	}
	return nil
}

func (RecordSync) may(t *deciding) error {
	if err := t.by(byOfficer | bySystem); err != nil {
		return err
	}
	if t.Lane != LaneDepartment {
		return t.refuse("not_in_record", "", lawRecord)
	}
	return nil
}

func (a RecordSync) decide(t *deciding) error {
	states := []string{SyncNotNeeded, SyncToEnter, SyncEntered, SyncDiffers}
	on := t.ActedOn(a.Act)
	switch {
	case !slices.Contains(Acts(), a.Act):
		return t.refuse("act_unknown", "/act", lawRecord)
	case !slices.Contains(states, a.State):
		return t.refuse("state_unknown", "/state", lawRecord)
	// The other record may hold an act that ours does not.
	case on.IsZero() && a.State != SyncDiffers:
		return t.refuse("act_not_done", "/act", lawRecord)
	case a.State == SyncEntered && a.On.IsZero():
		return t.refuse("date_missing", "/on", lawRecord)
	case a.On > t.today:
		return t.refuse("in_future", "/on", lawCounting)
	case a.State == SyncEntered && a.On < on:
		return t.refuse("before_cause", "/on", lawCounting)
	case a.State == SyncDiffers && (a.Field == "" || a.Ours == nil && a.Theirs == nil):
		return t.refuse("difference_missing", "/field", lawRecord)
	}
	next := SyncState{Act: a.Act, State: a.State, By: t.Actor.ID, On: a.On, Field: a.Field, Ours: a.Ours, Theirs: a.Theirs}
	if was, ok := t.Syncs[a.Act]; ok && was.State == next.State && was.On == next.On && a.State != SyncDiffers {
		return nil
	}
	t.emit(&SyncRecorded{
		Act: string(a.Act), State: a.State, By: next.By, On: a.On, Field: a.Field, Ours: a.Ours, Theirs: a.Theirs,
	})
	return nil
}
