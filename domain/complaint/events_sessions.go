package complaint

import "fangxin/domain/calendar"

// Absence is a side that did not come to a session, and whether it had good reason
// (正当理由), as the department judges.
type Absence struct {
	Party   Party `json:"party"`
	Excused bool  `json:"excused,omitempty"`
}

// MediationCancelled (取消调解会): the session will not take place.
type MediationCancelled struct {
	fact     `json:"-"`
	Session  string   `json:"session"`
	Reason   Text     `json:"reason,omitempty"`
	Occurred Occurred `json:"occurred"`
}

// AbsenceAnnounced (说明不能到场): a side said beforehand that it cannot come.
type AbsenceAnnounced struct {
	fact     `json:"-"`
	Session  string   `json:"session"`
	By       Party    `json:"by"`
	Reason   Text     `json:"reason,omitempty"`
	Occurred Occurred `json:"occurred"`
}

// CalledBack (抽查、回访): the department asked how the case was handled (Order 121 art
// 26). It changes nothing in the case.
type CalledBack struct {
	fact  `json:"-"`
	Kind  string `json:"kind"` // spot_check, call_back
	Asked Party  `json:"asked,omitempty"`
	// Reached: the party was reached; for a spot check the file was seen.
	Reached  bool     `json:"reached"`
	Result   Text     `json:"result,omitempty"`
	Occurred Occurred `json:"occurred"`
}

// Stages to which a reopened case goes back.
const (
	StageAcceptance = "acceptance" // to be decided upon anew (受理)
	StageMediation  = "mediation"  // to be mediated further (调解)
)

// Ended (此前的处理结果) is how proceedings ended that were taken up again.
type Ended struct {
	As         Status
	Outcome    Outcome
	On         calendar.Date
	ReopenedOn calendar.Date
	Basis      string
	// Ground, Agreement and Performance are those of that end.
	Ground       string
	Agreement    *Agreement
	Performance  Performance
	Performances []*Performed
	Instalments  map[int]InstalmentState
}
