package simulation

import (
	"fangxin/domain/calendar"
	"fangxin/domain/usecase"
)

// talks are answers and offers.
func talks() map[string]play {
	return map[string]play{
		"respond": {weigh: func(t *turn) int { return t.respondWeight() }, body: func(t *turn) any {
			in := &usecase.Respond{Kind: pick(t, "interim", "final"), Text: t.say("已收到，正在核实。")}
			if !t.by(usecase.RoleMerchant) {
				in.Via = pick(t, "letter", "phone", "sms", "counter")
			}
			return in
		}},
		"offer": {weigh: func(t *turn) int { return t.offerWeight() }, body: func(t *turn) any { return t.offer() }},
		"accept-offer": {weigh: func(t *turn) int {
			if t.by(usecase.RoleOfficer) {
				return 0
			}
			if t.m.who.habit == haggler && t.by(usecase.RoleConsumer) {
				return 10
			}
			return 40
		}, body: func(t *turn) any { return t.answer() }},
		"refuse-offer": {weigh: func(t *turn) int {
			if t.by(usecase.RoleOfficer) {
				return 0
			}
			if t.m.who.habit == haggler || t.m.whom.habit == Stubborn {
				return 20
			}
			return 4
		}, body: func(t *turn) any { return t.answer() }},
	}
}

func (t *turn) respondWeight() int {
	switch {
	case t.by(usecase.RoleOfficer) && t.m.whom.person && len(t.view.Responses) == 0:
		return 15 // it phoned
	case t.by(usecase.RoleOfficer), t.m.whom.habit == Silent:
		return 0
	case len(t.view.Responses) == 0:
		return 60
	}
	return 3
}

func (t *turn) offerWeight() int {
	switch {
	case t.by(usecase.RoleOfficer): // the parties speak for themselves
		return 0
	case t.by(usecase.RoleConsumer) && t.m.who.habit == haggler:
		return 10
	case t.by(usecase.RoleConsumer), t.m.whom.habit == Silent:
		return 1
	case t.m.whom.habit == Stubborn:
		return 8
	}
	return 30
}

func (t *turn) offer() any {
	in := &usecase.Offer{Terms: t.terms(), ValidTo: (t.today + calendar.Date(3+t.r.IntN(15))).String()}
	if o := t.standing(); o != "" && t.one(2) {
		in.Answers = o
	}
	return in
}

// terms are what somebody would agree to: a share of the price, by a day, now and
// then in parts.
func (t *turn) terms() usecase.TermsInput {
	share := int64(50 + t.r.IntN(51))
	if t.m.whom.habit == Stubborn {
		share = int64(10 + t.r.IntN(40))
	}
	in := usecase.TermsInput{Kind: t.m.what.wants, AmountFen: t.m.what.fen * share / 100, Text: t.say("按约履行。")}
	switch t.r.IntN(6) {
	case 0:
		part := in.AmountFen / 3
		for i, fen := range []int64{part, part, in.AmountFen - 2*part} {
			in.Instalments = append(in.Instalments, usecase.InstalmentInput{AmountFen: fen, Due: (t.today + calendar.Date(10*(i+1))).String()})
		}
	case 1: // no day
	default:
		in.PerformBy = (t.today + calendar.Date(5+t.r.IntN(25))).String()
	}
	return in
}

// standing is an open offer of the other side.
func (t *turn) standing() string {
	found := ""
	for _, o := range t.view.Offers {
		if o.State == "open" && o.By != string(t.actor.Role) {
			found = o.ID
		}
	}
	return found
}

func (t *turn) answer() any {
	o := t.standing()
	if o == "" {
		return nil
	}
	return &usecase.AnswerOffer{Offer: o}
}
