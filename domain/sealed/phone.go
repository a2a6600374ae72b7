package sealed

import "strings"

// phoneClass says what a string of digits is, as a telephone number.
type phoneClass int

const (
	noPhone phoneClass = iota
	mobile
	landline
	abroad
)

// phoneNumber is a number split for display: for a mobile the national number, for
// a landline its area code with the leading 0 and the local number.
type phoneNumber struct {
	class phoneClass
	area  string
	local string
}

// e164 is the international form without the plus sign (ITU-T E.164).
func (p phoneNumber) e164() string {
	switch p.class {
	case mobile:
		return "86" + p.local
	case landline:
		return "86" + p.area[1:] + p.local
	}
	return p.local
}

// parsePhone reads digits without separators. plus says that an international
// prefix stood before them.
func parsePhone(digits string, plus bool) phoneNumber {
	if rest, ok := strings.CutPrefix(digits, "00"); ok && !plus {
		digits, plus = rest, true
	}
	if plus {
		if national, ok := strings.CutPrefix(digits, "86"); ok {
			return parseNational(national, true)
		}
		if len(digits) >= 8 && len(digits) <= 15 && digits[0] != '0' {
			return phoneNumber{class: abroad, local: digits}
		}
		return phoneNumber{}
	}
	if p := parseNational(digits, false); p.class != noPhone {
		return p
	}
	if national, ok := strings.CutPrefix(digits, "86"); ok && isMobile(national) {
		return phoneNumber{class: mobile, local: national}
	}
	return phoneNumber{}
}

// parseNational reads a number inside China. After the country code the 0 of an
// area code is left out, though many write it.
func parseNational(digits string, afterCountry bool) phoneNumber {
	trimmed := strings.TrimPrefix(digits, "0")
	if isMobile(trimmed) {
		return phoneNumber{class: mobile, local: trimmed}
	}
	if afterCountry && len(digits) > 0 && digits[0] != '0' {
		digits = "0" + digits
	}
	if area := areaCode(digits); area > 0 {
		return phoneNumber{class: landline, area: digits[:area], local: digits[area:]}
	}
	return phoneNumber{}
}

func isMobile(s string) bool {
	return len(s) == 11 && s[0] == '1' && s[1] >= '3' && s[1] <= '9' && allDigits(s)
}

// areaCode is the length of the area code of a landline, or 0. 010 and 02x have
// three digits and local numbers of eight; the others have four, and seven or
// eight.
func areaCode(s string) int {
	if len(s) < 11 || len(s) > 12 || s[0] != '0' || !allDigits(s) {
		return 0
	}
	local := 4
	switch {
	case s[1] == '0':
		return 0
	case s[1] == '1' && s[2] == '0', s[1] == '2':
		if local = 3; len(s) != 11 {
			return 0
		}
	case s[1] == '1':
		return 0
	}
	if s[local] < '2' {
		return 0
	}
	return local
}
