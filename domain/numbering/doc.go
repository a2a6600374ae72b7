// Package numbering gives documents their numbers (文号): one row for an office and a
// year, without gaps. A number that was taken is never given again; a voided one
// (作废) stays in the row, so that whoever counts the documents finds each of them.
//
// The row is a stream of its own, numbering.<office>.<year>. The year is that of the
// day on which the document is dated, in Shanghai. Taking a number twice for one
// notice gives the same number, so a request that is sent again leaves no gap.
//
// Sources: 市场监督管理部门处理投诉举报文书式样 (April 2026), the pattern
// __市监__〔year〕第__号; that the row is without gaps is a decision of this project.
package numbering

import (
	"errors"
	"strconv"
	"strings"

	"fangxin/domain/calendar"
)

// streamPrefix begins the name of every row.
const streamPrefix = "numbering."

// MaxNumber is the last number of a row.
const MaxNumber = 999_999

// Years that a row may belong to.
const (
	firstYear = 2020
	lastYear  = 2199
)

// ErrRow says that a row has no such office or year.
var ErrRow = errors.New("no row of numbers")

// Row is one row of numbers (编号序列): an office and a year.
type Row struct {
	Office string // division code, with a unit's own ending: 150105, 150105-dz
	Year   int
}

// RowOf is the row for a document dated on the day.
func RowOf(office string, dated calendar.Date) Row {
	year, _, _ := dated.Civil()
	return Row{Office: office, Year: year}
}

// Stream names the row's stream. Call it for a row that Valid accepts.
func (r Row) Stream() string { return streamPrefix + r.Office + "." + strconv.Itoa(r.Year) }

// ParseStream reads the name of a row's stream, or ErrRow.
func ParseStream(stream string) (Row, error) {
	rest, ok := strings.CutPrefix(stream, streamPrefix)
	office, digits, found := strings.Cut(rest, ".")
	year, err := strconv.Atoi(digits)
	row := Row{Office: office, Year: year}
	if !ok || !found || err != nil || !row.Valid() || row.Stream() != stream {
		return Row{}, ErrRow
	}
	return row, nil
}

// Valid says whether the row can exist: an office of 2 to 24 small letters, digits and
// hyphens, and a year of 2020 to 2199.
func (r Row) Valid() bool {
	return officeCode(r.Office) && r.Year >= firstYear && r.Year <= lastYear
}

func officeCode(s string) bool {
	if len(s) < 2 || len(s) > 24 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, b := range []byte(s) {
		if !(b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b == '-') {
			return false
		}
	}
	return true
}
