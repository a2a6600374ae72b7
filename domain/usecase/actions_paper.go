package usecase

import (
	"fangxin/domain/complaint"
	"fangxin/domain/reconcile"
)

// paperInputs makes the inputs of what concerns notices and the official record.
func paperInputs() map[string]func() any {
	return map[string]func() any{
		"record-delivery":     func() any { return new(RecordDelivery) },
		"void-notice":         func() any { return new(VoidNotice) },
		"record-external-ref": func() any { return new(RecordExternalRef) },
		"record-sync":         func() any { return new(RecordSync) },
	}
}

// paperAction maps them.
func (m *mapping) paperAction(in any) later {
	switch in := in.(type) {
	case *RecordDelivery:
		c := &complaint.RecordDelivery{Notice: in.Notice, State: in.State, Channel: in.Channel, Code: in.Code}
		if p := in.Proof; p != nil {
			c.Proof = &complaint.Proof{Kind: p.Kind, Evidence: p.Evidence}
			m.text(fieldProof, p.Number, &c.Proof.Number)
		}
		m.occurred(in.Occurred, &c.Occurred)
		return ready(c)
	case *VoidNotice:
		c := &complaint.VoidNotice{Notice: in.Notice, Why: in.Why}
		m.text(fieldReason, in.Reason, &c.Reason)
		return ready(c)
	case *RecordExternalRef:
		if reconcile.Personal(reconcile.Number(in.Number)) {
			m.faults.add("/number", FaultPersonal)
		}
		c := &complaint.RecordExternalRef{Ref: complaint.ExternalRef{System: in.System, Number: in.Number, Status: business(in.Status)}}
		if in.ReceivedOn != "" {
			c.Ref.ReceivedOn = m.date("/received_on", in.ReceivedOn)
		}
		return ready(c)
	case *RecordSync:
		c := &complaint.RecordSync{Act: complaint.Act(in.Act), State: in.State, Field: in.Field, On: m.date("/on", in.On)}
		m.text(fieldSync, in.Ours, &c.Ours)
		m.text(fieldSync, in.Theirs, &c.Theirs)
		return ready(c)
	}
	return nil
}
