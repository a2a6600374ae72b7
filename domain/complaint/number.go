package complaint

import (
	"encoding/binary"
	"strconv"

	"fangxin/domain/calendar"
)

// figures is Crockford's base 32: no I, L, O, U, so that a number can be read out.
const figures = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// numberLength is that of "2026-ABCD-EFGH-JKMN-42".
const numberLength = 22

// Number is the case number that people write down and read out: the year of
// filing, twelve characters derived from the case's id, and two check digits. It is
// not counted, so it tells nobody how many cases there are, and a repeated request
// makes the same number.
func Number(filedOn calendar.Date, id [16]byte) string {
	year, _, _ := filedOn.Civil()
	bits := binary.BigEndian.Uint64(id[8:])
	out := make([]byte, 0, numberLength)
	out = append(out, strconv.Itoa(year)...)
	for i := range 12 {
		if i%4 == 0 {
			out = append(out, '-')
		}
		out = append(out, figures[bits&31])
		bits >>= 5
	}
	rest, _ := remainder(out)
	check := (98 - rest*100%97) % 97
	if check < 2 {
		check += 97 // 97 and 98 stand for 0 and 1, as ISO 7064 writes them
	}
	return string(append(out, '-', byte('0'+check/10), byte('0'+check%10)))
}

// CheckNumber says whether s has the form of a case number and its check digits
// hold (ISO 7064, MOD 97-10, each character counted with its value of 0 to 31). One
// wrong character or any two exchanged ones are always found: each place has a
// weight of its own modulo the prime 97, and two values differ by less than 97.
func CheckNumber(s string) bool {
	if len(s) != numberLength {
		return false
	}
	for i := range len(s) {
		hyphen := i == 4 || i == 9 || i == 14 || i == 19
		digit := s[i] >= '0' && s[i] <= '9'
		if hyphen != (s[i] == '-') || (i < 4 || i > 19) && !digit {
			return false
		}
	}
	rest, ok := remainder([]byte(s))
	return ok && rest == 1
}

// remainder is the value of the characters modulo 97, in base 10 as the standard has
// it; hyphens do not count.
func remainder(s []byte) (int, bool) {
	rest := 0
	for _, c := range s {
		if c == '-' {
			continue
		}
		v := value(c)
		if v < 0 {
			return 0, false
		}
		rest = (rest*10 + v) % 97
	}
	return rest, true
}

func value(c byte) int {
	for i := range len(figures) {
		if figures[i] == c {
			return i
		}
	}
	return -1
}
