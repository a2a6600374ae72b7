package sealed

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaskOf is what a signed-in person may see in place of the value (rules.md 9.1).
// The public register shows no masks at all. What is not of its kind's form shows
// less, never more.
//
//	id_number 150***********1234 · phone 138****1234, 0471-******7
//	name      first character and * · e-mail, contact: first character and ***
//	bank_card ************1234 · plate 蒙A****1 · address, text: nothing
func MaskOf(kind Kind, plain string) string {
	switch kind {
	case Name:
		return maskName(plain)
	case Phone:
		return maskPhone(plain)
	case IDNumber:
		return maskID(compact(plain))
	case BankCard:
		return maskTail(compact(plain), 4)
	case Plate:
		return maskPlate(compact(plain))
	case Email:
		return maskFirst(strings.TrimSpace(plain))
	case Contact:
		if p, ok := readPhone(plain); ok && p.class != noPhone {
			return maskPhone(plain)
		}
		return maskFirst(strings.TrimSpace(plain))
	}
	return ""
}

// maskName shows the first character and one star, which does not tell the length.
// A Mongolian name needs no surname, so this is the first character of the name;
// marks that belong to the character (vowel signs, variation selectors) stay with
// it. A name of one character shows nothing of itself.
func maskName(plain string) string {
	s := strings.TrimSpace(plain)
	first := firstCharacter(s)
	if len(first) == len(s) {
		if s == "" {
			return ""
		}
		return "*"
	}
	return first + "*"
}

func firstCharacter(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.Is(unicode.M, r) && r != 0x180e && r != 0x200d {
			break
		}
		n += size
	}
	return s[:n]
}

func maskPhone(plain string) string {
	p, ok := readPhone(plain)
	if !ok {
		return stars(plain)
	}
	switch p.class {
	case mobile:
		return p.local[:3] + "****" + p.local[7:]
	case landline:
		return p.area + "-" + maskTail(p.local, 1)
	case abroad:
		return "+" + maskTail(p.local, 4)
	}
	return stars(plain)
}

func maskID(s string) string {
	switch {
	case (len(s) == 18 && allDigits(s[:17])) || (len(s) == 15 && allDigits(s)):
		return s[:3] + strings.Repeat("*", len(s)-7) + s[len(s)-4:]
	case s == "":
		return ""
	}
	return maskFirst(s) // passports and permits
}

func maskPlate(s string) string {
	r := []rune(s)
	if len(r) < 7 || len(r) > 8 || !isProvince(r[0]) {
		return stars(s)
	}
	return string(r[:2]) + strings.Repeat("*", len(r)-3) + string(r[len(r)-1:])
}

// maskTail shows the last n characters of s, if that hides at least as many.
func maskTail(s string, n int) string {
	length := utf8.RuneCountInString(s)
	if length < 2*n || length != len(s) {
		return stars(s)
	}
	return strings.Repeat("*", len(s)-n) + s[len(s)-n:]
}

func maskFirst(s string) string {
	if first := firstCharacter(s); len(first) < len(s) {
		return first + "***"
	}
	return stars(s)
}

func stars(s string) string {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return "***"
}
