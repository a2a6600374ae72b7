package complaint

import (
	"fangxin/domain/sealed"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// everyEvent has one of each type; TestEveryEventIsListed keeps it whole.
func everyEvent() []Event {
	o := Occurred{On: day("2026-06-20"), Late: true}
	c := Clock{Rule: "CP.MEDIATE.M3", StartedOn: o.On, Due: o.On + 60, DueWide: o.On + 61}
	return []Event{
		&Filed{ID: "case-1", ReceivedOn: o}, &RespondentProposed{}, &RespondentConfirmed{Merchant: shop}, &RespondentUnknown{},
		&RespondentReplaced{To: shop, Clocks: []Clock{c}}, &LaneChanged{To: LaneDepartment}, &Received{Occurred: o, Clock: c},
		&Assigned{Unit: "u"}, &ReturnedToDesk{}, &Forwarded{To: "150200", Occurred: o}, &ReportedBack{Occurred: o}, &JurisdictionDisputed{Occurred: o, Clock: c},
		&JurisdictionDecided{Region: "150200", Occurred: o}, &Accepted{Occurred: o, Clock: c}, &Declined{Occurred: o},
		&SupplementRequested{}, &Supplemented{Evidence: []string{"e"}}, &IdentityProofRequested{}, &IdentityVerified{Result: "verified"},
		&EvidenceAdded{Evidence: "e"}, &JointFormed{}, &JointConsented{}, &FilerAuthorised{Occurred: o}, &DuplicateFlagged{},
		&ComplainantJoined{Complainant: "p-9", Person: Person{Account: "c-9"}}, &RequestsChanged{Requests: []Request{{Kind: "refund"}}, Occurred: o},
		&ClaimOffered{Claim: "s-9"}, &ClaimFailed{}, &Claimed{Account: "c-9"}, &DuplicateDecided{Case: "case-9", Result: DuplicateSame},
		&ExternalRefRecorded{Ref: ExternalRef{System: "12315", Number: "1"}}, &SyncRecorded{Act: "filed"}, &NoticeProven{}, &RulesetOverridden{To: "ORD-20", Clocks: []Clock{c}},
		&ConsentChanged{}, &ConsumerCorrected{}, &SubjectErased{Subject: "s-1", Manner: "erased"},
		&Responded{Occurred: o}, &OfferMade{Offer: "f-9", Occurred: o}, &OfferAccepted{Offer: "f-1"}, &OfferRefused{Offer: "f-1"}, &OfferWithdrawn{Offer: "f-1"},
		&MediationScheduled{Session: "s", Form: "on_site", Occurred: &o}, &MediationHeld{Session: "s", Occurred: o}, &MediationCancelled{Session: "s", Occurred: o},
		&AbsenceAnnounced{Session: "s", By: Consumer, Occurred: o}, &CalledBack{Occurred: o}, &RecusalRequested{}, &RecusalDecided{}, &MediationSuspended{Occurred: o},
		&MediationResumed{Occurred: o}, &DelegationConsented{}, &Delegated{To: "x", Occurred: o}, &DelegationEnded{Occurred: o},
		&AppraisalCommissioned{Appraisal: "a", Occurred: o}, &AppraisalReported{Appraisal: "a", Occurred: o, Clock: c},
		&Agreed{Occurred: o, Clocks: []Clock{c}}, &Settled{Occurred: o, Clocks: []Clock{c}}, &Withdrawn{Occurred: o}, &Terminated{Occurred: o, Clock: c},
		&LeadFound{Occurred: o, Clock: c}, &LeadCheckExtended{Clock: c}, &LeadChecked{Occurred: o}, &Split{}, &PoliceReferred{Occurred: o}, &Linked{Case: "x"},
		&Performed{Occurred: o}, &PerformanceConfirmed{}, &PerformanceBroken{Occurred: o}, &Rated{View: ViewNot}, &Closed{Occurred: o},
		&Reopened{Clocks: []Clock{c}}, &Corrected{Clocks: []Clock{c}}, &DeadlinePassed{Rule: c.Rule, Due: c.Due}, &ClockRecomputed{From: c, Clock: c},
		&OfficerDateSet{Rule: "REPORT_BACK", Due: o.On}, &NoteAdded{}, &NoticeIssued{Notice: "n-9", Recipient: Consumer}, &NoticeSent{Notice: "n-1", Occurred: o},
		&NoticeDelivered{Notice: "n-1", Occurred: o}, &NoticeFailed{Notice: "n-1"}, &NoticeRefused{Notice: "n-1", Occurred: o}, &NoticeRead{Notice: "n-1"},
		&NoticeVoided{Notice: "n-1"}, &DisclosureNotified{Clock: c}, &DisclosureObjected{Clock: c}, &ObjectionDecided{Result: ObjectionDismissed},
		&StatementAdded{Text: "x"}, &StatementOffered{Statement: "t-1"}, &StatementRefused{Statement: "t-1"}, &Disclosed{On: o.On}, &DisclosureWithdrawn{On: o.On}, &DisclosureRefused{},
		&ForeignRecorded{Case: ForeignCase{Number: "1"}, Clocks: []Clock{c}}, &ForeignChanged{Fields: []string{"state"}},
		&ErasureRequested{Occurred: o}, &ErasureDecided{Result: ErasureRestricted, Subjects: []sealed.Subject{"s-1"}, On: o.On}, &HoldPlaced{Hold: "h", Occurred: o},
		&LinkIssued{Link: 1, Until: o.On, Channel: "sms"}, &LinkRevoked{Link: 1},
		&HoldReleased{Hold: "h", Occurred: o}, &RetentionSet{Until: o.On}, &RetentionOver{Until: o.On}, &CorrectionRefused{Occurred: o},
		&RestrictionLifted{Occurred: o}, &SubjectReleased{Subject: "s-1"},
	}
}

// eventTypes reads the names of the types that embed fact from the source.
func eventTypes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("events_*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source: %v", err)
	}
	var names []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok && len(s.Fields.List) > 0 && len(s.Fields.List[0].Names) == 0 {
				if id, ok := s.Fields.List[0].Type.(*ast.Ident); ok && id.Name == "fact" {
					names = append(names, spec.Name.Name)
				}
			}
			return true
		})
	}
	slices.Sort(names)
	return names
}

// A type without applyTo is no Event and does not compile here.
func TestEveryEventIsListed(t *testing.T) {
	var listed []string
	for _, e := range everyEvent() {
		listed = append(listed, reflect.TypeOf(e).Elem().Name())
	}
	slices.Sort(listed)
	if diff := cmp.Diff(eventTypes(t), listed); diff != "" {
		t.Fatal(diff)
	}
}

// Evolve never fails, wherever a fact turns up, and leaves the older state alone.
func TestEvolveIsTotalAndPure(t *testing.T) {
	d := complaints(t)
	show := func(s State) string {
		return cmp.Diff(State{}, s, cmp.Exporter(func(reflect.Type) bool { return true }))
	}
	for name, past := range stages() {
		state := d.Given(after(t, d, past...)...).State()
		was := show(state)
		for _, e := range everyEvent() {
			one, other := d.Evolve(state, e), d.Evolve(state, e)
			for _, f := range everyEvent() {
				d.Evolve(one, f)
			}
			if show(one) != show(other) {
				t.Fatalf("%s: folding after %T changed it", name, e)
			}
		}
		if show(state) != was {
			t.Fatalf("%s: an older state changed", name)
		}
	}
}

func TestFactsAreFolded(t *testing.T) {
	d := complaints(t)
	fold := func(past []Command, events ...Event) State {
		return d.Given(append(after(t, d, past...), events...)...).State()
	}
	o := on("2026-06-20")
	c := Clock{Rule: "CP.MEDIATE.M3", Due: day("2026-09-01"), DueWide: day("2026-09-01")}
	for name, ok := range map[string]bool{
		"a wrong merchant loses access at once": func() bool {
			s := fold(mediated(), &RespondentReplaced{From: shop, To: Identity{ID: "mch-2", Name: "n"}, Clocks: []Clock{c}})
			_, err := d.Decide(s, respond(merchant, "2026-06-21", ""))
			k, _ := s.mediationClock()
			return err != nil && s.Respondent.ID == "mch-2" && k.Due == c.Due
		}(),
		"forwarding keeps the clock until it is received anew": func() bool {
			s := fold(received(), &Forwarded{From: "150102", To: "150200", Occurred: o})
			again := acceptClock("2026-06-20", "2026-06-30", "2026-06-30")
			s2 := d.Evolve(s, &Received{Region: "150200", Basis: "forwarded", Occurred: o, Clock: again})
			return s.Region == "150200" && s.Clocks[0].StartedOn == day("2026-06-01") && len(s2.Clocks) == 1 && s2.Clocks[0].Clock == again
		}(),
		"a reopened case is handled anew": func() bool {
			s := fold(ended(), &Closed{Outcome: OutcomeAgreement, Occurred: o}, &Reopened{Clocks: []Clock{c}})
			k, _ := s.mediationClock()
			return s.Status == StatusAccepted && !s.Ended() && s.Agreement == nil && k.State == ClockRunning
		}(),
		"reopened before acceptance":  fold(append(received(), by(consumer, "2026-06-02", Withdraw{})), &Reopened{}).Status == StatusReceived,
		"reopened in the direct lane": fold([]Command{file(LaneDirect), by(consumer, "2026-06-02", Withdraw{})}, &Reopened{}).Status == StatusFiled,
		"an external number is kept once": func() bool {
			ref := ExternalRef{System: "12315", Number: "1"}
			s := fold(received(), &ExternalRefRecorded{Ref: ref}, &ExternalRefRecorded{Ref: ExternalRef{System: "12315", Number: "1", Status: "done"}})
			return len(s.ExternalRefs) == 1 && s.ExternalRefs[0].Status == "done"
		}(),
		"a newer calendar":        fold(mediated(), &ClockRecomputed{From: Clock{Rule: c.Rule}, Clock: c}).Clocks[1].Due == c.Due,
		"another rule set":        fold(received(), &RulesetOverridden{From: "ORD-121", To: "ORD-20"}).Ruleset == "ORD-20",
		"a corrected consumer":    fold(received(), &ConsumerCorrected{Consumer: Person{Region: "x"}}).Consumer.Region == "x",
		"an officer's date":       len(fold(received(), &OfficerDateSet{Rule: "REPORT_BACK", Due: o.On}).Clocks) == 2,
		"an erased subject":       fold(received(), &SubjectErased{Subject: "s-1", Manner: "erased"}).Erased[0].Manner == "erased",
		"broken performance":      fold(agreed(), &PerformanceBroken{Occurred: o}).Performance == PerformanceNotInTime,
		"an offer taken back":     fold(append(mediated(), offer(merchant, "f-1", "", "2026-06-05")), &OfferWithdrawn{Offer: "f-1"}).Offers[0].State == OfferTakenBack,
		"a notice read":           fold(mediated(), &NoticeDelivered{Notice: "n-1", Occurred: o}, &NoticeRead{Notice: "n-1"}).Notices[0].State == NoticeSeen,
		"a refused notice tells":  fold(append(confirmed(), accept(), tell("n-1", AboutAcceptance, Consumer, "2026-06-04")), &NoticeRefused{Notice: "n-1", Occurred: o}).Clocks[0].State == ClockMet,
		"delegation":              fold(mediated(), &Delegated{To: "ca", Occurred: o}).Mediation.Delegated == "ca",
		"a jurisdiction dispute":  fold(received(), &JurisdictionDisputed{Clock: Clock{Rule: "CP.JURIS_DISPUTE", DueWide: day("2026-06-30")}, Occurred: o}, &JurisdictionDecided{Region: "150200", Occurred: o}).Clocks[1].State == ClockMet,
		"candidates after":        fold(confirmed(), &RespondentProposed{}).Identity == IdentityConfirmed,
		"late entries are marked": fold(received(), &MediationHeld{Occurred: Occurred{On: o.On, Late: true}}).LateMarks == 1,
	} {
		if !ok {
			t.Errorf("not folded: %s", name)
		}
	}
}

func TestCitationsAreWrittenAsTheLawWritesThem(t *testing.T) {
	for in, want := range map[string]string{
		"1": "一", "9": "九", "10": "十", "16": "十六", "20": "二十", "45": "四十五", "99": "九十九",
		"100": "一百", "101": "一百零一", "110": "一百一十", "201": "二百零一", "219": "二百一十九", "": "", "x": "", "0": "", "1000": "",
	} {
		if got, ok := numeral(in); got != want || ok != (want != "") {
			t.Errorf("%s: %s", in, got)
		}
	}
	r := refused(t, mediated(), by(rival, "2026-06-20", Respond{}), "not_your_part", "FANGXIN.access")
	if r.Citation == "" || !strings.Contains(r.Error(), "not_your_part") {
		t.Fatal(r)
	}
}
