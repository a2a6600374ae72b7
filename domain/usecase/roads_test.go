package usecase

import (
	"context"
	"slices"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
)

// received is a case at the desk of Hohhot.
func (w *world) received() string {
	w.t.Helper()
	return w.file(complaintOf("呼和浩特市暖阳家电有限公司")).ID
}

// A case that was forwarded is the other office's: the sender's county no longer sees
// it, the parties see no date between offices, and ping-pong is counted.
func TestForwarding(t *testing.T) {
	w := newWorld(t)
	id := w.received()
	county := Actor{ID: "o-2", Role: RoleOfficer, Region: "150102"}
	other := Actor{ID: "o-3", Role: RoleOfficer, Region: "150103"}
	w.refused(ErrNotFound, other, id, "accept", &Accept{})
	v := w.do(county, id, "forward", &Forward{To: "150103", ReportBy: "2026-12-10", Reason: "实际经营地在回民区"})
	if v.Region != "150103" {
		t.Fatalf("%+v", v)
	}
	w.refused(ErrNotFound, county, id, "assign", &Assign{Unit: "x"})
	rules := func(actor Actor) (rules []string) {
		for _, c := range w.view(actor, id).Clocks {
			rules = append(rules, c.Rule)
		}
		return rules
	}
	if got := rules(other); !slices.Contains(got, statute.DateReportBack) {
		t.Errorf("officer: %v", got)
	}
	if got := rules(anyConsumer); slices.Contains(got, statute.DateReportBack) {
		t.Errorf("consumer: %v", got)
	}
	clocks, err := w.Clocks(context.Background(), other, id)
	if err != nil || len(clocks) != 2 {
		t.Fatalf("%v: %v", clocks, err)
	}
	for _, c := range clocks {
		if c.Rule == statute.DateReportBack && (c.Steps[0].Key != stepLaw || c.Steps[1].Key != stepSet || len(c.Citations) == 0) {
			t.Errorf("%+v", c)
		}
	}
	if clocks, _ = w.Clocks(context.Background(), anyConsumer, id); len(clocks) != 1 {
		t.Fatalf("consumer: %v", clocks)
	}
	w.do(other, id, "report-back", &ReportBack{Text: "不属于本区管辖"})
	v = w.do(other, id, "forward", &Forward{To: "150102"})
	if v.Handovers == nil || *v.Handovers != (HandoversView{Forwarded: 2, Back: 1, From: v.Handovers.From}) {
		t.Fatalf("%+v", v.Handovers)
	}
	if v := w.view(anyConsumer, id); v.Handovers != nil {
		t.Fatalf("consumer: %+v", v.Handovers)
	}
}

// mediated is a case whose mediation runs.
func (w *world) mediated() string {
	w.t.Helper()
	id := w.received()
	w.do(desk, id, "identify-merchant", &IdentifyMerchant{
		State: "confirmed", Source: "register", Merchant: &IdentityInput{Name: "呼和浩特市暖阳家电有限公司", Region: "150102"},
	})
	w.do(desk, id, "accept", &Accept{})
	return id
}

// Appraisal stops the clock, recusal the sessions, delegation needs both sides.
func TestRoadsBesideMediation(t *testing.T) {
	w := newWorld(t)
	id := w.mediated()
	paused := func() bool {
		for _, c := range w.view(shop, id).Clocks {
			if c.Rule == statute.ClockMediateM3 {
				return c.Paused
			}
		}
		t.Fatal("no clock of mediation")
		return false
	}
	w.do(desk, id, "pause", &Pause{Institution: "内蒙古质检院", By: "both", FeePayer: "shared"})
	if !paused() {
		t.Error("the clock runs on")
	}
	v := w.do(desk, id, "resume", &Resume{Result: "defect"})
	if paused() || v.Mediation == nil || len(v.Mediation.Appraisals) != 1 || v.Mediation.Appraisals[0].Result != "defect" {
		t.Errorf("%+v", v.Mediation)
	}
	w.do(shop, id, "recuse", &Recuse{Reason: "近亲属"})
	if v := w.view(anyConsumer, id); !v.Mediation.Suspended || paused() {
		t.Errorf("%+v", v.Mediation)
	}
	w.do(desk, id, "decide-recusal", &DecideRecusal{Decision: "refused"})
	w.do(anyConsumer, id, "consent-delegation", &ConsentDelegation{Answer: "yes"})
	w.do(shop, id, "consent-delegation", &ConsentDelegation{Answer: "yes"})
	if v := w.do(desk, id, "delegate", &Delegate{To: "消费者协会", Kind: "association"}); v.Mediation.Delegated != "消费者协会" || len(v.Mediation.Consents) != 2 {
		t.Errorf("%+v", v.Mediation)
	}
	if v := w.do(desk, id, "end-delegation", &EndDelegation{Result: "no_agreement"}); v.Mediation.Delegated != "" {
		t.Errorf("%+v", v.Mediation)
	}
	w.refused(ErrForbidden, shop, id, "pause", &Pause{})
	w.refused(ErrNotFound, stranger, id, "recuse", &Recuse{})
}

// What lies between offices shows in nothing that a party reads (Order 121 art 37).
func TestLeadsAreForOfficersOnly_Order121Art37(t *testing.T) {
	w := newWorld(t)
	id := w.mediated()
	before := w.view(shop, id)
	clocks, err := w.Clocks(context.Background(), shop, id)
	if err != nil {
		t.Fatal(err)
	}
	if v := w.do(desk, id, "find-lead", &FindLead{Text: "能效等级与铭牌不一致"}); len(v.Leads) != 1 || v.Leads[0].Text == "" {
		t.Fatalf("%+v", v.Leads)
	}
	w.at("2027-01-20")
	if _, err := w.RecordDeadlinePassed(context.Background(), id, statute.ClockLeadCheck, leadDue(w, id)); err != nil {
		t.Fatal(err)
	}
	after := w.view(shop, id)
	after.Revision = before.Revision
	if !slices.Equal(after.Clocks, before.Clocks) || len(after.Leads) > 0 || !slices.Equal(after.Actions, before.Actions) {
		t.Errorf("the merchant sees %+v", after)
	}
	if now, err := w.Clocks(context.Background(), shop, id); err != nil || len(now) != len(clocks) {
		t.Errorf("the merchant sees %d clocks: %v", len(now), err)
	}
	seen := func(actor Actor) (types []string) {
		list, err := w.History(context.Background(), actor, id, -1, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			types = append(types, e.Type)
		}
		return types
	}
	for _, party := range []Actor{shop, anyConsumer} {
		for _, e := range seen(party) {
			if e == "complaint.lead_found.v1" || e == "complaint.deadline_passed.v1" {
				t.Errorf("%s reads %s", party.Role, e)
			}
		}
	}
	if got := seen(desk); !slices.Contains(got, "complaint.deadline_passed.v1") {
		t.Errorf("the officer reads %v", got)
	}
	w.do(desk, id, "check-lead", &CheckLead{Result: "not_filed", Text: "铭牌为旧批次"})
}

func leadDue(w *world, id string) calendar.Date {
	w.t.Helper()
	s, _, err := w.State(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	c, ok := s.Clock(statute.ClockLeadCheck)
	if !ok {
		w.t.Fatal("no lead is under check")
	}
	return c.Due
}

// Instalments are agreed, performed, confirmed and broken one by one.
func TestPerformanceByInstalments(t *testing.T) {
	w := newWorld(t)
	id := w.mediated()
	v := w.do(desk, id, "agree", &Agree{Form: "record", Record: "电话调解", Terms: TermsInput{Kind: "refund", AmountFen: 300000, Instalments: []InstalmentInput{
		{AmountFen: 100000, Due: "2026-12-10"}, {AmountFen: 200000, Due: "2027-01-10"},
	}}})
	if len(v.Agreement.Instalments) != 2 || v.Agreement.Instalments[1].State != "due" {
		t.Fatalf("%+v", v.Agreement)
	}
	v = w.do(shop, id, "perform", &Perform{AmountFen: 5000})
	if v.Performance != "due" {
		t.Error(v.Performance)
	}
	w.do(shop, id, "perform", &Perform{Instalment: 1})
	w.do(anyConsumer, id, "confirm-performance", &ConfirmPerformance{Instalment: 1})
	w.at("2027-01-11")
	v = w.do(anyConsumer, id, "break-performance", &BreakPerformance{Instalment: 2, Reason: "到期未付"})
	if list := v.Agreement.Instalments; list[0].State != "confirmed" || list[1].State != "broken" || v.Performance != "broken" {
		t.Errorf("%+v", list)
	}
}

// Materials and proof of identity are asked for by a day that the merchant does not see;
// moving up says what acceptance there closes.
func TestSupplementsAndLanes(t *testing.T) {
	w := newWorld(t)
	id := w.mediated()
	v := w.do(desk, id, "request-supplement", &RequestSupplement{Items: []string{"factual_basis"}, Text: "请补充购物凭证", By: "2026-12-04"})
	if len(v.Asked) != 1 || v.Asked[0].Text == "" {
		t.Fatalf("%+v", v.Asked)
	}
	rules := func(actor Actor) (rules []string) {
		for _, c := range w.view(actor, id).Clocks {
			rules = append(rules, c.Rule)
		}
		return rules
	}
	if v := w.view(anyConsumer, id); len(v.Asked) != 1 || v.Asked[0].Text != "请补充购物凭证" || !slices.Contains(rules(anyConsumer), statute.DateSupplement) {
		t.Errorf("consumer: %+v", v.Asked)
	}
	if v := w.view(shop, id); len(v.Asked) > 0 || slices.Contains(rules(shop), statute.DateSupplement) {
		t.Errorf("merchant: %+v", v.Asked)
	}
	w.do(anyConsumer, id, "supplement", &Supplement{Text: "购物小票见附件"})

	in := complaintOf("呼和浩特市暖阳家电有限公司")
	in.Lane = "direct"
	c := w.file(in)
	if len(c.Lanes) == 0 || c.Lanes[0].Lane != "association" || c.Lanes[0].Closes == nil || c.Lanes[0].Closes.Ground != "NA2_ALREADY" || c.Lanes[0].Closes.Title.EN == "" {
		t.Fatalf("%+v", c.Lanes)
	}
	w.refused(&complaint.Refusal{Code: "warning_required"}, anyConsumer, c.ID, "change-lane", &ChangeLane{To: "association", Wording: "2026-1"})
	if c = w.do(anyConsumer, c.ID, "change-lane", &ChangeLane{To: "association", Wording: "2026-1", Warned: true}); c.Lane != "association" {
		t.Errorf("%s", c.Lane)
	}
}

// The common superior designates; who lost the case no longer sees it.
func TestJurisdiction(t *testing.T) {
	w := newWorld(t)
	id := w.received()
	county := Actor{ID: "o-2", Role: RoleOfficer, Region: "150102"}
	w.do(county, id, "dispute-jurisdiction", &DisputeJurisdiction{With: "150103"})
	w.refused(&complaint.Refusal{Code: "not_superior"}, county, id, "decide-jurisdiction", &DecideJurisdiction{Region: "150103", By: "designation"})
	if v := w.do(desk, id, "decide-jurisdiction", &DecideJurisdiction{Region: "150103", By: "designation"}); v.Region != "150103" {
		t.Fatal(v.Region)
	}
	w.refused(ErrNotFound, county, id, "accept", &Accept{})
}
