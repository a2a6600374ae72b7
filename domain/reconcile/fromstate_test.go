package reconcile

import (
	"testing"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"

	"github.com/google/go-cmp/cmp"
)

func accepted() complaint.State {
	return complaint.State{
		ID: "c-1", Number: "2026-1001", Lane: complaint.LaneDepartment, Status: complaint.StatusAccepted,
		FiledOn: 739000, ReceivedOn: 739001, AcceptedOn: 739003,
		Filing: &complaint.Filed{
			Purchase: complaint.Purchase{AmountFen: 12900}, Respondent: complaint.Told{USCC: "told"},
		},
		Consumer:     &complaint.Person{Subject: "s-1", Name: &sealed.Value{Mask: "巴*"}},
		ExternalRefs: []complaint.ExternalRef{{System: "12345", Number: "99999"}, {System: "12315", Number: "11501"}},
	}
}

func TestRowOfACase(t *testing.T) {
	s := accepted()
	row, ok := FromState(&s)
	want := Ours{
		Case: "c-1", Number: "2026-1001", Refs: []string{"11501"}, Merchant: "told", Complainant: "巴*", State: complaint.StatusAccepted,
		Dates: Dates{FiledOn: 739000, ReceivedOn: 739001, AcceptedOn: 739003}, AmountFen: 12900,
	}
	if d := cmp.Diff(want, row); d != "" || !ok {
		t.Error(ok, d)
	}
}

func TestRowOfACaseThatEnded(t *testing.T) {
	s := accepted()
	s.Status, s.EndedAs, s.EndedOn, s.ClosedOn = complaint.StatusClosed, complaint.StatusAgreed, 739020, 739025
	if row, _ := FromState(&s); row.State != complaint.StatusAgreed || row.EndedOn != 739020 || row.ClosedOn != 739025 || row.DeclinedOn != 0 {
		t.Errorf("%+v", row)
	}
	s.Status, s.EndedAs = complaint.StatusDeclined, complaint.StatusDeclined
	if row, _ := FromState(&s); row.State != complaint.StatusDeclined || row.EndedOn != 0 || row.DeclinedOn != 739020 {
		t.Errorf("%+v", row)
	}
}

// A mask is personal data as well: it goes with the key of its person.
func TestRowOfACaseWhoseConsumerWasErased(t *testing.T) {
	s := accepted()
	s.Erased = []complaint.Erasure{{Subject: "s-1", Manner: "erased"}}
	if row, _ := FromState(&s); row.Complainant != "" {
		t.Error(row.Complainant)
	}
	s.Consumer = nil
	if row, _ := FromState(&s); row.Complainant != "" {
		t.Error(row.Complainant)
	}
}

func TestRowOfAConfirmedMerchant(t *testing.T) {
	s := accepted()
	s.Identity, s.Respondent = complaint.IdentityConfirmed, &complaint.Identity{USCC: shop}
	if row, _ := FromState(&s); row.Merchant != shop {
		t.Error(row.Merchant)
	}
}

// The official record is that of the departments (Order 121 art 40).
func TestCasesWithoutOfficialRecord(t *testing.T) {
	direct, foreign := accepted(), accepted()
	direct.Lane, foreign.Status = complaint.LaneDirect, complaint.StatusForeign
	for _, s := range []complaint.State{{}, direct, foreign} {
		if row, ok := FromState(&s); ok {
			t.Errorf("%+v", row)
		}
	}
}
