package usecase

import (
	"context"
	"slices"
	"testing"

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
	if clocks, _ = w.Clocks(context.Background(), anyConsumer, id); len(clocks) != 1 {
		t.Fatalf("consumer: %v", clocks)
	}
	w.do(other, id, "report-back", &ReportBack{Text: "不属于本区管辖"})
	v = w.do(other, id, "forward", &Forward{To: "150102"})
	if v.Handovers == nil || *v.Handovers != (HandoversView{Forwarded: 2, Back: 1}) {
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
