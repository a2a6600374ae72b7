package simulation

import (
	"fmt"
	"slices"
	"strings"

	"fangxin/domain/usecase"
)

// joint is who stands behind a case: others of the same dispute, an account that comes
// later, a submission that is one with another, or two in one.
func joint() map[string]play {
	return map[string]play{
		"join-complainant": {weigh: when(3, func(t *turn) bool { return t.plan.Files && t.view.Joint == nil }), body: func(t *turn) any { return t.another() }},
		"consent-joint":    {weigh: when(40, func(t *turn) bool { return t.view.Joint != nil && t.view.Joint.FormedOn == 0 }), body: func(t *turn) any { return t.consent() }},
		"form-joint":       {weigh: always(40), body: func(t *turn) any { return t.form() }},
		"authorise-filer":  {why: "nobody files as the agent of another in a town; the walks of the use cases do"},
		"offer-claim": {weigh: when(3, func(t *turn) bool { return !t.m.online && t.m.code == "" }), body: func(*turn) any { return &usecase.OfferClaim{} },
			done: func(t *turn, _ any) { t.m.code, t.m.until = t.m.view.ClaimCode, t.today+80 }},
		"claim": {body: func(t *turn) any { return &usecase.Claim{Code: t.m.code} }, done: func(t *turn, _ any) { t.m.online = true }},
		"link-account": {weigh: when(1, func(t *turn) bool { return !t.m.online && t.m.code == "" }), body: func(t *turn) any {
			return &usecase.LinkAccount{Account: t.m.who.account.ID}
		}, done: func(t *turn, _ any) { t.m.online = true }},
		"flag-duplicate":   {weigh: when(1, func(t *turn) bool { return len(t.view.Duplicates) < 3 }), body: func(t *turn) any { return t.like() }},
		"decide-duplicate": {weigh: always(10), body: func(t *turn) any { return t.same() }},
		"split":            {weigh: when(1, func(t *turn) bool { return len(t.view.Splits) == 0 }), body: func(t *turn) any { return t.split() }},
	}
}

func (t *turn) another() any {
	other := t.people[t.r.IntN(len(t.people))]
	return &usecase.JoinComplainant{Complainant: usecase.ConsumerInput{
		Name: other.name, Phone: fmt.Sprintf("%s%04d", phones, 8000+t.r.IntN(900)), Address: t.private("样例路99号"), Region: t.m.region,
	}}
}

// consent is the next complainant's yes to join. Officers say whose word it is.
func (t *turn) consent() any {
	if t.view.Joint == nil {
		return nil
	}
	for _, c := range t.view.Joint.Complainants {
		if slices.ContainsFunc(c.Consents, func(g usecase.JointConsentView) bool { return g.To == "join" && g.Answer == "yes" }) {
			continue
		}
		switch {
		case t.by(usecase.RoleOfficer):
			return &usecase.ConsentJoint{Complainant: c.ID, To: "join", Answer: "yes"}
		case c.You:
			return &usecase.ConsentJoint{To: "join", Answer: "yes"}
		}
	}
	return nil
}

// form chooses both of two as the representatives.
func (t *turn) form() any {
	if t.view.Joint == nil || len(t.view.Joint.Complainants) != 2 {
		return nil
	}
	both := t.view.Joint.Complainants
	return &usecase.FormJoint{Representatives: []string{both[0].ID, both[1].ID}, Document: "sha256:" + strings.Repeat("7e", 32)}
}

// like is another case that looks alike to the officer.
func (t *turn) like() any {
	other := t.matters[t.r.IntN(len(t.matters))]
	known := func(d usecase.DuplicateView) bool { return d.Case == other.id }
	if other.id == "" || other == t.m || slices.ContainsFunc(t.view.Duplicates, known) {
		return nil
	}
	return &usecase.FlagDuplicate{Case: other.id}
}

func (t *turn) same() any {
	for _, d := range t.view.Duplicates {
		if d.Result == "" {
			return &usecase.DecideDuplicate{Case: d.Case, Result: pick(t, "dismissed", "dismissed", "same", "joined"), Reason: t.say("经比对。")}
		}
	}
	return nil
}

// split takes a second matter, or a hint at a breach of law, out of the submission.
func (t *turn) split() any {
	in := &usecase.Split{Kind: pick(t, "complaint", "tipoff"), Text: t.say("另有一事。"), Rest: t.say("其余事实。")}
	if in.Kind == "complaint" {
		in.Requests = []usecase.RequestInput{{Kind: t.m.what.wants, AmountFen: t.m.what.fen}}
	}
	return in
}
