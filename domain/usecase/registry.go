package usecase

import (
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/numbering"
	"fangxin/domain/period"
)

// NewRegistry binds every event to the name under which it is stored. A name, once
// written, is never given to another shape: a changed event gets a new version and
// an upcaster from the old one.
func NewRegistry(codec es.Codec) *es.Registry {
	r := es.NewRegistry(codec)
	registerIntake(r)
	registerMediation(r)
	registerEnd(r)
	registerNotices(r)
	registerDisclosure(r)
	registerPeople(r)
	es.Register[complaint.ForeignRecorded](r, "complaint.foreign_recorded.v1")
	es.Register[complaint.ForeignChanged](r, "complaint.foreign_changed.v1")
	es.Register[AccessRead](r, "access.read.v1")
	es.Register[EvidenceOffered](r, "evidence.offered.v1")
	es.Register[period.Closed](r, "period.closed.v1")
	return r
}

func registerIntake(r *es.Registry) {
	es.Register[complaint.Filed](r, "complaint.filed.v1")
	es.Register[complaint.RespondentProposed](r, "complaint.respondent_proposed.v1")
	es.Register[complaint.RespondentConfirmed](r, "complaint.respondent_confirmed.v1")
	es.Register[complaint.RespondentUnknown](r, "complaint.respondent_unknown.v1")
	es.Register[complaint.RespondentReplaced](r, "complaint.respondent_replaced.v1")
	es.Register[complaint.LaneChanged](r, "complaint.lane_changed.v1")
	es.Register[complaint.Received](r, "complaint.received.v1")
	es.Register[complaint.Assigned](r, "complaint.assigned.v1")
	es.Register[complaint.ReturnedToDesk](r, "complaint.returned_to_desk.v1")
	es.Register[complaint.Forwarded](r, "complaint.forwarded.v1")
	es.Register[complaint.ReportedBack](r, "complaint.reported_back.v1")
	es.Register[complaint.JurisdictionDisputed](r, "complaint.jurisdiction_disputed.v1")
	es.Register[complaint.JurisdictionDecided](r, "complaint.jurisdiction_decided.v1")
	es.Register[complaint.Accepted](r, "complaint.accepted.v1")
	es.Register[complaint.Declined](r, "complaint.declined.v1")
	es.Register[complaint.SupplementRequested](r, "complaint.supplement_requested.v1")
	es.Register[complaint.Supplemented](r, "complaint.supplemented.v1")
	es.Register[complaint.IdentityProofRequested](r, "complaint.identity_proof_requested.v1")
	es.Register[complaint.IdentityVerified](r, "complaint.identity_verified.v1")
	es.Register[complaint.EvidenceAdded](r, "complaint.evidence_added.v1")
	es.Register[complaint.JointFormed](r, "complaint.joint_formed.v1")
	es.Register[complaint.JointConsented](r, "complaint.joint_consented.v1")
	es.Register[complaint.FilerAuthorised](r, "complaint.filer_authorised.v1")
	es.Register[complaint.LinkIssued](r, "complaint.link_issued.v1")
	es.Register[complaint.LinkRevoked](r, "complaint.link_revoked.v1")
	registerFiling(r)
	es.Register[complaint.DuplicateFlagged](r, "complaint.duplicate_flagged.v1")
	es.Register[complaint.ExternalRefRecorded](r, "complaint.external_ref_recorded.v1")
	es.Register[complaint.SyncRecorded](r, "complaint.sync_recorded.v1")
	es.Register[complaint.RulesetOverridden](r, "complaint.ruleset_overridden.v1")
	es.Register[complaint.ConsentChanged](r, "complaint.consent_changed.v1")
	es.Register[complaint.ConsumerCorrected](r, "complaint.consumer_corrected.v1")
	es.Register[complaint.SubjectErased](r, "subject.erased.v1")
}

func registerFiling(r *es.Registry) {
	es.Register[complaint.ComplainantJoined](r, "complaint.complainant_joined.v1")
	es.Register[complaint.RequestsChanged](r, "complaint.requests_changed.v1")
	es.Register[complaint.ClaimOffered](r, "complaint.claim_offered.v1")
	es.Register[complaint.ClaimFailed](r, "complaint.claim_failed.v1")
	es.Register[complaint.Claimed](r, "complaint.claimed.v1")
	es.Register[complaint.DuplicateDecided](r, "complaint.duplicate_decided.v1")
}

func registerMediation(r *es.Registry) {
	es.Register[complaint.Responded](r, "complaint.responded.v1")
	es.Register[complaint.OfferMade](r, "complaint.offer_made.v1")
	es.Register[complaint.OfferAccepted](r, "complaint.offer_accepted.v1")
	es.Register[complaint.OfferRefused](r, "complaint.offer_refused.v1")
	es.Register[complaint.OfferWithdrawn](r, "complaint.offer_withdrawn.v1")
	es.Register[complaint.MediationScheduled](r, "complaint.mediation_scheduled.v1")
	es.Register[complaint.MediationHeld](r, "complaint.mediation_held.v1")
	es.Register[complaint.MediationCancelled](r, "complaint.mediation_cancelled.v1")
	es.Register[complaint.AbsenceAnnounced](r, "complaint.absence_announced.v1")
	es.Register[complaint.RecusalRequested](r, "complaint.recusal_requested.v1")
	es.Register[complaint.RecusalDecided](r, "complaint.recusal_decided.v1")
	es.Register[complaint.MediationSuspended](r, "complaint.mediation_suspended.v1")
	es.Register[complaint.MediationResumed](r, "complaint.mediation_resumed.v1")
	es.Register[complaint.DelegationConsented](r, "complaint.delegation_consented.v1")
	es.Register[complaint.Delegated](r, "complaint.delegated.v1")
	es.Register[complaint.DelegationEnded](r, "complaint.delegation_ended.v1")
	es.Register[complaint.AppraisalCommissioned](r, "complaint.appraisal_commissioned.v1")
	es.Register[complaint.AppraisalReported](r, "complaint.appraisal_reported.v1")
	es.Register[complaint.Agreed](r, "complaint.agreed.v1")
	es.Register[complaint.Settled](r, "complaint.settled.v1")
	es.Register[complaint.Withdrawn](r, "complaint.withdrawn.v1")
	es.Register[complaint.Terminated](r, "complaint.terminated.v1")
	es.Register[complaint.LeadFound](r, "complaint.lead_found.v1")
	es.Register[complaint.LeadCheckExtended](r, "complaint.lead_check_extended.v1")
	es.Register[complaint.LeadChecked](r, "complaint.lead_checked.v1")
	es.Register[complaint.Split](r, "complaint.split.v1")
	es.Register[complaint.PoliceReferred](r, "complaint.police_referred.v1")
	es.Register[complaint.Linked](r, "complaint.linked.v1")
}

func registerEnd(r *es.Registry) {
	es.Register[complaint.Performed](r, "complaint.performed.v1")
	es.Register[complaint.PerformanceConfirmed](r, "complaint.performance_confirmed.v1")
	es.Register[complaint.PerformanceBroken](r, "complaint.performance_broken.v1")
	es.Register[complaint.Rated](r, "complaint.rated.v1")
	es.Register[complaint.Closed](r, "complaint.closed.v1")
	es.Register[complaint.CalledBack](r, "complaint.called_back.v1")
	es.Register[complaint.Reopened](r, "complaint.reopened.v1")
	es.Register[complaint.Corrected](r, "complaint.corrected.v1")
	es.Register[complaint.DeadlinePassed](r, "complaint.deadline_passed.v1")
	es.Register[complaint.ClockRecomputed](r, "complaint.clock_recomputed.v1")
	es.Register[complaint.OfficerDateSet](r, "complaint.officer_date_set.v1")
	es.Register[complaint.NoteAdded](r, "complaint.note_added.v1")
}

func registerNotices(r *es.Registry) {
	es.Register[complaint.NoticeIssued](r, "notice.issued.v1")
	es.Register[complaint.NoticeSent](r, "notice.sent.v1")
	es.Register[complaint.NoticeDelivered](r, "notice.delivered.v1")
	es.Register[complaint.NoticeFailed](r, "notice.failed.v1")
	es.Register[complaint.NoticeRefused](r, "notice.refused.v1")
	es.Register[complaint.NoticeRead](r, "notice.read.v1")
	es.Register[complaint.NoticeVoided](r, "notice.voided.v1")
	es.Register[complaint.NoticeProven](r, "notice.proven.v1")
	es.Register[numbering.Taken](r, "number.taken.v1")
	es.Register[numbering.Voided](r, "number.voided.v1")
}

func registerDisclosure(r *es.Registry) {
	es.Register[complaint.DisclosureNotified](r, "disclosure.notified.v1")
	es.Register[complaint.DisclosureObjected](r, "disclosure.objected.v1")
	es.Register[complaint.ObjectionDecided](r, "disclosure.objection_decided.v1")
	es.Register[complaint.StatementOffered](r, "disclosure.statement_offered.v1")
	es.Register[complaint.StatementRefused](r, "disclosure.statement_refused.v1")
	es.Register[complaint.StatementAdded](r, "disclosure.statement_added.v1")
	es.Register[complaint.Disclosed](r, "disclosure.published.v1")
	es.Register[complaint.DisclosureWithdrawn](r, "disclosure.withdrawn.v1")
	es.Register[complaint.DisclosureRefused](r, "disclosure.refused.v1")
}
