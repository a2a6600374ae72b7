package complaint

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"fangxin/domain/statute"
)

// shown is the nth notice of the record to its merchant, sent the fact that it went out.
func shown(t *testing.T, n int, r PublicRecord) *NoticeIssued {
	t.Helper()
	hash, err := r.Hash()
	if err != nil || !strings.HasPrefix(hash, "sha256:") {
		t.Fatal(hash, err)
	}
	return &NoticeIssued{
		Notice: "publication-" + strconv.Itoa(n), Form: FormPublicRecord, TextHash: hash, Recipient: Merchant, About: AboutPublication,
	}
}

func sent(n int, channel, on string) *NoticeSent {
	return &NoticeSent{Notice: "publication-" + strconv.Itoa(n), Channel: channel, Occurred: Occurred{On: day(on), Source: "record"}}
}

func handIn(when string, length int) Command {
	return by(merchant, when, AddStatement{Statement: "t-" + when, Text: words(), Length: length})
}

func noticeBack(when string) Command {
	return by(officer, when, RecordDelivery{Notice: "publication-1", State: NoticeBack, Code: "moved"})
}

func published() []Command { return append(notified(), by(officer, "2026-07-02", Publish{})) }

// The merchant's statement has at most 500 characters, is sealed until an officer has
// reviewed it, and stands beside the record word for word (policy NM-2026.1) [design].
func TestTheMerchantsStatement(t *testing.T) {
	accept := by(officer, "2026-06-26", ReviewStatement{Result: StatementAccepted, Text: "已妥善处理"})
	walk(t, notified()...).When(handIn("2026-06-25", 500)).Then(t, &StatementOffered{Statement: "t-2026-06-25", Text: words()})
	refused(t, notified(), handIn("2026-06-25", 501), "statement_too_long", "")
	refused(t, notified(), handIn("2026-06-25", 0), "text_required", "")
	refused(t, ended(), handIn("2026-06-25", 5), "no_record", "")
	refused(t, notified(), by(consumer, "2026-06-25", AddStatement{}), "not_your_part", "")
	refused(t, notified(), accept, "no_statement", "")
	waiting := slices.Clip(append(notified(), handIn("2026-06-25", 5)))
	refused(t, waiting, by(merchant, "2026-06-26", ReviewStatement{}), "not_your_part", "")
	refused(t, waiting, by(officer, "2026-06-26", ReviewStatement{Result: "maybe"}), "result_unknown", "")
	refused(t, waiting, by(officer, "2026-06-26", ReviewStatement{Result: StatementUnfit}), "reason_required", "")
	refused(t, waiting, by(officer, "2026-06-26", ReviewStatement{Result: StatementAccepted, Statement: "t-0", Text: "x"}), "statement_unknown", "")
	o := walk(t, waiting...).When(accept)
	o.Then(t, &StatementAdded{Text: "已妥善处理", Reviewed: "o-1", Statement: "t-2026-06-25"})
	if d := o.State().Disclosure; d.Statement != "已妥善处理" || d.Offered != nil {
		t.Errorf("%+v", d)
	}
	unfit := slices.Clip(append(waiting, by(officer, "2026-06-26", ReviewStatement{Result: StatementUnfit, Reason: words()})))
	if d := walk(t, unfit...).State().Disclosure; d.Statement != "" || d.Offered != nil || d.Unfit == nil {
		t.Errorf("%+v", d)
	}
	walk(t, append(unfit, handIn("2026-06-27", 9))...).When(accept)
	many := notified()
	for i := range maxStatements {
		many = append(many, by(merchant, "2026-06-25", AddStatement{Statement: "t-" + strconv.Itoa(i), Text: words(), Length: 5}))
	}
	refused(t, many, handIn("2026-06-25", 5), "too_many", "")
}

// A statement goes with its record; told anew, the record keeps it.
func TestTheStatementGoesWithItsRecord(t *testing.T) {
	up := append(published(), handIn("2026-07-03", 5), by(officer, "2026-07-03", ReviewStatement{Result: StatementAccepted, Text: "已妥善处理"}))
	off := append(up, by(officer, "2026-07-06", WithdrawDisclosure{Class: "court"}))
	if d := walk(t, off...).State().Disclosure; d.Statement != "" {
		t.Errorf("%+v", d)
	}
	again := append(notified(), handIn("2026-06-25", 5), by(officer, "2026-06-25", ReviewStatement{Result: StatementAccepted, Text: "已妥善处理"}),
		correct("2026-06-26", FieldCategory, "food"))
	if d := walk(t, again...).State().Disclosure; d.State != DisclosureTold || d.Statement != "已妥善处理" {
		t.Errorf("%+v", d)
	}
}

// Nothing is published before the merchant was told: a notice that came back told it
// nothing, and when it is sent again the time to object runs anew (rules 18) [design].
func TestNothingIsPublishedBeforeTheMerchantIsTold(t *testing.T) {
	back := append(notified(), noticeBack("2026-06-26"))
	refused(t, back, by(officer, "2026-07-02", Publish{}), "merchant_not_told", "")
	passed := by(machine, "2026-07-02", RecordDeadlinePassed{Rule: "PUB.OBJECT", Due: day("2026-07-01")})
	walk(t, back...).When(passed).Then(t, &DeadlinePassed{Rule: "PUB.OBJECT", Due: day("2026-07-01"), DueWide: day("2026-07-01")})
	anew := &DisclosureNotified{Record: record(), Reviewed: "o-1", Clock: Clock{
		Rule: "PUB.OBJECT", StartedOn: day("2026-07-03"), Due: day("2026-07-10"), DueWide: day("2026-07-10"), Calendar: "CN-2026.1",
	}}
	resend := by(officer, "2026-07-03", RecordDelivery{Notice: "publication-1", State: NoticeGone, Channel: "letter"})
	o := walk(t, append(back, passed)...).When(resend)
	o.Then(t, sent(1, "letter", "2026-07-03"), anew)
	refused(t, append(back, passed, resend), by(officer, "2026-07-10", Publish{}), "objection_time_runs", "")
	walk(t, append(back, passed, resend)...).When(by(officer, "2026-07-13", Publish{})).
		Then(t, &Disclosed{Record: record(), On: day("2026-07-13"), Until: day("2027-07-13")})
	void := append(notified(), by(officer, "2026-06-26", VoidNotice{Notice: "publication-1", Why: "misprint", Reason: words()}))
	refused(t, void, by(officer, "2026-07-02", Publish{}), "merchant_not_told", "")
	letter := by(officer, "2026-07-03", Notify{Notice: "n-7", About: AboutPublication, Recipient: Merchant, Channel: "letter", TextHash: "h"})
	if s := walk(t, append(void, letter)...).State(); s.Disclosure.State != DisclosureTold {
		t.Errorf("%+v", s.Disclosure)
	}
	refused(t, append(void, letter), by(officer, "2026-07-10", Publish{}), "objection_time_runs", "")
	refused(t, notified(), by(officer, "2026-06-25", Notify{Notice: "n-7", About: AboutPublication, Recipient: Merchant, Channel: "letter", TextHash: "h"}), "nothing_to_tell", "")
	refused(t, ended(), by(officer, "2026-06-24", ReviewDisclosure{Channel: "pigeon"}), "channel_unknown", "")
}

// A public record is put right by a new one that names the old, at once, and the
// merchant is told the exact text (PENPUB 11 by analogy) [design].
func TestAPublicRecordIsRevised(t *testing.T) {
	revise := by(officer, "2026-07-06", ReviseDisclosure{Summary: "已全额退款", Reason: words()})
	right := record()
	right.Summary = "已全额退款"
	o := walk(t, published()...).When(revise)
	o.Then(t, &Disclosed{Record: right, On: day("2026-07-02"), Until: day("2027-07-02"), Revises: "1", RevisedOn: day("2026-07-06"), Reason: words()},
		shown(t, 2, right), sent(2, "internet", "2026-07-06"))
	if d := o.State().Disclosure; d.State != DisclosurePublic || d.Records != 2 || d.RevisedOn != day("2026-07-06") || d.Until != day("2027-07-02") {
		t.Errorf("%+v", d)
	}
	refused(t, append(published(), revise), revise, "nothing_revised", "")
	refused(t, published(), by(officer, "2026-07-06", ReviseDisclosure{Summary: "x"}), "reason_required", "")
	refused(t, notified(), revise, "not_public", "")
	refused(t, published(), by(merchant, "2026-07-06", ReviseDisclosure{}), "not_your_part", "")
	// After a fact was corrected, the record is reviewed again: that meets the clock.
	fixed := append(published(), correct("2026-07-03", FieldCategory, "food"))
	reviewed := append(fixed, by(officer, "2026-07-06", ReviseDisclosure{Summary: "已退款", Reason: words()}))
	if c, _ := walk(t, reviewed...).State().Clock("PUB.CORRECT"); c.State != ClockMet {
		t.Errorf("%+v", c)
	}
	late := append(fixed, by(machine, "2026-07-09", RecordDeadlinePassed{Rule: "PUB.CORRECT", Due: day("2026-07-08")}))
	if c, _ := walk(t, late...).State().Clock("PUB.CORRECT"); c.State != ClockPassed {
		t.Errorf("%+v", c)
	}
}

// The merchant asks for a public record to be corrected; that is decided in three
// working days, and the record stands meanwhile [design].
func TestTheMerchantAsksForACorrection(t *testing.T) {
	ask := by(merchant, "2026-07-03", ObjectDisclosure{Text: words()})
	asked := append(published(), ask)
	o := walk(t, published()...).When(ask)
	o.Then(t, &DisclosureObjected{Text: words(), Clock: Clock{
		Rule: "PUB.CORRECT", StartedOn: day("2026-07-03"), Due: day("2026-07-08"), DueWide: day("2026-07-08"), Calendar: "CN-2026.1",
	}})
	if d := o.State().Disclosure; d.State != DisclosurePublic || !d.Disputed {
		t.Errorf("%+v", d)
	}
	refused(t, asked, ask, "already_objected", "")
	decide := func(result string) Command {
		return by(officer, "2026-07-06", DecideObjection{Result: result, Reason: words(), Summary: "已全额退款"})
	}
	if d := walk(t, append(asked, decide(ObjectionDismissed))...).State().Disclosure; d.State != DisclosurePublic || d.Disputed {
		t.Errorf("%+v", d)
	}
	refused(t, append(asked, decide(ObjectionDismissed)), by(merchant, "2026-07-07", ObjectDisclosure{Text: words()}), "already_objected", "")
	if d := walk(t, append(asked, decide(ObjectionUpheld))...).State().Disclosure; d.State != DisclosureOff || d.Why != "corrected" {
		t.Errorf("%+v", d)
	}
	if d := walk(t, append(asked, decide(ObjectionCorrected))...).State().Disclosure; d.State != DisclosurePublic || d.Record.Summary != "已全额退款" || d.Records != 2 {
		t.Errorf("%+v", d)
	}
}

// What takes a record down beside an officer's decision, each with its class.
func TestWhatTakesARecordDown(t *testing.T) {
	off := func(name, class string, past []Command, c Command) {
		t.Helper()
		d := walk(t, append(past, c)...).State().Disclosure
		if d.State != DisclosureOff || d.Why != class {
			t.Errorf("%s: %+v", name, d)
		}
	}
	court := RecordExternalRef{Ref: ExternalRef{System: "court", Number: "(2026)内01民初1号"}}
	off("a court", "court", published(), by(officer, "2026-07-03", court))
	court.Ref.System = "arbitration"
	off("arbitration", "court", published(), by(officer, "2026-07-03", court))
	off("the police, of which nobody is told", "other", published(), police("2026-07-03"))
	off("consent", "consent_withdrawn", published(), by(consumer, "2026-07-03", ChangeConsent{Publish: new(false), Wording: "w"}))
	gone := append(published(), by(officer, "2026-07-03", Close{}), by(consumer, "2026-07-03", RequestErasure{Request: "e-1"}))
	off("restriction (PIPL 47)", WithdrawnPersonal, gone, by(officer, "2026-07-06", DecideErasure{Result: ErasureRestricted, Subjects: subjects(), Reason: words()}))
	back := append(published(), by(consumer, "2026-07-03", ChangeConsent{Publish: new(false), Wording: "w"}), by(consumer, "2026-07-06", ChangeConsent{Publish: new(true), Wording: "w"}))
	if d := walk(t, append(back, by(officer, "2026-07-07", ReviewDisclosure{}))...).State().Disclosure; d.State != DisclosureTold || d.Records != 1 {
		t.Errorf("reviewed anew: %+v", d)
	}
	waiting := append(notified(), by(officer, "2026-06-25", court))
	if d := walk(t, waiting...).State().Disclosure; d.State != DisclosureNot || d.Why != statute.WhenCourt {
		t.Errorf("%+v", d)
	}
}

// What the sides settled and performed before any acceptance is a class of its own,
// under the same review, notice and consent; settled alone it stays private [design].
func TestPriorSettlementIsAClassOfItsOwn(t *testing.T) {
	settled := slices.Clip(append(confirmed(), by(consumer, "2026-06-03", Settle{Terms: terms()})))
	done := append(settled, by(merchant, "2026-06-04", Perform{AmountFen: 200000}), by(consumer, "2026-06-05", ConfirmPerformance{}))
	o := walk(t, done...).When(review("2026-06-08"))
	if r := o.State().Disclosure.Record; r == nil || r.Class != "prior_settlement" || r.Outcome != OutcomePrior {
		t.Fatalf("%+v", o.State().Disclosure)
	}
	for name, past := range map[string][]Command{"not performed": settled, "not confirmed": append(settled, by(merchant, "2026-06-04", Perform{AmountFen: 200000}))} {
		if d := walk(t, append(past, review("2026-06-08"))...).State().Disclosure; d.State != DisclosureNot || d.Why != statute.WhenNotAccepted {
			t.Errorf("%s: %+v", name, d)
		}
	}
	late := append(settled, review("2026-06-04"), by(merchant, "2026-06-05", Perform{AmountFen: 200000}), by(consumer, "2026-06-06", ConfirmPerformance{}))
	if d := walk(t, append(late, review("2026-06-08"))...).State().Disclosure; d.State != DisclosureTold {
		t.Errorf("performed later: %+v", d)
	}
}
