package complaint

import "testing"

// What a consumer association handled the department need not accept: the consumer is
// warned before, and the consent names the ground.
func TestWhatAcceptanceElsewhereCloses_Order121Art16(t *testing.T) {
	up := func(to Lane, warned bool) Command {
		return by(consumer, "2026-06-05", ChangeLane{To: to, Wording: "2026-1", Warned: warned})
	}
	direct, association := []Command{file(LaneDirect)}, []Command{file(LaneAssociation)}
	r := refused(t, direct, up(LaneAssociation, false), "warning_required", "ORD-121.16(2)")
	if r.Pointer != "/warned" || r.Citation != "市场监督管理投诉举报处理办法 第十六条第（二）项" {
		t.Fatal(r)
	}
	refused(t, association, up(LaneDepartment, false), "warning_required", "ORD-121.16(2)")
	walk(t, direct...).When(up(LaneAssociation, true)).Then(t, &LaneChanged{
		From: LaneDirect, To: LaneAssociation, ConsentBy: "consumer", Wording: "2026-1 NA2_ALREADY",
	})
	// The department's own acceptance closes nothing.
	if err := walk(t, direct...).When(up(LaneDepartment, false)).Err(); err != nil {
		t.Fatal(err)
	}
	old := filing(LaneDirect)
	old.Purchase.BoughtOn = day("2024-05-20")
	refused(t, []Command{by(consumer, "2024-06-03", old)}, by(consumer, "2024-06-04", ChangeLane{To: LaneAssociation, Wording: "w"}), "warning_required", "ORD-20.15(2)")

	d := NewDecider(law(t))
	lanes := d.Lanes(walk(t, direct...).State())
	if len(lanes) != 2 || lanes[0].Closes.Code != "NA2_ALREADY" || lanes[1].Lane != LaneDepartment || lanes[1].Closes.Code != "" {
		t.Fatalf("%+v", lanes)
	}
	if len(d.Lanes(walk(t, received()...).State())) > 0 || len(d.Lanes(State{})) > 0 {
		t.Fatal("there is no lane above")
	}
}
