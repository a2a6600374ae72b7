package usecase

import (
	"errors"
	"strings"
	"testing"

	"fangxin/domain/complaint"
)

// The merchant's statement stands beside the record word for word once it was reviewed.
// Until then the consumer does not read it; with personal data in it, it cannot be let
// through, and the officer is told where.
func TestAStatementIsReviewedAndStandsWordForWord(t *testing.T) {
	w := newWorld(t)
	v := w.accepted()
	w.do(desk, v.ID, "hold-session", byPhone())
	w.do(desk, v.ID, "terminate", &Terminate{Ground: "TM_NO_AGREEMENT"})
	w.do(desk, v.ID, "review-disclosure", &ReviewDisclosure{Summary: "冰箱不制冷", Channel: "letter"})
	accept := func() error {
		_, _, err := w.Act(t.Context(), desk, v.ID, "review-statement", &ReviewStatement{Result: "accepted"}, Options{})
		return err
	}
	for text, want := range map[string]Fault{
		"请拨打 138-0000-1111 核实":           {Pointer: "/statement", Code: FaultPersonal, From: 4, To: 17},
		"联系人：王小明":                        {Pointer: "/statement", Code: FaultPersonal, From: 4, To: 7},
		"消费者" + consumerName + "所述与事实不符": {Pointer: "/statement", Code: FaultPersonal},
	} {
		d := w.do(shop, v.ID, "add-statement", &AddStatement{Text: text}).Disclosure
		if d.Offered == nil || d.Offered.State != "waiting" || d.Offered.Text != text || d.Statement != "" {
			t.Fatalf("%+v", d.Offered)
		}
		if d := w.view(anyConsumer, v.ID).Disclosure; d.Offered != nil {
			t.Errorf("the consumer reads it before its review: %+v", d.Offered)
		}
		var invalid *InvalidError
		if err := accept(); !errors.As(err, &invalid) || invalid.Faults[0] != want {
			t.Errorf("%s: %v", text, err)
		}
	}
	w.do(desk, v.ID, "review-statement", &ReviewStatement{Result: "refused", Reason: "含有个人信息"})
	if d := w.view(shop, v.ID).Disclosure; d.Offered == nil || d.Offered.State != "refused" || d.Offered.Reason != "含有个人信息" {
		t.Errorf("%+v", d.Offered)
	}
	good := strings.Repeat("已", 499) + "。"
	w.do(shop, v.ID, "add-statement", &AddStatement{Text: good})
	if err := accept(); err != nil {
		t.Fatal(err)
	}
	for _, reader := range []Actor{anyConsumer, shop, desk} {
		if d := w.view(reader, v.ID).Disclosure; d.Statement != good || d.Offered != nil {
			t.Errorf("%s: %+v", reader.Role, d)
		}
	}
	_, _, err := w.Act(t.Context(), shop, v.ID, "add-statement", &AddStatement{Text: good + "。"}, Options{})
	if !errors.Is(err, &complaint.Refusal{Code: "statement_too_long"}) {
		t.Error(err)
	}
}
