package complaint

import (
	"maps"
	"slices"
	"strings"

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

// Offices lists the divisions that had the case before.
func (h Handovers) Offices() []string {
	var list []string
	for _, place := range h.been {
		if region, _, _ := strings.Cut(place, "/"); !slices.Contains(list, region) {
			list = append(list, region)
		}
	}
	return list
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

// MediationState holds what sessions, delegation and appraisal leave behind.
type MediationState struct {
	Appraisals []AppraisalState
	// BodyDesignated: the department itself chose the appraisal body.
	BodyDesignated bool
	// Suspended (中止): sessions wait until a recusal is decided upon.
	Suspended bool
	// Recusal is the application that is not decided yet.
	Recusal *RecusalRequested
	// Sessions (调解会) in the order in which they were announced or held.
	Sessions []SessionState
	// Recused are those who may not mediate any more.
	Recused []string
	// Delegated names the body that mediates in the department's name.
	Delegated   string
	DelegatedOn calendar.Date
	// Returned is how the last delegation of these proceedings ended.
	Returned string
	// Consents are the parties' last answers to delegation, Answers how many there were.
	Consents map[Party]bool
	Answers  int
}

// AppraisalState is one appraisal; Report is nil while it is under way.
type AppraisalState struct {
	*AppraisalCommissioned
	Report *AppraisalReported
}

// pending lists the appraisals that are under way.
func (m MediationState) pending() []AppraisalState {
	var list []AppraisalState
	for _, a := range m.Appraisals {
		if a.Report == nil {
			list = append(list, a)
		}
	}
	return list
}

func (m MediationState) appraisal(id string) (AppraisalState, bool) {
	for _, a := range m.Appraisals {
		if a.Appraisal == id {
			return a, true
		}
	}
	return AppraisalState{}, false
}

// InstalmentState is what became of one instalment (分期履行).
type InstalmentState struct {
	Performed bool
	Confirmed bool
	Broken    bool
}

// LeadState is one finding of leads; Checked is nil while it is being checked.
type LeadState struct {
	*LeadFound
	Checked *LeadChecked
}

// changeInstalment notes what became of an instalment; 0 stands for the whole.
func (s *State) changeInstalment(n int, change func(*InstalmentState)) {
	next := maps.Clone(s.Instalments)
	if next == nil {
		next = map[int]InstalmentState{}
	}
	i := next[n]
	change(&i)
	next[n] = i
	s.Instalments = next
}

// every says whether all instalments that were agreed are so; false where there are none.
func (s *State) every(is func(InstalmentState) bool) bool {
	if s.Agreement == nil || len(s.Agreement.Terms.Instalments) == 0 {
		return false
	}
	for n := range s.Agreement.Terms.Instalments {
		if !is(s.Instalments[n+1]) {
			return false
		}
	}
	return true
}
