package body

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"fangxin/domain/usecase"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func reader() *Reader {
	return New(Lists{
		Region:   func(s string) bool { return len(s) == 6 && strings.HasPrefix(s, "15") },
		Category: func(s string) bool { return strings.HasPrefix(s, "g") || strings.HasPrefix(s, "s") },
	})
}

func typical(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/complaint.json")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestTypicalComplaintIsReadByBothSteps(t *testing.T) {
	r, raw := reader(), typical(t)
	var fast, slow usecase.FileComplaint
	p := r.plan(reflect.TypeFor[usecase.FileComplaint]())
	if !r.fast(raw, p, reflect.ValueOf(&fast).Elem()) {
		t.Fatal("fast step refuses")
	}
	if err := r.check.Struct(&fast); err != nil {
		t.Fatal(err)
	}
	if err := r.slow(raw, p, reflect.ValueOf(&slow).Elem()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(fast, slow); d != "" {
		t.Error(d)
	}
	if fast.Consumer.Name != "Бат·Эрдэнэ 巴特尔" || fast.Subject.AmountFen != 359900 || len(fast.Requests) != 2 {
		t.Errorf("%+v", fast)
	}
}

// edit replaces one part of the typical complaint, which must occur once.
func edit(t testing.TB, old, new string) string {
	t.Helper()
	raw := string(typical(t))
	if strings.Count(raw, old) != 1 {
		t.Fatalf("%q occurs %d times", old, strings.Count(raw, old))
	}
	return strings.Replace(raw, old, new, 1)
}

func TestEveryFaultHasPointerAndCode(t *testing.T) {
	amount, deep := `"amount_fen": 359900`, strings.Repeat("[", 40)+strings.Repeat("]", 40)
	for name, c := range map[string]struct {
		body string
		want []Fault
	}{
		"wrong type":       {edit(t, amount, `"amount_fen":"1"`), []Fault{{"/subject/amount_fen", WrongType}}},
		"negative amount":  {edit(t, amount, `"amount_fen":-1`), []Fault{{"/subject/amount_fen", Negative}}},
		"fraction":         {edit(t, amount, `"amount_fen":1.5`), []Fault{{"/subject/amount_fen", NotInteger}}},
		"exponent":         {edit(t, amount, `"amount_fen":1e3`), []Fault{{"/subject/amount_fen", NotInteger}}},
		"huge number":      {edit(t, amount, `"amount_fen":99999999999999999999`), []Fault{{"/subject/amount_fen", NumberTooLarge}}},
		"over the bound":   {edit(t, amount, `"amount_fen":100000000001`), []Fault{{"/subject/amount_fen", TooLarge}}},
		"null":             {edit(t, amount, `"amount_fen":null`), []Fault{{"/subject/amount_fen", IsNull}}},
		"null object":      {edit(t, `"harm": {"injury": "none"}`, `"harm":null`), []Fault{{"/harm", IsNull}}},
		"unknown field":    {edit(t, `"truthful"`, `"trut/hf~ul"`), []Fault{{"/trut~1hf~0ul", UnknownField}}},
		"case matters":     {edit(t, `"truthful"`, `"Truthful"`), []Fault{{"/Truthful", UnknownField}}},
		"duplicate":        {edit(t, amount, amount+","+amount), []Fault{{"/subject/amount_fen", DuplicateField}}},
		"NUL":              {edit(t, `"brand": "海尔"`, `"brand": "a\u0000"`), []Fault{{"/subject/brand", NulCharacter}}},
		"escape character": {edit(t, `"brand": "海尔"`, `"brand": "\u001b[31m"`), []Fault{{"/subject/brand", ControlChar}}},
		"delete":           {edit(t, `"brand": "海尔"`, "\"brand\": \"a\x7f\""), []Fault{{"/subject/brand", ControlChar}}},
		"C1 control":       {edit(t, `"brand": "海尔"`, "\"brand\": \"a\u0085\""), []Fault{{"/subject/brand", ControlChar}}},
		"right to left":    {edit(t, `"brand": "海尔"`, "\"brand\": \"a\u202eb\""), []Fault{{"/subject/brand", ControlChar}}},
		"escaped isolate":  {edit(t, `"brand": "海尔"`, `"brand": "\u2066b"`), []Fault{{"/subject/brand", ControlChar}}},
		"bad UTF-8":        {edit(t, `"brand": "海尔"`, "\"brand\": \"\xff\""), []Fault{{"/subject/brand", BadUTF8}}},
		"half surrogate":   {edit(t, `"brand": "海尔"`, `"brand": "\ud800"`), []Fault{{"/subject/brand", BadUTF8}}},
		"too deep":         {edit(t, `"truthful": true`, `"truthful":`+deep), []Fault{{"/truthful", WrongType}, {"/truthful", TooDeep}}},
		"missing":          {edit(t, `"kind": "goods",`, ``), []Fault{{"/subject/kind", Missing}}},
		"date before 1900": {edit(t, `2026-09-18`, `1899-12-31`), []Fault{{"/subject/bought_on", BadDate}}},
		"date after 2100":  {edit(t, `2026-09-18`, `2101-01-01`), []Fault{{"/subject/bought_on", BadDate}}},
		"no such day":      {edit(t, `2026-09-18`, `2026-02-30`), []Fault{{"/subject/bought_on", BadDate}}},
		"no such region":   {edit(t, `"region": "150103"`, `"region":"990000"`), []Fault{{"/merchant/region", UnknownRegion}}},
		"no such category": {edit(t, `"category": "goods.appliance"`, `"category":"zz"`), []Fault{{"/subject/category", UnknownItem}}},
		"phone":            {edit(t, `"13812345678"`, `"call me"`), []Fault{{"/consumer/phone", BadPhone}}},
		"name":             {edit(t, `"Бат·Эрдэнэ 巴特尔"`, `"a\nb"`), []Fault{{"/consumer/name", BadName}}},
		"digest":           {edit(t, `"sha256:0`, `"md5:0`), []Fault{{"/evidence/0", BadDigest}}},
		"code of merchant": {edit(t, `"91150100MA0N1B2C3D"`, `"91150100MA0N1B2C3I"`), []Fault{{"/merchant/uscc", BadUSCC}}},
		"not in the list":  {edit(t, `"kind": "refund"`, `"kind":"revenge"`), []Fault{{"/requests/0/kind", NotAllowed}}},
		"too long":         {edit(t, `"brand": "海尔"`, `"brand":"`+strings.Repeat("长", 101)+`"`), []Fault{{"/subject/brand", TooLong}}},
		"too many":         {edit(t, `"requests": [`, `"requests": [`+strings.Repeat(`{"kind":"other"},`, 10)), []Fault{{"/requests", TooMany}}},
		"root is a list":   {`[]`, []Fault{{"", WrongType}}},
	} {
		t.Run(name, func(t *testing.T) {
			var in usecase.FileComplaint
			err := reader().Read([]byte(c.body), &in)
			var invalid *InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("%v", err)
			}
			if d := cmp.Diff(c.want, invalid.Faults); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAllFaultsAtOnceButNotMoreThanTheBound(t *testing.T) {
	var in usecase.FileComplaint
	err := reader().Read([]byte(`{"consumer":{"name":1},"merchant":{"region":"150100"},"subject":{},"x":1,"facts":"f","requests":[{}],"consent":{"wording":"w1"}}`), &in)
	var invalid *InvalidError
	if !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range invalid.Faults {
		got[f.Pointer] = f.Code
	}
	want := map[string]string{
		"/consumer/name": WrongType, "/x": UnknownField, "/consumer/phone": Missing, "/consumer/address": Missing,
		"/consumer/region": Missing, "/subject/kind": Missing, "/subject/category": Missing, "/subject/name": Missing,
		"/subject/bought_on": Missing, "/subject/channel": Missing, "/requests/0/kind": Missing,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var many strings.Builder
	for i := range 200 {
		fmt.Fprintf(&many, `"f%d":1,`, i)
	}
	err = reader().Read([]byte(`{`+many.String()+`"y":1}`), &in)
	if !errors.As(err, &invalid) || len(invalid.Faults) != MaxFaults {
		t.Errorf("%d faults: %v", len(invalid.Faults), err)
	}
}

func TestNotJSON(t *testing.T) {
	for _, raw := range []string{``, ` `, `{`, `{"facts"}`, `{"facts":}`, `{"facts":"a",}`, `{} {}`, `nul`, "\ufeff{}", `{"facts":"` + "\x00" + `"}`, `{"facts":'a'}`, `{"requests":[1,]}`, `{"a":01}`} {
		var in usecase.FileComplaint
		var syntax *SyntaxError
		if err := reader().Read([]byte(raw), &in); !errors.As(err, &syntax) {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestEmbeddedFieldsStandInTheirObject(t *testing.T) {
	var in usecase.IdentifyMerchant
	raw := `{"state":"proposed","candidates":[{"name":"某店","region":"150100","by":"name"},{"region":"1","by":"x"}]}`
	err := reader().Read([]byte(raw), &in)
	var invalid *InvalidError
	if !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	want := []Fault{{"/candidates/1/region", UnknownRegion}, {"/candidates/1/by", NotAllowed}}
	if d := cmp.Diff(want, invalid.Faults); d != "" {
		t.Error(d)
	}
	if in.Candidates[0].Name != "某店" || in.Candidates[0].By != "name" {
		t.Errorf("%+v", in)
	}
}

func TestRawMayBeReusedAfterRead(t *testing.T) {
	raw := []byte(`{"text":"照片","evidence":[]}`)
	var in usecase.Supplement
	if err := reader().Read(raw, &in); err != nil {
		t.Fatal(err)
	}
	clear(raw)
	if in.Text != "照片" {
		t.Errorf("%q", in.Text)
	}
}

// agree is the property that the two steps rest on: the same verdict, and where both
// accept, the same value.
func agree(t *testing.T, r *Reader, raw []byte, typ reflect.Type) {
	t.Helper()
	p := r.plan(typ)
	fast, slow := reflect.New(typ), reflect.New(typ)
	ok := r.fast(raw, p, fast.Elem()) && r.check.Struct(fast.Interface()) == nil
	err := r.slow(raw, p, slow.Elem())
	if ok != (err == nil) {
		t.Fatalf("fast %v, slow %v: %q", ok, err, raw)
	}
	if !ok {
		return
	}
	if d := cmp.Diff(fast.Elem().Interface(), slow.Elem().Interface(), cmpopts.EquateEmpty()); d != "" {
		t.Fatal(d)
	}
}

func FuzzDecode(f *testing.F) {
	raw := typical(f)
	f.Add(raw)
	for _, s := range []string{
		`{"text":"\\\ufffd \ud83d\ude00 \\ud800"}`, `{"text":"\ud800\u0041"}`, `{"text":"\udc00"}`, `{"evidence":[null]}`,
		"{\"text\":\"\u202a\u2029\u2069\u00a0\u180e\x7f\"}", `{"text":"\b\f\u0080\u009f\u00a0\t\n\u200e"}`, `{"text":"\u0000"}`, `{"\u0074ext":"a"}`, `{"text":"a","text":"b"}`, `{"x":[[[[]]]]}`, "{\"text\":\"\xff\"}", `{"\ud800":1}`,
		`{"view":"resolved","merchant":-0,"office":9223372036854775808}`, `{"view":"resolved","merchant":00}`,
	} {
		f.Add([]byte(s))
	}
	r := reader()
	f.Fuzz(func(t *testing.T, raw []byte) {
		agree(t, r, raw, reflect.TypeFor[usecase.FileComplaint]())
		agree(t, r, raw, reflect.TypeFor[usecase.Supplement]())
		agree(t, r, raw, reflect.TypeFor[usecase.Rate]())
	})
}

func BenchmarkDecode(b *testing.B) {
	raw, r := typical(b), reader()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		var in usecase.FileComplaint
		if err := r.Read(raw, &in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeOnly(b *testing.B) {
	raw, r := typical(b), reader()
	p := r.plan(reflect.TypeFor[usecase.FileComplaint]())
	b.ReportAllocs()
	for b.Loop() {
		var in usecase.FileComplaint
		if !r.fast(raw, p, reflect.ValueOf(&in).Elem()) {
			b.Fatal("refused")
		}
	}
}
