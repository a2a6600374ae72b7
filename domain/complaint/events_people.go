package complaint

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
)

// Results of a decision on erasure.
const (
	ErasureErased     = "erased"     // 删除: the keys are destroyed
	ErasureRestricted = "restricted" // 停止处理: stored and protected only
	ErasureRefused    = "refused"
)

// ErasureRequested (申请删除): the consumer asked for the personal data of the case to
// be deleted (PIPL 47).
type ErasureRequested struct {
	fact     `json:"-"`
	Request  string   `json:"request"`
	By       Party    `json:"by"`
	Reason   Text     `json:"reason,omitempty"`
	Occurred Occurred `json:"occurred"`
}

// ErasureDecided: what an officer decided, with the reason (PIPL 47, 50). Subjects are
// all whose keys it concerns: persons of the case, and those of the files they handed
// in. From this fact on nothing of them is shown; the keys follow, then SubjectErased.
type ErasureDecided struct {
	fact     `json:"-"`
	Request  string           `json:"request,omitempty"` // absent where the retention period ended
	Result   string           `json:"result"`            // erased, restricted, refused
	Basis    string           `json:"basis"`             // request, retention_over, case_open, retention_runs, held, not_theirs, other
	Subjects []sealed.Subject `json:"subjects,omitempty"`
	Reason   Text             `json:"reason,omitempty"`
	On       calendar.Date    `json:"on"`
}

// Manner is the state that the decision leads to.
func (e *ErasureDecided) Manner() string {
	switch e.Result {
	case ErasureErased:
		return string(sealed.Erased)
	case ErasureRestricted:
		return string(sealed.Restricted)
	}
	return ""
}

// RestrictionLifted (解除停止处理): the personal data of the case may be handled again,
// and why. Their keys are given free before this fact is written, so that a case shows
// nothing until it says that it may.
type RestrictionLifted struct {
	fact     `json:"-"`
	Reason   Text     `json:"reason"`
	Occurred Occurred `json:"occurred"`
}

// SubjectReleased: the restriction of one subject ended. Like SubjectErased it concerns
// every case that holds something of the subject.
type SubjectReleased struct {
	fact    `json:"-"`
	Subject sealed.Subject `json:"subject"`
}

// HoldPlaced: a court, a review or an inquiry needs the file; nothing of it is erased
// before the hold is released.
type HoldPlaced struct {
	fact     `json:"-"`
	Hold     string   `json:"hold"`
	Kind     string   `json:"kind"` // court, review, inquiry
	Reason   Text     `json:"reason,omitempty"`
	Occurred Occurred `json:"occurred"`
}

// HoldReleased ends a hold.
type HoldReleased struct {
	fact     `json:"-"`
	Hold     string   `json:"hold"`
	Reason   Text     `json:"reason,omitempty"`
	Occurred Occurred `json:"occurred"`
}

// RetentionSet: the case is closed, and for how long its file is kept (保存期限).
// Version names the data it was computed from.
type RetentionSet struct {
	fact    `json:"-"`
	Class   string        `json:"class"`
	From    calendar.Date `json:"from"`
	Until   calendar.Date `json:"until"`
	Version string        `json:"version"`
}

// RetentionOver: the period is over. It erases nothing by itself: an officer is asked
// to decide (PIPL 19, 47).
type RetentionOver struct {
	fact  `json:"-"`
	Class string        `json:"class"`
	Until calendar.Date `json:"until"`
}

// CorrectionRefused: an application to correct personal data was refused, with the
// reason (PIPL 46, 50).
type CorrectionRefused struct {
	fact     `json:"-"`
	Fields   []string `json:"fields"` // name, phone, address, id_number, contact_ways, language, region
	Reason   Text     `json:"reason"`
	Occurred Occurred `json:"occurred"`
}

func (e *ErasureRequested) applyTo(s *State) {
	s.People.Asked = e
	s.People.Requests++
	s.happened(e.Occurred)
}

func (e *ErasureDecided) applyTo(s *State) {
	s.People.Asked, s.People.Decided = nil, e
	s.People.Over = s.People.Over && e.Result != ErasureErased
	s.reached(e.On)
}

func (e *RestrictionLifted) applyTo(s *State) {
	s.People.Lifts++
	s.People.Decided = nil
	s.happened(e.Occurred)
}

func (e *SubjectReleased) applyTo(s *State) {
	s.Erased = slices.DeleteFunc(slices.Clone(s.Erased), func(x Erasure) bool {
		return x.Manner == ErasureRestricted && x.Subject == e.Subject
	})
}

func (e *HoldPlaced) applyTo(s *State) {
	s.People.Holds = added(s.People.Holds, e)
	s.People.Held++
	s.happened(e.Occurred)
}

func (e *HoldReleased) applyTo(s *State) {
	var left []*HoldPlaced
	for _, h := range s.People.Holds {
		if h.Hold != e.Hold {
			left = append(left, h)
		}
	}
	s.People.Holds = left
	s.happened(e.Occurred)
}

func (e *RetentionSet) applyTo(s *State) { s.People.Retention, s.People.Over = e, false }

func (e *RetentionOver) applyTo(s *State) { s.People.Over = true }

func (e *CorrectionRefused) applyTo(s *State) {
	s.People.Corrections++
	s.People.Refused = e
	s.happened(e.Occurred)
}
