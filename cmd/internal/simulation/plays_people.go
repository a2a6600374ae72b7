package simulation

import (
	"fmt"
	"slices"
	"strconv"

	"fangxin/domain/usecase"
)

// people is what persons ask about their own data and their own requests.
func people() map[string]play {
	return map[string]play{
		"correct-person": {weigh: when(2, func(t *turn) bool { return t.by(usecase.RoleConsumer) }), body: func(t *turn) any {
			return &usecase.CorrectPerson{Phone: fmt.Sprintf("%s%04d", phones, 9000+t.r.IntN(900))}
		}},
		"refuse-correction": {weigh: only(usecase.RoleOfficer, 1), body: func(t *turn) any {
			return &usecase.RefuseCorrection{Fields: []string{pick(t, "name", "phone", "address")}, Reason: t.say("未提供证明材料。")}
		}},
		"change-consent": {weigh: only(usecase.RoleConsumer, 1), body: func(t *turn) any {
			other := !t.m.public
			return &usecase.ChangeConsent{Publish: &other, Wording: "consent-1"}
		}, done: func(t *turn, in any) { t.m.public = *in.(*usecase.ChangeConsent).Publish }},
		"correct":         {weigh: only(usecase.RoleOfficer, 1), body: correction},
		"request-erasure": {weigh: only(usecase.RoleConsumer, 1), body: func(t *turn) any { return &usecase.RequestErasure{Reason: t.say("请删除。")} }},
		"decide-erasure":  {weigh: only(usecase.RoleOfficer, 30), body: func(t *turn) any { return t.erasure() }},
		"lift-restriction": {weigh: only(usecase.RoleOfficer, 20), body: func(t *turn) any {
			return &usecase.LiftRestriction{Reason: t.say("申请人撤回申请。")}
		}},
		"hold":             {weigh: only(usecase.RoleOfficer, 1), body: func(t *turn) any { return t.keepFile() }},
		"release-hold":     {weigh: only(usecase.RoleOfficer, 10), body: func(t *turn) any { return t.giveBack() }},
		"change-requests":  {weigh: only(usecase.RoleConsumer, 3), body: func(t *turn) any { return t.requests() }},
		"withdraw-request": {weigh: only(usecase.RoleConsumer, 15), body: func(t *turn) any { return t.less() }},
	}
}

// correction is what an officer finds to be entered wrongly on looking again.
func correction(t *turn) any {
	c := &usecase.CorrectFact{Field: "amount_fen", Value: strconv.FormatInt(t.view.AmountFen+100, 10), Reason: t.say("录入有误。")}
	if s := t.view.Subject; s != nil && t.one(2) {
		c.Field, c.Value = "bought_on", (s.BoughtOn - 1).String()
	}
	return c
}

// erasure refuses mostly; a closed case that nobody needs is stored and protected only.
func (t *turn) erasure() any {
	in := &usecase.DecideErasure{Result: "refused", Basis: "other", Reason: t.say("案件资料须依法保存。")}
	r := t.view.Rights
	idle := r != nil && len(r.Holds) == 0 && r.Data == "" && t.view.Status == "closed" && len(t.view.Links) == 0
	if d := t.view.Disclosure; d != nil && (d.State == "notified" || d.State == "objected") {
		idle = false
	}
	if idle && t.one(2) {
		in.Result, in.Basis = "restricted", ""
	}
	return in
}

// keepFile is a court or somebody else who needs the file.
func (t *turn) keepFile() any {
	kinds := []string{"court", "review", "inquiry"}
	if r := t.view.Rights; r != nil {
		for _, h := range r.Holds {
			kinds = slices.DeleteFunc(kinds, func(k string) bool { return k == h.Kind })
		}
	}
	if len(kinds) == 0 {
		return nil
	}
	return &usecase.Hold{Kind: pick(t, kinds...), Reason: t.say("法院调取案卷。")}
}

func (t *turn) giveBack() any {
	if r := t.view.Rights; r != nil && len(r.Holds) > 0 {
		return &usecase.ReleaseHold{Hold: pick(t, r.Holds...).ID, Reason: t.say("案卷已归还。")}
	}
	return nil
}

// requests are what the consumer wants instead: another thing, or two.
func (t *turn) requests() any {
	in := &usecase.ChangeRequests{Reason: t.say("与商家沟通后调整。")}
	in.Requests = append(in.Requests, usecase.RequestInput{Kind: pick(t, "refund", "replace", "repair"), AmountFen: t.m.what.fen})
	if t.one(2) {
		in.Requests = append(in.Requests, usecase.RequestInput{Kind: "apologise"})
	}
	return in
}

func (t *turn) less() any {
	if n := len(t.view.Requests); n > 1 {
		return &usecase.WithdrawRequest{Request: 1 + t.r.IntN(n), Reason: t.say("不再要求。")}
	}
	return nil
}
