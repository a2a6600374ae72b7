package complaint

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// Lacking (投诉材料不全) is a field that the law asks of a complaint and that the case
// does not show (Order 121 arts 10 to 12, Regulation 778 art 46, Order 20 arts 9 to 11).
// It is told to the officer, who may ask for it or decline on NA5_MATERIALS; it refuses
// nothing by itself and stops no clock.
type Lacking struct {
	statute.Field
	Cited
}

// Outside (不适用本办法的事项) is a matter that is no complaint (Order 121 art 44, Order
// 20 art 39). Whether the case is one, an officer reads in its facts: nothing here says.
type Outside struct {
	statute.Matter
	Cited
}

// Lacking lists what a native case does not show of what its rule set requires, in the
// order of the law; of an agent's papers where an agent filed, and of the writing that
// names representatives once complaints are joint. Nothing once the case has ended.
func (d Decider) Lacking(s State) []Lacking {
	if s.Status != StatusFiled && s.Status != StatusReceived && s.Status != StatusAccepted {
		return nil
	}
	t, ok := d.asked(&s)
	if !ok {
		return nil
	}
	var further []statute.Need
	if s.Filing.Filer != nil && s.Filing.Filer.As == FilerAgent {
		further = append(further, statute.NeedAgent)
	}
	if s.Behind.Joint != nil {
		further = append(further, statute.NeedJoint)
	}
	var out []Lacking
	for _, f := range t.rules.Missing(t.shows, further...) {
		out = append(out, Lacking{Field: f, Cited: t.placeOf(f.Citations)})
	}
	return out
}

// OutOfScope lists the matters that are no complaint by the law of the filing day, while
// acceptance is not decided.
func (d Decider) OutOfScope(s State) []Outside {
	if s.Status != StatusFiled && s.Status != StatusReceived {
		return nil
	}
	t, ok := d.asked(&s)
	if !ok {
		return nil
	}
	var out []Outside
	for _, m := range t.rules.OutOfScope(s.FiledOn) {
		out = append(out, Outside{Matter: m, Cited: t.placeOf(m.Citations)})
	}
	return out
}

// asked opens the law of a native case for a question.
func (d Decider) asked(s *State) (*deciding, bool) {
	t := &deciding{State: *s, law: d.law, asking: true}
	return t, s.Filing != nil && t.open() == nil
}

// placeOf is the first of the places where something stands.
func (t *deciding) placeOf(list []statute.Citation) Cited {
	if len(list) == 0 {
		return Cited{}
	}
	return Cited{Rule: list[0].Law + "." + list[0].Article, Citation: t.citation(list[0])}
}

// shows says whether the case shows a field. What it cannot know it takes as shown.
func (t *deciding) shows(field string) bool {
	f, p := t.Filing, t.Consumer
	if p == nil {
		p = &Person{}
	}
	switch field {
	case "complainant_name":
		return p.Name != nil
	case "complainant_phone":
		return p.Phone != nil
	case "complainant_address":
		return p.Address != nil
	case "true_identity":
		return p.Name != nil && (t.IdentityResult == "" || t.IdentityResult == "verified")
	case "respondent_name":
		return t.Respondent != nil || f.Respondent.named()
	case "respondent_address":
		return f.Respondent.placed()
	case "request":
		return len(t.Requests) > 0
	case "facts":
		return f.Facts != nil
	case "factual_basis":
		return t.basis()
	}
	return t.showsPapers(field)
}

// showsPapers: of an agent the original was seen and its own proof of identity with it
// (Order 121 art 11); representatives are chosen in writing (art 12).
func (t *deciding) showsPapers(field string) bool {
	seen, joint := t.Behind.Authority, t.Behind.Joint
	switch field {
	case "power_of_attorney":
		return seen != nil && seen.Document != ""
	case "agent_identity":
		return seen != nil && seen.IDNumber != nil
	case "representatives_in_writing":
		return joint != nil && joint.Document != ""
	}
	return true
}

// basis (事实依据): a file, an order or serial number, something added later. That any of
// them proves the facts is for the officer to say [design].
func (t *deciding) basis() bool {
	b := &t.Filing.Purchase
	return len(t.Evidence) > 0 || b.OrderNo != nil || b.Serial != nil ||
		slices.ContainsFunc(t.Supplements, func(s *Supplemented) bool { return s.Text != nil })
}

// named: a name, a sign, a person or a shop on a platform.
func (t Told) named() bool {
	return t.Name != "" || t.Sign != "" || t.Person != nil || t.Platform != nil && (t.Platform.Shop != "" || t.Platform.Name != "")
}

// placed: an address, a stall in a market, a landmark, or the platform where it sells; a
// division alone is no address.
func (t Told) placed() bool {
	return t.Address != nil || t.Landmark != nil || t.Market != nil || t.Platform != nil
}

// TimeBar (投诉时效) is the day up to which a complaint may be filed: three years from when
// the complainant knew of the harm (Order 121 art 16(4), Order 20 art 15(4)), unless a
// statute says otherwise. Over: the case was filed later; an officer judges it.
type TimeBar struct {
	KnewOn calendar.Date
	Until  calendar.Date
	Over   bool
	Cited
}

// TimeBar of a native case in which the complainant said since when it knew; nil otherwise,
// and once acceptance is decided.
func (d Decider) TimeBar(s State) *TimeBar {
	if s.Filing == nil || s.Filing.History == nil || s.Filing.History.KnewOn.IsZero() || s.Status != StatusFiled && s.Status != StatusReceived {
		return nil
	}
	t, ok := d.asked(&s)
	if !ok {
		return nil
	}
	rule, ok := t.rules.Clock(statute.ClockLimitation)
	if !ok {
		return nil
	}
	knew := s.Filing.History.KnewOn
	c, err := statute.Compute(t.calendar, rule, knew, nil)
	if err != nil {
		return nil // before the first day that can be counted
	}
	return &TimeBar{KnewOn: knew, Until: c.DueWide, Over: s.FiledOn > c.DueWide, Cited: t.placeOf(rule.Citations)}
}
