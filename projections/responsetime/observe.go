package responsetime

import (
	"slices"

	"fangxin/domain/calendar"
)

// SourceNative names the cases of this program.
const SourceNative = "native"

// observation is one measure of one case: a code and a flag, and two values or an amount.
type observation struct {
	On            bool
	Code, Flag    uint8
	First, Second int32
	Fen           int64
}

// observations of a case by measure.
type observations [measures]observation

func judge(on calendar.Date, limit by) uint8 {
	switch {
	case limit.Due == 0:
		return flagNone
	case on <= limit.Due:
		return flagStrict
	case on <= limit.Wide:
		return flagWide
	}
	return flagLate
}

// observe computes all observations of a view.
func (p *Projection) observe(v *View, o *observations) {
	*o = observations{}
	o[mReceived] = observation{On: true, Code: v.Lane}
	if v.Source != SourceNative {
		v.observeStated(o)
		return
	}
	o[mDisclosure] = observation{On: true, Code: classCode(v.class())}
	if v.Claimed != 0 {
		o[mClaimed] = observation{On: true, Fen: v.Claimed}
	}
	if v.Again {
		o[mReopened] = observation{On: true, Code: 1}
		if v.End != 0 {
			o[mReopened].Code = 2
		}
	}
	p.observeCheck(v, o)
	p.observeAnswer(v, o)
	v.observeMediation(o)
	v.observeEnd(o)
	v.observeBargain(o)
}

// observeCheck: the duty of article 15 is to decide and to tell; it falls away where the
// case ended before anything was decided.
func (p *Projection) observeCheck(v *View, o *observations) {
	if v.Decision != 0 {
		o[mDecided] = observation{On: true, Code: v.Decision}
	}
	switch {
	case v.Received == 0:
	case v.Decided != 0 && v.Told != 0:
		done := max(v.Decided, v.Told)
		o[mChecked] = observation{
			On: true, First: int32(p.calendar.WorkingDaysBetween(v.Received, done)), Flag: judge(done, v.AcceptBy),
		}
	case v.AcceptBy.Due != 0 && (v.End == 0 || v.Decision != 0):
		o[mCheckDue] = observation{On: true, First: int32(v.AcceptBy.Due), Second: int32(v.AcceptBy.Wide)}
	}
}

// observeAnswer: who never answered and failed in mediation still owes an answer; where
// the case ended otherwise nothing is waited for.
func (p *Projection) observeAnswer(v *View, o *observations) {
	switch {
	case v.First != 0:
		o[mAnswered] = observation{
			On: true, First: int32(v.First - v.Filed), Second: int32(p.calendar.WorkingDaysBetween(v.Filed, v.First)),
		}
	case v.End == 0 || v.End == endNoAgreement:
		o[mAnswerOpen] = observation{On: true, First: int32(v.Filed)}
	default:
		o[mAnswerLapsed] = observation{On: true}
	}
}

func (v *View) observeMediation(o *observations) {
	switch {
	case v.Accepted == 0:
	case v.Mediated != 0:
		o[mMediated] = observation{On: true, First: int32(v.Mediated-v.Accepted) - v.excluded(), Flag: v.mediatedFlag()}
	case v.End == 0 && v.MediateBy.Due != 0 && !v.paused():
		o[mMediateDue] = observation{On: true, First: int32(v.MediateBy.Due), Second: int32(v.MediateBy.Wide)}
	}
}

// mediatedFlag: what ended while the clock stood still ended before any last day.
func (v *View) mediatedFlag() uint8 {
	if v.Accepted == 0 || v.Mediated == 0 {
		return flagNone
	}
	until := v.Mediated
	if v.paused() {
		until = min(until, v.Pauses[len(v.Pauses)-1].From)
	}
	return judge(until, v.MediateBy)
}

func (v *View) observeEnd(o *observations) {
	if v.Closed != 0 {
		o[mClosed] = observation{On: true, Code: v.End, First: int32(v.Closed - v.Filed), Flag: v.mediatedFlag()}
		o[mRelief] = observation{On: true, Code: v.relief()}
	}
	if v.End == 0 {
		return
	}
	o[mEnded] = observation{On: true, Code: v.End, First: int32(v.Ended - v.Filed), Second: int32(v.Ended - v.Complete)}
	if v.Stopped != 0 {
		o[mDiscontinued] = observation{On: true, Code: v.Stopped}
	}
	r := v.Rating
	if r.View == 0 {
		return
	}
	if !handled(v.End) {
		o[mRated] = observation{On: true, Code: uint8(len(views()))}
		return
	}
	o[mRated] = observation{On: true, Code: r.View}
	if r.Merchant != 0 {
		o[mGrade] = observation{On: true, First: int32(r.Merchant)}
	}
	if r.Office != 0 {
		o[mOfficeGrade] = observation{On: true, First: int32(r.Office)}
	}
}

// relief is what the consumer got: money, something else, words, nothing.
func (v *View) relief() uint8 {
	relief := "none"
	switch b := v.Bargain; {
	case b != nil && b.Monetary:
		relief = "monetary"
	case b != nil:
		relief = "other"
	case v.First != 0:
		relief = "explanation"
	}
	return uint8(slices.Index(reliefs(), relief) + 1)
}

func (v *View) observeBargain(o *observations) {
	b := v.Bargain
	if b == nil {
		return
	}
	o[mPerformance] = observation{On: true, Code: b.State}
	if b.State == performanceDue {
		// What has no day is due on none, and not overdue.
		o[mPerformance].First = int32(b.Due)
		if b.Due == 0 {
			o[mPerformance].First = noDay
		}
	}
	if b.Agreed != 0 {
		o[mAgreedFen] = observation{On: true, Fen: b.Agreed}
	}
	if b.Paid != 0 {
		o[mPaidFen] = observation{On: true, Fen: b.Paid}
	}
}

// noDay is later than any day.
const noDay = 1 << 20

func (v *View) observeStated(o *observations) {
	s := v.Stated
	if s.Sent != 0 && v.Filed != 0 {
		o[mSent] = observation{On: true, First: int32(s.Sent - v.Filed)}
	}
	for _, x := range [...]struct {
		m    measure
		code uint8
	}{{mTimely, s.Timely}, {mResponse, s.Response}, {mDisputed, s.Disputed}} {
		if x.code != 0 {
			o[x.m] = observation{On: true, Code: x.code}
		}
	}
}
