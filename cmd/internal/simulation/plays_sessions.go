package simulation

import "fangxin/domain/usecase"

// sessions are mediation by telephone with both sides. What comes after an end is walked
// by tests of its own.
func sessions() map[string]play {
	all := map[string]play{
		"hold-session": {weigh: only(usecase.RoleOfficer, 4), body: func(t *turn) any {
			return &usecase.HoldSession{
				Form: pick(t, "phone", "video"), Present: []string{"consumer", "merchant"},
				Result: pick(t, "no_agreement", "adjourned"), Record: t.say("电话调解记录。"),
			}
		}},
	}
	for route, why := range map[string]string{
		"schedule-session": "a session by telephone need not be announced",
		"cancel-session":   "no session is announced",
		"cannot-attend":    "no session is announced",
		"withdraw-offer":   "offers are answered or lapse",
		"reopen":           "an ended case stays ended in a town",
		"call-back":        "it changes nothing in a case",
	} {
		all[route] = play{why: why}
	}
	return all
}
