package responsetime

import (
	"slices"

	"fangxin/domain/complaint"
	"fangxin/domain/statute"
)

// publicity is how far a case has come on its way to the register.
type publicity struct {
	Stage publicStage `json:"stage,omitempty"`
	// Why it is off or refused.
	Why Class `json:"why,omitempty"`
}

type publicStage uint8

const (
	publicNone publicStage = iota
	publicTold
	publicContested
	publicShown
	publicOff
	publicRefused
)

// whyReopened: the record told of an end that no longer stands.
const whyReopened = "reopened"

func (v *View) foldPublicity(data any) {
	p := &v.Publicity
	switch d := data.(type) {
	case *complaint.ConsentChanged:
		v.Consent = d.Consent.Publish
	case *complaint.DisclosureNotified:
		*p = publicity{Stage: publicTold}
	case *complaint.DisclosureObjected:
		p.objected(publicity{Stage: publicContested})
	case *complaint.ObjectionDecided:
		if d.Result == complaint.ObjectionUpheld {
			p.objected(publicity{Stage: publicRefused, Why: ClassObjection})
			return
		}
		p.objected(publicity{Stage: publicTold})
	case *complaint.Disclosed:
		*p = publicity{Stage: publicShown}
	case *complaint.DisclosureWithdrawn:
		*p = publicity{Stage: publicOff, Why: offClass(d.Class)}
	case *complaint.DisclosureRefused:
		*p = publicity{Stage: publicRefused, Why: refusedClass(d.Why)}
	}
}

// objected: a record that is shown stays so; what comes of the objection are facts of
// their own.
func (p *publicity) objected(to publicity) {
	if p.Stage != publicShown {
		*p = to
	}
}

// reopened: what was decided about another end is no decision about the next.
func (p *publicity) reopened() {
	if p.Stage == publicRefused {
		*p = publicity{}
	}
}

// offClass is the class of a record that was taken down; one that told of an end that no
// longer stands has none of its own.
func offClass(class string) Class {
	switch class {
	case whyReopened:
		return ""
	case "period_over":
		return ClassPeriodOver
	case "consent_withdrawn":
		return ClassNoConsent
	}
	return ClassTakenDown
}

func refusedClass(why string) Class {
	switch why {
	case whyReopened:
		return ""
	case statute.WhenNotAccepted:
		return ClassNotAccepted
	case statute.WhenWithdrawn:
		return ClassWithdrawn
	case statute.WhenNoConsent:
		return ClassNoConsent
	case "objection_upheld":
		return ClassObjection
	}
	return ClassPolicy
}

// class says whether the case is public, or why it is not.
func (v *View) class() Class {
	p := v.Publicity
	switch {
	case v.Source != SourceNative || p.Stage == publicShown:
		return ClassPublic
	case p.Why != "":
		return p.Why
	case v.End == 0:
		return ClassNotEnded
	case p.Stage == publicContested:
		return ClassObjection
	case p.Stage == publicTold:
		return ClassInReview
	case v.End == endDeclined:
		return ClassNotAccepted
	case v.End == endWithdrawn || v.End == endWithdrawnBefore:
		return ClassWithdrawn
	case !v.Consent:
		return ClassNoConsent
	}
	return ClassInReview
}

func classCode(c Class) uint8 { return uint8(slices.Index(classes(), c) + 1) }
