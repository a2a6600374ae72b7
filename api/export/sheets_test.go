package export

import (
	"encoding/csv"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/reconcile"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden sheets anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Error(d)
	}
}

func wordsOf(t testing.TB, lang string) Words {
	t.Helper()
	w, err := ReadWords(lang)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func law(t testing.TB) statute.Vocabulary {
	t.Helper()
	c, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c.Vocabulary()
}

func cases() []usecase.CaseView {
	return []usecase.CaseView{
		{
			ID: "c-1", Number: "2026-AAAA-0000-0001-11", FiledAt: time.Date(2026, 5, 5, 17, 0, 0, 0, time.UTC), AmountFen: 12905,
			Merchant:     usecase.MerchantView{Name: "草原百货", USCC: "91150105MA0N1XK83R"},
			ExternalRefs: []complaint.ExternalRef{{System: "12345", Number: "9"}, {System: "12315", Number: "1150105002026050600000001"}},
			Consumer:     &usecase.PersonView{Name: "巴特尔", Phone: "13812341234", IDType: "id_card", IDNumber: "11010519491231002X", Address: "赛罕区\n某街1号"},
			Filer:        &usecase.FilerView{As: "agent", Name: "王律师", Phone: "+8613900000000"},
			Told:         &usecase.ToldView{Name: "百货", Person: "李经理", Address: "新城区", Phone: "0471-1234567"},
			Subject:      &usecase.PurchaseView{Name: "电饭锅", Brand: "某牌", BoughtOn: 739000, Place: "一楼", OrderNo: "=1+1"},
			Requests:     []usecase.RequestView{{Kind: "refund", AmountFen: 12905}, {Kind: "compensate", Text: "误工费"}},
			Facts:        "=HYPERLINK(\"http://x\",\"y\")", Evidence: []string{"sha256:1", "sha256:2"},
			Declared: &usecase.DeclaredView{Publish: true},
		},
		{ID: "c-2", Number: "2026-AAAA-0000-0002-12", Told: &usecase.ToldView{Person: "@张", Landmark: "学校对面",
			Market: &usecase.MarketView{Name: "早市", Stall: "7"}, Platform: &usecase.PlatformView{Name: "某平台", Shop: "小店"}}},
		{},
	}
}

func sheet(t testing.TB, lang string, list []usecase.CaseView) string {
	t.Helper()
	var b strings.Builder
	s, err := NewTransferSheet(&b, wordsOf(t, lang), law(t), false)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if err := s.Row(&list[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTransferSheetGolden(t *testing.T) {
	golden(t, "transfer.zh-CN.csv", sheet(t, "zh-CN", cases()))
	golden(t, "transfer.en.csv", sheet(t, "en", cases()))
}

// The columns follow official form 1 (投诉登记表, April 2026): complainant,
// respondent, requests, facts, consents.
func TestTransferSheetFollowsFormOne(t *testing.T) {
	header, err := csv.NewReader(strings.NewReader(sheet(t, "zh-CN", nil))).Read()
	if err != nil {
		t.Fatal(err)
	}
	at := -1
	for _, name := range []string{"投诉人姓名", "投诉人电话号码", "证件类型", "证件号码", "投诉人通讯地址", "被投诉人名称（姓名）", "被投诉人联系人",
		"被投诉人地址", "被投诉人电话", "投诉请求", "消费时间", "消费地点", "购买的商品或者接受的服务", "争议金额（元）", "消费者权益争议事实", "证据",
		"是否同意公示投诉信息", "是否同意委托调解"} {
		i := slices.Index(header, name)
		if i <= at {
			t.Errorf("%s stands at %d behind %d", name, i, at)
		}
		at = i
	}
}

func TestTransferSheetHasNoFormula(t *testing.T) {
	evil := rapid.SampledFrom([]string{"=1", "+1", "-1", "@x", "\t=1", "＝1", "\r=1", "plain, \"x\"\n=1", ""})
	vocabulary := law(t)
	rapid.Check(t, func(rt *rapid.T) {
		draw := func() string { return evil.Draw(rt, "cell") }
		v := usecase.CaseView{
			Number: draw(), Consumer: &usecase.PersonView{Name: draw(), Phone: draw(), IDType: draw(), IDNumber: draw(), Address: draw()},
			Told:     &usecase.ToldView{Name: draw(), Person: draw(), Address: draw(), Phone: draw(), Platform: &usecase.PlatformView{Name: draw(), Shop: draw()}},
			Subject:  &usecase.PurchaseView{Name: draw(), Brand: draw(), Place: draw(), OrderNo: draw()},
			Requests: []usecase.RequestView{{Kind: draw(), Text: draw()}}, Facts: draw(), Filer: &usecase.FilerView{Name: draw(), Phone: draw()},
			ExternalRefs: []complaint.ExternalRef{{System: "12315", Number: draw()}}, Merchant: usecase.MerchantView{USCC: draw(), Name: draw()},
		}
		var b strings.Builder
		s, err := NewTransferSheet(&b, Words{}, vocabulary, false)
		if err != nil {
			rt.Fatal(err)
		}
		if err := s.Row(&v); err != nil {
			rt.Fatal(err)
		}
		_ = s.Flush()
		rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil || len(rows) != 2 {
			rt.Fatal(len(rows), err)
		}
		for _, cell := range rows[1] {
			if strings.IndexAny(cell, "=+-@\t\r＝") == 0 {
				rt.Fatalf("%q is a formula", cell)
			}
		}
	})
}

func report(t testing.TB) *reconcile.Report {
	t.Helper()
	r := reconcile.New(reconcile.Fields())
	d := reconcile.Dates{FiledOn: calendar.NewDate(2026, 5, 6)}
	other := reconcile.Dates{FiledOn: calendar.NewDate(2026, 5, 7), AcceptedOn: calendar.NewDate(2026, 5, 8)}
	for _, o := range []reconcile.Ours{
		{Case: "c-1", Number: "2026-1001", Refs: []string{"11501"}, Dates: d, State: complaint.StatusReceived, Complainant: "张三"},
		{Case: "c-2", Number: "2026-1002", Refs: []string{"11502"}, Dates: d},
		{Case: "c-3", Number: "2026-1003", Refs: []string{"11503"}, Dates: d},
		{Case: "c-4", Number: "2026-1004", Dates: d},
		{Case: "c-5", Number: "2026-1005", Merchant: "91150105MA0N1XK83R", AmountFen: 5, Dates: d},
	} {
		if err := r.AddOurs(o); err != nil {
			t.Fatal(err)
		}
	}
	for i, row := range []reconcile.Theirs{
		{Number: "11501", Dates: other, State: complaint.StatusAccepted, Complainant: "李四"}, {Number: "11502", Dates: d},
		{Number: "11503", Dates: d}, {Number: "11503", Dates: other}, {Number: "11509", Dates: d}, {Number: "11509", Dates: d},
		{Number: "11505", Merchant: "91150105MA0N1XK83R", AmountFen: 5, Dates: d},
	} {
		row.Record, row.Line = i+1, i+2
		if err := r.AddTheirs(row); err != nil {
			t.Fatal(err)
		}
	}
	return r.Report()
}

func TestReconciliationGolden(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		var b strings.Builder
		out, err := NewReconciliation(&b, wordsOf(t, lang), lang == "zh-CN")
		if err != nil {
			t.Fatal(err)
		}
		for e := range report(t).Entries() {
			if err := out.Entry(&e); err != nil {
				t.Fatal(err)
			}
		}
		if err := out.Flush(); err != nil {
			t.Fatal(err)
		}
		golden(t, "reconciliation."+lang+".csv", b.String())
	}
}

// Every code that a report can carry has a text in both languages.
func TestEveryCodeHasWords(t *testing.T) {
	zh, en := wordsOf(t, "zh-CN"), wordsOf(t, "en")
	if d := cmp.Diff(slices.Sorted(maps.Keys(zh.texts)), slices.Sorted(maps.Keys(en.texts))); d != "" {
		t.Error(d)
	}
	var keys []string
	for _, c := range reconcile.Classes() {
		keys = append(keys, "class."+string(c))
	}
	for _, f := range reconcile.Fields() {
		keys = append(keys, "field."+string(f))
	}
	for _, b := range []reconcile.By{reconcile.ByExternalRef, reconcile.ByNumber, reconcile.ByGuess} {
		keys = append(keys, "by."+string(b))
	}
	for _, k := range keys {
		if _, ok := zh.texts[k]; !ok {
			t.Errorf("no words for %s", k)
		}
	}
	if _, err := ReadWords("../en"); err == nil {
		t.Error("a path is no language")
	}
	if got := zh.say("id_type.unheard_of"); got != "unheard_of" {
		t.Error(got)
	}
}
