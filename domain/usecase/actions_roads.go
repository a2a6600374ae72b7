package usecase

import "fangxin/domain/complaint"

// deskAction maps what goes from hand to hand.
func (m *mapping) deskAction(in any) later {
	switch in := in.(type) {
	case *Forward:
		c := &complaint.Forward{To: in.To, ReportBy: m.date("/report_by", in.ReportBy)}
		m.region("/to", in.To, true)
		m.text(fieldReason, in.Reason, &c.Reason)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *ReportBack:
		c := &complaint.ReportBack{}
		m.text(fieldReport, in.Text, &c.Text)
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	}
	return nil
}
