package simulation

import "fangxin/domain/usecase"

// intake is what the office does before and at acceptance.
func intake() map[string]play {
	return map[string]play{
		"identify-merchant": {weigh: always(100), body: func(t *turn) any { return t.identify() }},
		"accept":            {weigh: always(70), body: func(*turn) any { return &usecase.Accept{} }, done: remember("notify")},
		"decline":           {weigh: always(8), body: func(t *turn) any { return t.decline() }, done: remember("notify")},
		"notify":            {weigh: func(t *turn) int { return t.notifyWeight() }, body: func(t *turn) any { return t.notice() }},
		"supplement": {
			weigh: func(t *turn) int {
				if len(t.view.Asked) > len(t.view.Supplements) && t.m.who.habit != tired {
					return 40
				}
				return 2
			},
			body: func(t *turn) any { return &usecase.Supplement{Text: t.say("补充购买凭证说明。")} },
		},
		"request-supplement": {weigh: always(4), body: func(t *turn) any {
			return &usecase.RequestSupplement{Text: t.say("请补充付款记录。"), Items: []string{"other"}, By: (t.today + 7).String()}
		}},
		"request-identity-proof": {weigh: always(3), body: func(t *turn) any {
			return &usecase.RequestIdentityProof{By: (t.today + 5).String()}
		}},
		"verify-identity": {weigh: always(6), body: func(t *turn) any {
			return &usecase.VerifyIdentity{Result: pick(t, "verified", "verified", "verified", "refused"), Method: pick(t, "document", "in_person", "phone")}
		}},
		"change-lane": {
			weigh: when(10, func(t *turn) bool { return t.by(usecase.RoleConsumer) }),
			body: func(t *turn) any {
				return &usecase.ChangeLane{To: "department", Wording: "lane-1", Warned: true, Reason: t.say("商家未答复。")}
			},
		},
	}
}

// remember makes the office go on with the next step at once, unless it forgets.
func remember(route string) func(*turn, any) {
	return func(t *turn, _ any) {
		if o := t.officers[t.actor.ID]; o == nil || !o.forgets {
			t.m.urge = route
		}
	}
}

func (t *turn) identify() any {
	switch k := t.r.IntN(20); {
	case k == 0 && t.view.Merchant.Identity == "claimed":
		return &usecase.IdentifyMerchant{State: "proposed", Candidates: []usecase.CandidateInput{{IdentityInput: *t.m.whom.identity(), By: "name"}}}
	case k == 1 && t.view.Merchant.Identity == "claimed":
		return &usecase.IdentifyMerchant{State: "unknown", Reason: t.say("登记系统中查无此商户。")}
	}
	return &usecase.IdentifyMerchant{State: "confirmed", Source: pick(t, "register", "licence", "officer"), Merchant: t.m.whom.identity()}
}

func (t *turn) decline() any {
	in := &usecase.Decline{
		Ground: pick(t, "NA1_SCOPE", "NA3_NOT_CONSUMER", "NA4_TIME", "NA7_OTHER"), Reason: t.say("不符合受理条件。"),
		Routes: []string{"negotiate", "association", "arbitrate", "sue"},
	}
	if t.view.Ruleset == "ORD-20" {
		in.Ground = pick(t, "NA1_SCOPE", "NA3_NOT_CONSUMER", "NA4_TIME")
	}
	return in
}

// untold is a notice that the law still waits for.
func (t *turn) untold() (about, to string) {
	told := map[string]bool{}
	for _, n := range t.view.Notices {
		if n.State != "failed" && n.State != "voided" {
			told[n.About+" "+n.Recipient] = true
		}
	}
	need := func(about, to string, is bool) bool { return is && !told[about+" "+to] }
	ended := t.view.Status == "terminated" || t.view.Status == "withdrawn" || t.view.Status == "settled"
	_, accepted := t.clock("CP.MEDIATE.")
	_, ending := t.clock("CP.TERM_NOTICE")
	declined := t.view.Decision != nil && t.view.Decision.Kind == "declined"
	switch {
	case need("acceptance", "consumer", accepted && t.view.Status == "accepted"):
		return "acceptance", "consumer"
	case need("decline", "consumer", declined):
		return "decline", "consumer"
	case need("termination", "consumer", ended && ending):
		return "termination", "consumer"
	case need("termination", "merchant", ended && ending):
		return "termination", "merchant"
	case need("acceptance", "consumer", accepted):
		return "acceptance", "consumer"
	}
	return "", ""
}

// clock finds a clock of the case by the beginning of its rule.
func (t *turn) clock(rule string) (usecase.ClockView, bool) {
	for _, c := range t.view.Clocks {
		if len(c.Rule) >= len(rule) && c.Rule[:len(rule)] == rule {
			return c, true
		}
	}
	return usecase.ClockView{}, false
}

func (t *turn) notifyWeight() int {
	about, _ := t.untold()
	switch {
	case about == "":
		return 2
	case t.officers[t.actor.ID] != nil && t.officers[t.actor.ID].forgets:
		return 8
	}
	return 300
}

func (t *turn) notice() any {
	about, to := t.untold()
	if about == "" {
		if t.view.Status != "accepted" {
			return nil
		}
		about, to = "mediation", pick(t, "consumer", "merchant")
	}
	return &usecase.Notify{About: about, Recipient: to, Channel: pick(t, "sms", "phone", "letter", "internet"), Text: t.say("文书。")}
}
