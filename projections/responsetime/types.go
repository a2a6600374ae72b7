package responsetime

// Handles lists the types that the projection folds: what sets a day that counts, or the cell it counts in.
func (*Projection) Handles() []string {
	return []string{
		"complaint.foreign_recorded.v1", "complaint.foreign_changed.v1", "complaint.filed.v1",
		"complaint.respondent_confirmed.v1", "complaint.respondent_replaced.v1", "complaint.received.v1",
		"complaint.assigned.v1", "complaint.forwarded.v1", "complaint.jurisdiction_decided.v1",
		"complaint.accepted.v1", "complaint.declined.v1", "complaint.ruleset_overridden.v1",
		"complaint.responded.v1", "complaint.offer_made.v1", "complaint.appraisal_commissioned.v1",
		"complaint.appraisal_reported.v1", "complaint.agreed.v1", "complaint.settled.v1",
		"complaint.withdrawn.v1", "complaint.terminated.v1", "complaint.closed.v1",
		"complaint.respondent_unknown.v1", "complaint.reopened.v1", "complaint.corrected.v1", "complaint.clock_recomputed.v1",
		"complaint.supplemented.v1", "complaint.consent_changed.v1", "complaint.performed.v1", "complaint.performance_confirmed.v1",
		"complaint.performance_broken.v1", "complaint.rated.v1", "disclosure.notified.v1", "disclosure.objected.v1",
		"disclosure.objection_decided.v1", "disclosure.published.v1", "disclosure.withdrawn.v1", "disclosure.refused.v1",
		"notice.issued.v1", "notice.sent.v1", "notice.voided.v1", "period.closed.v1",
	}
}

// Ignores lists the types that it does not want.
func (*Projection) Ignores() []string {
	return []string{
		"complaint.reported_back.v1", "complaint.lead_checked.v1",
		"access.read.v1", "evidence.offered.v1", "number.taken.v1", "number.voided.v1", "notice.proven.v1", "complaint.respondent_proposed.v1",
		"complaint.lane_changed.v1", "complaint.returned_to_desk.v1",
		"complaint.jurisdiction_disputed.v1", "complaint.supplement_requested.v1",
		"complaint.identity_proof_requested.v1", "complaint.identity_verified.v1", "complaint.evidence_added.v1",
		"complaint.link_issued.v1", "complaint.link_revoked.v1",
		"complaint.complainant_joined.v1", "complaint.requests_changed.v1", "complaint.claim_offered.v1",
		"complaint.claim_failed.v1", "complaint.claimed.v1", "complaint.duplicate_decided.v1",
		"complaint.joint_formed.v1", "complaint.joint_consented.v1", "complaint.filer_authorised.v1",
		"complaint.duplicate_flagged.v1", "complaint.external_ref_recorded.v1", "complaint.sync_recorded.v1",
		"complaint.consumer_corrected.v1", "subject.erased.v1",
		"complaint.offer_accepted.v1", "complaint.offer_refused.v1", "complaint.offer_withdrawn.v1",
		"complaint.mediation_scheduled.v1", "complaint.mediation_held.v1", "complaint.mediation_cancelled.v1",
		"complaint.absence_announced.v1", "complaint.called_back.v1", "complaint.recusal_requested.v1",
		"complaint.recusal_decided.v1", "complaint.mediation_suspended.v1", "complaint.mediation_resumed.v1",
		"complaint.delegation_consented.v1", "complaint.delegated.v1", "complaint.delegation_ended.v1",
		"complaint.lead_found.v1", "complaint.lead_check_extended.v1", "complaint.split.v1",
		"complaint.police_referred.v1", "complaint.linked.v1",
		"complaint.deadline_passed.v1", "complaint.officer_date_set.v1", "complaint.note_added.v1",
		"notice.delivered.v1", "notice.failed.v1", "notice.refused.v1",
		"notice.read.v1",
		"disclosure.statement_added.v1", "disclosure.statement_offered.v1", "disclosure.statement_refused.v1",
		"complaint.erasure_requested.v1", "complaint.erasure_decided.v1", "complaint.hold_placed.v1",
		"complaint.hold_released.v1", "complaint.retention_set.v1", "complaint.retention_over.v1",
		"complaint.correction_refused.v1", "complaint.restriction_lifted.v1", "subject.released.v1",
	}
}
