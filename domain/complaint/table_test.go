package complaint

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fangxin/domain/calendar"
	"fangxin/domain/sealed"
)

var update = flag.Bool("update", false, "write what is spelled out in testdata anew; read the difference")

func rewrite(t *testing.T, name, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// stages are the places where a case can stand.
func stages() map[string][]Command {
	offered := append(mediated(), offer(merchant, "f-1", "", "2026-06-05"))
	declined := append(received(), decline("NA1_SCOPE"))
	terminated := append(mediated(), terminate("TM_REFUSED"))
	public := append(notified(), by(officer, "2026-07-02", Publish{}))
	return map[string][]Command{
		"none":                  nil,
		"filed, direct":         {file(LaneDirect)},
		"filed, association":    {file(LaneAssociation)},
		"direct, confirmed":     {file(LaneDirect), confirm()},
		"direct, offered":       {file(LaneDirect), confirm(), offer(consumer, "f-1", "", "2026-06-03")},
		"received":              received(),
		"unknown respondent":    append(received(), by(officer, "2026-06-02", RespondentNotFound{})),
		"assigned":              append(received(), by(officer, "2026-06-02", Assign{Unit: "u"})),
		"materials asked":       append(received(), by(officer, "2026-06-02", RequestSupplement{Items: []string{"facts"}, By: day("2026-06-09")})),
		"identity asked":        append(received(), by(officer, "2026-06-02", RequestIdentityProof{By: day("2026-06-09")})),
		"disputed":              disputed(),
		"forwarded":             forwarded(),
		"confirmed":             confirmed(),
		"accepted, not told":    append(confirmed(), accept()),
		"accepted":              mediated(),
		"appraised":             append(mediated(), commission("a-1", "both", "2026-06-10")),
		"recusal asked":         append(mediated(), by(consumer, "2026-06-10", Recuse{Reason: words()})),
		"delegation agreed":     bothAgree(),
		"delegated":             append(bothAgree(), delegate("2026-06-08")),
		"offered":               offered,
		"offer accepted":        append(offered, by(consumer, "2026-06-06", AcceptOffer{Offer: "f-1"})),
		"declined":              declined,
		"declined, told":        append(declined, tell("n-1", AboutDecline, Consumer, "2026-06-04")),
		"agreed":                agreed(),
		"by instalments":        inParts(),
		"one instalment done":   append(inParts(), performPart(1, 0, "2026-07-01")),
		"broken":                broken(),
		"session set":           append(mediated(), onSite("2026-06-29", "2026-07-03")),
		"session excused":       append(mediated(), onSite("2026-06-20", "2026-07-01"), by(merchant, "2026-06-22", CannotAttend{Reason: words()})),
		"session held":          append(mediated(), byPhone("2026-06-15")),
		"stayed away":           append(mediated(), stayedAway("2026-06-15")),
		"reopened":              append(terminated, by(officer, "2026-06-24", Reopen{Basis: ReopenError, Reason: words()})),
		"declined, reopened":    append(declined, by(officer, "2026-06-24", Reopen{Basis: ReopenReview, Reason: words()})),
		"broken, reopened":      append(broken(), by(officer, "2026-07-03", Reopen{Basis: ReopenBroken, Reason: words()})),
		"broken, terminated":    append(broken(), by(officer, "2026-07-03", Terminate{Ground: "TM_REFUSED"})),
		"lead":                  append(mediated(), findLead("2026-06-10")),
		"lead, terminated":      append(mediated(), findLead("2026-06-10"), terminate("TM_REFUSED")),
		"performed":             append(agreed(), by(merchant, "2026-06-22", Perform{})),
		"confirmed performance": ended(),
		"prior settlement":      append(confirmed(), by(consumer, "2026-06-03", Settle{Terms: terms()})),
		"settled":               append(mediated(), by(consumer, "2026-06-05", Settle{Terms: terms()})),
		"withdrawn":             append(mediated(), by(consumer, "2026-06-05", Withdraw{})),
		"terminated":            terminated,
		"terminated, told": append(terminated, tell("n-2", AboutTermination, Consumer, "2026-06-22"),
			tell("n-3", AboutTermination, Merchant, "2026-06-22")),
		"several complain":     append(received(), join("p-2", "")),
		"all agree":            agreedToJoin(),
		"joint":                joint(),
		"joint, consented":     append(joint(), agreeTo("p-3", ConsentSettle), agreeTo("p-3", ConsentWithdraw), agreeTo("p-3", ConsentChange), agreeTo("p-3", ConsentWaive)),
		"by an agent":          {filedBy(FilerAgent)},
		"agent authorised":     {filedBy(FilerAgent), authorise()},
		"at the counter":       {counter()},
		"claim offered":        {counter(), by(officer, "2026-06-02", OfferClaim{Claim: "s-9"})},
		"link issued":          append(mediated(), issueLink("2026-06-04")),
		"duplicate":            append(received(), by(officer, "2026-06-02", FlagDuplicate{Case: "case-9"})),
		"closed":               append(ended(), by(officer, "2026-06-24", Close{})),
		"rated":                append(ended(), by(consumer, "2026-06-24", Rate{View: ViewResolved})),
		"notified":             notified(),
		"objected":             objected(),
		"heard":                append(objected(), by(officer, "2026-06-26", DecideObjection{Result: ObjectionDismissed, Reason: words()})),
		"public":               public,
		"statement":            append(notified(), handIn("2026-06-25", 12)),
		"statement up":         append(slices.Clip(public), handIn("2026-07-03", 500), by(officer, "2026-07-03", ReviewStatement{Result: StatementAccepted, Text: "已妥善处理"})),
		"notice back":          append(notified(), noticeBack("2026-06-26")),
		"notice void":          append(notified(), by(officer, "2026-06-26", VoidNotice{Notice: "publication-1", Why: "misprint", Reason: words()})),
		"public, disputed":     append(slices.Clip(public), by(merchant, "2026-07-03", ObjectDisclosure{Text: words()})),
		"revised":              append(slices.Clip(public), by(officer, "2026-07-03", ReviseDisclosure{Summary: "已全额退款", Reason: words()})),
		"off":                  append(slices.Clip(public), by(officer, "2026-07-03", WithdrawDisclosure{Class: "court"})),
		"not public":           append(declined, by(officer, "2026-06-04", ReviewDisclosure{})),
		"replaced":             append(mediated(), replaceBy("2026-06-10")),
		"replaced, terminated": append(terminated, replaceBy("2026-06-22")),
		"dismissed":            append(mediated(), dismiss("2026-06-10")),
		"split":                append(received(), split(SplitTipOff)),
		"police":               append(mediated(), police("2026-06-10")),
		"erasure asked":        append(closedCase(), by(consumer, "2026-06-25", RequestErasure{Request: "e-1"})),
		"erasure refused": append(closedCase(), by(consumer, "2026-06-25", RequestErasure{Request: "e-1"}),
			by(officer, "2026-06-26", DecideErasure{Result: ErasureRefused, Basis: "retention_runs", Reason: words()})),
		"held":         append(closedCase(), by(officer, "2026-06-25", PlaceHold{Hold: "h-1", Kind: "court"})),
		"restricted":   restricted(),
		"erased":       append(retentionOver(), by(officer, "2029-06-26", erase()), by(machine, "2029-06-26", RecordErased{})),
		"foreign case": {by(machine, "2026-06-01", foreign())},
		"older rules":  older("2026-04-01", "2026-04-02", "2026-04-03"),
	}
}

// wellFormed are the actions that could be sensible in a state, one or more a route.
func wellFormed(s State, today calendar.Date) []Action {
	list := []Action{
		filing(LaneDepartment), ChangeLane{To: LaneAssociation, Wording: "w", Warned: true}, ChangeLane{To: LaneDepartment, Wording: "w", Warned: true},
		Assign{Unit: "unit-" + s.Unit}, ReturnToDesk{}, Forward{To: "150202"}, DisputeJurisdiction{With: "150202"}, DisputeJurisdiction{With: "150103"},
		DecideJurisdiction{Region: s.Region, By: ByAgreement}, DecideJurisdiction{Region: "150103", By: ByDesignation}, DecideJurisdiction{Region: "150104", By: ByDesignation}, Forward{To: "150103", ReportBy: today + 5}, ReportBack{Text: words()}, ProposeRespondent{Candidates: []Candidate{{Identity: shop, By: "name"}}},
		ConfirmRespondent{Merchant: shop, Source: "register"}, RespondentNotFound{}, Accept{},
		Decline{Ground: "NA1_SCOPE", Reason: words(), Routes: []string{"sue"}},
		Respond{Kind: "final", Text: words()}, Respond{Kind: "interim", Text: words(), Via: "phone"},
		document(Terms{Kind: "refund"}), Agree{Form: FormPerformed, Terms: Terms{Kind: "refund"}, Record: words()},
		Settle{Terms: Terms{Kind: "refund"}}, Withdraw{}, Terminate{Ground: "TM_REFUSED"}, Terminate{Ground: "TM_TIMEOUT"},
		Supplement{Text: words()}, Perform{Evidence: []string{"e"}}, ConfirmPerformance{}, Rate{View: ViewNot}, Close{},
		ReviewDisclosure{}, ObjectDisclosure{Text: words()}, Publish{}, WithdrawDisclosure{Class: "court"}, ReviseDisclosure{Summary: "已全部退款", Reason: words()},
		AddStatement{Statement: "t" + today.String() + strconv.Itoa(s.Disclosure.Statements), Text: words(), Length: 500}, ReviewStatement{Result: StatementAccepted, Text: "已妥善处理"},
		ReviewStatement{Result: StatementUnfit, Reason: words()},
		DecideObjection{Result: ObjectionUpheld, Reason: words()}, DecideObjection{Result: ObjectionCorrected, Reason: words()},
		Perform{Instalment: 1, Evidence: []string{"e"}}, Perform{Instalment: 2, Evidence: []string{"e"}}, ConfirmPerformance{Instalment: 1}, ConfirmPerformance{Instalment: 2},
		BreakPerformance{}, BreakPerformance{Instalment: 1}, BreakPerformance{Instalment: 2},
		FindLead{Lead: "l" + today.String(), Text: words()}, ExtendLeadCheck{Approver: "o-9"}, CheckLead{Result: "filed"},
		RequestSupplement{Items: []string{"facts"}, By: today + 3}, RequestIdentityProof{By: today + 3}, VerifyIdentity{Result: "verified", Method: "document"},
		CommissionAppraisal{Appraisal: "a" + today.String(), Institution: "x", By: "both", FeePayer: "merchant"}, ReportAppraisal{Result: "defect"},
		Recuse{Reason: words()}, DecideRecusal{Granted: true, Replaced: "o-9"}, ConsentDelegation{Yes: true}, ConsentDelegation{},
		ConsentDelegation{Party: Merchant, Yes: true}, ConsentDelegation{Party: Merchant}, Delegate{To: "x", Kind: "association"}, EndDelegation{Result: "returned"},
		ReplaceRespondent{Merchant: &shop, Source: "register", Reason: words()}, ReplaceRespondent{Merchant: &otherShop, Source: "register", Reason: words()},
		ReplaceRespondent{Reason: words()}, ReferPolice{To: "police", Reason: words(), Document: "d"},
		OverrideRuleset{To: "ORD-20", Reason: "superior_instruction", Approver: "o-9"},
		OverrideRuleset{To: "ORD-121", Reason: "entered_wrongly", Approver: "o-9"}, RecomputeClocks{},
		SplitOff{Kind: SplitTipOff, Part: "p" + strconv.Itoa(len(s.Splits)), Text: words(), Rest: words()},
		foreign(),
		JoinComplainant{Complainant: "p" + today.String() + string(rune(97+len(s.Behind.Joined)%26)), Person: person("s-3", "")}, AuthoriseFiler{Document: "d", Matter: words(), Scope: []string{ActSettle}, Until: today + 9, Signed: true, IDNumber: words()},
		FormJoint{Representatives: []string{MainComplainant, "p-2"}, Document: "d"},
		ConsentJoint{Complainant: MainComplainant, To: ConsentJoin, Yes: true}, ChangeRequests{Requests: []Request{{Kind: "repair"}, {Kind: "other"}}},
		ChangeRequests{Requests: []Request{{Kind: "repair"}}, InPerson: true}, WithdrawRequest{Request: 1}, WithdrawRequest{Request: 1, InPerson: true},
		Agree{Form: FormDocument, Terms: Terms{Kind: "refund"}, InPerson: true}, Settle{Terms: Terms{Kind: "refund"}, InPerson: true}, Withdraw{InPerson: true},
		IssueLink{Channel: "sms"}, IssueLink{Channel: "letter", Days: 90}, RevokeLink{Link: 1}, RevokeLink{Link: 2},
		OfferClaim{Claim: "s-8"}, Claim{Right: true}, LinkAccount{Account: "c-8"}, FlagDuplicate{Case: "case-" + today.String()}, DecideDuplicate{Case: "case-9", Result: DuplicateSame},
		DecideDuplicate{Case: "case-" + today.String(), Result: DuplicateDismissed},
		CorrectConsumer{Consumer: Person{Name: words()}}, RefuseCorrection{Fields: []string{"name"}, Reason: words()},
		ChangeConsent{Publish: new(!s.Consent.Publish), Wording: "w"}, RequestErasure{Request: "e" + today.String()},
		DecideErasure{Result: ErasureErased, Subjects: []sealed.Subject{"s-1"}}, DecideErasure{Result: ErasureRestricted, Subjects: []sealed.Subject{"s-1"}},
		DecideErasure{Result: ErasureRefused, Basis: "other", Reason: words()},
		PlaceHold{Hold: "h1" + today.String(), Kind: "court"}, PlaceHold{Hold: "h2" + today.String(), Kind: "review"}, PlaceHold{Hold: "h3" + today.String(), Kind: "inquiry"},
		LiftRestriction{Reason: words()}, ReleaseHold{}, RecordErased{}, RecordRetentionOver{Until: s.RetainedUntil()},
	}
	list = append(list, corrections(s)...)
	for _, d := range s.Duplicates {
		list = append(list, DecideDuplicate{Case: d.Case, Result: DuplicateJoined}, FlagDuplicate{Case: d.Case + "x"})
	}
	for _, h := range s.People.Holds {
		list = append(list, ReleaseHold{Hold: h.Hold})
	}
	list = append(list, sittings(s, today)...)
	for _, basis := range []string{ReopenReview, ReopenEvidence, ReopenError, ReopenBroken} {
		list = append(list, Reopen{Basis: basis, Reason: words()}, Reopen{Basis: basis, Stage: StageAcceptance, Reason: words()})
	}
	list = append(list, CallBack{Kind: "spot_check", Reached: true, Result: words()}, CallBack{Kind: "call_back", Asked: Consumer})
	next := today.String() + string(rune('a'+len(s.Offers)%26)) + string(rune('a'+len(s.Notices)%26))
	for _, about := range []string{AboutAcceptance, AboutDecline, AboutTermination, AboutMediation, AboutIdentity, AboutPublication} {
		for _, to := range []Party{Consumer, Merchant} {
			list = append(list, Notify{Notice: "n" + next, About: about, Recipient: to, Channel: "sms"})
		}
	}
	list = append(list, MakeOffer{Offer: "f" + next, Terms: Terms{Kind: "refund"}, Spoken: Spoken{Party: Merchant, Via: "letter"}})
	list = append(list, MakeOffer{Offer: "f" + next, Terms: Terms{Kind: "refund", PerformBy: today + 3}, ValidTo: today + 2})
	list = append(list, RecordExternalRef{Ref: ExternalRef{System: "12315", Number: "N" + next}})
	for _, a := range Acts() {
		list = append(list, RecordSync{Act: a, State: SyncEntered, On: today}, RecordSync{Act: a, State: SyncDiffers, Field: "f", Theirs: words()})
	}
	for _, n := range s.Notices {
		list = append(list, VoidNotice{Notice: n.Notice, Why: "misprint", Reason: words()})
		for _, state := range []string{NoticeGone, NoticeThere, NoticeBack, NoticeNot, NoticeSeen} {
			list = append(list, RecordDelivery{Notice: n.Notice, State: state, Channel: "letter", Code: "moved"})
		}
	}
	for _, o := range s.Offers {
		heard := Spoken{Party: Merchant, Via: "phone", Occurred: Occurred{On: o.Occurred.On, Reason: words()}}
		other := heard
		other.Party = Consumer
		list = append(list, AcceptOffer{Offer: o.Offer, Spoken: heard}, RefuseOffer{Offer: o.Offer, Spoken: heard}, AcceptOffer{Offer: o.Offer, Spoken: other}, RefuseOffer{Offer: o.Offer, Spoken: other})
		for _, p := range []Party{"", Consumer, Merchant} {
			list = append(list, WithdrawOffer{Offer: o.Offer, Party: p})
		}
		list = append(list, AcceptOffer{Offer: o.Offer}, RefuseOffer{Offer: o.Offer},
			MakeOffer{Offer: "f" + next, Answers: o.Offer, Terms: Terms{Kind: "refund"}})
	}
	if all := s.Complainants(); len(all) > 1 {
		list = append(list, FormJoint{Representatives: []string{all[0].ID, all[1].ID}, Document: "d"})
	}
	for _, c := range s.Clocks {
		list = append(list, RecordDeadlinePassed{Rule: c.Rule, Due: c.Due})
	}
	return list
}

// sittings are what can be done about sessions.
func sittings(s State, today calendar.Date) []Action {
	id := "s" + today.String() + string(rune('a'+len(s.Mediation.Sessions)%26))
	both := []Party{Consumer, Merchant}
	list := []Action{
		ScheduleSession{Session: id, Form: FormOnSite, On: today + 2, Time: "14:30", Place: words(), Mediator: "o-7"},
		ScheduleSession{Session: id, Form: "video", On: today, Mediator: "o-7"},
		CancelSession{Reason: words()}, CannotAttend{Reason: words()},
		CannotAttend{Party: Consumer, Reason: words()}, CannotAttend{Party: Merchant, Reason: words()},
		HoldSession{Session: id, Form: "phone", Present: both, Result: SessionAdjourned, Record: words()},
	}
	if now, ok := s.Mediation.scheduled(); ok {
		list = append(list, HoldSession{Present: both, Result: SessionFailed, Record: words(), Occurred: Occurred{On: min(now.On, today), Reason: words()}})
		list = append(list, ScheduleSession{Session: now.Session, Again: true, Form: "audio", On: today + 4, Reason: words()})
	}
	return list
}

// illFormed are the zero actions: nothing in them can be right.
func illFormed() []Action {
	return append(offered(), File{}, ProposeRespondent{}, RespondentNotFound{}, RecordDeadlinePassed{}, RecordForeignCase{}, Claim{})
}

// Every state, every actor, every command: facts, or a refusal with its code and
// rule; and Allowed says the same as Decide.
func TestStateByCommand(t *testing.T) {
	d := NewDecider(law(t))
	all := stages()
	pairs := 0
	for _, name := range slices.Sorted(maps.Keys(all)) {
		events := after(t, gwt(d), all[name]...)
		state := gwt(d).Given(events...).State()
		for _, now := range []time.Time{at("2026-07-03"), at("2026-12-01")} {
			for _, actor := range everyone() {
				pairs += agrees(t, d, name, state, actor, now)
			}
		}
		untouched := cmp.Diff(gwt(d).Given(events...).State(), state, cmp.Exporter(func(reflect.Type) bool { return true }))
		if untouched != "" {
			t.Errorf("%s: deciding changed the state:\n%s", name, untouched)
		}
	}
	t.Logf("%d combinations", pairs)
}

type failer interface {
	Helper()
	Errorf(string, ...any)
}

// agrees tries every action and compares with what Allowed offers.
func agrees(t failer, d Decider, name string, state State, actor Actor, now time.Time) int {
	t.Helper()
	allowed := d.Allowed(state, actor, now)
	done := map[string]bool{}
	actions := append(wellFormed(state, calendar.DateOf(now)), illFormed()...)
	for _, action := range actions {
		events, err := d.Decide(state, Command{At: now, Actor: actor, Do: action})
		var r *Refusal
		switch {
		case err == nil:
			done[action.Route()] = true
		case !errors.As(err, &r) || r.Code == "" || r.Rule == "" || r.Citation == "" || len(events) != 0:
			t.Errorf("%s, %s, %T: %v (%+v)", name, actor.Role, action, err, r)
		}
	}
	for route := range done {
		if route != "file" && route != "record-deadline-passed" && route != "recompute-clocks" && route != "record-foreign-case" && route != "claim" && route != "record-erased" && route != "record-retention-over" && !slices.Contains(allowed, route) {
			t.Errorf("%s, %s: %s succeeds and is not offered in %v", name, actor.Role, route, allowed)
		}
	}
	for _, route := range allowed {
		if !done[route] {
			t.Errorf("%s, %s: %s is offered and nothing succeeds", name, actor.Role, route)
		}
	}
	return len(actions)
}

// What each role meets at each stage, spelled out in a file that people can read.
func TestAllowedSpelledOut(t *testing.T) {
	file, err := os.ReadFile("testdata/allowed.txt")
	if err != nil {
		t.Fatal(err)
	}
	head, want, _ := strings.Cut(string(file), "\n")
	d := NewDecider(law(t))
	all := stages()
	var got strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		state := gwt(d).Given(after(t, gwt(d), all[name]...)...).State()
		for _, actor := range []Actor{consumer, merchant, officer, mediator, machine} {
			if routes := d.Allowed(state, actor, at("2026-07-01 12:00")); len(routes) > 0 {
				fmt.Fprintf(&got, "%s | %s | %s\n", name, actor.Role, strings.Join(routes, " "))
			}
		}
		for _, actor := range []Actor{stranger, rival, auditor, {}} {
			if routes := d.Allowed(state, actor, at("2026-07-01 12:00")); len(routes) > 0 {
				t.Errorf("%s: %s %s may %v", name, actor.Role, actor.ID, routes)
			}
		}
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		rewrite(t, "testdata/allowed.txt", head+"\n"+got.String())
		t.Fatal(diff)
	}
}

// Any sequence of requests by anybody keeps the case in order.
func TestAnyLifeKeepsTheInvariants(t *testing.T) {
	d := NewDecider(law(t))
	rapid.Check(t, func(t *rapid.T) {
		lane := rapid.SampledFrom([]Lane{LaneDirect, LaneAssociation, LaneDepartment}).Draw(t, "lane")
		l := life{d: d, at: at("2026-06-01"), state: d.Initial()}
		l.do(t, Command{At: l.at, Actor: consumer, Do: filing(lane)})
		people := []Actor{consumer, merchant, officer, officer, machine, mediator, stranger}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			l.at = l.at.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour / 4)
			actor := rapid.SampledFrom(people).Draw(t, "actor")
			actions := wellFormed(l.state, calendar.DateOf(l.at))
			l.do(t, Command{At: l.at, Actor: actor, Do: rapid.SampledFrom(actions).Draw(t, "action")})
		}
		agrees(t, d, "life", l.state, rapid.SampledFrom(people).Draw(t, "asked"), l.at)
	})
}

type life struct {
	d      Decider
	at     time.Time
	state  State
	events []Event
	ends   int
	// again: the last command took the case up again.
	again  bool
	passed map[string]int
}

// do decides, folds and looks at what must hold after every step.
func (l *life) do(t *rapid.T, c Command) {
	before := l.state
	l.again = false
	events, err := l.d.Decide(before, c)
	if err != nil {
		var r *Refusal
		if !errors.As(err, &r) {
			t.Fatalf("%T: %v", c.Do, err)
		}
		return
	}
	for _, e := range events {
		l.state = l.d.Evolve(l.state, e)
		l.note(t, e)
	}
	l.events = append(l.events, events...)
	l.check(t, before, c)
}

func (l *life) note(t *rapid.T, e Event) {
	switch e := e.(type) {
	case *Declined, *Agreed, *Settled, *Withdrawn, *Terminated:
		l.ends++
	case *Reopened:
		l.ends--
		l.again = true
	case *DeadlinePassed:
		if l.passed == nil {
			l.passed = map[string]int{}
		}
		key := e.Rule + e.Due.String()
		if l.passed[key]++; l.passed[key] > 1 {
			t.Fatalf("%s passed twice", key)
		}
	case *Disclosed:
		if l.state.AcceptedOn.IsZero() || !l.state.Ended() || e.Until != e.On+365 || e.Record.Merchant.Person != nil {
			t.Fatalf("published: %+v", e)
		}
	case *Accepted:
		if l.state.Lane != LaneDepartment || l.state.Identity != IdentityConfirmed {
			t.Fatal("accepted without competence or respondent")
		}
	}
}

func (l *life) check(t *rapid.T, before State, c Command) {
	s, today := l.state, calendar.DateOf(c.At)
	corrects := c.Do.Route() == Correct{}.Route() // days move then, and nothing else
	switch {
	case l.ends > 1:
		t.Fatal("two ends")
	case s.Ended() != (l.ends == 1):
		t.Fatalf("ended %v after %d ends", s.Ended(), l.ends)
	case s.LatestOn < before.LatestOn || s.LatestOn > today:
		t.Fatalf("days run from %s to %s on %s", before.LatestOn, s.LatestOn, today)
	case before.Ended() && !l.again && (s.Outcome != before.Outcome || s.EndedOn != before.EndedOn && !corrects):
		t.Fatal("the outcome changed after the end")
	case before.Status == StatusClosed && !l.again && s.Status != StatusClosed:
		t.Fatal("a closed case opened by itself")
	case before.Identity == IdentityConfirmed && s.Respondent != before.Respondent && c.Do.Route() != "replace-merchant":
		t.Fatal("the respondent changed")
	}
	for _, was := range before.Clocks {
		now, ok := s.Clock(was.Rule)
		if l.again || OfficeOnly(was.Rule) || EndsWithProceedings(was.Rule) || len(s.Earlier) > 0 { // asked and answered as often as need be
			continue
		}
		settled := was.State == ClockMet || was.State == ClockMetLate || was.State == ClockLapsed
		if !ok || settled && !corrects && (now.State != was.State || now.MetOn != was.MetOn) {
			t.Fatalf("%s was %s on %s, is %s on %s", was.Rule, was.State, was.MetOn, now.State, now.MetOn)
		}
	}
	if folded := gwt(l.d).Given(l.events...).State(); folded.Status != s.Status || len(folded.Clocks) != len(s.Clocks) ||
		folded.LatestOn != s.LatestOn || folded.Performance != s.Performance {
		t.Fatal("the fold differs from the steps")
	}
}
