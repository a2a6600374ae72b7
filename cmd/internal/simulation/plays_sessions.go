package simulation

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/usecase"
)

// sessions are mediation sessions, announced or by telephone, and what comes after an end.
func sessions() map[string]play {
	return map[string]play{
		"hold-session":     {weigh: func(t *turn) int { return t.holdWeight() }, body: func(t *turn) any { return t.hold() }},
		"schedule-session": {weigh: func(t *turn) int { return t.scheduleWeight() }, body: func(t *turn) any { return t.schedule() }},
		"cancel-session":   {weigh: always(8), body: func(t *turn) any { return &usecase.CancelSession{Reason: t.say("场地临时占用。")} }},
		"cannot-attend":    {weigh: always(6), body: func(t *turn) any { return t.absence() }},
		"withdraw-offer": {weigh: when(2, func(t *turn) bool { return t.own() != "" }), body: func(t *turn) any {
			if o := t.own(); o != "" {
				return &usecase.WithdrawOffer{Offer: o}
			}
			return nil
		}},
		"reopen": {weigh: when(1, func(t *turn) bool { return len(t.view.Earlier) < 2 }), body: func(t *turn) any { return t.reopen() },
			done: func(t *turn, _ any) { t.m.paid = 0 }},
		"call-back": {weigh: always(2), body: func(t *turn) any {
			reached := !t.one(4)
			in := &usecase.CallBack{Kind: pick(t, "spot_check", "call_back"), Asked: pick(t, "consumer", "merchant"), Reached: reached}
			if reached {
				in.Result = t.say("对处理过程表示认可。")
			}
			return in
		}},
	}
}

// announced is the session that was announced and not yet held.
func (t *turn) announced() (usecase.SessionView, bool) {
	if t.view.Mediation != nil {
		for _, s := range t.view.Mediation.Sessions {
			if s.State == "scheduled" {
				return s, true
			}
		}
	}
	return usecase.SessionView{}, false
}

// mediator is somebody whom nobody asks to step aside.
func (t *turn) mediator() string { return t.plan.Prefix + "-mediator-" + pick(t, "1", "2", "3") }

func (t *turn) scheduleWeight() int {
	if s, ok := t.announced(); ok && s.Moved >= 2 {
		return 0
	}
	return 4
}

// schedule announces a session, or moves the one that is announced.
func (t *turn) schedule() any {
	in := &usecase.ScheduleSession{
		Form: pick(t, "on_site", "on_site", "video"), On: (t.today + calendar.Date(2+t.r.IntN(9))).String(), Time: pick(t, "09:30", "14:00", "15:30"),
		Place: t.private("样例调解室"), Mediator: t.mediator(),
	}
	if s, ok := t.announced(); ok {
		if in.Session, in.Reason = s.ID, t.say("一方申请改期。"); in.On == s.On.String() {
			return nil
		}
	}
	return in
}

func (t *turn) holdWeight() int {
	s, ok := t.announced()
	switch {
	case !t.by(usecase.RoleOfficer):
		return 0
	case ok && s.On <= t.today:
		return 60
	case ok:
		return 0 // it is awaited
	}
	return 4
}

// hold records a session: one that was announced, on its day, or one by telephone.
func (t *turn) hold() any {
	in := &usecase.HoldSession{
		Form: pick(t, "phone", "video"), Present: []string{"consumer", "merchant"},
		Result: pick(t, "no_agreement", "adjourned", "agreement"), Record: t.say("调解记录。"),
	}
	s, ok := t.announced()
	if !ok {
		return in
	}
	if s.On > t.today {
		return nil
	}
	in.Form = ""
	in.Occurred = &usecase.OccurredInput{On: s.On.String(), Source: "record", Reason: t.say("补录。")}
	if t.one(4) {
		who := pick(t, "consumer", "merchant")
		in.Present = slices.DeleteFunc(in.Present, func(p string) bool { return p == who })
		in.Absent = []usecase.AbsenceInput{{Party: who, Excused: t.one(2)}}
		in.Result = pick(t, "no_agreement", "adjourned")
	}
	return in
}

// absence is told by a side that did not say so yet, or by the office for it.
func (t *turn) absence() any {
	s, ok := t.announced()
	if !ok {
		return nil
	}
	said := func(p string) bool {
		return slices.ContainsFunc(s.Excuses, func(e usecase.ExcuseView) bool { return e.Party == p })
	}
	in := &usecase.CannotAttend{Reason: t.say("当日在外地。")}
	if t.by(usecase.RoleOfficer) {
		in.Party = pick(t, "consumer", "merchant")
		if said(in.Party) {
			return nil
		}
	} else if said(string(t.actor.Role)) {
		return nil
	}
	return in
}

// own is an open offer of the actor's side.
func (t *turn) own() string {
	for _, o := range t.view.Offers {
		if o.State == "open" && o.By == string(t.actor.Role) {
			return o.ID
		}
	}
	return ""
}

// reopen takes an ended case up again, for a reason that fits its end.
func (t *turn) reopen() any {
	in := &usecase.Reopen{Basis: "error", Reason: t.say("经复核需重新处理。")}
	declined := t.view.Decision != nil
	switch {
	case t.view.Performance == "broken":
		in.Basis = "agreement_broken"
	case declined && t.one(2):
		in.Basis = pick(t, "new_evidence", "review_revoked")
	}
	return in
}
