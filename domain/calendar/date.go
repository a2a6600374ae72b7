// Package calendar counts statutory time: civil dates, working days (工作日) with
// make-up days (调休), roll-forward at the end of a period, and pauses.
//
// Everything here is pure. Tables of holidays are data with a version; a date
// that lies past the end of the table is computed and marked provisional.
package calendar

import (
	"errors"
	"fmt"
	"time"
)

// Date is a civil date without zone: the number of days since 0000-12-31, so
// that 0001-01-01 is 1 and the zero Date means "no date". Dates compare, add and
// subtract as integers.
type Date int32

// ErrDate is wrapped by every refusal to read a date.
var ErrDate = errors.New("not a civil date between 1900-01-01 and 2100-12-31")

// MinDate and MaxDate bound the dates accepted from outside.
var (
	MinDate = NewDate(1900, 1, 1)
	MaxDate = NewDate(2100, 12, 31)
)

// Shanghai is the zone of working days and of display: UTC+8, no summer time
// since 1992. A fixed zone needs no zone database on the machine.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

const secondsPerDay = 86400

var epochUnix = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()/secondsPerDay - 1

// NewDate returns the date of a year, month and day, normalised like time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/secondsPerDay - epochUnix)
}

// DateOf returns the Shanghai day on which the instant t falls.
func DateOf(t time.Time) Date {
	s := t.Unix() + 8*3600
	d := s / secondsPerDay
	if s%secondsPerDay < 0 {
		d--
	}
	return Date(d - epochUnix)
}

// Start is the instant at which d begins (00:00 Asia/Shanghai), in UTC.
func (d Date) Start() time.Time {
	return time.Unix((int64(d)+epochUnix)*secondsPerDay-8*3600, 0).UTC()
}

// End is the instant at which d is over (24:00 Asia/Shanghai), in UTC.
func (d Date) End() time.Time { return (d + 1).Start() }

// Civil returns year, month and day.
func (d Date) Civil() (int, time.Month, int) {
	return time.Unix((int64(d)+epochUnix)*secondsPerDay, 0).UTC().Date()
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday((int64(d)%7 + 7) % 7) }

// Month returns the month of d as "2006-01".
func (d Date) Month() string { return d.String()[:7] }

// IsZero says whether d is the absent date.
func (d Date) IsZero() bool { return d == 0 }

// String formats d as 2006-01-02; the absent date is "".
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return string(d.append(make([]byte, 0, 10)))
}

func (d Date) append(b []byte) []byte {
	y, m, day := d.Civil()
	if y < 0 || y > 9999 {
		return fmt.Appendf(b, "%d-%02d-%02d", y, m, day)
	}
	return append(b, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+day/10), byte('0'+day%10))
}

// MarshalText writes 2006-01-02, or nothing for the absent date.
func (d Date) MarshalText() ([]byte, error) {
	if d == 0 {
		return []byte{}, nil
	}
	return d.append(make([]byte, 0, 10)), nil
}

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	p, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = p
	return nil
}

// ParseDate reads 2006-01-02 strictly and refuses dates outside MinDate..MaxDate.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, fmt.Errorf("%q: %w", bounded(s), ErrDate)
	}
	y, ok1 := digits(s[0:4])
	m, ok2 := digits(s[5:7])
	day, ok3 := digits(s[8:10])
	if !ok1 || !ok2 || !ok3 || m < 1 || m > 12 || day < 1 || day > 31 {
		return 0, fmt.Errorf("%q: %w", s, ErrDate)
	}
	d := NewDate(y, time.Month(m), day)
	if _, _, back := d.Civil(); back != day || d < MinDate || d > MaxDate {
		return 0, fmt.Errorf("%q: %w", s, ErrDate)
	}
	return d, nil
}

// MustDate is ParseDate for dates written in code and tests; it panics on a bad one.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// AddMonths returns the corresponding date n months later, or the month's last
// day where there is none (民法典 202).
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Civil()
	first := NewDate(y, m+time.Month(n), 1)
	fy, fm, _ := first.Civil()
	last := NewDate(fy, fm+1, 1) - 1
	if t := first + Date(day-1); t < last {
		return t
	}
	return last
}

func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func bounded(s string) string {
	if len(s) > 24 {
		return s[:24] + "…"
	}
	return s
}
