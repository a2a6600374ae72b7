package complaint

import (
	"testing"

	"fangxin/domain/statute"
)

func madeOut(id, about string, to Party, when string) Command {
	return by(officer, when, Notify{Notice: id, About: about, Recipient: to, TextHash: "h"})
}

func delivery(id, state, when string) RecordDelivery {
	return RecordDelivery{Notice: id, State: state, Channel: "letter", Code: "moved", Occurred: on(when)}
}

// A decision whose notice was not sent does not meet the duty of art 15: the clock runs
// on until the day of sending, and a second notice of the same is not made out.
func TestADecisionThatWasNotSentMeetsNoDuty_ORD121_15(t *testing.T) {
	past := append(confirmed(), accept(), madeOut("n-1", AboutAcceptance, Consumer, "2026-06-04"))
	s := walk(t, past...).State()
	if c, _ := s.Clock(statute.ClockAccept); c.State != ClockRunning || s.Notices[0].State != NoticeOut {
		t.Fatalf("%+v", c)
	}
	refused(t, past, madeOut("n-2", AboutAcceptance, Consumer, "2026-06-05"), "notice_not_sent", "ORD-121.15")
	s = walk(t, append(past, by(officer, "2026-06-05", delivery("n-1", NoticeGone, "2026-06-05")))...).State()
	if c, _ := s.Clock(statute.ClockAccept); c.State != ClockMet || c.MetOn != day("2026-06-05") || s.Notices[0].Channel != "letter" {
		t.Errorf("%+v", c)
	}
}

// Issued, sent, then delivered, back, refused or read, each with its proof.
func TestWhatBecameOfANotice(t *testing.T) {
	past := mediated() // n-1 was sent on 2026-06-04
	for state, want := range map[string]string{NoticeThere: "delivered", NoticeBack: "failed", NoticeNot: "refused", NoticeSeen: "read"} {
		do := delivery("n-1", state, "2026-06-05")
		do.Proof = &Proof{Kind: "postal", Number: words()}
		s := walk(t, append(past, by(officer, "2026-06-05", do))...).State()
		n := s.Notices[0]
		if n.State != want || n.On != day("2026-06-05") || n.Proof == nil || n.Proof.Kind != "postal" {
			t.Errorf("%s: %+v", state, n)
		}
		if _, told := s.told(AboutAcceptance, Consumer); told != (state != NoticeBack) {
			t.Errorf("%s: told %v", state, told)
		}
	}
	refused(t, past, by(officer, "2026-06-05", delivery("n-1", NoticeGone, "2026-06-05")), "delivery_out_of_order", "")
	refused(t, past, by(officer, "2026-06-05", delivery("n-9", NoticeThere, "2026-06-05")), "notice_unknown", "")
	refused(t, past, by(officer, "2026-06-05", delivery("n-1", NoticeThere, "2026-06-03")), "before_cause", "")
	refused(t, past, by(officer, "2026-06-05", delivery("n-1", NoticeThere, "2026-06-06")), "in_future", "")
	refused(t, past, by(consumer, "2026-06-05", delivery("n-1", NoticeThere, "2026-06-05")), "not_your_part", "")
	refused(t, received(), by(officer, "2026-06-05", delivery("n-1", NoticeThere, "2026-06-05")), "no_notice_out", "")
	empty := delivery("n-1", NoticeThere, "2026-06-05")
	empty.Proof = &Proof{Kind: "postal"}
	refused(t, past, by(officer, "2026-06-05", empty), "proof_empty", "")
	empty.Proof.Kind = "rumour"
	refused(t, past, by(officer, "2026-06-05", empty), "proof_unknown", "")
}

// What came back can be sent again, on another day and by another way.
func TestANoticeThatCameBackIsSentAgain(t *testing.T) {
	past := append(mediated(), by(officer, "2026-06-08", delivery("n-1", NoticeBack, "2026-06-08")))
	s := walk(t, append(past, by(officer, "2026-06-09", delivery("n-1", NoticeGone, "2026-06-09")))...).State()
	if on, told := s.told(AboutAcceptance, Consumer); !told || on != day("2026-06-09") {
		t.Errorf("told on %v", on)
	}
}

// A voided notice told nobody: the same can be told anew, and voiding is done once.
func TestAVoidedNoticeToldNobody(t *testing.T) {
	void := VoidNotice{Notice: "n-1", Why: "misprint", Reason: words()}
	past := append(mediated(), by(officer, "2026-06-05", void))
	s := walk(t, append(past, tell("n-2", AboutAcceptance, Consumer, "2026-06-05"))...).State()
	if s.Notices[0].State != NoticeInvalid || s.Notices[1].State != NoticeGone {
		t.Errorf("%+v", s.Notices)
	}
	refused(t, past, by(officer, "2026-06-05", void), "no_notice_out", "")
	refused(t, mediated(), by(officer, "2026-06-05", VoidNotice{Notice: "n-1", Why: "misprint"}), "reason_required", "")
	refused(t, mediated(), by(officer, "2026-06-05", VoidNotice{Notice: "n-1", Why: "x", Reason: words()}), "why_unknown", "")
	refused(t, mediated(), by(officer, "2026-06-05", VoidNotice{Notice: "n-7", Why: "misprint", Reason: words()}), "notice_unknown", "")
}

// Order 121 art 40: every act of the department is to be entered in the national
// platform, until it was; a case in another lane has nothing there.
func TestActsAreEnteredInTheOfficialRecord_ORD121_40(t *testing.T) {
	syncOf := func(s State, a Act) string {
		for _, one := range s.Sync() {
			if one.Act == a {
				return one.State
			}
		}
		return ""
	}
	past := mediated()
	s := walk(t, past...).State()
	if syncOf(s, ActFiled) != SyncToEnter || syncOf(s, ActAccepted) != SyncToEnter || syncOf(s, ActEnded) != "" {
		t.Fatalf("%+v", s.Sync())
	}
	past = append(past, by(officer, "2026-06-05", RecordSync{Act: ActAccepted, State: SyncEntered, On: day("2026-06-05")}))
	if s = walk(t, past...).State(); syncOf(s, ActAccepted) != SyncEntered || s.Syncs[ActAccepted].By != officer.ID {
		t.Errorf("%+v", s.Sync())
	}
	walk(t, past...).When(by(officer, "2026-06-05", RecordSync{Act: ActAccepted, State: SyncEntered, On: day("2026-06-05")})).Then(t)
	s = walk(t, append(past, by(machine, "2026-06-06", RecordSync{Act: ActClosed, State: SyncDiffers, Field: "closed_on", Theirs: words()}))...).State()
	if syncOf(s, ActClosed) != SyncDiffers {
		t.Errorf("an act that is only there: %+v", s.Sync())
	}
	for code, do := range map[string]RecordSync{
		"act_unknown":        {Act: "x", State: SyncEntered},
		"state_unknown":      {Act: ActFiled, State: "x"},
		"act_not_done":       {Act: ActEnded, State: SyncEntered, On: day("2026-06-05")},
		"date_missing":       {Act: ActFiled, State: SyncEntered},
		"in_future":          {Act: ActFiled, State: SyncEntered, On: day("2026-06-07")},
		"before_cause":       {Act: ActFiled, State: SyncEntered, On: day("2026-05-07")},
		"difference_missing": {Act: ActFiled, State: SyncDiffers},
	} {
		refused(t, past, by(officer, "2026-06-06", do), code, "")
	}
	direct := []Command{file(LaneDirect)}
	refused(t, direct, by(officer, "2026-06-06", RecordSync{Act: ActFiled, State: SyncEntered, On: day("2026-06-06")}), "not_in_record", "ORD-121.40")
	if got := syncOf(walk(t, direct...).State(), ActFiled); got != SyncNotNeeded {
		t.Error(got)
	}
}

// One number of another system is recorded once, and again only where it changed.
func TestANumberElsewhereIsRecordedOnce(t *testing.T) {
	ref := RecordExternalRef{Ref: ExternalRef{System: "12315", Number: "1150100002026060112345"}}
	past := append(received(), by(officer, "2026-06-02", ref))
	walk(t, past...).When(by(officer, "2026-06-03", ref)).Then(t)
	ref.Ref.Status = "accepted"
	s := walk(t, append(past, by(officer, "2026-06-03", ref))...).State()
	if len(s.ExternalRefs) != 1 || s.ExternalRefs[0].Status != "accepted" {
		t.Errorf("%+v", s.ExternalRefs)
	}
	refused(t, past, by(officer, "2026-06-03", RecordExternalRef{Ref: ExternalRef{System: "x", Number: "1"}}), "system_unknown", "")
	refused(t, past, by(officer, "2026-06-03", RecordExternalRef{Ref: ExternalRef{System: "12315"}}), "number_invalid", "")
	refused(t, past, by(consumer, "2026-06-03", ref), "not_your_part", "")
}
