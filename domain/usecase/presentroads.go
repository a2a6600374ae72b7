package usecase

import (
	"slices"

	"fangxin/domain/complaint"
)

// roads shows what lies beside the main road of the case.
func (p *presenting) roads(v *CaseView) {
	if h := p.s.Handovers; p.sees("handovers") && h.Forwarded+h.Returned > 0 {
		v.Handovers = &HandoversView{Forwarded: h.Forwarded, Returned: h.Returned, Back: h.Back}
	}
}

// clocksFor leaves out the clocks that lie between offices where the parties look.
func (c *Complaints) clocksFor(role Role, stage Stage, clocks []complaint.ClockState) []complaint.ClockState {
	if c.access.Show(role, "clocks.office", stage) != ShowNothing {
		return clocks
	}
	return slices.DeleteFunc(slices.Clone(clocks), func(k complaint.ClockState) bool { return complaint.OfficeOnly(k.Rule) })
}
