package simulation

import (
	"strings"

	"fangxin/domain/usecase"
)

// respondent is what leads to another respondent, or out of the case.
func respondent() map[string]play {
	return map[string]play{
		"replace-merchant": {
			weigh: func(t *turn) int {
				if t.view.Status == "received" || t.view.Status == "accepted" {
					return 2
				}
				return t.r.IntN(8) / 7 // long after, now and then
			},
			body: func(t *turn) any { return t.replacement() },
			done: func(t *turn, in any) {
				for _, m := range t.traders {
					if who := in.(*usecase.ReplaceMerchant).Merchant; who != nil && who.Name == m.name {
						t.m.whom = m
					}
				}
			},
		},
		"refer-police": {
			weigh: when(1, func(t *turn) bool { return t.plan.Files }),
			body: func(t *turn) any {
				return &usecase.ReferPolice{To: "样例公安分局", Reason: t.say("疑似伪造凭证。"), Document: "sha256:" + strings.Repeat("5a", 32)}
			},
		},
	}
}

// replacement is another operator than the one confirmed, or nobody yet.
func (t *turn) replacement() any {
	in := &usecase.ReplaceMerchant{Reason: t.say("认定有误。"), Source: "register"}
	for range 10 {
		m := t.traders[t.r.IntN(len(t.traders))]
		if !m.person && m.name != t.view.Merchant.Name {
			in.Merchant = m.identity()
			return in
		}
	}
	in.Source = ""
	return in
}
