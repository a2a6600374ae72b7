package responsetime

// stage numbers the formulas in a view.
type stage int

const (
	filed stage = iota
	accept
	firstResponse
	mediation
	closeStage
	timelyStated
	receivedToSent
	stages
)

// formulas of the stages, in their order. Working days go by the calendar the
// projection was given; limits are those the events carry.
func formulas() [stages]Formula {
	return [stages]Formula{
		filed: {ID: "count", Version: 1, Stage: StageFiled, Native: true, Foreign: true},
		// Order 121 art 15: from receipt by the competent body to the later of the
		// decision and its notice to the complainant.
		accept: {ID: "accept_wd", Version: 1, Stage: StageAccept, Unit: "wd", OnTime: true, Native: true},
		// From the day the complaint came in to the merchant's first answer or offer.
		firstResponse: {ID: "first_response_cd", Version: 1, Stage: StageFirstResponse, Unit: "cd", Native: true},
		// Art 23: from acceptance to the end, less days of appraisal.
		mediation:  {ID: "mediation_cd", Version: 1, Stage: StageMediation, Unit: "cd", OnTime: true, Native: true},
		closeStage: {ID: "close_cd", Version: 1, Stage: StageClose, Unit: "cd", Native: true},
		// As the source states it, beside what we compute.
		timelyStated:   {ID: "timely_stated", Version: 1, Stage: StageTimelyStated, OnTime: true, Foreign: true},
		receivedToSent: {ID: "received_to_sent_cd", Version: 1, Stage: StageReceivedToSent, Unit: "cd", Foreign: true},
	}
}

// Formulas lists the definitions in force.
func Formulas() []Formula {
	f := formulas()
	return f[:]
}

// obs is one observation: a duration and how it stands to its limit. The zero obs
// is none.
type obs struct {
	Days int32 `json:"d,omitempty"`
	Flag flag  `json:"f,omitempty"`
}

// flag says how an observation stands to its limit.
type flag byte

const (
	none    flag = 0
	noLimit flag = '-'
	strict  flag = 's' // on time by the strict date, so also by the wide one
	wide    flag = 'w' // on time by the wide date only
	late    flag = 'x'
)

func judge(on, due, dueWide int32) flag {
	switch {
	case due == 0:
		return noLimit
	case on <= due:
		return strict
	case on <= dueWide:
		return wide
	}
	return late
}

// observe computes all observations of a view.
func (p *Projection) observe(v *View) (o [stages]obs) {
	o[filed].Flag = noLimit
	if v.Source != SourceNative {
		if v.Timely != "" {
			o[timelyStated].Flag = late
			if v.Timely == timelyYes {
				o[timelyStated].Flag = strict
			}
		}
		if v.Filed != 0 && v.Sent != 0 {
			o[receivedToSent] = obs{Days: int32(v.Sent - v.Filed), Flag: noLimit}
		}
		return o
	}
	if v.Received != 0 && v.Decided != 0 && v.Told != 0 {
		done := max(v.Decided, v.Told)
		o[accept] = obs{
			Days: int32(p.calendar.WorkingDaysBetween(v.Received, done)),
			Flag: judge(int32(done), int32(v.AcceptBy.Due), int32(v.AcceptBy.Wide)),
		}
	}
	if v.First != 0 {
		o[firstResponse] = obs{Days: int32(v.First - v.Filed), Flag: noLimit}
	}
	if v.Accepted != 0 && v.Ended != 0 {
		// What ended while the clock stood still ended before any last day.
		until := v.Ended
		if v.paused() {
			until = min(until, v.Pauses[len(v.Pauses)-1].From)
		}
		o[mediation] = obs{
			Days: int32(v.Ended-v.Accepted) - v.excluded(),
			Flag: judge(int32(until), int32(v.MediateBy.Due), int32(v.MediateBy.Wide)),
		}
	}
	if v.Closed != 0 {
		o[closeStage] = obs{Days: int32(v.Closed - v.Filed), Flag: noLimit}
	}
	return o
}

// timelyYes is how the source states that the company answered in time.
const timelyYes = "Yes"

// SourceNative names the cases of this program.
const SourceNative = "native"
