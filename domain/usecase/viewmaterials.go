package usecase

import "fangxin/domain/calendar"

// MissingView is a field that the law asks of a complaint and that the case does not show
// (投诉材料不全). It is a hint for the officer and refuses nothing.
type MissingView struct {
	Field string    `json:"field"`
	Title Bilingual `json:"title"`
	// Need says when it must be given: required, agent, joint.
	Need string `json:"need"`
	PlaceOfLawView
}

// MatterView is a matter that is no complaint by the law of the filing day (不适用的事项),
// for the officer who reads the facts before acceptance is decided.
type MatterView struct {
	Code  string    `json:"code"`
	Title Bilingual `json:"title"`
	PlaceOfLawView
}

// TimeBarView is the day up to which the complaint may be filed (投诉时效), counted from the
// day on which the consumer says it knew; a hint for the officer.
type TimeBarView struct {
	KnewOn calendar.Date `json:"knew_on"`
	Until  calendar.Date `json:"until"`
	Over   bool          `json:"over"`
	PlaceOfLawView
}

// materials shows what the complaint lacks and what would be no complaint at all.
func (p *presenting) materials(v *CaseView) {
	if p.sees("missing") {
		for _, l := range p.c.decider.Lacking(*p.s) {
			v.Missing = append(v.Missing, MissingView{
				Field: l.Code, Title: Bilingual(l.Title), Need: string(l.Need), PlaceOfLawView: PlaceOfLawView(l.Cited),
			})
		}
	}
	if b := p.c.decider.TimeBar(*p.s); b != nil && p.sees("time_bar") {
		v.TimeBar = &TimeBarView{KnewOn: b.KnewOn, Until: b.Until, Over: b.Over, PlaceOfLawView: PlaceOfLawView(b.Cited)}
	}
	if p.sees("scope") {
		for _, m := range p.c.decider.OutOfScope(*p.s) {
			v.Scope = append(v.Scope, MatterView{Code: m.Code, Title: Bilingual(m.Title), PlaceOfLawView: PlaceOfLawView(m.Cited)})
		}
	}
}
