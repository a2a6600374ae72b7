package usecase

import (
	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

// registerPeople binds what the rights of the persons of a case lead to.
func registerPeople(r *es.Registry) {
	es.Register[complaint.ErasureRequested](r, "complaint.erasure_requested.v1")
	es.Register[complaint.ErasureDecided](r, "complaint.erasure_decided.v1")
	es.Register[complaint.RestrictionLifted](r, "complaint.restriction_lifted.v1")
	es.Register[complaint.SubjectReleased](r, "subject.released.v1")
	es.Register[complaint.HoldPlaced](r, "complaint.hold_placed.v1")
	es.Register[complaint.HoldReleased](r, "complaint.hold_released.v1")
	es.Register[complaint.RetentionSet](r, "complaint.retention_set.v1")
	es.Register[complaint.RetentionOver](r, "complaint.retention_over.v1")
	es.Register[complaint.CorrectionRefused](r, "complaint.correction_refused.v1")
}
