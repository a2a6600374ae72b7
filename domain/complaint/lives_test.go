package complaint

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fangxin/domain/calendar"
)

// Whole lives of cases: what happened, where the case stands at the end, and what
// its clocks came to.
func TestLives(t *testing.T) {
	for _, life := range []struct {
		name     string
		commands []Command
		events   string
		status   Status
		outcome  Outcome
		clocks   map[string]string
	}{
		{
			name: "agreed, performed, closed, published, taken down",
			commands: append(notified(),
				by(officer, "2026-06-25", Close{}), by(consumer, "2026-06-25", Rate{View: ViewResolved, Merchant: 4, Office: 5}),
				by(machine, "2026-07-02", RecordDeadlinePassed{Rule: "PUB.OBJECT", Due: day("2026-07-01")}),
				by(machine, "2027-07-03", WithdrawDisclosure{Class: "period_over"})),
			events: "Filed Received RespondentConfirmed Accepted NoticeIssued NoticeSent Agreed Performed " +
				"PerformanceConfirmed DisclosureNotified NoticeIssued NoticeSent Closed RetentionSet Rated Disclosed DisclosureWithdrawn",
			status: StatusClosed, outcome: OutcomeAgreement,
			clocks: map[string]string{"CP.ACCEPT": ClockMet, "CP.MEDIATE.M3": ClockMet, ClockPerform: ClockMet, "PUB.OBJECT": ClockLapsed},
		},
		{
			name: "declined and told",
			commands: append(received(), decline("NA3_NOT_CONSUMER"), tell("n-1", AboutDecline, Consumer, "2026-06-04"),
				by(officer, "2026-06-05", Close{}), by(consumer, "2026-06-06", Rate{View: ViewNot})),
			events: "Filed Received Declined NoticeIssued NoticeSent Closed RetentionSet Rated",
			status: StatusClosed, outcome: OutcomeDeclined,
			clocks: map[string]string{"CP.ACCEPT": ClockMet},
		},
		{
			name: "settled in the direct lane by an accepted offer",
			commands: []Command{
				file(LaneDirect), confirm(), respond(merchant, "2026-06-02", ""), offer(merchant, "f-1", "", "2026-06-03"),
				offer(consumer, "f-2", "f-1", "2026-06-03"), by(merchant, "2026-06-04", AcceptOffer{Offer: "f-2"}),
				by(consumer, "2026-06-10", ConfirmPerformance{}), by(machine, "2026-06-11", Close{}),
			},
			events: "Filed RespondentConfirmed Responded OfferMade OfferMade OfferAccepted Settled Performed PerformanceConfirmed Closed RetentionSet",
			status: StatusClosed, outcome: OutcomePrior,
			clocks: map[string]string{ClockPerform: ClockMet},
		},
		{
			name: "moved up twice, too late, ended by the limit",
			commands: []Command{
				file(LaneDirect),
				by(consumer, "2026-06-08", ChangeLane{To: LaneAssociation, Wording: "2026-1", Warned: true}),
				by(consumer, "2026-06-15", ChangeLane{To: LaneDepartment, Wording: "2026-1", Warned: true}),
				by(officer, "2026-06-16", ConfirmRespondent{Merchant: shop, Source: "platform"}),
				by(machine, "2026-06-26", RecordDeadlinePassed{Rule: "CP.ACCEPT", Due: day("2026-06-25")}),
				by(officer, "2026-06-26", Accept{}), tell("n-1", AboutAcceptance, Consumer, "2026-06-26"),
				by(machine, "2026-08-26", RecordDeadlinePassed{Rule: "CP.MEDIATE.M3", Due: day("2026-08-25")}),
				by(officer, "2026-08-26", Terminate{Ground: "TM_TIMEOUT"}),
				tell("n-2", AboutTermination, Consumer, "2026-08-26"), tell("n-3", AboutTermination, Merchant, "2026-08-27"),
				by(officer, "2026-08-28", Close{}),
			},
			events: "Filed LaneChanged LaneChanged Received RespondentConfirmed DeadlinePassed Accepted NoticeIssued NoticeSent " +
				"DeadlinePassed Terminated NoticeIssued NoticeSent NoticeIssued NoticeSent Closed RetentionSet",
			status: StatusClosed, outcome: OutcomeNoAgreement,
			clocks: map[string]string{"CP.ACCEPT": ClockMetLate, "CP.MEDIATE.M3": ClockMetLate, "CP.TERM_NOTICE": ClockMet},
		},
		{
			name: "settled after acceptance, never performed",
			commands: append(mediated(), by(consumer, "2026-06-08", Settle{Terms: terms()}),
				tell("n-2", AboutTermination, Consumer, "2026-06-09"), tell("n-3", AboutTermination, Merchant, "2026-06-09"),
				by(machine, "2026-07-11", RecordDeadlinePassed{Rule: ClockPerform, Due: day("2026-07-10")}),
				by(officer, "2026-07-13", Close{}), by(merchant, "2026-07-20", Perform{AmountFen: 200000})),
			events: "Filed Received RespondentConfirmed Accepted NoticeIssued NoticeSent Settled " +
				"NoticeIssued NoticeSent NoticeIssued NoticeSent DeadlinePassed Closed RetentionSet Performed",
			status: StatusClosed, outcome: OutcomeSettlement,
			clocks: map[string]string{"CP.ACCEPT": ClockMet, "CP.MEDIATE.M3": ClockMet, "CP.TERM_NOTICE": ClockMet, ClockPerform: ClockMetLate},
		},
	} {
		t.Run(life.name, func(t *testing.T) {
			d := complaints(t)
			events := after(t, d, life.commands...)
			var names []string
			for _, e := range events {
				names = append(names, reflect.TypeOf(e).Elem().Name())
			}
			if got := strings.Join(names, " "); got != life.events {
				t.Errorf("%s", cmp.Diff(life.events, got))
			}
			s := d.Given(events...).State()
			clocks := map[string]string{}
			for _, c := range s.Clocks {
				clocks[c.Rule] = c.State
			}
			if s.Status != life.status || s.Outcome != life.outcome {
				t.Errorf("%s, %s", s.Status, s.Outcome)
			}
			if diff := cmp.Diff(life.clocks, clocks); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A command that was carried out and comes again, as a new request, is refused with
// a reason that says so, or is a new statement in its own right.
func TestRepeatsAreRefusedClearly(t *testing.T) {
	decided := map[string]string{
		"ChangeLane": "lane_not_above no_lane_above", "Assign": "already_assigned", "ReturnToDesk": "not_assigned",
		"CommissionAppraisal": "appraisal_exists", "ReportAppraisal": "no_appraisal", "Recuse": "recusal_pending", "DecideRecusal": "no_recusal",
		"ConsentDelegation": "already_said", "Delegate": "already_delegated", "EndDelegation": "not_delegated", "BreakPerformance": "already_broken", "FindLead": "lead_under_check", "ExtendLeadCheck": "already_extended", "CheckLead": "no_lead",
		"VerifyIdentity": "already_verified", "DisputeJurisdiction": "dispute_open", "DecideJurisdiction": "no_dispute already_there", "Forward": "already_there", "ReportBack": "no_report_due",
		"ConfirmRespondent": "respondent_confirmed", "RespondentNotFound": "already_unknown", "Accept": "already_accepted",
		"Decline": "already_declined", "Notify": "already_notified nothing_to_tell notice_exists", "AcceptOffer": "ended offer_accepted_already",
		"RefuseOffer": "no_open_offer offer_answered", "MakeOffer": "offer_exists", "Agree": "ended", "Settle": "ended", "Withdraw": "ended",
		"Terminate": "ended", "Perform": "already_performed instalment_performed", "ConfirmPerformance": "already_confirmed", "Rate": "already_rated",
		"Close": "already_closed", "ReviewDisclosure": "disclosure_decided", "ObjectDisclosure": "already_objected",
		"DecideObjection": "no_objection", "Publish": "already_public not_notified", "WithdrawDisclosure": "not_public",
		"JoinComplainant": "complainant_exists too_many", "FormJoint": "joint_already", "Claim": "account_linked no_claim",
		"LinkAccount": "account_linked", "FlagDuplicate": "already_flagged", "DecideDuplicate": "no_duplicate duplicate_decided",
		"RecordDeadlinePassed": "moved_on", "File": "already_filed", "ChangeConsent": "consent_unchanged", "RequestErasure": "already_requested",
		"DecideErasure": "nothing_requested", "LiftRestriction": "not_restricted", "PlaceHold": "hold_exists", "ReleaseHold": "no_hold hold_not_known",
		"ScheduleSession": "session_exists session_scheduled", "CancelSession": "no_session", "CannotAttend": "already_said",
		"WithdrawOffer": "no_open_offer offer_answered", "Reopen": "not_ended",
		"RecordDelivery": "delivery_out_of_order no_notice_out", "VoidNotice": "notice_voided no_notice_out",
		"ReplaceRespondent": "same_respondent respondent_not_confirmed", "ReferPolice": "already_referred",
		"OverrideRuleset": "ruleset_same", "Correct": "nothing_corrected",
		"AddStatement": "statement_exists", "ReviewStatement": "no_statement", "ReviseDisclosure": "nothing_revised",
		"SplitOff": "part_exists", "RevokeLink": "no_link link_over",
	}
	statements := []string{"Respond", "Supplement", "RequestSupplement", "RequestIdentityProof", "ProposeRespondent", "RecordForeignCase", "RecordExternalRef", "RecordSync", "CorrectConsumer", "RefuseCorrection",
		"ConsentJoint", "AuthoriseFiler", "ChangeRequests", "WithdrawRequest", "OfferClaim", "IssueLink", "CallBack", "HoldSession"}
	d := complaints(t)
	seen := map[string]bool{}
	for stage, past := range stages() {
		state := d.Given(after(t, d, past...)...).State()
		for _, now := range []string{"2026-06-26", "2026-07-03"} {
			for _, actor := range everyone() {
				for _, action := range wellFormed(state, day(now)) {
					c := Command{At: at(now), Actor: actor, Do: action}
					code, done := twice(t, d, state, c)
					if !done {
						continue
					}
					name := reflect.TypeOf(action).Name()
					seen[name] = true
					if !slices.Contains(statements, name) && !slices.Contains(strings.Fields(decided[name]), code) {
						t.Errorf("%s, %s again: %q", stage, name, code)
					}
				}
			}
		}
	}
	for name := range decided {
		if !seen[name] {
			t.Errorf("%s was never carried out", name)
		}
	}
}

// twice carries a command out two times: done says that the first led to facts, code
// how the second was refused.
func twice(t *testing.T, d cases, s State, c Command) (code string, done bool) {
	t.Helper()
	events, err := d.Decide(s, c)
	if err != nil || len(events) == 0 {
		return "", false
	}
	for _, e := range events {
		s = d.Evolve(s, e)
	}
	var r *Refusal
	if _, err = d.Decide(s, c); err != nil && !errors.As(err, &r) {
		t.Fatalf("%T: %v", c.Do, err)
	}
	if r == nil {
		return "", true
	}
	return r.Code, true
}

// The file lists every code, for the message catalogue: a new reason needs its words.
func TestEveryRefusalIsListed(t *testing.T) {
	file, err := os.ReadFile("testdata/refusals.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Fields(string(file)), codes(t)); diff != "" {
		rewrite(t, "testdata/refusals.txt", strings.Join(codes(t), "\n")+"\n")
		t.Fatal(diff)
	}
}

// codes reads the codes of all refusals from the source.
func codes(t *testing.T) []string {
	t.Helper()
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	makers := []string{"refuse", "refuseBy", "refuseGround", "refused", "fault"}
	var found []string
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 || !slices.Contains(makers, callee(call)) {
				return true
			}
			if literal, ok := call.Args[0].(*ast.BasicLit); ok {
				code, _ := strconv.Unquote(literal.Value)
				found = append(found, code)
			}
			return true
		})
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func callee(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// Everything that is cited exists: laws are in the catalogue, and a citation by
// article is written out.
func TestEveryPlaceThatIsCitedExists(t *testing.T) {
	source, err := os.ReadFile("refusal.go")
	if err != nil {
		t.Fatal(err)
	}
	l := law(t)
	places := regexp.MustCompile(`(?m)^\t(?:law|house)\w+\s+= "([^"]+)"$`).FindAllStringSubmatch(string(source), -1)
	if len(places) < 10 {
		t.Fatalf("%d places", len(places))
	}
	for _, p := range places {
		for place := range strings.SplitSeq(p[1], "|") {
			id, article, _ := strings.Cut(place, " ")
			text, ok := l.Catalogue.Law(id)
			if !ok || article == "" {
				t.Errorf("%q is not in the catalogue", place)
			}
			dec := deciding{law: l}
			cited := dec.citation(dec.cited(place))
			if _, numbered := numeral(article); numbered && !strings.HasPrefix(cited, text.Title.ZH+" 第") {
				t.Errorf("%s: %s", place, cited)
			}
		}
	}
}

// Under each rule set a refusal cites the law that was in force.
func TestRefusalsCiteTheLawInForce_ByFilingDay(t *testing.T) {
	for filed, want := range map[string]string{
		"2024-06-28": "ORD-20.14 市场监督管理投诉举报处理暂行办法 第十四条",
		"2025-06-03": "ORD-20.14 市场监督管理投诉举报处理暂行办法 第十四条",
		"2026-06-01": "ORD-121.15 市场监督管理投诉举报处理办法 第十五条",
	} {
		d := calendar.MustDate(filed)
		past := []Command{
			filedOn(d),
			{At: at(filed), Actor: officer, Do: ConfirmRespondent{Merchant: shop, Source: "register"}},
			{At: at(filed), Actor: officer, Do: Accept{}},
		}
		r := refused(t, past, Command{At: at(filed), Actor: officer, Do: Accept{}}, "already_accepted", "")
		if got := fmt.Sprintf("%s %s", r.Rule, r.Citation); got != want {
			t.Errorf("filed %s: %s", filed, got)
		}
	}
}

// The fold of art 15 stands on the days of the acts, in whatever order they came.
func TestNoticeDatedBeforeTheDecisionMeetsTheDutyOnTheDecision(t *testing.T) {
	d := complaints(t)
	events := append(after(t, d, confirmed()...),
		&Accepted{Region: "150102", Occurred: on("2026-06-05"), Clock: Clock{Rule: "CP.MEDIATE.M3"}},
		&NoticeIssued{Notice: "n-1", About: AboutAcceptance, Recipient: Consumer},
		&NoticeSent{Notice: "n-1", Channel: "sms", Occurred: on("2026-06-04")})
	if c, _ := d.Given(events...).State().Clock("CP.ACCEPT"); c.State != ClockMet || c.MetOn != day("2026-06-05") {
		t.Fatalf("%s on %s", c.State, c.MetOn)
	}
}
