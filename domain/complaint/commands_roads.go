package complaint

import "fangxin/domain/calendar"

// Commands of the roads beside the main one (commands.go).

// Forward (移送、转交): the case goes to the authority that is competent, which has it
// from that moment. ReportBy asks it to report back, zero where nobody asks.
type Forward struct {
	To       string // division code
	ReportBy calendar.Date
	Reason   Text
	Occurred Occurred
}

// ReportBack (反馈) to the authority that forwarded the case.
type ReportBack struct {
	Text     Text
	Occurred Occurred
}

// Route names.
func (Forward) Route() string    { return "forward" }
func (ReportBack) Route() string { return "report-back" }
