// Package merchant holds operators (经营者) and what identifies them.
package merchant

import "strings"

// USCCWarning says, as a code, what is odd about a unified social credit code
// (统一社会信用代码). A warning never refuses a case: real codes of the pilot years
// carry check characters that do not follow the standard.
type USCCWarning string

// The warnings.
const (
	// USCCSound: both check characters follow their standards.
	USCCSound USCCWarning = ""
	// USCCCheck: the last character does not follow GB 32100-2015.
	USCCCheck USCCWarning = "uscc_check"
	// USCCOrganisation: the check character of the organisation code inside does
	// not follow GB 11714.
	USCCOrganisation USCCWarning = "uscc_organisation_check"
	// USCCBoth: neither follows its standard; the code is most likely mistyped.
	USCCBoth USCCWarning = "uscc_both_checks"
)

const (
	usccLength   = 18
	usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY" // without I, O, S, V, Z
	usccModulus  = 31
	orgAlphabet  = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	orgModulus   = 11
)

// orgWeights are the weights of GB 11714.
func orgWeights() [8]int { return [8]int{3, 7, 9, 10, 5, 8, 4, 2} }

// NormaliseUSCC brings a code into its written form: capital letters, no spaces or
// hyphens, ASCII instead of full-width characters.
func NormaliseUSCC(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～': // full width forms lie at a fixed distance
			r -= '！' - '!'
		case r == '\u3000', r == '\u00a0':
			return -1
		}
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == ' ' || r == '-' || r == '\t':
			return -1
		}
		return r
	}, s)
}

// CheckUSCC says whether s has the shape of a unified social credit code (GB
// 32100-2015) in its written form: 18 characters of its alphabet with a six-digit
// division code. If ok, the warning tells which check character is wrong.
func CheckUSCC(s string) (ok bool, warning USCCWarning) {
	if len(s) != usccLength {
		return false, USCCSound
	}
	for i := range len(s) {
		if strings.IndexByte(usccAlphabet, s[i]) < 0 || i >= 2 && i < 8 && s[i] > '9' {
			return false, USCCSound
		}
	}
	check, organisation := usccCheck(s[:17]) == s[17], organisationCheck(s[8:16]) == s[16]
	switch {
	case check && organisation:
		return true, USCCSound
	case organisation:
		return true, USCCCheck
	case check:
		return true, USCCOrganisation
	}
	return true, USCCBoth
}

// CheckOrganisationCode says whether s is an organisation code (组织机构代码, GB
// 11714): eight characters and a check character, with or without the hyphen
// between them.
func CheckOrganisationCode(s string) bool {
	if len(s) == 10 && s[8] == '-' {
		s = s[:8] + s[9:]
	}
	if len(s) != 9 {
		return false
	}
	for i := range 8 {
		if strings.IndexByte(orgAlphabet, s[i]) < 0 {
			return false
		}
	}
	return organisationCheck(s[:8]) == s[8]
}

// usccCheck computes the check character over 17 characters of the alphabet: the
// weights are the powers of 3 modulo 31.
func usccCheck(s string) byte {
	sum, weight := 0, 1
	for i := range len(s) {
		sum += strings.IndexByte(usccAlphabet, s[i]) * weight
		weight = weight * 3 % usccModulus
	}
	return usccAlphabet[(usccModulus-sum%usccModulus)%usccModulus]
}

// organisationCheck computes the check character over eight characters.
func organisationCheck(s string) byte {
	sum := 0
	for i, w := range orgWeights() {
		sum += strings.IndexByte(orgAlphabet, s[i]) * w
	}
	switch c := orgModulus - sum%orgModulus; c {
	case 10:
		return 'X'
	case 11:
		return '0'
	default:
		return byte('0' + c)
	}
}
