package foreign

import (
	"strings"
	"testing"
	"time"

	"fangxin/api/export"
	"fangxin/domain/complaint"
	"fangxin/domain/reconcile"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

// A transfer sheet that we wrote is read back by the mapping that comes with the
// program, and every case in it finds itself by its number.
func TestTransferSheetIsReadBack(t *testing.T) {
	law, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	words, err := export.ReadWords("zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	sheet, err := export.NewTransferSheet(&b, words, law.Vocabulary(), true)
	if err != nil {
		t.Fatal(err)
	}
	view := usecase.CaseView{
		Number: "2026-AAAA-0000-0001-11", FiledAt: time.Date(2026, 5, 6, 1, 0, 0, 0, time.UTC), AmountFen: 12905,
		Merchant: usecase.MerchantView{USCC: "91150105MA0N1XK83R"}, Facts: "=1+1\n\"第二行\"",
		Consumer:     &usecase.PersonView{Name: "巴特尔", IDNumber: "11010519491231002X"},
		ExternalRefs: []complaint.ExternalRef{{System: "12315", Number: "1150105002026050600000001"}},
	}
	if err := sheet.Row(&view); err != nil {
		t.Fatal(err)
	}
	if err := sheet.Flush(); err != nil {
		t.Fatal(err)
	}
	got := readOfficial(t, mapping(t), strings.NewReader(b.String()))
	if got.end != nil || got.refused != nil || len(got.rows) != 1 {
		t.Fatalf("%+v", got)
	}
	row := got.rows[0]
	if row.Number != "1150105002026050600000001" || row.OurNumber != view.Number || row.AmountFen != 12905 || row.Complainant != "巴*" ||
		row.FiledOn.String() != "2026-05-06" || row.Merchant != view.Merchant.USCC {
		t.Errorf("%+v", row)
	}
	r := reconcile.New(got.notes.Stated)
	ours := reconcile.Ours{Case: "c-1", Number: view.Number, Complainant: "巴*", Merchant: row.Merchant, Dates: row.Dates, AmountFen: 12905}
	if err := r.AddOurs(ours); err != nil {
		t.Fatal(err)
	}
	if err := r.AddTheirs(row); err != nil {
		t.Fatal(err)
	}
	if c := r.Report().Counts(); c.Entries[reconcile.Matched] != 1 || len(c.Entries) != 1 {
		t.Errorf("%+v", c)
	}
}
