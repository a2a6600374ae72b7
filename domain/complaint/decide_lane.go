package complaint

import (
	"slices"

	"fangxin/domain/statute"
)

// LaneOption is a lane to which the case can move up. Closes is the ground on which the
// department need not accept the dispute afterwards; its code is empty where there is none.
type LaneOption struct {
	Lane   Lane
	Closes statute.Ground
	// Rule and Citation say where the ground stands, as in a Refusal.
	Rule     string
	Citation string
}

// Lanes lists where the case can move up to, for the consumer to read before consenting.
func (d Decider) Lanes(s State) []LaneOption {
	t := &deciding{State: s, law: d.law, asking: true}
	if s.Filing == nil || s.Ended() || t.open() != nil {
		return nil
	}
	var list []LaneOption
	for _, lane := range t.lanesAbove() {
		option := LaneOption{Lane: lane, Closes: t.closes(lane)}
		if cites := option.Closes.Citations; len(cites) > 0 {
			option.Rule, option.Citation = cites[0].Law+"."+cites[0].Article, t.citation(cites[0])
		}
		list = append(list, option)
	}
	return list
}

// closes: what a consumer association has accepted or handled the department need not
// accept (Order 121 art 16(2), Order 20 art 15(2)). So who goes there first, or comes from
// there, is warned; the department decides.
func (t *deciding) closes(to Lane) statute.Ground {
	if to != LaneAssociation && t.Lane != LaneAssociation {
		return statute.Ground{}
	}
	ground, _ := t.rules.Closes("association")
	return ground
}

func (ChangeLane) may(t *deciding) error {
	if err := first(t.by(byConsumer|byOfficer), t.live()); err != nil {
		return err
	}
	if len(t.lanesAbove()) == 0 {
		return t.refuse("no_lane_above", "", houseLanes)
	}
	return nil
}

func (t *deciding) lanesAbove() []Lane {
	ladder := []Lane{LaneDirect, LaneAssociation, LaneDepartment}
	var above []Lane
	for _, lane := range ladder[slices.Index(ladder, t.Lane)+1:] {
		if slices.Contains(t.law.Lanes, lane) {
			above = append(above, lane)
		}
	}
	return above
}

// decide moves up only, and only with the consumer's consent to the wording shown. Where
// the move closes something the consumer was warned of it, and the consent names the
// ground behind its wording.
func (a ChangeLane) decide(t *deciding) error {
	if !slices.Contains(t.lanesAbove(), a.To) {
		return t.refuse("lane_not_above", "/to", houseLanes)
	}
	if a.Wording == "" {
		return t.refuse("consent_required", "/wording", houseConsent)
	}
	if ground := t.closes(a.To); ground.Code != "" {
		if !a.Warned {
			return t.refuseBy("warning_required", "/warned", ground.Citations, lawGrounds)
		}
		a.Wording += " " + ground.Code
	}
	consent := string(Consumer)
	if t.party() == Office {
		consent = "consumer_by_officer"
	}
	t.emit(&LaneChanged{From: t.Lane, To: a.To, ConsentBy: consent, Wording: a.Wording, Reason: a.Reason})
	if a.To != LaneDepartment {
		return nil
	}
	return t.receive(BasisLaneChanged, t.now())
}
