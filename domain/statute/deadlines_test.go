package statute

import (
	"strings"
	"testing"

	"fangxin/domain/calendar"
)

// TestDeadlineCatalogue: the lines of the deadline catalogue that concern
// complaints, with start, length, source, and the filing days for which they hold.
func TestDeadlineCatalogue(t *testing.T) {
	rows := []struct {
		id, article  string
		from, to     string
		starts       string
		limit        string
		stops        string
		citedAtFirst string
	}{
		{"CP.ACCEPT", "ORD-20 14, ORD-121 15, CRPL 46", "2020-01-01", "", "received_by_competent", "7 WD", "", "ORD-20 14, CRPL-2013 46"},
		{"CP.MEDIATE.M1", "ORD-20 21(5)", "2020-01-01", "2024-06-30", "accepted", "45 WD", "appraisal testing inspection verification", "ORD-20 21(5), ORD-20 20 [recalled]"},
		{"CP.MEDIATE.M2", "REG-778 46", "2024-07-01", "2026-04-14", "accepted", "45 WD, 60 CD", "appraisal testing inspection verification; appraisal testing", "REG-778 46, REG-778 47, ORD-20 21(5)"},
		{"CP.MEDIATE.M3", "ORD-121 23(5)", "2026-04-15", "", "accepted", "60 CD", "appraisal testing", "ORD-121 23(5), ORD-121 22, REG-778 46"},
		{"CP.TERM_NOTICE", "ORD-20 21, ORD-121 23", "2020-01-01", "", "termination_decided", "7 WD", "", "ORD-20 21"},
		{"CP.LEAD_CHECK", "ORD-121 27, PENPROC 18", "2020-01-01", "", "lead_found", "15 WD +15 WD", "testing inspection quarantine appraisal identification", "PENPROC 18"},
		{"CP.JURIS_DISPUTE", "ORD-121 33", "2020-01-01", "", "competence_disputed", "7 WD", "", "ORD-20 30"},
		{"CP.LIMITATION", "ORD-121 16(4)", "2020-01-01", "", "harm_known", "3 Y", "", "ORD-20 15(4)"},
		{"TIP.CHECK", "PENPROC 18", "2020-01-01", "", "lead_received", "15 WD +15 WD", "testing inspection quarantine appraisal identification", "PENPROC 18"},
		{"TIP.INFORM_NAMED", "ORD-20 31", "2020-01-01", "2026-04-14", "filing_decided", "5 WD", "", "ORD-20 31"},
		{"RET.WINDOW", "CRPL 25, RET7 10", "2020-01-01", "", "goods_signed", "7 CD", "", "CRPL-2013 25, RET7-2017 10"},
		{"RET.REFUND", "CRPL 25", "2020-01-01", "", "returned_goods_received", "7 CD", "", "CRPL-2013 25, RET7-2017 13"},
	}
	c := load(t)
	for _, r := range rows {
		t.Run(r.article+" "+r.id, func(t *testing.T) {
			h := c.History(r.id)
			if len(h) == 0 {
				t.Fatal("in no rule set")
			}
			if got := h[0].From.String() + ".." + h[len(h)-1].To.String(); got != r.from+".."+r.to {
				t.Errorf("holds %s, want %s..%s", got, r.from, r.to)
			}
			rs := at(t, c, r.from)
			rule, _ := rs.Clock(r.id)
			var limits []string
			for _, p := range rule.Periods {
				limits = append(limits, p.String())
			}
			limit := strings.Join(limits, ", ")
			if rule.Extension != nil {
				limit += " +" + rule.Extension.String()
			}
			for what, pair := range map[string][2]string{
				"starts": {rule.Starts, r.starts}, "limit": {limit, r.limit},
				"stops": {stops(r.id)(rs), r.stops}, "cites": {cited(h[0].Citations), r.citedAtFirst},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
				}
			}
		})
	}
}

// TestDatesThatPeopleSet: clocks without a period of law.
func TestDatesThatPeopleSet(t *testing.T) {
	date := func(code string) func(RuleSet) string {
		return func(rs RuleSet) string {
			d, ok := rs.DateRule(code)
			if !ok {
				return ""
			}
			return d.SetBy + " " + cited(d.Citations)
		}
	}
	design := "FANGXIN dates [design]"
	runRows(t, []row{
		{"FORMS-2026 4, ORD-121 10", "proof of identity", [3]string{"", "", "officer FORMS-2026 4, ORD-121 10"}, date(DateIdentity)},
		{"design", "supplements", every("officer " + design), date(DateSupplement)},
		{"FORMS-2026 3", "report back", [3]string{"officer " + design, "officer " + design, "officer FORMS-2026 3, " + design}, date(DateReportBack)},
		{"ORD-121 20, FORMS-2026 7", "a session", [3]string{"officer ORD-20 18 [recalled]", "officer ORD-20 18 [recalled]", "officer ORD-121 20, FORMS-2026 7"}, date(DateHearing)},
		{"FORMS-2026 7", "application for recusal", [3]string{"officer " + design, "officer " + design, "officer FORMS-2026 7, " + design}, date(DateRecusal)},
		{"ORD-121 24", "performance, by instalments", [3]string{"parties ORD-20 22 [recalled]", "parties ORD-20 22 [recalled]", "parties ORD-121 24"}, date("CP.PERFORM.12")},
		{"no such date", "unknown", every(""), date("CP.PERFORMED")},
	})
	d, _ := at(t, load(t), "2026-05-06").DateRule(DateHearing)
	on, due := calendar.MustDate("2026-05-06"), calendar.MustDate("2026-05-09")
	if got, err := d.On(on, due); err != nil || got != (Clock{Rule: DateHearing, StartedOn: on, Due: due, DueWide: due}) {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := d.On(due, on); err == nil {
		t.Error("a date before the day on which it was set")
	}
	if _, err := d.On(0, due); err == nil {
		t.Error("a date without the day on which it was set")
	}
}

// TestSecondReading: the lines that were added on a second reading of the law.
func TestSecondReading(t *testing.T) {
	both := func(old, now string) [3]string { return [3]string{old, old, now} }
	exact := func(id string) func(RuleSet) string {
		return func(rs RuleSet) string { r, _ := rs.Clock(id); return r.Periods[0].String() + " " + string(r.Mark) }
	}
	runRows(t, []row{
		{"ORD-121 8", "channels are an open list", both("", "ORD-121 8"), provision(ChannelsOpen)},
		{"ORD-121 15", "decided and told within the 7 WD", both("ORD-20 14", "ORD-121 15"), provision("decide_and_tell")},
		{"ORD-121 41", "a unit never passes a case on itself", both("ORD-20 37", "ORD-121 41"), provision(ReturnToDesk)},
		{"ORD-121 12", "may be joint if the complainants agree", both("ORD-20 11", "ORD-121 12"), provision(JointMayForm)},
		{"ORD-121 12", "two representatives in writing", both("ORD-20 11", "ORD-121 12"), provision(JointTwoRepresentatives)},
		{"ORD-121 12", "waiver, change, settlement need each person's consent", both("ORD-20 11", "ORD-121 12"), provision(JointConsent)},
		{"ORD-121 24", "the document only after mediation on site", both("ORD-20 22 [recalled]", "ORD-121 24"), provision(DocumentOnSite)},
		{"ORD-121 24", "remote mediation needs a record", both("ORD-20 22 [recalled]", "ORD-121 24"), provision(RecordRemote)},
		{"ORD-121 23", "the 60 CD end by decision", both("ORD-20 21 [recalled]", "ORD-121 23"), provision(TimeOutByDecision)},
		{"ORD-121 17", "prefecture level and above may refine the factors", both("", "ORD-121 17"), provision(FactorsRefinable)},
		{"design", "a helper's contact never counts for F4", both("", "FANGXIN factors [design]"), provision("helper_no_shared_contact")},
		{"ORD-121 10", "no credit code, a natural person may be the respondent", both("ORD-20 9", "ORD-121 10"), provision("no_credit_code")},
		{"design", "5 WD to object before publication", every("5 WD design"), exact(ClockPubObject)},
		{"PENPUB 11 by analogy", "3 WD to correct", every("3 WD design"), exact(ClockPubCorrect)},
	})
	c := load(t)
	foreign, _ := c.Named("CFPB")
	for id, want := range map[string]string{ClockCFPBRespond: "15 CD", ClockCFPBFinal: "60 CD"} {
		if r, _ := foreign.Clock(id); r.Periods[0].String() != want || r.Enforced || r.Mark != Recalled {
			t.Errorf("foreign data bring their own rules, shown, not enforced: %+v", r)
		}
	}
	if p, _ := c.Policy("NM-2026.1"); p.Period.String() != "365 CD" {
		t.Errorf("register period: %s", p.Period)
	}
}

// TestAmendments: those of Order 20 change no clock and no ground; the one whose date
// is unsure is not in force before a person has settled it.
func TestAmendments(t *testing.T) {
	c := load(t)
	law, _ := c.Law("ORD-20")
	for day, want := range map[string]int{"2022-04-30": 0, "2022-05-01": 0, "2022-10-31": 0, "2022-11-01": 1, "2024-06-30": 1} {
		if got := law.Amended(calendar.MustDate(day)); len(got) != want {
			t.Errorf("Order 55 of 2022-03-24 and Order 61 of 2022-09-29 on %s: %+v", day, got)
		}
	}
	if got := law.Amended(calendar.MustDate("2022-11-01"))[0]; got.ID != "ORD-61" || got.Articles[0] != "39" {
		t.Errorf("%+v", got)
	}
	if a, b := at(t, c, "2022-04-30"), at(t, c, "2022-11-01"); a.ID != b.ID {
		t.Errorf("%s, %s", a.ID, b.ID)
	}
	if law.InForce(calendar.MustDate("2026-04-15")) || !law.InForce(calendar.MustDate("2026-04-14")) {
		t.Error("ORD-121 46 repealed Order 20 on 2026-04-15")
	}
	if r, _ := c.Law("RET7-2017"); len(r.Amended(calendar.MustDate("2026-01-01"))) != 1 {
		t.Error("Order 31 of 2020-10-23 amended the returns measure")
	}
}

// TestOfficialForms: the ten forms of April 2026 and which notices use them.
func TestOfficialForms(t *testing.T) {
	forms := func(rs RuleSet) string {
		var out []string
		for _, f := range rs.Forms {
			out = append(out, f.Title.ZH)
		}
		return strings.Join(out, " ")
	}
	form := func(kind string) func(RuleSet) string {
		return func(rs RuleSet) string {
			n, _ := rs.Notice(kind)
			f, _ := rs.Form(n.Form)
			return f.Title.ZH
		}
	}
	now := func(s string) [3]string { return [3]string{"", "", s} }
	runRows(t, []row{
		{"FORMS-2026", "ten forms", now("投诉登记表 举报登记表 投诉/举报分送通知书 限期提供身份证明材料通知书 投诉受理决定书 投诉不予受理决定书 投诉调解通知书 投诉终止调解决定书 投诉调解书 举报处理结果告知书"), forms},
		{"FORMS-2026 3", "forwarding", now("投诉/举报分送通知书"), form(NoticeForwarding)},
		{"FORMS-2026 4", "proof of identity", now("限期提供身份证明材料通知书"), form(NoticeIdentity)},
		{"FORMS-2026 5", "acceptance", now("投诉受理决定书"), form(NoticeAcceptance)},
		{"FORMS-2026 6", "non-acceptance", now("投诉不予受理决定书"), form(NoticeNonAcceptance)},
		{"FORMS-2026 7", "mediation", now("投诉调解通知书"), form(NoticeMediation)},
		{"FORMS-2026 8", "termination", now("投诉终止调解决定书"), form(NoticeTermination)},
	})
}

// TestWaysOfCounting: T1 to T7, which text counts the days of which clock.
func TestWaysOfCounting(t *testing.T) {
	counting := func(id string) func(RuleSet) string {
		return func(rs RuleSet) string { r, _ := rs.Clock(id); return cited(r.Counting) }
	}
	old := "CIVIL-CODE 201, CIVIL-CODE 203"
	now := [3]string{old, old, "ORD-121 45"}
	runRows(t, []row{
		{"T1 ORD-121 45, T3 CIVIL-CODE 201", "acceptance", now, counting(ClockAccept)},
		{"T2 ORD-121 45, T3 CIVIL-CODE 203", "notice of termination", now, counting(ClockTermNotice)},
		{"T4 CIVIL-CODE 201, 202, T5 203", "three years are a civil period", every("CIVIL-CODE 201, CIVIL-CODE 202, CIVIL-CODE 203"), counting(ClockLimitation)},
		{"T5 CIVIL-CODE 203", "returns", every(old), counting("RET.WINDOW")},
		{"T7 PENPROC 80", "checks of leads", every("PENPROC 80"), counting(ClockLeadCheck)},
	})
}

// TestMissingFields: ORD-121 10, 11, REG-778 46, ORD-20 9, 10.
func TestMissingFields(t *testing.T) {
	given := "complainant_name complainant_phone complainant_address respondent_name respondent_address request facts power_of_attorney"
	missing := func(further ...Need) func(RuleSet) string {
		return func(rs RuleSet) string {
			var out []string
			for _, f := range rs.Missing(func(code string) bool { return strings.Contains(given, code) }, further...) {
				out = append(out, f.Code)
			}
			return strings.Join(out, " ")
		}
	}
	runRows(t, []row{
		{"ORD-121 10, REG-778 46, ORD-20 9", "what a complaint lacks", [3]string{"", "true_identity", "true_identity factual_basis"}, missing()},
		{"ORD-121 11, ORD-20 10", "what an agent lacks", [3]string{"agent_identity", "true_identity agent_identity", "true_identity factual_basis agent_identity"}, missing(NeedAgent)},
	})
	if f, ok := at(t, load(t), "2026-05-06").Field("signature"); !ok || f.Need != NeedForm || len(f.Notes) != 1 {
		t.Errorf("no signature where filed from afar: %+v", f)
	}
}
