package sealed

import (
	"strings"
	"unicode"
)

// Normal brings a plain value to the one form under which it is hashed, so that
// the same phone, number or address is recognised however it was written. The kind
// may become sharper: a contact that is a phone number is a phone. "" means there
// is nothing to recognise.
//
//	phone      digits of E.164 without "+": 8613812341234; extensions are dropped;
//	           a local number without area code stays as it is
//	id_number  upper case; 15 digits become 18
//	bank_card  digits · plate: upper case without separators · email: lower case
//	name, text spaces collapsed, one form of the dot in Mongolian names
func Normal(kind Kind, plain string) (Kind, string) {
	switch kind {
	case Phone:
		if n, ok := normalPhone(plain); ok {
			return Phone, n
		}
		return Phone, compact(plain)
	case IDNumber:
		n := compact(plain)
		if len(n) == 15 && validID15(n) {
			n = upgradeID15(n)
		}
		return IDNumber, n
	case BankCard, Plate:
		return kind, compact(plain)
	case Email:
		return Email, strings.ToLower(strings.Join(strings.Fields(fold(plain)), ""))
	case Contact:
		return normalContact(plain)
	case Name:
		return Name, normalName(plain)
	}
	return kind, strings.Join(strings.Fields(fold(plain)), " ")
}

func normalContact(plain string) (Kind, string) {
	if n, ok := normalPhone(plain); ok && len(n) >= 11 {
		return Phone, n
	}
	c := strings.ToLower(strings.Join(strings.Fields(fold(plain)), ""))
	if isEmail(c) {
		return Email, c
	}
	return Contact, c
}

// normalPhone is false where the text holds more than a telephone number.
func normalPhone(plain string) (string, bool) {
	p, ok := readPhone(plain)
	if !ok || p.class == noPhone {
		return "", false
	}
	return p.e164(), true
}

// readPhone reads a telephone number as people write it: separators, brackets,
// "+", an extension after 转, x or #.
func readPhone(plain string) (phoneNumber, bool) {
	s := strings.TrimSpace(fold(plain))
	if i := strings.IndexAny(s, "转#xX"); i > 0 {
		s = strings.TrimSuffix(strings.TrimSpace(s[:i]), "e") // "ext"
	}
	plus := strings.HasPrefix(s, "+")
	var b strings.Builder
	for _, r := range strings.TrimPrefix(s, "+") {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.IsSpace(r) || strings.ContainsRune("-–—.()·", r):
		default:
			return phoneNumber{}, false
		}
	}
	return parsePhone(b.String(), plus), true
}

// normalName collapses spaces and writes every dot between the parts of a
// Mongolian name as U+00B7.
func normalName(plain string) string {
	s := strings.Map(func(r rune) rune {
		if isNameDot(r) {
			return '·'
		}
		return r
	}, fold(plain))
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	return strings.ReplaceAll(strings.ReplaceAll(s, " ·", "·"), "· ", "·")
}

func isNameDot(r rune) bool {
	switch r {
	case '·', '•', '‧', '・', '･', '．', '⋅', '∙':
		return true
	}
	return false
}

// compact keeps letters and digits, in upper case.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, fold(s))
}

// fold replaces full-width forms by ASCII and Mongolian digits by Arabic ones.
func fold(s string) string { return strings.Map(foldRune, s) }

func foldRune(r rune) rune {
	switch {
	case r < 0x80:
		return r
	case r >= 0xff01 && r <= 0xff5e: // full-width ASCII
		return r - 0xff01 + '!'
	case r >= 0x1810 && r <= 0x1819: // Mongolian digits
		return r - 0x1810 + '0'
	case r == 0x3000 || r == 0xa0 || r == 0x202f: // ideographic and no-break spaces
		return ' '
	}
	return r
}
