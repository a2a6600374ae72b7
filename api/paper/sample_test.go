package paper

import (
	"strings"
	"testing"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

func day(s string) calendar.Date { return calendar.MustDate(s) }

func printer(t testing.TB) *Printer {
	t.Helper()
	law, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	forms, err := statute.LoadForms(law)
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(law, forms)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sample is a case in which everything happened that forms ask about, with the ground
// of its decision.
func sample(ground string) Facts {
	return Facts{
		Case: &usecase.CaseView{
			Number: "2026-7K3M-Q0TX-49RB-58", Ruleset: "ORD-121", FiledAt: time.Date(2026, 5, 31, 16, 30, 0, 0, time.UTC),
			Consumer: &usecase.PersonView{
				Name: "苏日娜", Phone: "13847112345", Address: "内蒙古自治区呼和浩特市新城区海拉尔东街18号2单元501室",
				IDType: "id_card", IDNumber: "150102199003071240",
			},
			Merchant: usecase.MerchantView{ID: "m-1", Name: "呼和浩特市草原家电有限公司"},
			Told:     &usecase.ToldView{Address: "呼和浩特市新城区新华东街26号", Phone: "0471-6912345"},
			Declared: &usecase.DeclaredView{Publish: true, DelegateMediation: false},
			Subject: &usecase.PurchaseView{
				Kind: "goods", Name: "双门电冰箱", Place: "新华东街门店", BoughtOn: day("2026-05-18"), AmountFen: 329900,
			},
			Requests: []usecase.RequestView{{Kind: "refund", AmountFen: 329900}, {Kind: "compensate", AmountFen: 15050, Text: "食品变质损失，转入6217000010001234569"}},
			Facts:    "购买第三天起制冷失效，上门维修两次未修好，门店拒绝退货。可致电13847112345核实。",
			Evidence: []string{"sha256:1", "sha256:2", "sha256:3"},
			Clocks: []usecase.ClockView{
				{Rule: "CP.IDENTITY", StartedOn: day("2026-06-02"), Due: day("2026-06-08")},
				{Rule: "CP.ACCEPT", StartedOn: day("2026-06-01"), Due: day("2026-06-10")},
			},
			Decision:  &usecase.DecisionView{Ground: ground, Reason: "经核实，被投诉人登记地在外省。联系电话13847112345。", Routes: []string{"negotiate", "sue", "arbitrate"}},
			Agreement: &usecase.TermsView{Text: "被投诉人收回冰箱并退还全部货款，转入6217000010001234569。", AmountFen: 329900, PerformBy: day("2026-06-30")},
		},
		Notice: &Notice{
			Number: "呼市监投受〔2026〕第12号", Addressee: "苏日娜", Dated: day("2026-06-04"), Materials: "居民身份证正反面复印件",
			Channel: "letter", SentOn: day("2026-06-05"), Contact: "13847112345", Handler: "巴特尔",
		},
		Office: &Office{Name: "呼和浩特市市场监督管理局", Contact: "巴特尔", Phone: "0471-12315", Address: "呼和浩特市新城区成吉思汗大街1号"},
		Session: &Session{
			On: day("2026-06-16"), Time: "09:30", Place: "呼和浩特市市场监督管理局二楼调解室", Mediator: "乌云其其格",
			Phone: "0471-12315", Bring: "购货凭证", RecusalDays: 3,
		},
		Transfer: &Transfer{
			Kind: "complaint", Person: "苏日娜", SubmittedOn: day("2026-06-01"), Subject: "呼和浩特市草原家电有限公司电冰箱质量",
			ReportBy: day("2026-07-15"), Materials: 3, Pages: 12,
		},
		Sides: &Sides{
			RespondentContact: "王经理", ComplainantAgent: "敖特根", ComplainantAgentPhone: "13947198765",
			LegalRepresentative: "王建国", Premises: "呼和浩特市新城区新华东街26号", RespondentAgent: "李明", RespondentAgentPhone: "13704711111",
		},
	}
}

// tipOff is a tip-off by name.
func tipOff() Facts {
	f := sample("")
	f.Case = nil
	f.Notice.Number, f.Notice.Addressee = "呼市监举告〔2026〕第14号", "那顺"
	f.TipOff = &TipOff{
		Number: "2026-9XQ4-1M2T-KB70-31", Ruleset: "ORD-121", Reporter: "那顺", Phone: "13947188888",
		Address: "呼和浩特市回民区中山西路5号", IDNumber: "150103198512010019", Target: "呼和浩特市某某食品店",
		TargetAddress: "呼和浩特市回民区通道北街3号", Leads: "2026年5月30日在该店货架发现多种超过保质期的乳制品仍在销售，附照片四张。",
		RegisteredOn: day("2026-06-02"), Subject: "呼和浩特市某某食品店销售超过保质期食品", Law: "市场监督管理投诉举报处理办法",
		Article: "三十六", Result: "经核查，你举报的事项属实，我局已于2026年6月20日立案。",
	}
	return f
}

// hostile is a case with everything that can spoil a page: markup, very long names
// without a place to break, marks that turn text round, and empty optional fields.
func hostile() Facts {
	f := sample("NA7_OTHER")
	f.Case.Merchant.Name = `<script>alert("1")</script>` + strings.Repeat("内蒙古呼和浩特草原牧歌", 12) + strings.Repeat("VeryLongLatinName", 12)
	f.Case.Consumer = &usecase.PersonView{Name: "阿拉坦·苏和" + strings.Repeat("额尔德尼", 24), Phone: "+97611451234567", Address: strings.Repeat("海拉尔东街", 40)}
	f.Case.Told, f.Case.Declared, f.Sides, f.Case.Evidence = nil, nil, nil, nil
	f.Case.Subject.Place, f.Case.Subject.BoughtOn = "", 0
	f.Case.Subject.Name = "商\u202e品\x07\u0000" + strings.Repeat("9", 160)
	f.Case.Facts = strings.Repeat("事实经过如下：\n第一行'\"&<b>粗体</b>。", 60)
	f.Notice.Addressee = f.Case.Consumer.Name
	f.Office.Name = strings.Repeat("呼和浩特市新城区", 5) + "市场监督管理局"
	f.Case.Agreement.PerformBy, f.Case.Agreement.AmountFen = 0, 0
	f.Session.Bring = ""
	f.Transfer.Person, f.Transfer.Materials = "", 0
	return f
}

// facts are those from which a form is printed in tests.
func facts(number int) Facts {
	f := sample("TM_NO_AGREEMENT")
	switch number {
	case 2, 10:
		f = tipOff()
	case 3:
		f.Notice.Addressee = "呼和浩特市新城区市场监督管理局"
	case 6:
		f = sample("NA3_NOT_CONSUMER")
	}
	f.Notice.Number = map[int]string{
		3: "呼市监投送〔2026〕第11号", 4: "呼市监投证〔2026〕第10号", 5: "呼市监投受〔2026〕第12号", 6: "呼市监投不受〔2026〕第13号",
		7: "呼市监投调通〔2026〕第15号", 8: "呼市监投终〔2026〕第16号", 9: "呼市监投调〔2026〕第17号", 10: "呼市监举告〔2026〕第14号",
	}[number]
	return f
}

// first is the recipient for whom a form is made.
func first(t testing.TB, p *Printer, number int) string {
	t.Helper()
	l, ok := p.forms.Layout(number)
	if !ok {
		t.Fatalf("form %d", number)
	}
	return l.Recipients[0]
}

func printed(t testing.TB, p *Printer, number int, copyFor string, f Facts) string {
	t.Helper()
	var b strings.Builder
	if err := p.Print(&b, number, copyFor, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
