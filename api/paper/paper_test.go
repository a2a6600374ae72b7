package paper

import (
	"errors"
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fangxin/domain/statute"
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
