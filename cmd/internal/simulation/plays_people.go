package simulation

import (
	"fmt"
	"strconv"

	"fangxin/domain/usecase"
)

// people is what persons ask about their own data and their own requests.
func people() map[string]play {
	const (
		joint = "joint complaints are not played: one town's consumer stands alone"
		paper = "claims by paper code are not played: consumers without an account stay with the office"
		links = "every merchant of the town has an account"
		twins = "the second filing of the same matter is played; linking the two is not"
	)
	all := map[string]play{
		"correct-person": {weigh: when(2, func(t *turn) bool { return t.by(usecase.RoleConsumer) }), body: func(t *turn) any {
			return &usecase.CorrectPerson{Phone: fmt.Sprintf("%s%04d", phones, 9000+t.r.IntN(900))}
		}},
		"change-consent": {weigh: only(usecase.RoleConsumer, 1), body: func(t *turn) any {
			other := !t.m.public
			return &usecase.ChangeConsent{Publish: &other, Wording: "consent-1"}
		}, done: func(t *turn, in any) { t.m.public = *in.(*usecase.ChangeConsent).Publish }},
		"correct":         {weigh: only(usecase.RoleOfficer, 1), body: correction},
		"request-erasure": {weigh: only(usecase.RoleConsumer, 1), body: func(t *turn) any { return &usecase.RequestErasure{Reason: t.say("请删除。")} }},
		"decide-erasure": {weigh: only(usecase.RoleOfficer, 30), body: func(t *turn) any {
			return &usecase.DecideErasure{Result: "refused", Basis: "other", Reason: t.say("案件资料须依法保存。")}
		}},
	}
	for route, why := range map[string]string{
		"join-complainant": joint, "consent-joint": joint, "form-joint": joint, "authorise-filer": "agents are not played",
		"offer-claim": paper, "claim": paper, "link-account": paper, "flag-duplicate": twins, "decide-duplicate": twins,
		"change-requests": "consumers stay with what they asked for", "withdraw-request": "consumers have one request",
		"refuse-correction": "nobody applies for a correction that is not made", "hold": "no court asks for a file", "release-hold": "no court asks for a file",
		"lift-restriction": "nobody withdraws an application for erasure",
		"record-sync":      "no official system stands beside a town", "record-external-ref": "no official system stands beside a town",
		"void-notice": "notices arrive", "record-delivery": "notices arrive", "split": "no tip-off hides in a complaint",
		"override-ruleset": "no case is moved to another law",
		"issue-link":       links, "revoke-link": links,
	} {
		all[route] = play{why: why}
	}
	return all
}

// correction is what an officer finds to be entered wrongly on looking again.
func correction(t *turn) any {
	c := &usecase.CorrectFact{Field: "amount_fen", Value: strconv.FormatInt(t.view.AmountFen+100, 10), Reason: t.say("录入有误。")}
	if s := t.view.Subject; s != nil && t.one(2) {
		c.Field, c.Value = "bought_on", (s.BoughtOn - 1).String()
	}
	return c
}
