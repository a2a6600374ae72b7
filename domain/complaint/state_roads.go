package complaint

import (
	"slices"

	"fangxin/domain/calendar"
)

// Handovers counts how a case went from hand to hand.
type Handovers struct {
	// Forwarded counts authorities it was sent on to, Returned units that gave it back
	// to the desk.
	Forwarded int
	Returned  int
	// Back counts how often it came back to an authority or unit that had had it
	// (踢皮球): the longer this grows, the worse the case is served.
	Back int
	// From and ForwardedOn are of the last forwarding.
	From        string
	ForwardedOn calendar.Date
	// been lists the places that had it: a division, or a division and a unit.
	been []string
}

// to notes that the case came to a place, and whether it had been there.
func (h *Handovers) to(region, unit string) {
	place := region
	if unit != "" {
		place += "/" + unit
	}
	if slices.Contains(h.been, place) {
		h.Back++
		return
	}
	h.been = added(h.been, place)
}
