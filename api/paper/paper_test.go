package paper

import (
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"html"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

var update = flag.Bool("update", false, "write the golden pages anew")

// golden compares a page, without its style, with testdata.
func golden(t *testing.T, p *Printer, name, page string) {
	t.Helper()
	page = strings.Replace(page, string(p.css), "", 1)
	file := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), page); diff != "" {
		t.Errorf("%s: %s", name, diff)
	}
}

// The ten official forms (FORMS-2026 1 to 10), filled in and blank, for whom each is
// made and for the file.
func TestFormsAsPrinted_Forms2026(t *testing.T) {
	p := printer(t)
	for n := 1; n <= 10; n++ {
		golden(t, p, fmt.Sprintf("form-%d", n), printed(t, p, n, first(t, p, n), facts(n)))
		var b strings.Builder
		if err := p.Blank(&b, n); err != nil {
			t.Fatal(err)
		}
		golden(t, p, fmt.Sprintf("form-%d-blank", n), b.String())
	}
	golden(t, p, "form-5-office", printed(t, p, 5, statute.CopyOffice, facts(5)))
	golden(t, p, "form-8-respondent", printed(t, p, 8, statute.CopyRespondent, facts(8)))
	golden(t, p, "form-9-respondent", printed(t, p, 9, statute.CopyRespondent, facts(9)))
}

// PIPL 6, design: what a copy for one side must not tell of the other.
func TestCopiesHidePersonalData_PIPL6(t *testing.T) {
	p := printer(t)
	for _, tt := range []struct {
		form   int
		copy   string
		hidden []string
		shown  []string
	}{
		{1, statute.CopyOffice, nil, []string{"150102199003071240", "13847112345", "海拉尔东街"}},
		{1, statute.CopyComplainant, []string{"150102199003071240"}, []string{"150***********1240", "13847112345"}},
		{2, statute.CopyReporter, []string{"150103198512010019"}, []string{"150***********0019"}},
		{8, statute.CopyRespondent, []string{"13847112345", "6217000010001234569"}, []string{"苏日娜", "***********"}},
		{8, statute.CopyComplainant, nil, []string{"13847112345"}},
		{9, statute.CopyRespondent, []string{"海拉尔东街", "6217000010001234569", "13947198765"}, []string{"＊＊＊", "139****8765", "13704711111", "苏日娜"}},
		{9, statute.CopyComplainant, []string{"13704711111"}, []string{"海拉尔东街", "137****1111", "13947198765"}},
		{9, statute.CopyOffice, nil, []string{"海拉尔东街", "6217000010001234569", "13947198765", "13704711111"}},
		{5, statute.CopyComplainant, []string{"送达", "存档", "13847112345"}, nil},
		{5, statute.CopyOffice, nil, []string{"送达方式：", "信函", "2026年6月5日", "存档联"}},
	} {
		page := printed(t, p, tt.form, tt.copy, facts(tt.form))
		for _, s := range tt.hidden {
			if strings.Contains(page, s) {
				t.Errorf("form %d for %s tells %s", tt.form, tt.copy, s)
			}
		}
		for _, s := range tt.shown {
			if !strings.Contains(page, s) {
				t.Errorf("form %d for %s lacks %s", tt.form, tt.copy, s)
			}
		}
	}
}

// Order 121 art 37: nothing of a tip-off is printed for its target.
func TestNoCopyForOthers_Order121Art37(t *testing.T) {
	p := printer(t)
	for _, n := range []int{2, 10} {
		for _, to := range []string{statute.CopyRespondent, statute.CopyComplainant, "", "target"} {
			var b strings.Builder
			if err := p.Print(&b, n, to, tipOff()); !errors.Is(err, ErrNotRecipient) || b.Len() > 0 {
				t.Errorf("form %d for %q: %v", n, to, err)
			}
		}
	}
	if err := p.Print(&strings.Builder{}, 6, statute.CopyRespondent, facts(6)); !errors.Is(err, ErrNotRecipient) {
		t.Errorf("a decision not to accept for the respondent: %v", err)
	}
}

// The forms are of April 2026 (ORD-121 46): earlier matters have none.
func TestFormsBelongToOrder121_Order121Art46(t *testing.T) {
	p := printer(t)
	for _, set := range []string{"ORD-20", "ORD-20+REG-778", "CFPB", ""} {
		f := facts(5)
		f.Case.Ruleset = set
		if err := p.Print(&strings.Builder{}, 5, statute.CopyComplainant, f); !errors.Is(err, statute.ErrNoForm) {
			t.Errorf("%q: %v", set, err)
		}
	}
	for _, n := range []int{0, 11, -1} {
		if err := p.Blank(&strings.Builder{}, n); !errors.Is(err, statute.ErrNoForm) {
			t.Errorf("form %d: %v", n, err)
		}
	}
	if err := p.Print(&strings.Builder{}, 5, statute.CopyOffice, Facts{}); !errors.Is(err, statute.ErrNoForm) {
		t.Errorf("no facts: %v", err)
	}
}

// Regulation 778 art 46: a decision not to accept says the reason and the other ways;
// Order 121 art 20: a summons says time, place and mediator.
func TestWhatANoticeMustSay_Regulation778Art46(t *testing.T) {
	p := printer(t)
	f := facts(6)
	f.Case.Decision.Reason, f.Case.Decision.Routes = "", nil
	var m *Missing
	if err := p.Print(&strings.Builder{}, 6, statute.CopyComplainant, f); !errors.As(err, &m) || !cmp.Equal(m.Fields, []string{"reason", "routes"}) || m.Form != 6 || m.Error() == "" {
		t.Errorf("%v", err)
	}
	f = facts(6)
	f.Case.Decision.Ground = "TM_TIMEOUT" // no ground of this form
	if err := p.Print(&strings.Builder{}, 6, statute.CopyComplainant, f); !errors.As(err, &m) || !cmp.Equal(m.Fields, []string{"ground"}) {
		t.Errorf("%v", err)
	}
	f = facts(7)
	f.Session, f.Notice.Number = nil, ""
	if err := p.Print(&strings.Builder{}, 7, statute.CopyRespondent, f); !errors.As(err, &m) ||
		!cmp.Equal(m.Fields, []string{"number", "session_on", "session_time", "session_place", "recusal_days", "mediator", "mediator_phone"}) {
		t.Errorf("%v", err)
	}
	page := printed(t, p, 6, statute.CopyComplainant, facts(6))
	for _, s := range []string{"第〔<span class=\"fill\">三</span>〕项", "理由：", "提起诉讼"} {
		if !strings.Contains(page, s) {
			t.Errorf("lacks %s", s)
		}
	}
}

// Every ground of the law is the right item on paper (ORD-121 16, 23).
func TestGroundsAreItems_Order121Art16And23(t *testing.T) {
	law, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, numerals := printer(t), []string{"一", "二", "三", "四", "五", "六", "七", "八"}
	rs, _ := law.Named("ORD-121")
	for form, kind := range map[int]statute.GroundKind{6: statute.Decline, 8: statute.Terminate} {
		for _, g := range rs.Grounds(kind) {
			_, item, _ := strings.Cut(g.Citations[0].Article, "(")
			no := numerals[item[0]-'1']
			if page := printed(t, p, form, statute.CopyOffice, sample(g.Code)); !strings.Contains(page, `第〔<span class="fill">`+no+`</span>〕项`) {
				t.Errorf("%s (%s) is not item %s", g.Code, g.Citations[0], no)
			}
		}
	}
}

func TestNothingBreaksOut(t *testing.T) {
	p := printer(t)
	f := hostile()
	for _, n := range []int{1, 3, 4, 5, 6, 7, 9} {
		f.Case.Ruleset = "ORD-121"
		page := printed(t, p, n, statute.CopyOffice, f)
		plain := strings.Replace(page, string(p.css), "", 1)
		for _, bad := range []string{"<script", "<b>", "\u202e", "\x07", "\x00", "<nil>", "{", "}"} {
			if strings.Contains(plain, bad) {
				t.Errorf("form %d holds %q", n, bad)
			}
		}
	}
	f.Case.Facts = strings.Repeat("长", maxValue)
	if err := p.Print(&strings.Builder{}, 1, statute.CopyOffice, f); !errors.Is(err, ErrTooLong) {
		t.Errorf("%v", err)
	}
}

// An anonymous tip-off has no reporter (ORD-121 28; form 2, note 2).
func TestAnonymousTipOff_Order121Art28(t *testing.T) {
	f := tipOff()
	f.TipOff.Reporter, f.TipOff.Phone, f.TipOff.Address, f.TipOff.IDNumber = "", "", "", ""
	if page := printed(t, printer(t), 2, statute.CopyOffice, f); strings.Contains(page, "那顺") {
		t.Error("names somebody")
	}
}

// The page may run under its own policy: one style, by its hash, and nothing else.
func TestPolicyAllowsTheStyleAlone(t *testing.T) {
	p := printer(t)
	page := printed(t, p, 5, statute.CopyComplainant, facts(5))
	if strings.Count(page, "<style>") != 1 || strings.Contains(page, "<script") || strings.Contains(page, "style=") ||
		strings.Contains(page, "http") || !strings.Contains(p.Policy(), "style-src 'sha256-") {
		t.Error(p.Policy())
	}
	if !strings.Contains(page, string(p.css)) {
		t.Error("the style was changed on its way into the page")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestABrokenWriterIsSaid(t *testing.T) {
	if err := printer(t).Blank(broken{}, 1); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}

func FuzzPrint(f *testing.F) {
	f.Add("苏日娜", "<script>", "6217000010001234569")
	f.Add("阿·苏", "\u202e{facts}", "1\n\n2")
	p := printer(f)
	f.Fuzz(func(t *testing.T, name, goods, text string) {
		facts := sample("TM_OTHER")
		facts.Case.Consumer.Name, facts.Case.Subject.Name, facts.Case.Agreement.Text = name, goods, text
		var b strings.Builder
		err := p.Print(&b, 9, statute.CopyRespondent, facts)
		var m *Missing
		if err != nil {
			if !errors.As(err, &m) && !errors.Is(err, ErrTooLong) {
				t.Fatal(err)
			}
			return
		}
		page := strings.Replace(b.String(), string(p.css), "", 1)
		if strings.Count(page, "<") != strings.Count(page, ">") || !strings.Contains(html.UnescapeString(page), clean(name)) {
			t.Fatalf("%q", name)
		}
	})
}

// Design §7, Order 121 art 37: whatever the form, the respondent's copy never holds the
// complainant's ID number or home address, and no party's copy a reporter's data.
func TestNoCopyTellsTooMuch_Order121Art37(t *testing.T) {
	p := printer(t)
	both := func(n int) Facts {
		f := facts(n)
		tip := tipOff()
		if f.Case != nil {
			f.TipOff = tip.TipOff
		}
		return f
	}
	for n := 1; n <= 10; n++ {
		for _, to := range []string{statute.CopyRespondent, statute.CopyComplainant} {
			var b strings.Builder
			if err := p.Print(&b, n, to, both(n)); errors.Is(err, ErrNotRecipient) {
				continue
			} else if err != nil {
				t.Fatal(err)
			}
			secrets := []string{"那顺", "13947188888", "150103198512010019", "中山西路5号"}
			if to == statute.CopyRespondent {
				secrets = append(secrets, "150102199003071240", "海拉尔东街18号")
			}
			for _, s := range secrets {
				if strings.Contains(b.String(), s) {
					t.Errorf("form %d tells the %s %s", n, to, s)
				}
			}
		}
	}
}

// All text stands in data: no string of the code holds a Chinese character.
func TestNoTextInCode(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && strings.ContainsFunc(l.Value, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%s: %s", fset.Position(l.Pos()), l.Value)
			}
			return true
		})
	}
}

// A source in the forms' data that does not exist, or is of another kind, is found when
// the printer is made.
func TestSourcesAreChecked(t *testing.T) {
	for path, kind := range map[string]statute.FieldKind{
		"case.colour": statute.FieldText, "case": statute.FieldText, "case.amount_fen": statute.FieldText, "case.name.first": statute.FieldText,
		"clock.due": statute.FieldDate, "clock.CP.ACCEPT.colour": statute.FieldDate, "clock.CP.ACCEPT.due": statute.FieldFen,
		"": statute.FieldText, "notice.dated": statute.FieldFen, "case.evidence": statute.FieldRequests, "case.requests": statute.FieldWords,
	} {
		if _, err := sourceOf(path, kind); err == nil {
			t.Errorf("%q as %s", path, kind)
		}
	}
}

// How values are written (GB/T 9704-2012: dates without leading zeros).
func TestValuesAsWritten(t *testing.T) {
	w := printer(t).words
	for _, tt := range []struct {
		field statute.FormField
		value any
		want  string
	}{
		{statute.FormField{Kind: statute.FieldDate}, day("2026-06-04"), "2026年6月4日"},
		{statute.FormField{Kind: statute.FieldDate}, calendar.Date(0), ""},
		// Late in the evening of UTC it is the next day in Shanghai.
		{statute.FormField{Kind: statute.FieldDate}, time.Date(2026, 5, 31, 16, 0, 0, 0, time.UTC), "2026年6月1日"},
		{statute.FormField{Kind: statute.FieldDate}, time.Time{}, ""},
		{statute.FormField{Kind: statute.FieldTime}, "09:05", "9时05分"},
		{statute.FormField{Kind: statute.FieldTime}, "14:00", "14时"},
		{statute.FormField{Kind: statute.FieldTime}, "noon", "noon"},
		{statute.FormField{Kind: statute.FieldYesNo}, true, "☑是　□否"},
		{statute.FormField{Kind: statute.FieldYesNo}, false, "□是　☑否"},
		{statute.FormField{Kind: statute.FieldYesNo}, nil, ""},
		{statute.FormField{Kind: statute.FieldFen}, int64(329905), "3299.05元"},
		{statute.FormField{Kind: statute.FieldFen}, int64(-50), "-0.50元"},
		{statute.FormField{Kind: statute.FieldFen}, int64(0), ""},
		{statute.FormField{Kind: statute.FieldNumber}, 3, "3"},
		{statute.FormField{Kind: statute.FieldCount}, []string{"a", "b"}, "2份"},
		{statute.FormField{Kind: statute.FieldWord, Words: "notice_channels"}, "in_person", "当面送达"},
		{statute.FormField{Kind: statute.FieldWord, Words: "notice_channels"}, "pigeon", "pigeon"},
	} {
		if got := w.write(tt.field, statute.FormLayout{}, tt.value); got != tt.want {
			t.Errorf("%s %v: %q", tt.field.Kind, tt.value, got)
		}
	}
}

func BenchmarkPrint(b *testing.B) {
	p, f := printer(b), facts(9)
	for b.Loop() {
		if err := p.Print(io.Discard, 9, statute.CopyRespondent, f); err != nil {
			b.Fatal(err)
		}
	}
}

// Instalments stand one by one, the agent and the place of business where they were told
// (form 9, Order 121 art 24); a forwarding is signed by who sent the case on (form 3).
func TestWhatACaseBringsToPaper_Order121Art24(t *testing.T) {
	p := printer(t)
	law, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	v := &usecase.CaseView{
		Region: "150105", Handovers: &usecase.HandoversView{Forwarded: 1, From: "150102"},
		Told: &usecase.ToldView{Address: "样例大街7号"}, Filer: &usecase.FilerView{As: "agent", Name: "样例代理人", Phone: "10000000099"},
		Agreement: &usecase.TermsView{Kind: "refund", AmountFen: 240000, Instalments: []usecase.InstalmentView{
			{AmountFen: 120000, Due: day("2026-12-04")}, {AmountFen: 120050, Due: day("2026-12-14")},
		}},
	}
	f := p.CaseFacts(v, nil, law.Regions(), Added{})
	if a := f.Case.Agreement; !strings.Contains(a.Text, "第2期：1200.50元，2026年12月14日前履行") || a.PerformBy != day("2026-12-14") || v.Agreement.Text != "" {
		t.Errorf("%+v", a)
	}
	if f.Sides.Premises != "样例大街7号" || f.Sides.ComplainantAgent != "样例代理人" {
		t.Errorf("%+v", f.Sides)
	}
	p.Forwarded(&f, law.Regions())
	if f.Office.Name != "呼和浩特市新城区市场监督管理局" || f.Notice.Addressee != "呼和浩特市赛罕区市场监督管理局" {
		t.Errorf("%+v %+v", f.Office, f.Notice)
	}
	v.Former = []usecase.FormerView{{}}
	if f := p.CaseFacts(v, nil, law.Regions(), Added{}); f.Sides.Premises != "" {
		t.Error("the wrong merchant's address is that of the right one")
	}
}
