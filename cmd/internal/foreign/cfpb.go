package foreign

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
)

// SystemCFPB names the Consumer Complaint Database of the Consumer Financial
// Protection Bureau, a work of the United States government.
const SystemCFPB = "cfpb"

// column is one known column: its header as the source has written it over the
// years, folded to lower case, and where its text goes.
type column struct {
	names    []string
	required bool
	set      func(*Row, string) error
}

var errDate = errors.New("not a date as 2006-01-02 or 01/02/2006")

func columns() []column {
	text := func(field func(*Row) *string) func(*Row, string) error {
		return func(r *Row, s string) error { *field(r) = s; return nil }
	}
	day := func(field func(*Row) *calendar.Date) func(*Row, string) error {
		return func(r *Row, s string) (err error) { *field(r), err = parseDay(s); return err }
	}
	c := func(r *Row) *complaint.ForeignCase { return &r.Case }
	return []column{
		{[]string{"date received"}, true, day(func(r *Row) *calendar.Date { return &c(r).Received })},
		{[]string{"date sent to company"}, false, day(func(r *Row) *calendar.Date { return &c(r).Sent })},
		{[]string{"product"}, false, text(func(r *Row) *string { return &c(r).Product })},
		{[]string{"sub-product", "subproduct"}, false, text(func(r *Row) *string { return &c(r).SubProduct })},
		{[]string{"issue"}, false, text(func(r *Row) *string { return &c(r).Issue })},
		{[]string{"sub-issue", "subissue"}, false, text(func(r *Row) *string { return &c(r).SubIssue })},
		{[]string{"consumer complaint narrative", "complaint what happened", "consumer complaint"}, false,
			text(func(r *Row) *string { return &r.Narrative })},
		{[]string{"company public response"}, false, text(func(r *Row) *string { return &c(r).PublicResponse })},
		{[]string{"company"}, true, text(func(r *Row) *string { return &c(r).Merchant.Name })},
		{[]string{"state"}, false, text(func(r *Row) *string { return &c(r).State })},
		{[]string{"zip code", "zip"}, false, text(func(r *Row) *string { return &c(r).ZIP })},
		{[]string{"tags"}, false, text(func(r *Row) *string { return &c(r).Tags })},
		{[]string{"consumer consent provided?", "consumer consent provided"}, false, text(func(r *Row) *string { return &c(r).Consent })},
		{[]string{"submitted via"}, false, text(func(r *Row) *string { return &c(r).Via })},
		{[]string{"company response to consumer", "company response"}, false, text(func(r *Row) *string { return &c(r).Response })},
		{[]string{"timely response?", "timely response", "timely"}, false, text(func(r *Row) *string { return &c(r).Timely })},
		{[]string{"consumer disputed?", "consumer disputed"}, false, text(func(r *Row) *string { return &c(r).Disputed })},
		{[]string{"complaint id"}, true, text(func(r *Row) *string { return &c(r).Number })},
	}
}

func parseDay(s string) (calendar.Date, error) {
	if s == "" {
		return 0, nil
	}
	if len(s) == 10 && s[2] == '/' && s[5] == '/' {
		s = s[6:] + "-" + s[:2] + "-" + s[3:5]
	}
	if len(s) > 10 && (s[10] == 'T' || s[10] == ' ') {
		s = s[:10] // a midnight that some tools append; the date is civil
	}
	d, err := calendar.ParseDate(s)
	if err != nil {
		return 0, errDate
	}
	return d, nil
}

const (
	maxField     = 64 << 10
	headerSearch = 50 // lines looked at before giving up on a header
)

type cfpb struct {
	in    *bufio.Reader
	notes Notes
}

func newCFPB(r io.Reader) *cfpb { return &cfpb{in: bufio.NewReaderSize(r, 1<<20)} }

func (f *cfpb) Notes() Notes { return f.notes }

func (f *cfpb) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		at, header, err := f.findHeader()
		if err != nil {
			yield(Row{}, err)
			return
		}
		setters, err := f.bind(header, at)
		if err != nil {
			yield(Row{}, err)
			return
		}
		in := csv.NewReader(f.in)
		in.FieldsPerRecord, in.ReuseRecord = -1, true
		for n := 1; ; n++ {
			begin := at.offset + in.InputOffset()
			fields, err := in.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, cutAt(n, at.line, begin, err))
				return
			}
			line, _ := in.FieldPos(0)
			row := Row{Record: n, Line: at.line + line, Offset: begin}
			if len(fields) < len(setters) && atEnd(f.in) {
				yield(Row{}, &CutError{Record: n, Line: row.Line, Offset: begin, Err: io.ErrUnexpectedEOF})
				return
			}
			err = fill(&row, setters, header, fields)
			if !yield(row, err) {
				return
			}
		}
	}
}

func cutAt(n, before int, begin int64, err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return &CutError{Record: n, Line: before + parse.StartLine, Offset: begin, Err: parse.Err}
	}
	return err
}

func atEnd(in *bufio.Reader) bool {
	_, err := in.Peek(1)
	return errors.Is(err, io.EOF)
}

// place is where the records begin: lines and bytes up to and with the header.
type place struct {
	line   int
	offset int64
}

// findHeader passes over a byte-order mark and lines that are not the header:
// tools leave such lines in files ("Archive: …").
func (f *cfpb) findHeader() (place, []string, error) {
	var at place
	for at.line < headerSearch {
		line, err := f.in.ReadString('\n')
		at.line++
		at.offset += int64(len(line))
		text := strings.TrimPrefix(line, "\ufeff")
		cells, csvErr := csv.NewReader(strings.NewReader(text)).Read()
		if csvErr == nil && isHeader(cells) {
			return at, cells, nil
		}
		f.notes.Skipped++
		if err != nil || len(line) > maxField {
			break
		}
	}
	return at, nil, &HeaderError{Line: 1}
}

func fold(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

func isHeader(cells []string) bool {
	known := 0
	for _, cell := range cells {
		if slices.ContainsFunc(columns(), func(c column) bool { return slices.Contains(c.names, fold(cell)) }) {
			known++
		}
	}
	return known >= 3
}

// bind finds the setter of every cell of the header, in whatever order they come.
func (f *cfpb) bind(header []string, at place) ([]func(*Row, string) error, error) {
	setters := make([]func(*Row, string) error, len(header))
	found := map[string]bool{}
	all := columns()
	for i, cell := range header {
		j := slices.IndexFunc(all, func(c column) bool { return slices.Contains(c.names, fold(cell)) })
		if j < 0 || found[all[j].names[0]] {
			f.notes.Unknown = append(f.notes.Unknown, cell)
			continue
		}
		setters[i] = all[j].set
		found[all[j].names[0]] = true
	}
	var missing []string
	for _, c := range all {
		switch {
		case found[c.names[0]]:
		case c.required:
			missing = append(missing, c.names[0])
		default:
			f.notes.Absent = append(f.notes.Absent, c.names[0])
		}
	}
	if missing != nil {
		return nil, &HeaderError{Line: at.line, Missing: missing}
	}
	return setters, nil
}

func fill(row *Row, setters []func(*Row, string) error, header, fields []string) error {
	refuse := func(column, reason string) error {
		return &RefusedError{Record: row.Record, Line: row.Line, Offset: row.Offset, Column: column, Reason: reason}
	}
	if len(fields) != len(setters) {
		return refuse("record", "has another number of fields than the header")
	}
	row.Case.System = SystemCFPB
	for i, set := range setters {
		if set == nil {
			continue
		}
		if reason := unfit(fields[i]); reason != "" {
			return refuse(header[i], reason)
		}
		if err := set(row, fields[i]); err != nil {
			return refuse(header[i], err.Error())
		}
	}
	switch {
	case row.Case.Number == "":
		return refuse("Complaint ID", "is empty")
	case row.Case.Received.IsZero():
		return refuse("Date received", "is empty")
	case row.Case.Merchant.Name == "":
		return refuse("Company", "is empty")
	case !row.Case.Sent.IsZero() && row.Case.Sent < row.Case.Received:
		return refuse("Date sent to company", "lies before the date received")
	}
	return nil
}

func unfit(s string) string {
	switch {
	case len(s) > maxField:
		return "is longer than 64 KiB"
	case !utf8.ValidString(s):
		return "is not UTF-8"
	case strings.ContainsRune(s, 0):
		return "contains a NUL byte"
	}
	return ""
}
