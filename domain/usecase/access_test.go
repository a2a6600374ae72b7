package usecase

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

func loadAccess(t testing.TB) *Access {
	t.Helper()
	a, err := LoadAccess()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// everyRole also holds what is no role: unknown is denied.
var everyRole = []Role{RoleConsumer, RoleMerchant, RoleOfficer, RoleInstitution, RoleFund, RoleAuditor, RoleAdmin, roleSystem, "", "root", "Officer"}

// The route table once more, told from each role's side.
func TestRouteTableCellByCell(t *testing.T) {
	want := map[Role]map[string]Standing{
		RoleConsumer: routesOf(StandingOwn, "join-complainant change-requests withdraw-request change-lane offer accept-offer refuse-offer settle withdraw supplement confirm-performance break-performance rate recuse consent-delegation cannot-attend withdraw-offer reads correct-person change-consent request-erasure"),
		RoleMerchant: routesOf(StandingRespondent, "view history clocks respond offer accept-offer refuse-offer perform object-disclosure add-statement recuse consent-delegation cannot-attend withdraw-offer"),
		RoleOfficer: routesOf(StandingCompetent, "view history clocks change-lane assign return-to-desk forward report-back dispute-jurisdiction decide-jurisdiction identify-merchant accept decline notify "+
			"schedule-session cancel-session cannot-attend hold-session withdraw-offer reopen call-back join-complainant consent-joint form-joint authorise-filer change-requests withdraw-request offer-claim issue-link revoke-link link-account flag-duplicate decide-duplicate signals request-supplement request-identity-proof verify-identity break-performance find-lead extend-lead-check check-lead override-ruleset correct replace-merchant refer-police split offer accept-offer refuse-offer pause resume recuse decide-recusal consent-delegation delegate end-delegation respond agree settle withdraw terminate supplement perform confirm-performance close review-disclosure decide-objection review-statement revise-disclosure publish withdraw-disclosure correct-person refuse-correction change-consent request-erasure decide-erasure lift-restriction hold release-hold"),
		RoleAuditor: routesOf(StandingAny, "view history clocks reads"),
	}
	for _, route := range strings.Fields("view history clocks consent-joint") {
		want[RoleConsumer][route] = StandingJoint
	}
	want[RoleConsumer][routeClaim] = StandingSigned
	want[RoleConsumer][routeFile], want[RoleOfficer][routeFile] = StandingSigned, StandingSigned
	want[RoleOfficer]["blank-form"] = StandingSigned
	maps.Copy(want[RoleConsumer], routesOf(StandingOwn, "print cases"))
	maps.Copy(want[RoleMerchant], routesOf(StandingRespondent, "print cases"))
	maps.Copy(want[RoleOfficer], routesOf(StandingCompetent, "print numbers cases deadlines transfer-sheet record-delivery void-notice record-external-ref record-sync"))
	maps.Copy(want[RoleAuditor], routesOf(StandingAny, "numbers metrics"))
	want[RoleAuditor]["close-period"], want[RoleAdmin] = StandingSigned, routesOf(StandingSigned, "close-period")
	want[RoleConsumer]["me-data"] = StandingSigned
	want[RoleOfficer]["metrics"] = StandingAny

	a := loadAccess(t)
	routes := append(slices.Sorted(maps.Keys((&Complaints{}).Actions())), routeFile, "view", "history", "clocks", "print", "blank-form", "numbers", "cases", "deadlines", "metrics", "transfer-sheet", "signals", "reads", "me-data", "close-period", "record-erased", "record-retention-over",
		"record-deadline-passed", "record-foreign-case", "", "VIEW", "erase")
	for _, role := range everyRole {
		for _, route := range routes {
			expect := StandingNone
			if s, ok := want[role][route]; ok {
				expect = s
			}
			if got := a.Standing(role, route); got != expect {
				t.Errorf("%s × %s: %s, want %s", role, route, got, expect)
			}
		}
	}
	for k := range a.routes {
		if !slices.Contains(routes, k.row) {
			t.Errorf("the table has a route %q that does not exist", k.row)
		}
	}
}

func routesOf(s Standing, names string) map[string]Standing {
	m := map[string]Standing{}
	for _, n := range strings.Fields(names) {
		m[n] = s
	}
	return m
}

// The field table once more: role, then field, then the three stages (respondent not
// confirmed, confirmed, accepted).
func TestFieldTableCellByCell(t *testing.T) {
	want := map[Role]map[string]string{
		RoleConsumer: {
			"links.split": "ooo", "corrections": "ooo", "corrections.reason": "nnn",
			"filer.id_number": "mmm", "intake": "ooo", "joint": "ooo", "joint.consents": "ooo",
			"clocks.consumer": "ooo", "asked": "ooo", "asked.text": "ooo", "lanes": "ooo",
			"consumer.contact": "ooo", "filer": "ooo", "filer.person": "ooo", "told": "ooo", "told.private": "ooo",
			"before": "ooo", "before.answer": "ooo", "declared": "ooo", "purchase.serial": "ooo",
			"consumer.name": "ooo", "consumer.phone": "ooo", "consumer.address": "ooo", "consumer.region": "ooo",
			"consumer.id_type": "ooo", "consumer.id_number": "mmm", "respondent.person": "ooo",
			"purchase.order_no": "ooo", "purchase.place": "ooo", "facts": "ooo", "request.text": "ooo", "evidence": "ooo",
			"supplement.text": "ooo", "mediation": "ooo", "session.text": "ooo", "earlier": "ooo", "decision": "ooo", "decision.reason": "ooo",
			"response.text": "nnn", "terms.text": "ooo", "rating": "ooo", "rating.text": "ooo", "unit": "ooo",
			"external_refs": "ooo", "links": "ooo", "notices.consumer": "ooo", "disclosure": "ooo", "narrative": "ooo",
			"rights": "ooo", "rights.reason": "ooo",
		},
		RoleMerchant: {
			"joint": "-oo", "corrections": "-oo",
			"purchase.serial": "-oo",
			"consumer.name":   "-oo", "consumer.phone": "--o", "consumer.region": "--o", "respondent.person": "-oo",
			"purchase.order_no": "-oo", "purchase.place": "-oo", "facts": "-nn", "request.text": "-nn", "evidence": "--o",
			"supplement.text": "-nn", "mediation": "-oo", "session.text": "-oo", "earlier": "-oo", "decision": "-oo", "decision.reason": "-nn",
			"response.text": "-oo", "terms.text": "-nn", "rating": "--o", "unit": "-oo", "links": "-oo",
			"notices.merchant": "-oo", "disclosure": "-oo", "disclosure.statement": "-oo",
		},
		RoleOfficer: {
			"notices.proof": "ooo", "sync": "ooo", "sync.text": "ooo", "corrections": "ooo", "corrections.reason": "ooo",
			"filer.id_number": "ooo", "intake": "ooo", "joint": "ooo", "joint.consents": "ooo", "duplicates": "ooo",
			"handovers": "ooo", "answer_links": "ooo", "clocks.office": "ooo", "leads": "ooo", "leads.text": "ooo", "call_backs": "ooo", "call_backs.text": "ooo",
			"former": "ooo", "police": "ooo", "police.reason": "ooo", "competence": "ooo", "missing": "ooo", "scope": "ooo", "time_bar": "ooo", "splits": "ooo", "splits.text": "ooo", "links.split": "ooo",
			"disclosure.why": "ooo", "disclosure.statement": "ooo",
			"clocks.consumer": "ooo", "asked": "ooo", "asked.text": "ooo", "lanes": "ooo",
			"consumer.contact": "ooo", "filer": "ooo", "filer.person": "ooo", "told": "ooo", "told.private": "ooo",
			"before": "ooo", "before.answer": "ooo", "declared": "ooo", "purchase.serial": "ooo",
			"supplement.text": "ooo", "mediation": "ooo", "session.text": "ooo", "earlier": "ooo", "decision": "ooo", "decision.reason": "ooo",
			"consumer.name": "ooo", "consumer.phone": "ooo", "consumer.address": "ooo", "consumer.region": "ooo",
			"consumer.id_type": "ooo", "consumer.id_number": "ooo", "respondent.person": "ooo",
			"purchase.order_no": "ooo", "purchase.place": "ooo", "facts": "ooo", "request.text": "ooo", "evidence": "ooo",
			"response.text": "ooo", "terms.text": "ooo", "rating": "ooo", "rating.text": "ooo", "unit": "ooo",
			"external_refs": "ooo", "links": "ooo", "links.tip_off": "ooo", "notices.consumer": "ooo", "notices.merchant": "ooo",
			"disclosure": "ooo", "candidates": "ooo", "warnings": "ooo", "narrative": "ooo",
			"history.data": "mmm", "history.actor": "ooo",
			"rights": "ooo", "rights.reason": "ooo", "rights.holds": "ooo",
		},
		RoleAuditor: {
			"notices.proof": "mmm", "sync": "ooo", "sync.text": "mmm", "corrections": "ooo", "corrections.reason": "mmm",
			"filer.id_number": "mmm", "intake": "ooo", "joint": "ooo", "joint.consents": "ooo", "duplicates": "ooo",
			"handovers": "ooo", "answer_links": "ooo", "clocks.office": "ooo", "leads": "ooo", "leads.text": "mmm",
			"former": "ooo", "police": "ooo", "police.reason": "mmm", "competence": "ooo", "missing": "ooo", "scope": "ooo", "time_bar": "ooo", "splits": "ooo", "splits.text": "mmm", "links.split": "ooo",
			"disclosure.why": "ooo", "disclosure.statement": "mmm",
			"clocks.consumer": "ooo", "asked": "ooo", "asked.text": "mmm",
			"consumer.contact": "mmm", "filer": "ooo", "filer.person": "mmm", "told": "ooo", "told.private": "mmm",
			"before": "ooo", "before.answer": "mmm", "declared": "ooo", "purchase.serial": "mmm",
			"supplement.text": "mmm", "mediation": "ooo", "session.text": "mmm", "earlier": "ooo", "call_backs": "ooo", "call_backs.text": "mmm", "decision": "ooo", "decision.reason": "mmm",
			"consumer.name": "mmm", "consumer.phone": "mmm", "consumer.address": "mmm", "consumer.region": "ooo",
			"consumer.id_type": "ooo", "consumer.id_number": "mmm", "respondent.person": "mmm",
			"purchase.order_no": "mmm", "purchase.place": "mmm", "facts": "mmm", "request.text": "mmm", "evidence": "ooo",
			"response.text": "mmm", "terms.text": "mmm", "rating": "ooo", "rating.text": "mmm", "unit": "ooo",
			"external_refs": "ooo", "links": "ooo", "links.tip_off": "ooo", "notices.consumer": "ooo", "notices.merchant": "ooo",
			"disclosure": "ooo", "candidates": "ooo", "warnings": "ooo", "narrative": "mmm",
			"history.data": "mmm", "history.actor": "ooo", "history.recorded": "ooo",
			"rights": "ooo", "rights.reason": "mmm", "rights.holds": "ooo",
		},
	}
	a := loadAccess(t)
	rows := map[string]bool{"": true, "consumer": true, "no such field": true}
	for k := range a.fields {
		rows[k] = true
	}
	for _, role := range everyRole {
		for row := range rows {
			expect := want[role][row]
			if expect == "" {
				expect = "---"
			}
			for stage := range stages {
				if got := a.Show(role, row, stage); got != Show(expect[stage]) {
					t.Errorf("%s × %s × stage %d: %c, want %c", role, row, stage, got, expect[stage])
				}
			}
			if a.Show(role, row, -1) != ShowNothing || a.Show(role, row, stages) != ShowNothing {
				t.Errorf("%s × %s shows something at no stage", role, row)
			}
		}
		for row := range want[role] {
			if !rows[row] {
				t.Errorf("%s: no row %s", role, row)
			}
		}
	}
}

// What law and design forbid a merchant outright, whatever the table says next year.
func TestMerchantNeverSees(t *testing.T) {
	a := loadAccess(t)
	for stage := range stages {
		for _, row := range []string{"consumer.id_number", "consumer.address", "consumer.id_type", "consumer.contact", "disclosure.why", "filer", "filer.person", "filer.id_number", "intake", "joint.consents", "duplicates", "told", "told.private", "before", "declared", "links.tip_off", "leads", "leads.text", "former", "corrections.reason", "police", "police.reason", "competence", "missing", "scope", "time_bar", "clocks.office", "clocks.consumer", "asked", "handovers", "answer_links", "candidates", "notices.consumer", "notices.proof", "sync", "sync.text", "history.data", "history.actor"} {
			if a.Show(RoleMerchant, row, stage) != ShowNothing {
				t.Errorf("%s at stage %d", row, stage)
			}
		}
		if stage < StageAccepted && a.Show(RoleMerchant, "consumer.phone", stage) != ShowNothing {
			t.Errorf("phone at stage %d", stage)
		}
	}
	for k := range a.fields {
		if a.Show(RoleMerchant, k, StageClaimed) != ShowNothing {
			t.Errorf("%s before the respondent is confirmed", k)
		}
	}
}

// The history table names every event of a complaint and nothing else; whom it hides
// is told once more.
func TestHistoryTableCellByCell(t *testing.T) {
	hiddenFromBoth := strings.Fields(`complaint.respondent_proposed.v1 complaint.assigned.v1 complaint.returned_to_desk.v1
		complaint.duplicate_flagged.v1 complaint.duplicate_decided.v1 complaint.claim_failed.v1 complaint.sync_recorded.v1 complaint.lead_found.v1 complaint.lead_check_extended.v1 complaint.lead_checked.v1
		complaint.split.v1 complaint.called_back.v1 complaint.police_referred.v1 complaint.linked.v1 complaint.officer_date_set.v1
		complaint.hold_placed.v1 complaint.hold_released.v1 complaint.link_issued.v1 complaint.link_revoked.v1
		complaint.note_added.v1 complaint.reported_back.v1 complaint.foreign_recorded.v1 complaint.foreign_changed.v1
		notice.issued.v1 notice.sent.v1 notice.delivered.v1 notice.failed.v1 notice.refused.v1 notice.read.v1 notice.voided.v1 notice.proven.v1`)
	hiddenFromConsumer := []string{"disclosure.statement_offered.v1", "disclosure.statement_refused.v1"} // until it is reviewed
	hiddenFromMerchant := strings.Fields(`complaint.respondent_unknown.v1 complaint.respondent_replaced.v1
		complaint.jurisdiction_disputed.v1 complaint.jurisdiction_decided.v1 complaint.supplement_requested.v1
		complaint.identity_proof_requested.v1 complaint.identity_verified.v1 complaint.joint_consented.v1
		complaint.filer_authorised.v1 complaint.external_ref_recorded.v1 complaint.consent_changed.v1
		complaint.consumer_corrected.v1 subject.erased.v1 complaint.rated.v1 complaint.claim_offered.v1 complaint.claimed.v1
		complaint.erasure_requested.v1 complaint.erasure_decided.v1 complaint.retention_set.v1 complaint.retention_over.v1 complaint.correction_refused.v1 complaint.restriction_lifted.v1 subject.released.v1`)
	a := loadAccess(t)
	for _, name := range append(NewRegistry(es.StdCodec{}).Types(), "complaint.unheard_of.v1", "") {
		known := name != "" && !slices.Contains([]string{
			"complaint.unheard_of.v1", "access.read.v1", "evidence.offered.v1", "number.taken.v1", "number.voided.v1", "period.closed.v1",
		}, name)
		for _, role := range everyRole {
			want := false
			switch role {
			case RoleOfficer, RoleAuditor:
				want = known
			case RoleConsumer:
				want = known && !slices.Contains(hiddenFromBoth, name) && !slices.Contains(hiddenFromConsumer, name)
			case RoleMerchant:
				want = known && !slices.Contains(hiddenFromBoth, name) && !slices.Contains(hiddenFromMerchant, name)
			}
			if got := a.InHistory(role, name); got != want {
				t.Errorf("%s × %s: %v, want %v", role, name, got, want)
			}
			if _, ok := a.history[accessKey{role, name}]; known && slices.Contains(a.roles, role) && !ok {
				t.Errorf("%s × %s: no cell", role, name)
			}
		}
	}
}

func TestStandings(t *testing.T) {
	w := newWorld(t)
	regions := w.Law.Catalogue.Regions()
	confirmed := func(lane complaint.Lane, accepted bool) complaint.State {
		s := complaint.State{
			ID: "x", Account: "c-1", Lane: lane, Region: "150102", Unit: "u-1",
			Identity: complaint.IdentityConfirmed, Respondent: &complaint.Identity{ID: "m", Store: "s-1"},
		}
		if accepted {
			s.AcceptedOn = 1
		}
		return s
	}
	claimed := confirmed(complaint.LaneDirect, false)
	claimed.Identity = complaint.IdentityClaimed
	replaced := confirmed(complaint.LaneDepartment, true)
	replaced.Respondent = &complaint.Identity{ID: "another"}
	anonymous := confirmed(complaint.LaneDepartment, true)
	anonymous.Account = ""
	foreign := complaint.State{ID: "x", Foreign: &complaint.ForeignState{}}
	merchant := Actor{ID: "m-1", Role: RoleMerchant, Merchant: "m"}
	with := func(a Actor, change func(*Actor)) Actor { change(&a); return a }
	for name, c := range map[string]struct {
		actor Actor
		state complaint.State
		want  error
	}{
		"consumer, own":                       {anyConsumer, confirmed(complaint.LaneDepartment, true), nil},
		"consumer, another's":                 {stranger, confirmed(complaint.LaneDepartment, true), ErrNotFound},
		"consumer without id, nobody's":       {Actor{Role: RoleConsumer}, anonymous, ErrNotFound},
		"merchant, accepted":                  {merchant, confirmed(complaint.LaneDepartment, true), nil},
		"merchant, not yet accepted":          {merchant, confirmed(complaint.LaneDepartment, false), ErrNotFound},
		"merchant, direct":                    {merchant, confirmed(complaint.LaneDirect, false), nil},
		"merchant, only claimed":              {merchant, claimed, ErrNotFound},
		"merchant, replaced":                  {merchant, replaced, ErrNotFound},
		"merchant, its store":                 {with(merchant, func(a *Actor) { a.Store = "s-1" }), confirmed(complaint.LaneDepartment, true), nil},
		"merchant, another store":             {with(merchant, func(a *Actor) { a.Store = "s-2" }), confirmed(complaint.LaneDepartment, true), ErrNotFound},
		"merchant bound to nothing":           {Actor{ID: "m-1", Role: RoleMerchant}, complaint.State{ID: "x", Identity: complaint.IdentityConfirmed, Respondent: &complaint.Identity{}}, ErrNotFound},
		"officer of the city":                 {desk, confirmed(complaint.LaneDepartment, false), nil},
		"officer of the district":             {with(desk, func(a *Actor) { a.Region = "150102" }), confirmed(complaint.LaneDepartment, false), nil},
		"officer of the region":               {with(desk, func(a *Actor) { a.Region = "15" }), confirmed(complaint.LaneDepartment, false), nil},
		"officer of another city":             {with(desk, func(a *Actor) { a.Region = "150200" }), confirmed(complaint.LaneDepartment, false), ErrNotFound},
		"officer of another district":         {with(desk, func(a *Actor) { a.Region = "150103" }), confirmed(complaint.LaneDepartment, false), ErrNotFound},
		"officer without region":              {with(desk, func(a *Actor) { a.Region = "" }), confirmed(complaint.LaneDepartment, false), ErrNotFound},
		"officer of the unit":                 {with(desk, func(a *Actor) { a.Unit = "u-1" }), confirmed(complaint.LaneDepartment, false), nil},
		"officer of another unit":             {with(desk, func(a *Actor) { a.Unit = "u-2" }), confirmed(complaint.LaneDepartment, false), ErrNotFound},
		"officer, foreign case":               {desk, foreign, nil},
		"auditor":                             {auditor, confirmed(complaint.LaneDepartment, false), nil},
		"auditor, no case":                    {auditor, complaint.State{}, ErrNotFound},
		"admin":                               {admin, confirmed(complaint.LaneDepartment, true), ErrForbidden},
		"institution":                         {Actor{ID: "i", Role: RoleInstitution, Institution: "i"}, confirmed(complaint.LaneDepartment, true), ErrForbidden},
		"nobody":                              {Actor{}, confirmed(complaint.LaneDepartment, true), ErrForbidden},
		"an account that calls itself system": {Actor{ID: "x", Role: roleSystem}, confirmed(complaint.LaneDepartment, true), ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			if err := w.access.Check(regions, c.actor, "view", &c.state); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func TestAccessTablesAreRefusedWhenWrong(t *testing.T) {
	for name, text := range map[string]string{
		"a word that is no standing": "[routes]\nview own respondent everybody any -\n",
		"a cell too few":             "[routes]\nview own respondent competent any\n",
		"a letter that is no show":   "[fields]\nfacts ooo ooo oox --- ---\n",
		"two letters":                "[fields]\nfacts ooo ooo oo --- ---\n",
		"no yes":                     "[history]\nx.v1 yes no yes yes -\n",
		"no section":                 "view own respondent competent any -\n",
	} {
		if _, err := parseAccess(text); !errors.Is(err, ErrTable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
