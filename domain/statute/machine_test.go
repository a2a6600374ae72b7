package statute

import (
	"slices"
	"strings"
	"testing"

	"fangxin/domain/calendar"
)

// row is one line of the law: what it says in each of the three native rule sets,
// Order 20 alone, Order 20 with Regulation 778, Order 121.
type row struct {
	article, says string
	want          [3]string
	got           func(RuleSet) string
}

func every(s string) [3]string { return [3]string{s, s, s} }

func runRows(t *testing.T, rows []row) {
	t.Helper()
	c := load(t)
	for _, r := range rows {
		t.Run(r.article+": "+r.says, func(t *testing.T) {
			for i, day := range []string{"2024-06-30", "2026-04-14", "2026-04-15"} {
				rs := at(t, c, day)
				if got := r.got(rs); got != r.want[i] {
					t.Errorf("%s\n got %s\nwant %s", rs.ID, got, r.want[i])
				}
			}
		})
	}
}

func cited(list []Citation) string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.String()
	}
	return strings.Join(out, ", ")
}

// ground tells where a ground stands, "" where it does not.
func ground(code string) func(RuleSet) string {
	return func(rs RuleSet) string {
		g, _ := rs.GroundFor(code)
		return cited(g.Citations)
	}
}

// groundSays tells whether the text of a ground has a word.
func groundSays(code, word string) func(RuleSet) string {
	return func(rs RuleSet) string {
		g, _ := rs.GroundFor(code)
		return yes(strings.Contains(g.Title.ZH, word))
	}
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func provision(code string) func(RuleSet) string {
	return func(rs RuleSet) string {
		p, _ := rs.Provision(code)
		return cited(p.Citations)
	}
}

// clock tells a rule of the catalogue in the columns of the table.
func clock(id string) func(RuleSet) string {
	return func(rs RuleSet) string {
		r, ok := rs.Clock(id)
		if !ok {
			return ""
		}
		parts := []string{r.Starts}
		for _, p := range r.Periods {
			parts = append(parts, p.String())
		}
		if r.Extension != nil {
			parts = append(parts, "+"+r.Extension.String())
		}
		return strings.Join(append(parts, cited(r.Citations)), "; ")
	}
}

// stops tells which causes stop which period of a rule.
func stops(id string) func(RuleSet) string {
	return func(rs RuleSet) string {
		r, _ := rs.Clock(id)
		var out []string
		for _, p := range r.Periods {
			out = append(out, strings.Join(r.stops(p), " "))
		}
		return strings.Join(out, "; ")
	}
}

func needs(n Need) func(RuleSet) string {
	return func(rs RuleSet) string {
		var out []string
		for _, f := range rs.Fields(n) {
			out = append(out, f.Code)
		}
		return strings.Join(out, " ")
	}
}

func notice(kind string) func(RuleSet) string {
	return func(rs RuleSet) string {
		n, ok := rs.Notice(kind)
		if !ok {
			return ""
		}
		return strings.Join(n.Recipients, " ") + "; " + strings.Join(n.Contents, " ")
	}
}

func TestScopeOfComplaints(t *testing.T) {
	matters := func(day string) func(RuleSet) string {
		return func(rs RuleSet) string {
			var out []string
			for _, m := range rs.OutOfScope(calendar.MustDate(day)) {
				out = append(out, m.Code)
			}
			return strings.Join(out, " ")
		}
	}
	const now = "consultation open_government administrative_review discipline"
	old := now + " petition administrative_fee"
	runRows(t, []row{
		{"ORD-121 44, ORD-20 39", "matters out of scope; Order 121 dropped petition and fees", [3]string{old, old, now}, matters("2024-06-30")},
		{"ORD-20 39 as amended by Order 61", "one law on petition before 2022-11-01", [3]string{old, old, now}, matters("2022-10-31")},
		{"ORD-121 9, ORD-20 7", "a mixed submission is split", [3]string{"ORD-20 7", "ORD-20 7", "ORD-121 9"}, provision(SplitMixed)},
		{"ORD-121 43, ORD-20 38", "others by reference", [3]string{"ORD-20 38", "ORD-20 38", "ORD-121 43"}, provision("by_reference")},
		{"CRPL 62", "farmers' inputs", every("CRPL-2013 62"), provision("farm_inputs")},
	})
	c := load(t)
	for day, want := range map[string]string{"2022-10-31": "依照信访条例", "2022-11-01": "依照信访工作条例"} {
		for _, m := range at(t, c, day).OutOfScope(calendar.MustDate(day)) {
			if m.Code == "petition" && !strings.Contains(m.Title.ZH, want) {
				t.Errorf("%s: %s", day, m.Title.ZH)
			}
		}
	}
	for _, code := range []string{"complaint", "tip_off"} {
		if w, ok := c.Vocabulary().Name("definition", code); !ok || len(w.Citations) != 2 {
			t.Errorf("ORD-121 3, ORD-20 3: %+v", w)
		}
	}
}

func TestChannelsAndFields(t *testing.T) {
	channels := func(rs RuleSet) string {
		var out []string
		for _, c := range rs.Channels() {
			out = append(out, c.Code)
		}
		return strings.Join(out, " ")
	}
	filed := func(as string) func(RuleSet) string {
		return func(rs RuleSet) string { c, _ := rs.FiledAs(as); return c.Code }
	}
	const old, who = "internet phone fax post window", "complainant_name complainant_phone complainant_address "
	const what = "respondent_name respondent_address request facts"
	runRows(t, []row{
		{"ORD-121 8, ORD-20 8", "channels", [3]string{old, old, "platform_12315 hotline_12315 post window other"}, channels},
		{"ORD-121 8", "an open list (第八条“等”)", [3]string{"", "", "ORD-121 8"}, provision(ChannelsOpen)},
		{"ORD-121 8, ORD-20 8", "filed on line", [3]string{"internet", "internet", "other"}, filed("online")},
		{"ORD-121 8, ORD-20 8", "filed by letter", every("post"), filed("letter")},
		{"ORD-121 40", "all through 12315", [3]string{"", "", "ORD-121 40, ORD-121 8"}, provision(Through12315)},
		{"ORD-121 10, REG-778 46, ORD-20 9", "required fields", [3]string{who + what, who + "true_identity " + what, who + "true_identity " + what + " factual_basis"}, needs(NeedRequired)},
		{"ORD-121 10 para 3", "proof of identity may be demanded", [3]string{"", "", "identity_proof"}, needs(NeedMayDemand)},
		{"ORD-121 10", "answer for the truth", [3]string{"", "", "truthful"}, needs(NeedDeclared)},
		{"ORD-121 11, ORD-20 10", "an agent's papers", every("power_of_attorney agent_identity"), needs(NeedAgent)},
		{"ORD-121 12, ORD-20 11", "joint complaints: two representatives in writing", every("representatives_in_writing"), needs(NeedJoint)},
		{"FORMS-2026 1", "what only the form asks", [3]string{"", "", "id_type id_number respondent_contact respondent_phone when where item amount evidence signature consent_publish consent_delegate"}, needs(NeedForm)},
		{"REG-778 46", "true identity from 2024-07-01", [3]string{"", "REG-778 46", "ORD-121 10, REG-778 46"}, provision(TrueIdentity)},
		{"ORD-121 10, ORD-20 9", "no credit code is asked", [3]string{"ORD-20 9", "ORD-20 9", "ORD-121 10"}, provision("no_credit_code")},
		{"ORD-121 10, ORD-20 9", "oral filing is written down by the staff", [3]string{"ORD-20 9", "ORD-20 9", "ORD-121 10"}, provision("oral_recorded")},
	})
}

func TestCompetence(t *testing.T) {
	hints := func(kind string, w Whereabouts) func(RuleSet) string {
		return func(rs RuleSet) string {
			var out []string
			for _, h := range rs.Hints(kind, w) {
				s := h.Place + "=" + h.Region + " " + cited(h.Citations)
				if h.Instead {
					s += " instead"
				}
				out = append(out, s)
			}
			return strings.Join(out, "; ")
		}
	}
	w := Whereabouts{Business: "150102", Domicile: "150105", ShownAddress: "150203", PlatformDomicile: "110105"}
	lost, hidden, same := w, w, w
	lost.Unreachable, hidden.ShownAddress, same.Domicile = true, "", w.Business
	two := func(law string) string { return "business=150102 " + law + "; domicile=150105 " + law }
	domicile := [3]string{"domicile=150105 ORD-20 12", "domicile=150105 ORD-20 12", "domicile=150105 ORD-121 13"}
	onOld := "business=150102 ORD-20 12; platform_domicile=110105 ORD-20 12"
	instead := "platform_domicile=110105 ORD-121 13 instead"
	runRows(t, []row{
		{"ORD-121 13, ORD-20 12", "ordinary operator: place of business or domicile", [3]string{two("ORD-20 12"), two("ORD-20 12"), two("ORD-121 13")}, hints(RespondentOrdinary, w)},
		{"ORD-121 13, ORD-20 12", "one place that is both appears once", [3]string{"business=150102 ORD-20 12", "business=150102 ORD-20 12", "business=150102 ORD-121 13"}, hints(RespondentOrdinary, same)},
		{"ORD-121 13, ORD-20 12", "platform operator: domicile", domicile, hints(RespondentPlatform, w)},
		{"ORD-121 13, ORD-20 12", "own website: domicile", domicile, hints(RespondentOwnSite, w)},
		{"ORD-121 13, ORD-20 12", "other network service: domicile", domicile, hints(RespondentNetwork, w)},
		{"ORD-121 13, ORD-20 12", "on a platform: address shown there or the platform's domicile", [3]string{onOld, onOld, "shown_address=150203 ORD-121 13; platform_domicile=110105 ORD-121 13"}, hints(RespondentOnPlatform, w)},
		{"ORD-121 13", "not found at the address shown: the platform's domicile", [3]string{onOld, onOld, instead}, hints(RespondentOnPlatform, lost)},
		{"ORD-121 13", "no address shown: the platform's domicile", [3]string{onOld, onOld, instead}, hints(RespondentOnPlatform, hidden)},
		{"ORD-121 13", "unknown kind: no hint", every(""), hints("stall", w)},
		{"ORD-121 14, ORD-20 13", "of several the first receiver", [3]string{"ORD-20 13", "ORD-20 13", "ORD-121 14"}, provision(FirstReceiver)},
		{"ORD-121 33, ORD-20 30", "the common superior designates", [3]string{"ORD-20 30", "ORD-20 30", "ORD-121 33"}, provision(SuperiorDesignates)},
		{"competence", "upward", [3]string{"ORD-20 competence [recalled]", "ORD-20 competence [recalled]", "ORD-121 competence [recalled]"}, provision("upward")},
	})
}

// TestAcceptance: every line on the decision to accept.
func TestAcceptance(t *testing.T) {
	told := func(rs RuleSet) string { return rs.Accepting().MetBy }
	channels := func(kind string) func(RuleSet) string {
		return func(rs RuleSet) string { n, _ := rs.Notice(kind); return strings.Join(n.Channels, " ") }
	}
	forms := [3]string{"", "", "internet phone sms email letter"}
	unstoppable := func(rs RuleSet) string {
		return yes(slices.ContainsFunc(load(t).Vocabulary().Names["pause"], func(w Word) bool { return rs.Accepting().Pauses(w.Code) }))
	}
	intake := func(rs RuleSet) string { m, _ := rs.Measure(MeasureSinceIntake); return m.Starts + " " + m.Ends }
	alarm := func(rs RuleSet) string {
		r, _ := rs.Clock(ClockForward)
		return yes(r.Alarm && !r.Enforced && r.Mark == Design) + " " + cited(r.Citations)
	}
	const old, crpl = "received_by_competent; 7 WD; ORD-20 14, CRPL-2013 46", "received_by_competent; 7 WD; ORD-20 14, REG-778 46, CRPL-2013 46"
	runRows(t, []row{
		{"A1 ORD-121 15, ORD-20 14, CRPL 46, REG-778 46", "7 WD from receipt by the competent department", [3]string{old, crpl, "received_by_competent; 7 WD; ORD-121 15, REG-778 46, CRPL-2013 46"}, clock(ClockAccept)},
		{"A1 ORD-121 15", "met when decided and told", every("acceptance_decided_and_notified"), told},
		{"A1 ORD-121 15, ORD-20 14", "decide and tell", [3]string{"ORD-20 14", "ORD-20 14", "ORD-121 15"}, provision("decide_and_tell")},
		{"A2 REG-778 46, ORD-121 15", "a refusal states reason and other routes from 2024-07-01", [3]string{"complainant; ", "complainant; reason routes", "complainant; reason routes"}, notice(NoticeNonAcceptance)},
		{"A3 ORD-121 15", "nothing stops the clock", every("no"), unstoppable},
		{"A3 ORD-121 15, ORD-20 14", "neither proof of identity nor supplements", [3]string{"ORD-20 14", "ORD-20 14", "ORD-121 15"}, provision("acceptance_never_pauses")},
		{"A4 ORD-121 41, ORD-20 37", "forward promptly: a reminder only", [3]string{"yes ORD-20 37", "yes ORD-20 37", "yes ORD-121 41"}, alarm},
		{"A4 ORD-121 41, ORD-20 37", "promptly, no days", [3]string{"ORD-20 37", "ORD-20 37", "ORD-121 41"}, provision("forward_promptly")},
		{"A4 ORD-121 41, ORD-20 37", "a unit returns to the desk", [3]string{"ORD-20 37", "ORD-20 37", "ORD-121 41"}, provision(ReturnToDesk)},
		{"A5 FORMS-2026 5", "how acceptance is told", forms, channels(NoticeAcceptance)},
		{"A5 FORMS-2026 6", "how a refusal is told", forms, channels(NoticeNonAcceptance)},
		{"ORD-121 15", "since first intake is another figure", every("first_intake acceptance_decided_and_notified"), intake},
	})
}

// TestGroundsForNotAccepting: ORD-20 art 15, ORD-121 art 16 and 17.
func TestGroundsForNotAccepting(t *testing.T) {
	item := func(n string, now string) [3]string {
		return [3]string{"ORD-20 15(" + n + ")", "ORD-20 15(" + n + ")", now}
	}
	factors := func(rs RuleSet) string {
		g, _ := rs.DeclineGround("NA3_NOT_CONSUMER")
		var out []string
		for _, f := range g.Factors {
			out = append(out, f.Code+" "+cited(f.Citations))
		}
		return strings.Join(out, "; ")
	}
	closes := func(body string) func(RuleSet) string {
		return func(rs RuleSet) string { g, _ := rs.Closes(body); return g.Code }
	}
	runRows(t, []row{
		{"ORD-121 16(1), ORD-20 15(1)", "NA1_SCOPE", item("1", "ORD-121 16(1)"), ground("NA1_SCOPE")},
		{"ORD-121 16(2), ORD-20 15(2)", "NA2_ALREADY", item("2", "ORD-121 16(2)"), ground("NA2_ALREADY")},
		{"ORD-121 16(2)", "NA2 no longer names other mediation bodies", [3]string{"yes", "yes", "no"}, groundSays("NA2_ALREADY", "其他调解组织")},
		{"ORD-121 16(2), ORD-20 15(2)", "what an association's acceptance closes", every("NA2_ALREADY"), closes("association")},
		{"ORD-121 16(2), ORD-20 15(2)", "what another mediation body's closes", [3]string{"NA2_ALREADY", "NA2_ALREADY", ""}, closes("mediation_body")},
		{"ORD-121 16(3), ORD-20 15(3)", "NA3_NOT_CONSUMER", item("3", "ORD-121 16(3), ORD-121 17"), ground("NA3_NOT_CONSUMER")},
		{"ORD-121 16(4), ORD-20 15(4)", "NA4_TIME", item("4", "ORD-121 16(4)"), ground("NA4_TIME")},
		{"ORD-121 16(4)", "NA4 unless a statute says otherwise", every("yes"), groundSays("NA4_TIME", "法律另有规定的除外")},
		{"ORD-121 16(5), ORD-20 15(5)", "NA5_MATERIALS", item("5", "ORD-121 16(5)"), ground("NA5_MATERIALS")},
		{"ORD-121 16(5)", "NA5 false materials too", [3]string{"no", "no", "yes"}, groundSays("NA5_MATERIALS", "虚假材料")},
		{"ORD-121 16(6)", "NA6_IDENTITY", [3]string{"", "", "ORD-121 16(6)"}, ground("NA6_IDENTITY")},
		{"ORD-121 16(7), ORD-20 15(6)", "NA7_OTHER", item("6", "ORD-121 16(7)"), ground("NA7_OTHER")},
		{"ORD-121 17", "factors F1 to F5", [3]string{"", "", "F1 ORD-121 17; F2 ORD-121 17; F3 ORD-121 17; F4 ORD-121 17; F5 ORD-121 17"}, factors},
		{"ORD-121 17", "considerations, never thresholds", [3]string{"", "", "ORD-121 17, FANGXIN factors [design]"}, provision("factors_are_considerations")},
		{"ORD-121 7", "no abuse", [3]string{"", "", "ORD-121 7"}, provision("no_abuse")},
		{"ORD-121 42", "to the police", [3]string{"", "", "ORD-121 42"}, provision(PoliceReferral)},
		{"REG-778 49", "no punitive damages for planted claims", [3]string{"", "REG-778 49", "REG-778 49"}, provision("no_punitive_for_planted")},
	})
}

// TestConductOfMediation: the lines on conduct and what follows.
func TestConductOfMediation(t *testing.T) {
	both := func(old, now string) [3]string { return [3]string{old, old, now} }
	number := func(code string) func(RuleSet) string {
		return func(rs RuleSet) string { p, _ := rs.Provision(code); return strings.Repeat("|", p.Number) }
	}
	runRows(t, []row{
		{"ORD-121 18, ORD-20 16", "consent of both sides", both("ORD-20 16", "ORD-121 18"), provision(MediationNeedsBoth)},
		{"ORD-121 18, ORD-20 16", "self-settlement encouraged", both("ORD-20 16", "ORD-121 18"), provision("self_settlement")},
		{"ORD-121 19, REG-778 46", "delegation needs both", [3]string{"", "REG-778 46", "ORD-121 19, REG-778 46"}, provision(DelegationNeedsBoth)},
		{"ORD-20 17", "other units may be entrusted", both("ORD-20 17", ""), provision(DelegateOtherUnits)},
		{"ORD-121 19, ORD-20 17", "no sub-delegation", both("ORD-20 17", "ORD-121 19"), provision(NoSubdelegation)},
		{"ORD-121 20", "remote mediation", both("ORD-20 18 [recalled]", "ORD-121 20"), provision("remote_mediation")},
		{"ORD-121 20", "a session on site is announced", both("ORD-20 18 [recalled]", "ORD-121 20"), provision(SessionAnnounced)},
		{"ORD-121 20", "time, place and mediator in the notice", [3]string{"complainant respondent; time place mediator", "complainant respondent; time place mediator", "complainant respondent; time place mediator recusal_by"}, notice(NoticeMediation)},
		{"ORD-121 21", "recusal suspends", both("ORD-20 19 [recalled]", "ORD-121 21"), provision(RecusalSuspends)},
		{"FORMS-2026 7", "days for recusal are left open", both("", "FORMS-2026 7"), provision("recusal_days_open")},
		{"ORD-121 24", "document after mediation on site", both("ORD-20 22 [recalled]", "ORD-121 24"), provision(DocumentOnSite)},
		{"ORD-121 24", "else a record", both("ORD-20 22 [recalled]", "ORD-121 24"), provision(RecordRemote)},
		{"ORD-121 24", "three copies", every("|||"), number("document_copies")},
		{"FORMS-2026 9", "effect on signature, not enforceable by itself", both("", "FORMS-2026 9"), provision("agreement_effect")},
		{"ORD-121 25", "the routes of CRPL 39 against the result", both("", "ORD-121 25, CRPL-2013 39"), provision(RemedyRoutes)},
		{"PMED 33", "judicial confirmation for people's mediation only", every("PMED 33"), provision("judicial_confirmation")},
		{"ORD-121 27, PENPROC 18", "the head approves more time for a lead", both("PENPROC 18", "ORD-121 27, PENPROC 18"), provision(LeadExtensionByHead)},
		{"ORD-121 26", "spot checks and call-backs", both("", "ORD-121 26"), provision("handling_spot_checks")},
		{"ORD-121 12, ORD-20 11", "two representatives", every("||"), number(JointTwoRepresentatives)},
	})
}

// TestAppraisalInMediation: the three columns on testing and appraisal.
func TestAppraisalInMediation(t *testing.T) {
	displaced := func(rs RuleSet) string { g, _ := rs.TerminationGround("TM_APPRAISAL_BODY"); return g.Unless }
	all := "appraisal testing inspection verification"
	runRows(t, []row{
		{"REG-778 47, ORD-121 22", "the department may designate the body", [3]string{"", "REG-778 47", "ORD-121 22, REG-778 47"}, provision(BodyMayBeDesignated)},
		{"ORD-20 21(2)", "no agreement on the body ends mediation, until 2026-04-14", [3]string{"ORD-20 21(2)", "ORD-20 21(2), REG-778 47", ""}, ground("TM_APPRAISAL_BODY")},
		{"REG-778 47", "designation displaces that ground", [3]string{"", BodyDesignated, ""}, displaced},
		{"ORD-20 21(2), ORD-121 23(4)", "no agreement on the fee", [3]string{"ORD-20 21(2)", "ORD-20 21(2)", "ORD-121 23(4)"}, ground("TM_APPRAISAL_FEE")},
		{"ORD-121 22", "the parties agree who pays", [3]string{"ORD-20 20 [recalled]", "ORD-20 20 [recalled]", "ORD-121 22"}, provision(FeeByAgreement)},
		{"ORD-20 20, REG-778 47, ORD-121 22", "time that is not counted; of the two periods side by side each has its own", [3]string{all, all + "; appraisal testing", "appraisal testing"}, func(rs RuleSet) string { return stops(rs.Mediate)(rs) }},
		{"REG-778 47, ORD-121 22", "not counted", [3]string{"ORD-20 20 [recalled]", "REG-778 47, ORD-20 20 [recalled]", "ORD-121 22, REG-778 47"}, provision("appraisal_not_counted")},
		{"REG-778 47", "official sampling of major disputes", [3]string{"", "REG-778 47", "REG-778 47"}, provision(OfficialSampling)},
	})
}

// TestMediationRegimes: ORD-20 21(5), REG-778 46, ORD-121 23(5), by filing date.
func TestMediationRegimes(t *testing.T) {
	regime := func(rs RuleSet) string { return rs.Mediation().ID }
	runRows(t, []row{
		{"ORD-20 21(5)", "M1 to 2024-06-30: 45 WD", [3]string{"accepted; 45 WD; ORD-20 21(5), ORD-20 20 [recalled]", "", ""}, clock(ClockMediateM1)},
		{"REG-778 46, ORD-20 21(5)", "M2 to 2026-04-14: 60 CD or 45 WD, the earlier", [3]string{"", "accepted; 45 WD; 60 CD; REG-778 46, REG-778 47, ORD-20 21(5)", ""}, clock(ClockMediateM2)},
		{"ORD-121 23(5), REG-778 46", "M3: 60 CD, no extension", [3]string{"", "", "accepted; 60 CD; ORD-121 23(5), ORD-121 22, REG-778 46"}, clock(ClockMediateM3)},
		{"filing date", "one regime each", [3]string{ClockMediateM1, ClockMediateM2, ClockMediateM3}, regime},
		{"ORD-121 21", "recusal stops no period", every("no"), func(rs RuleSet) string { return yes(rs.Mediation().Pauses(PauseRecusal)) }},
	})
}

// TestGroundsForTerminating: ORD-20 art 21, ORD-121 art 23.
func TestGroundsForTerminating(t *testing.T) {
	item := func(old, now string) [3]string {
		return [3]string{"ORD-20 21(" + old + ")", "ORD-20 21(" + old + ")", "ORD-121 23(" + now + ")"}
	}
	timeout := item("5", "5")
	timeout[1] = "REG-778 46, ORD-20 21(5)"
	found := item("6", "6")
	found[2] = "ORD-121 23(6), ORD-121 16, ORD-121 42"
	withDays := func(rs RuleSet) string {
		n, _ := rs.Notice(NoticeTermination)
		return n.Clock + " " + cited(n.Citations)
	}
	runRows(t, []row{
		{"ORD-121 23(1), ORD-20 21(1)", "TM_WITHDRAW", item("1", "1"), ground("TM_WITHDRAW")},
		{"ORD-121 23(1), ORD-20 21(1)", "TM_SETTLED", item("1", "1"), ground("TM_SETTLED")},
		{"ORD-121 23(2), ORD-20 21(3)", "TM_NO_SHOW", item("3", "2"), ground("TM_NO_SHOW")},
		{"ORD-121 23(2), ORD-20 21(3)", "TM_REFUSED", item("3", "2"), ground("TM_REFUSED")},
		{"ORD-121 23(2)", "TM_REFUSED by either side", [3]string{"no", "no", "yes"}, groundSays("TM_REFUSED", "投诉人或者被投诉人")},
		{"ORD-121 23(3), ORD-20 21(4)", "TM_NO_AGREEMENT", item("4", "3"), ground("TM_NO_AGREEMENT")},
		{"ORD-20 21(2)", "TM_APPRAISAL_BODY", [3]string{"ORD-20 21(2)", "ORD-20 21(2), REG-778 47", ""}, ground("TM_APPRAISAL_BODY")},
		{"ORD-121 23(4), ORD-20 21(2)", "TM_APPRAISAL_FEE", item("2", "4"), ground("TM_APPRAISAL_FEE")},
		{"ORD-121 23(5), REG-778 46, ORD-20 21(5)", "TM_TIMEOUT", timeout, ground("TM_TIMEOUT")},
		{"ORD-121 23(6), ORD-20 21(6)", "TM_NA_FOUND, also a case of article 42", found, ground("TM_NA_FOUND")},
		{"ORD-121 23(7)", "TM_PARTY_GONE", [3]string{"", "", "ORD-121 23(7)"}, ground("TM_PARTY_GONE")},
		{"ORD-121 23(8), ORD-20 21(7)", "TM_OTHER", item("7", "8"), ground("TM_OTHER")},
		{"ORD-121 23, ORD-20 21", "notice to both sides", every("complainant respondent; "), notice(NoticeTermination)},
		{"ORD-121 23, ORD-20 21", "within the clock of 7 WD", [3]string{"CP.TERM_NOTICE ORD-20 21", "CP.TERM_NOTICE ORD-20 21", "CP.TERM_NOTICE ORD-121 23, FORMS-2026 8"}, withDays},
		{"ORD-121 27", "a check of leads goes on", [3]string{"ORD-20 23 [recalled]", "ORD-20 23 [recalled]", "ORD-121 27, ORD-121 23"}, provision(TerminationKeepsLeads)},
		{"ORD-121 23", "a passed limit ends nothing", [3]string{"ORD-20 21 [recalled]", "ORD-20 21 [recalled]", "ORD-121 23"}, provision(TimeOutByDecision)},
	})
}
