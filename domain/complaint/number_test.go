package complaint

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/calendar"
)

func anyID() *rapid.Generator[[16]byte] {
	return rapid.Custom(func(t *rapid.T) [16]byte {
		return [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
	})
}

func TestNumberHasItsFormAndCheckDigits(t *testing.T) {
	form := regexp.MustCompile(`^2026(-[0-9A-HJKMNP-TV-Z]{4}){3}-[0-9]{2}$`)
	rapid.Check(t, func(t *rapid.T) {
		n := Number(calendar.MustDate("2026-12-31"), anyID().Draw(t, "id"))
		if !form.MatchString(n) || !CheckNumber(n) {
			t.Fatalf("%q", n)
		}
	})
}

func TestNumberIsStable(t *testing.T) {
	if got := Number(calendar.MustDate("2026-06-01"), [16]byte{15: 7}); got != "2026-7000-0000-0000-91" {
		t.Fatalf("number changed: %s", got)
	}
}

func TestCheckNumberFindsAnyWrongCharacter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := []byte(Number(calendar.MustDate("2026-06-01"), anyID().Draw(t, "id")))
		i := rapid.IntRange(0, len(n)-1).Draw(t, "place")
		c := rapid.Byte().Draw(t, "character")
		if c == n[i] {
			return
		}
		n[i] = c
		if CheckNumber(string(n)) {
			t.Fatalf("%q passes", n)
		}
	})
}

func TestCheckNumberFindsAnyTwoExchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := []byte(Number(calendar.MustDate("2026-06-01"), anyID().Draw(t, "id")))
		i := rapid.IntRange(0, len(n)-1).Draw(t, "one")
		j := rapid.IntRange(0, len(n)-1).Draw(t, "other")
		if n[i] == n[j] {
			return
		}
		n[i], n[j] = n[j], n[i]
		if CheckNumber(string(n)) {
			t.Fatalf("%q passes", n)
		}
	})
}

func FuzzCheckNumber(f *testing.F) {
	f.Add("2026-7000-0000-0000-91")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if CheckNumber(s) && len(s) != numberLength {
			t.Fatalf("%q passes", s)
		}
	})
}
