package sealed

import "time"

// The check character of an ID number: GB 11643-1999, ISO 7064 MOD 11-2.
const idCheck = "10X98765432"

func idWeight(i int) int {
	return int("\x07\x09\x0a\x05\x08\x04\x02\x01\x06\x03\x07\x09\x0a\x05\x08\x04\x02"[i])
}

// ValidIDNumber says whether s, as Normal writes it, is a citizen's ID number
// (公民身份号码, GB 11643-1999): 18 characters with a possible birth date and the
// right check character, or the 15 digits of before 1999.
func ValidIDNumber(s string) bool {
	switch len(s) {
	case 18:
		return validID18(s)
	case 15:
		return validID15(s)
	}
	return false
}

func validID18(s string) bool {
	if s[0] == '0' || !allDigits(s[:17]) {
		return false
	}
	last := s[17]
	if last == 'x' {
		last = 'X'
	}
	return last == idCheckOf(s) && isDate(number(s[6:10]), number(s[10:12]), number(s[12:14]))
}

func validID15(s string) bool {
	return s[0] != '0' && allDigits(s) && isDate(1900+number(s[6:8]), number(s[8:10]), number(s[10:12]))
}

// idCheckOf computes the check character over the first 17 digits.
func idCheckOf(s string) byte {
	sum := 0
	for i := range 17 {
		sum += int(s[i]-'0') * idWeight(i)
	}
	return idCheck[sum%11]
}

// upgradeID15 writes an old number in the form of today, so that both mean the
// same person: the century is inserted and the check character added.
func upgradeID15(s string) string {
	long := s[:6] + "19" + s[6:]
	return long + string(idCheckOf(long))
}

// isDate says whether a person living today can have been born on that day.
func isDate(year, month, day int) bool {
	if year < 1800 || year > 2099 || month < 1 || month > 12 || day < 1 {
		return false
	}
	return day <= time.Date(year, time.Month(month+1), 0, 0, 0, 0, 0, time.UTC).Day()
}

func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// luhn is the check of ISO/IEC 7812-1 that card numbers pass.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// Alphabet and shape of a unified social credit code (统一社会信用代码,
// GB 32100-2015). It names an organisation and is public, so digits inside one are
// not taken for a person's.
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

func isCreditCode(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum, weight := 0, 1
	for i := range 17 {
		v := indexByte(creditAlphabet, s[i])
		if v < 0 {
			return false
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return s[17] == creditAlphabet[(31-sum%31)%31]
}

func indexByte(s string, c byte) int {
	for i := range len(s) {
		if s[i] == c {
			return i
		}
	}
	return -1
}
