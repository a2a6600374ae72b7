package statute

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func loadForms(t testing.TB) (*Forms, *Catalogue) {
	t.Helper()
	c := load(t)
	f, err := LoadForms(c)
	if err != nil {
		t.Fatal(err)
	}
	return f, c
}

// The ten forms of April 2026 and what each is for (FORMS-2026 1 to 10).
func TestTheTenForms_Forms2026(t *testing.T) {
	forms, _ := loadForms(t)
	want := []string{
		"1 投诉登记表 registration: office complainant authority",
		"2 举报登记表 tipoff_registration: office reporter authority",
		"3 投诉/举报分送通知书 forwarding: authority office",
		"4 限期提供身份证明材料通知书 identity: complainant office",
		"5 投诉受理决定书 acceptance: complainant office",
		"6 投诉不予受理决定书 non_acceptance: complainant office",
		"7 投诉调解通知书 mediation: complainant respondent office",
		"8 投诉终止调解决定书 termination: complainant respondent office",
		"9 投诉调解书 agreement: complainant respondent office",
		"10 举报处理结果告知书 tipoff_result: reporter office",
	}
	var got []string
	for _, l := range forms.List {
		got = append(got, fmt.Sprintf("%d %s %s: %s", l.Number, l.Title.ZH, strings.Join(l.Serves, " "), strings.Join(l.Recipients, " ")))
		if l.Mark != Verified || !strings.HasPrefix(l.Citations[0].String(), fmt.Sprintf("FORMS-2026 %d", l.Number)) {
			t.Errorf("form %d: %s %v", l.Number, l.Mark, l.Citations)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The forms came with Order 121 (ORD-121 46): no earlier rule set has one.
func TestFormsByRuleSet_Order121Art46(t *testing.T) {
	forms, c := loadForms(t)
	for _, rs := range c.RuleSets() {
		for _, act := range []string{NoticeAcceptance, NoticeNonAcceptance, NoticeTermination, NoticeMediation, NoticeIdentity, NoticeForwarding,
			ActRegistration, ActTipOffRegistration, ActAgreement, ActTipOffResult} {
			l, err := forms.For(rs.ID, act)
			if (err == nil) != (rs.ID == "ORD-121") || err != nil && !errors.Is(err, ErrNoForm) {
				t.Errorf("%s %s: form %d, %v", rs.ID, act, l.Number, err)
			}
		}
	}
	if _, err := forms.Form("ORD-121", 11); !errors.Is(err, ErrNoForm) {
		t.Error(err)
	}
}

// What a form must ask for: ORD-121 10, 24, 28; REG-778 46.
func TestRequiredFields(t *testing.T) {
	forms, _ := loadForms(t)
	for _, tt := range []struct {
		form   int
		law    string
		fields []string
	}{
		{1, "ORD-121 10: who, against whom, what is asked, facts", []string{"name", "phone", "address", "merchant", "requests", "facts"}},
		{2, "ORD-121 28: whom and which leads; the reporter may be unknown", []string{"target", "leads"}},
		{3, "FORMS-2026 3: when to report back", []string{"report_by"}},
		{4, "ORD-121 10: what is to be supplied by when", []string{"by", "proofs"}},
		{6, "REG-778 46: ground, reason and other ways", []string{"ground", "reason", "routes"}},
		{7, "ORD-121 20, 21: time, place, mediator, days for recusal", []string{"session_on", "session_time", "session_place", "mediator", "recusal_days"}},
		{8, "ORD-121 23: the ground", []string{"ground"}},
		{9, "ORD-121 24: both sides and what they agreed", []string{"name", "merchant", "facts", "requests", "terms"}},
	} {
		l, _ := forms.Layout(tt.form)
		for _, key := range tt.fields {
			if f, ok := l.Field(key); !ok || !f.Required {
				t.Errorf("form %d does not need %s (%s)", tt.form, key, tt.law)
			}
		}
	}
	tip, _ := forms.Layout(2)
	for _, key := range []string{"name", "phone", "address", "id_number"} {
		if f, ok := tip.Field(key); !ok || f.Required {
			t.Errorf("an anonymous tip-off needs %s (ORD-121 28)", key)
		}
	}
	if l, _ := forms.Layout(9); l.Copies != 3 {
		t.Errorf("%d copies of the mediation document (ORD-121 24, FORMS-2026 9)", l.Copies)
	}
}

// ORD-121 37: paper of a tip-off has no copy for complainant or respondent.
func TestTipOffPaperGoesToNobodyElse_Order121Art37(t *testing.T) {
	forms, _ := loadForms(t)
	for _, n := range []int{2, 10} {
		l, _ := forms.Layout(n)
		if l.GoesTo(CopyRespondent) || l.GoesTo(CopyComplainant) {
			t.Errorf("form %d goes to %v", n, l.Recipients)
		}
	}
}

// PIPL 6: the other side never reads an ID number, a home address or an agent's phone.
func TestMasksOfForms_PIPL6(t *testing.T) {
	forms, _ := loadForms(t)
	secret := map[string]string{
		"case.consumer.id_number": CopyRespondent, "case.consumer.address": CopyRespondent, "sides.complainant_agent_phone": CopyRespondent,
		"sides.respondent_agent_phone": CopyComplainant, "case.facts": CopyRespondent, "case.decision.reason": CopyRespondent, "case.requests": CopyRespondent,
	}
	for _, l := range forms.List {
		for _, f := range l.Fields {
			if to, ok := secret[f.Source]; ok && l.GoesTo(to) && f.MaskFor(to) == "" {
				t.Errorf("form %d shows %s to the %s", l.Number, f.Source, to)
			}
			if f.MaskFor(CopyOffice) != "" {
				t.Errorf("form %d hides %s from the office", l.Number, f.Key)
			}
		}
	}
}

func TestFormPieces(t *testing.T) {
	for text, want := range map[string][]FormPiece{
		"":        nil,
		"于{day}前": {{Text: "于"}, {Field: "day"}, {Text: "前"}},
		"{a}{b}":  {{Field: "a"}, {Field: "b"}},
		"{a":      {{Field: "a"}},
	} {
		if diff := cmp.Diff(want, FormPieces(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// Each change of the good file spoils it, and the message says where.
func TestBadForms(t *testing.T) {
	c := load(t)
	text, err := data.ReadFile("data/forms.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ old, with, says string }{
		"another title":        {"投诉受理决定书", "投诉决定书", "form 5 has no layout or another title"},
		"an unknown rule set":  {`"rule_sets": ["ORD-121"]`, `"rule_sets": ["ORD-122"]`, "rule set"},
		"an unknown law":       {`"FORMS-2026 5"`, `"FORMS-2027 5"`, "unknown"},
		"a ground left out":    {`"codes": ["NA4_TIME"]`, `"codes": ["NA4"]`, "not the grounds"},
		"a field that is not":  {"{received_on}收到", "{received}收到", "is no field"},
		"a field without use":  {`联系人：{office_contact}；`, `联系人：；`, "stands nowhere"},
		"an open brace":        {"特此告知。", "特此告知{。", "braces"},
		"a copy for nobody":    {`"recipients": ["reporter", "office"]`, `"recipients": ["reporter", "press"]`, "copies"},
		"no copy for a party":  {`"serves": ["mediation"], "recipients": ["complainant", "respondent", `, `"serves": ["mediation"], "recipients": ["complainant", `, "no copy for respondent"},
		"an unknown mask":      {`"as": "id_number"`, `"as": "blur"`, "mask"},
		"the office masked":    {`"for": ["reporter"]`, `"for": ["office"]`, "own copy"},
		"an unknown kind":      {`"kind": "seal"`, `"kind": "stamp"`, "kind"},
		"a row too short":      {`"text": "{address}", "cols": 4`, `"text": "{address}", "cols": 3`, "columns"},
		"a cell that is high":  {`"rows": 4`, `"rows": 40`, "sticks out"},
		"an unknown field":     {`"version"`, `"verzion"`, "unknown"},
		"a control character":  {"特此通知。", `特此\u202e通知。`, "control"},
		"a circle":             {`"text": "{merchant}销售、提供的“{item}”"`, `"text": "{matter}"`, "is no field"},
		"both source and text": {`"source": "office.contact"`, `"source": "office.contact", "text": "x"`, "either source or text"},
		"no words":             {`"words": "id_type", `, ``, "list of words"},
	} {
		t.Run(name, func(t *testing.T) {
			spoiled := strings.Replace(string(text), tt.old, tt.with, 1)
			if spoiled == string(text) {
				t.Fatal("nothing changed")
			}
			if _, err := ReadForms([]byte(spoiled), c); !errors.Is(err, ErrData) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v", err)
			}
		})
	}
	for name, text := range map[string]string{"nothing": "", "empty": "{}", "twice": `{"version": "1", "version": "2", "forms": []}`, "not UTF-8": "\xff", "long": strings.Repeat(" ", maxFormBytes+1)} {
		if _, err := ReadForms([]byte(text), c); !errors.Is(err, ErrData) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzReadForms changes the good file in one place: what is still accepted covers the
// law and can be printed.
func FuzzReadForms(f *testing.F) {
	good, err := data.ReadFile("data/forms.json")
	if err != nil {
		f.Fatal(err)
	}
	law := load(f)
	f.Add(0, 0, "")
	f.Add(strings.Index(string(good), `"cols": 4`)+8, 1, "5")
	f.Add(strings.Index(string(good), "特此告知"), 3, "{number}")
	f.Add(0, len(good), `{"version": "x", "forms": [{"number": 1, "blocks": [{"kind": "table", "rows": [[{"text": "{a}", "rows": 99}]]}]}]}`)
	f.Fuzz(func(t *testing.T, at, cut int, with string) {
		if at < 0 || cut < 0 || at > len(good) || cut > len(good)-at {
			return
		}
		forms, err := ReadForms(slices.Concat(good[:at], []byte(with), good[at+cut:]), law)
		if err != nil {
			if !errors.Is(err, ErrData) {
				t.Fatalf("untyped: %v", err)
			}
			return
		}
		for n := 1; n <= 10; n++ {
			l, err := forms.Form("ORD-121", n)
			if err != nil || !l.GoesTo(CopyOffice) {
				t.Fatalf("form %d: %v", n, err)
			}
			for _, b := range l.Blocks {
				for _, p := range FormPieces(b.Text) {
					if _, ok := l.Field(p.Field); p.Field != "" && !ok || p == (FormPiece{}) {
						t.Fatalf("form %d: %q", n, b.Text)
					}
				}
			}
		}
	})
}
