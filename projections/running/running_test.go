package running_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/projections/running"
)

var first = calendar.MustDate("2026-05-01")

func drawOn(t *rapid.T) complaint.Occurred {
	return complaint.Occurred{On: first + calendar.Date(rapid.IntRange(0, 60).Draw(t, "on"))}
}

func drawClock(t *rapid.T, rules ...string) complaint.Clock {
	due := first + calendar.Date(rapid.IntRange(1, 90).Draw(t, "due"))
	return complaint.Clock{Rule: rapid.SampledFrom(rules).Draw(t, "rule"), StartedOn: first, Due: due, DueWide: due + calendar.Date(rapid.IntRange(0, 3).Draw(t, "wide"))}
}

// anyEvent draws an event that concerns limits, in no sensible order: folds must
// agree on any.
func anyEvent() *rapid.Generator[complaint.Event] {
	return rapid.Custom(func(t *rapid.T) complaint.Event {
		notice := rapid.SampledFrom([]string{"n1", "n2", "n3"}).Draw(t, "notice")
		mediate := []string{"CP.MEDIATE.M1", "CP.MEDIATE.M2", "CP.MEDIATE.M3"}
		switch rapid.IntRange(0, 43).Draw(t, "event") {
		case 0:
			return &complaint.Received{Occurred: drawOn(t), Clock: drawClock(t, "CP.ACCEPT")}
		case 1:
			return &complaint.Accepted{Occurred: drawOn(t), Clock: drawClock(t, mediate...)}
		case 2:
			return &complaint.Declined{Occurred: drawOn(t)}
		case 3, 4:
			return &complaint.NoticeIssued{
				Notice: notice, About: rapid.SampledFrom([]string{"acceptance", "decline", "termination"}).Draw(t, "about"),
				Recipient: rapid.SampledFrom([]complaint.Party{complaint.Consumer, complaint.Merchant}).Draw(t, "to"),
			}
		case 5, 6:
			return &complaint.NoticeSent{Notice: notice, Occurred: drawOn(t)}
		case 7:
			return &complaint.NoticeVoided{Notice: notice}
		case 8:
			return &complaint.Agreed{Occurred: drawOn(t), Clocks: []complaint.Clock{drawClock(t, "CP.PERFORM", "CP.PERFORM.1", "CP.PERFORM.2")}}
		case 9:
			return &complaint.Settled{Occurred: drawOn(t), Clocks: []complaint.Clock{drawClock(t, "CP.PERFORM", "CP.PERFORM.1", "CP.TERM_NOTICE")}}
		case 10:
			return &complaint.Withdrawn{Occurred: drawOn(t), Clocks: []complaint.Clock{drawClock(t, "CP.TERM_NOTICE")}}
		case 11:
			return &complaint.Terminated{Occurred: drawOn(t), Clock: drawClock(t, "CP.TERM_NOTICE")}
		case 12:
			return &complaint.Performed{Instalment: rapid.IntRange(-1, 2).Draw(t, "part"), Occurred: drawOn(t)}
		case 13:
			stage := rapid.SampledFrom([]string{"", complaint.StageAcceptance, complaint.StageMediation}).Draw(t, "stage")
			return &complaint.Reopened{Stage: stage, Clocks: []complaint.Clock{drawClock(t, append(mediate, "CP.ACCEPT")...)}}
		case 14:
			return &complaint.JurisdictionDisputed{Occurred: drawOn(t), Clock: drawClock(t, "CP.JURIS_DISPUTE")}
		case 15:
			return &complaint.JurisdictionDecided{Occurred: drawOn(t)}
		case 16:
			return &complaint.DisclosureNotified{Clock: drawClock(t, "PUB.OBJECT")}
		case 17:
			return &complaint.DisclosureObjected{Clock: drawClock(t, "PUB.CORRECT")}
		case 18:
			return &complaint.ObjectionDecided{Result: "dismissed"}
		case 19:
			return &complaint.Disclosed{On: first}
		case 20:
			return &complaint.AppraisalCommissioned{Appraisal: notice, Occurred: drawOn(t)}
		case 21:
			return &complaint.AppraisalReported{Appraisal: notice, Occurred: drawOn(t), Clock: drawClock(t, mediate...)}
		case 22:
			return &complaint.LeadFound{Occurred: drawOn(t), Clock: drawClock(t, "CP.LEAD_CHECK")}
		case 23:
			return &complaint.OfficerDateSet{Rule: "OFF.REPORT", Due: first + 9}
		case 24:
			return &complaint.Corrected{Clocks: []complaint.Clock{drawClock(t, append(mediate, "CP.ACCEPT")...)}}
		case 25:
			return &complaint.NoticeFailed{Notice: notice}
		case 26:
			return &complaint.RespondentReplaced{Clocks: []complaint.Clock{drawClock(t, append(mediate, "CP.ACCEPT")...)}}
		case 27:
			return &complaint.ClockRecomputed{From: complaint.Clock{Rule: "CP.ACCEPT"}, Clock: drawClock(t, "CP.ACCEPT")}
		case 33:
			return &complaint.OfficerDateSet{Rule: rapid.SampledFrom([]string{"CP.SUPPLEMENT", "CP.IDENTITY"}).Draw(t, "rule"), Due: first + 14}
		case 34:
			return &complaint.Supplemented{Occurred: drawOn(t)}
		case 35:
			return &complaint.IdentityVerified{Occurred: drawOn(t)}
		case 31:
			return &complaint.LeadChecked{Occurred: drawOn(t)}
		case 32:
			return &complaint.LeadCheckExtended{Clock: drawClock(t, "CP.LEAD_CHECK")}
		case 29:
			return &complaint.ReportedBack{Occurred: drawOn(t)}
		case 30:
			return &complaint.OfficerDateSet{Rule: "CP.REPORT_BACK", Due: first + 12}
		case 38:
			return &complaint.OfficerDateSet{Rule: rapid.SampledFrom([]string{"CP.HEARING", "CP.RECUSAL"}).Draw(t, "rule"), Due: first + 14}
		case 39:
			return &complaint.MediationHeld{Session: "s", Occurred: drawOn(t)}
		case 40:
			return &complaint.MediationCancelled{Session: "s", Occurred: drawOn(t)}
		case 41:
			return &complaint.RecusalRequested{Occurred: drawOn(t)}
		case 28:
			return &complaint.DisclosureRefused{Why: "no_consent"}
		}
		return &complaint.Closed{Occurred: drawOn(t)}
	})
}

// The limits that lists show are those the decider's state holds open. Limits set
// by an officer end with the proceedings here; the decider leaves them open.
func TestAgreesWithTheDecider(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var set running.Set
		var state complaint.State
		events := rapid.SliceOfN(anyEvent(), 0, 30).Draw(t, "events")
		for _, e := range events {
			if c, ok := couldPass(state); ok && rapid.IntRange(0, 5).Draw(t, "passes") == 0 {
				passed := &complaint.DeadlinePassed{Rule: c.Rule, Due: c.Due}
				set.Apply(passed)
				state = complaint.Decider{}.Evolve(state, passed)
			}
			set.Apply(e)
			state = complaint.Decider{}.Evolve(state, e)
			var got, want []string
			for _, l := range set.Limits {
				if lawful(l.Rule) {
					got = append(got, show(l.Rule, l.Due, l.DueWide, l.Passed, l.Paused))
				}
			}
			for _, c := range state.Clocks {
				if c.Open() && lawful(c.Rule) {
					want = append(want, show(c.Rule, c.Due, c.DueWide, c.State == complaint.ClockPassed, c.Paused()))
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("after %T: lists %v, decider %v", e, got, want)
			}
		}
	})
}

func show(rule string, due, wide calendar.Date, passed, paused bool) string {
	return fmt.Sprintln(rule, due, wide, passed, paused)
}

func lawful(rule string) bool {
	return strings.HasPrefix(rule, "CP.") || strings.HasPrefix(rule, "PUB.")
}

// A passed limit stays open until its duty is met.
func TestPassedStaysOpen(t *testing.T) {
	var s running.Set
	c := complaint.Clock{Rule: "CP.ACCEPT", Due: first + 9, DueWide: first + 10}
	s.Apply(&complaint.Received{Clock: c})
	s.Apply(&complaint.DeadlinePassed{Rule: "CP.ACCEPT", Due: c.Due})
	if u := s.Urgent(); u == nil || !u.Passed {
		t.Fatalf("urgent %+v", u)
	}
	before := s.Copy()
	s.Apply(&complaint.ClockRecomputed{From: c, Clock: complaint.Clock{Rule: "CP.ACCEPT", Due: first + 12, DueWide: first + 12}})
	if s.Urgent().Due != first+12 || before.Urgent().Due != first+9 {
		t.Fatal("a copy changed with the original")
	}
}

// couldPass is a clock whose passing could be recorded. That of the time to object
// never is: the record goes public instead.
func couldPass(s complaint.State) (complaint.ClockState, bool) {
	for _, c := range s.Clocks {
		if c.State == complaint.ClockRunning && !c.Paused() && c.Rule != "PUB.OBJECT" {
			return c, true
		}
	}
	return complaint.ClockState{}, false
}

// A passed limit of acceptance asks for nothing once the case was withdrawn without
// a decision, and for the decision again when the case is reopened.
func TestNothingLeftToDecide(t *testing.T) {
	var s running.Set
	c := complaint.Clock{Rule: "CP.ACCEPT", Due: first + 9, DueWide: first + 10}
	s.Apply(&complaint.Received{Clock: c})
	s.Apply(&complaint.DeadlinePassed{Rule: "CP.ACCEPT", Due: c.Due})
	s.Apply(&complaint.Withdrawn{})
	if u := s.Urgent(); u != nil {
		t.Fatalf("urgent %+v", u)
	}
	s.Apply(&complaint.Reopened{})
	if u := s.Urgent(); u == nil || !u.Passed {
		t.Fatalf("urgent after reopening %+v", u)
	}
}
