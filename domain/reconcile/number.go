package reconcile

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fangxin/domain/merchant"
	"fangxin/domain/sealed"
)

const (
	maxNumber    = 60 // characters
	minDigits    = 4
	mobileDigits = 11
)

// Number brings a case number into the form under which it is compared: full-width
// characters become ASCII, letters capital, white space and invisible characters go.
func Number(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' { // full-width forms lie at a fixed distance
			r -= '！' - '!'
		}
		if unicode.IsSpace(r) || !unicode.IsGraphic(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

// Usable says whether a number in its compared form can name a case: at most 60
// characters, at least four digits.
func Usable(number string) bool {
	digits := 0
	for i := range len(number) {
		if number[i] >= '0' && number[i] <= '9' {
			digits++
		}
	}
	return digits >= minDigits && utf8.RuneCountInString(number) <= maxNumber
}

// Personal says whether a number in its compared form is a person's own: an ID
// number (公民身份号码) or a mobile phone. It has no place in a report.
func Personal(number string) bool {
	if sealed.ValidIDNumber(number) {
		return true
	}
	s := strings.TrimPrefix(strings.TrimPrefix(number, "+"), "86")
	if len(s) != mobileDigits || s[0] != '1' || s[1] < '3' {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

// MerchantCode returns a unified social credit code in its written form, or "" where it is
// none. The ID number of a respondent who is a person is none.
func MerchantCode(s string) string {
	c := merchant.NormaliseUSCC(s)
	if ok, _ := merchant.CheckUSCC(c); !ok || sealed.ValidIDNumber(c) {
		return ""
	}
	return c
}
