package simulation

import "fangxin/domain/usecase"

// mediation is what goes on beside the talks.
func mediation() map[string]play {
	return map[string]play{
		"pause": {weigh: always(4), body: func(t *turn) any {
			return &usecase.Pause{Institution: "样例检测所", By: "both", FeePayer: pick(t, "consumer", "merchant", "shared")}
		}},
		"resume": {weigh: always(25), body: func(t *turn) any { return t.report() }},
		"recuse": {weigh: always(1), body: func(t *turn) any {
			return &usecase.Recuse{Person: t.plan.Prefix + "-officer-" + pick(t, t.m.region[:4], "mediator"), Reason: t.say("与商家有亲属关系。")}
		}},
		"decide-recusal": {weigh: always(80), body: func(t *turn) any {
			return &usecase.DecideRecusal{Decision: pick(t, "granted", "refused"), Replaced: t.plan.Prefix + "-officer-next"}
		}},
		"consent-delegation": {weigh: when(5, func(t *turn) bool { return !t.by(usecase.RoleOfficer) }), body: func(t *turn) any { return t.delegation() }},
		"delegate": {weigh: always(15), body: func(t *turn) any {
			return &usecase.Delegate{To: "样例消费者协会", Kind: pick(t, "association", "mediation_body")}
		}},
		"end-delegation": {weigh: always(15), body: func(t *turn) any {
			return &usecase.EndDelegation{Result: pick(t, "agreed", "no_agreement", "returned")}
		}},
		"find-lead":         {weigh: always(3), body: func(t *turn) any { return &usecase.FindLead{Text: t.say("疑似虚假宣传。")} }},
		"extend-lead-check": {weigh: always(6), body: func(t *turn) any { return &usecase.ExtendLeadCheck{Approver: t.plan.Prefix + "-head"} }},
		"check-lead": {weigh: always(15), body: func(t *turn) any {
			return &usecase.CheckLead{Result: pick(t, "filed", "not_filed", "transferred"), Text: t.say("已核查。")}
		}},
	}
}

// report ends one appraisal that is under way.
func (t *turn) report() any {
	in := &usecase.Resume{Result: pick(t, "defect", "no_defect", "undetermined", "not_done")}
	if t.view.Mediation != nil {
		for _, a := range t.view.Mediation.Appraisals {
			if a.Result == "" {
				in.Appraisal = a.ID
			}
		}
	}
	return in
}

// delegation is the party's answer, another than it gave before.
func (t *turn) delegation() any {
	answer := "yes"
	if t.one(4) {
		return nil // rather not say
	}
	if t.view.Mediation != nil {
		for _, c := range t.view.Mediation.Consents {
			if c.Party == string(t.actor.Role) && c.Answer == "yes" {
				answer = "no"
			}
		}
	}
	if t.by(usecase.RoleOfficer) {
		return &usecase.ConsentDelegation{Answer: answer, Party: "merchant"}
	}
	return &usecase.ConsentDelegation{Answer: answer}
}
