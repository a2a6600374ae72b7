package complaint

import "testing"

func issueLink(when string) Command { return by(officer, when, IssueLink{Channel: "sms"}) }

func linkOf(t *testing.T, past []Command, link int) AnswerLink {
	t.Helper()
	s := walk(t, past...).State()
	l, ok := s.AnswerLink(link)
	if !ok {
		t.Fatalf("no link %d", link)
	}
	return l
}

// [design] A link is good for 30 days unless the officer says otherwise, at most 90, or
// what the installation allows.
func TestLinkIsIssued(t *testing.T) {
	walk(t, mediated()...).When(issueLink("2026-06-04")).Then(t, &LinkIssued{Link: 1, Until: day("2026-07-04"), Channel: "sms"})
	walk(t, append(mediated(), issueLink("2026-06-04"))...).
		When(by(officer, "2026-06-05", IssueLink{Channel: "letter", Days: 90})).
		Then(t, &LinkIssued{Link: 2, Until: day("2026-06-05") + 90, Channel: "letter"})
	walk(t, mediated()...).When(by(officer, "2026-06-04", IssueLink{Channel: "sms", Most: 10})).
		Then(t, &LinkIssued{Link: 1, Until: day("2026-06-14"), Channel: "sms"})
	refused(t, mediated(), by(officer, "2026-06-04", IssueLink{Channel: "sms", Days: 91}), "link_days", "FANGXIN.access")
	refused(t, mediated(), by(officer, "2026-06-04", IssueLink{Channel: "sms", Days: 11, Most: 10}), "link_days", "")
	refused(t, mediated(), by(officer, "2026-06-04", IssueLink{Channel: "sms", Days: -1}), "link_days", "")
	refused(t, mediated(), by(officer, "2026-06-04", IssueLink{Channel: "fax"}), "channel_unknown", "")
}

// In the department's lane the respondent learns of the case when it is accepted
// (Order 121 arts 14 and 15): before that there is no link.
func TestLinkNeedsARespondentWhoseTurnItIs(t *testing.T) {
	refused(t, received(), by(officer, "2026-06-02", IssueLink{Channel: "sms"}), "respondent_not_confirmed", "ORD-121.13")
	refused(t, confirmed(), by(officer, "2026-06-03", IssueLink{Channel: "sms"}), "not_accepted", "ORD-121.15")
	refused(t, closedCase(), by(officer, "2026-06-25", IssueLink{Channel: "sms"}), "case_closed", "")
	for _, who := range []Actor{consumer, merchant, rival, mediator, auditor, machine} {
		refused(t, mediated(), by(who, "2026-06-04", IssueLink{Channel: "sms"}), "not_your_part", "")
		refused(t, append(mediated(), issueLink("2026-06-04")), by(who, "2026-06-05", RevokeLink{Link: 1}), "not_your_part", "")
	}
}

func TestLinkIsRevoked(t *testing.T) {
	past := append(mediated(), issueLink("2026-06-04"), issueLink("2026-06-05"))
	walk(t, past...).When(by(officer, "2026-06-06", RevokeLink{Link: 1, Reason: words()})).Then(t, &LinkRevoked{Link: 1, Reason: words()})
	revoked := append(past, by(officer, "2026-06-06", RevokeLink{Link: 1}))
	if l := linkOf(t, revoked, 1); l.Ended != LinkRevokedByOffice || l.Stands(day("2026-06-06")) {
		t.Errorf("%+v", l)
	}
	if l := linkOf(t, revoked, 2); !l.Stands(day("2026-07-05")) || l.Stands(day("2026-07-06")) {
		t.Errorf("the other one: %+v", l)
	}
	refused(t, revoked, by(officer, "2026-06-07", RevokeLink{Link: 1}), "link_over", "")
	refused(t, revoked, by(officer, "2026-06-07", RevokeLink{Link: 3}), "link_unknown", "")
	refused(t, mediated(), by(officer, "2026-06-07", RevokeLink{Link: 1}), "no_link", "")
	refused(t, past, by(officer, "2026-07-20", RevokeLink{Link: 1}), "no_link", "") // both ran out
}

// What ends every link by rule: the merchant was the wrong one, the case is closed, data
// were erased.
func TestLinksEndByRule(t *testing.T) {
	issued := append(mediated(), issueLink("2026-06-04"))
	for want, past := range map[string][]Command{
		LinkWrongMerchant: append(issued, replaceBy("2026-06-10")),
		LinkClosed: append(agreed(), by(officer, "2026-06-21", IssueLink{Channel: "letter"}), by(merchant, "2026-06-22", Perform{Evidence: []string{"e"}}),
			by(consumer, "2026-06-23", ConfirmPerformance{}), by(officer, "2026-06-24", Close{})),
	} {
		if l := linkOf(t, past, 1); l.Ended != want {
			t.Errorf("%s: %+v", want, l)
		}
	}
	if l := linkOf(t, append(issued, dismiss("2026-06-10")), 1); l.Ended != LinkWrongMerchant {
		t.Errorf("%+v", l)
	}
	s := walk(t, issued...).State()
	s = NewDecider(law(t)).Evolve(s, &SubjectErased{Subject: "s-1", Manner: "erased"})
	if l, _ := s.AnswerLink(1); l.Ended != LinkErased {
		t.Errorf("%+v", l)
	}
}
