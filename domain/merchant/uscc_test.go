package merchant

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// published are codes that companies print on their own sites.
func published() []string {
	return []string{
		"91330100799655058B", "91330100716105852F", "914403001922038216", "9144030071526726XG",
		"91110000802100433B", "91110108551385082Q", "911101085923662400", "91440300708461136T",
		"91310000775785552L",
	}
}

func TestCheckUSCC(t *testing.T) {
	for _, code := range published() {
		if ok, w := CheckUSCC(code); !ok || w != USCCSound {
			t.Errorf("%s: %v %q", code, ok, w)
		}
		if !CheckOrganisationCode(code[8:17]) || !CheckOrganisationCode(code[8:16]+"-"+code[16:17]) {
			t.Errorf("%s: organisation code", code)
		}
	}
	// A real code of the pilot years: warned about, never refused.
	if ok, w := CheckUSCC("91350203M0001QAY9B"); !ok || w != USCCCheck {
		t.Errorf("pilot code: %v %q", ok, w)
	}
	if ok, w := CheckUSCC("914403001922038226"); !ok || w != USCCBoth {
		t.Errorf("mistyped: %v %q", ok, w)
	}
}

func TestCheckUSCCShape(t *testing.T) {
	for _, s := range []string{
		"", "91330100799655058", "91330100799655058BB", "9133010079965505IB", "9133O100799655058B",
		"91A30100799655058B", "91330100799655058b", "91330100799655058 ", "９1330100799655058",
		strings.Repeat("9", 1<<10), "91330100\x0099655058B",
	} {
		if ok, w := CheckUSCC(s); ok || w != USCCSound {
			t.Errorf("%q: %v %q", s, ok, w)
		}
	}
	for _, s := range []string{"", "19220382", "19220382-", "1922038!1", "19220382-11", "192203820"} {
		if CheckOrganisationCode(s) {
			t.Errorf("%q is an organisation code", s)
		}
	}
}

func TestNormaliseUSCC(t *testing.T) {
	for _, s := range []string{" 9133 0100 7996 5505 8b ", "９１３３０１００７９９６５５０５８Ｂ", "91330100-79965505-8\u3000B", "91330100\u00a0799655058b"} {
		if got := NormaliseUSCC(s); got != "91330100799655058B" {
			t.Errorf("%q: %q", s, got)
		}
	}
}

// TestOneSlipIsSeen: a wrong character, or two neighbours exchanged, always changes
// the check character.
func TestOneSlipIsSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := []byte(rapid.SampledFrom(published()).Draw(t, "code"))
		i := rapid.IntRange(8, 16).Draw(t, "place")
		if rapid.Bool().Draw(t, "exchange") {
			code[i], code[i-1] = code[i-1], code[i]
		} else {
			code[i] = rapid.SampledFrom([]byte(usccAlphabet)).Draw(t, "character")
		}
		if same := strings.Contains(strings.Join(published(), " "), string(code)); same {
			return
		}
		if ok, w := CheckUSCC(string(code)); ok && w != USCCCheck && w != USCCBoth {
			t.Fatalf("%s: %q", code, w)
		}
	})
}

func FuzzNormaliseUSCC(f *testing.F) {
	for _, s := range append(published(), "９１ ", "\xff", "91350203M0001QAY9B") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := NormaliseUSCC(s)
		if twice := NormaliseUSCC(once); twice != once {
			t.Fatalf("%q: %q, then %q", s, once, twice)
		}
		CheckUSCC(s)
		if ok, _ := CheckUSCC(once); ok && len(once) != usccLength {
			t.Fatalf("%q accepted", once)
		}
	})
}
