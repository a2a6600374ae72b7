package foreign

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"fangxin/domain/reconcile"
	"fangxin/domain/sealed"
)

// OfficialRow is one complaint of the official record (12315). Names in it are
// masked: a clear one does not leave the reader.
type OfficialRow = reconcile.Theirs

// OfficialNotes is what the reader noticed about the file as a whole.
type OfficialNotes struct {
	// Encoding is the encoding that the file was read in.
	Encoding string
	// Skipped counts lines before the header, Others records that are no complaints
	// (举报 and so on), of which nothing is read.
	Skipped, Others int
	// Stated are the fields that the file has a column for, Absent those it has not.
	Stated, Absent []reconcile.Field
	// Unknown are headers that nobody mapped; Shadowed are mapped ones whose field is
	// read from another column.
	Unknown, Shadowed []string
	// Words are texts of states that nobody mapped, of at most eight characters, at
	// most 100; OtherTexts counts rows with longer ones, which may be anything.
	Words      []string
	OtherTexts int
	// Duplicates counts records whose number came before; the first hundred are listed.
	Duplicates int
	Repeats    []Repeat
}

// Repeat is a record whose number an earlier record has too.
type Repeat struct {
	Record int    `json:"record"`
	Line   int    `json:"line"`
	First  int    `json:"first"`
	Number string `json:"number"`
}

const (
	maxOfficialRows = 2_000_000
	maxListed       = 100
	minKnownHeaders = 2
	maxWord         = 8
)

// ErrTooManyRows: the file has more than two million records.
var ErrTooManyRows = errors.New("the file has more than 2000000 records; export a shorter period")

// Official reads an export of the official record (12315) as CSV, in UTF-8 or
// GB18030, by the names of its headers.
type Official struct {
	records *records
	mapping *Mapping
	notes   OfficialNotes
	columns []bound
	layouts map[reconcile.Field]int // the layout that fitted last
	most    int
	seen    map[[16]byte]int32
}

// bound is a column of the file and the field that is read from it.
type bound struct {
	field  string
	header string
	fen    int64
}

// OpenOfficial finds out how the file is written and refuses what is no CSV:
// *FormatError. Beside one record it keeps some 50 bytes for each number it has seen.
func OpenOfficial(r io.Reader, m *Mapping) (*Official, error) {
	list, encoding, err := openRecords(r)
	if err != nil {
		return nil, err
	}
	return &Official{
		records: list, mapping: m, notes: OfficialNotes{Encoding: encoding}, most: maxOfficialRows,
		layouts: map[reconcile.Field]int{}, seen: map[[16]byte]int32{},
	}, nil
}

// Notes are complete once the sequence has ended; Stated once the first row or error
// was yielded.
func (f *Official) Notes() OfficialNotes { return f.notes }

// Rows yields the complaints of the file once. A *RefusedError belongs to one record
// and the reading goes on; a *HeaderError or any other error ends it.
func (f *Official) Rows() iter.Seq2[OfficialRow, error] {
	return func(yield func(OfficialRow, error) bool) {
		if err := f.findHeader(); err != nil {
			yield(OfficialRow{}, err)
			return
		}
		for n := 1; ; n++ {
			rec, err := f.records.next()
			switch {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(OfficialRow{}, err)
				return
			case n > f.most:
				yield(OfficialRow{}, ErrTooManyRows)
				return
			case rec.blank():
				n--
				continue
			}
			row, err := f.read(n, &rec)
			if err == nil && row.Number == "" { // no complaint
				f.notes.Others++
				continue
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// findHeader passes over titles that stand above the header.
func (f *Official) findHeader() error {
	for f.notes.Skipped < headerSearch {
		rec, err := f.records.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if rec.fault == "" && f.mapping.known(rec.fields) >= minKnownHeaders {
			return f.bind(&rec)
		}
		f.notes.Skipped++
	}
	return &HeaderError{Line: 1}
}

// bind gives each column its field. Of several columns for one field the one that
// the mapping names first is read.
func (f *Official) bind(rec *csvRecord) error {
	f.records.settled = true
	for n := len(rec.fields); n > 0 && strings.TrimSpace(rec.fields[n-1]) == ""; n-- {
		rec.fields = rec.fields[:n-1]
	}
	f.columns = make([]bound, len(rec.fields))
	best := map[string]int{} // field -> column
	rank := make([]int, len(rec.fields))
	for i, cell := range rec.fields {
		h, ok := f.mapping.header(cell)
		if !ok {
			if strings.TrimSpace(cell) != "" {
				f.notes.Unknown = append(f.notes.Unknown, short(cell))
			}
			continue
		}
		rank[i] = h.rank
		was, taken := best[h.field]
		if taken && rank[was] <= h.rank {
			f.notes.Shadowed = append(f.notes.Shadowed, short(cell))
			continue
		}
		if taken {
			f.notes.Shadowed = append(f.notes.Shadowed, f.columns[was].header)
			f.columns[was] = bound{}
		}
		best[h.field] = i
		f.columns[i] = bound{field: h.field, header: short(cell), fen: h.fen}
	}
	return f.state(best, rec.line)
}

func (f *Official) state(best map[string]int, line int) error {
	var missing []string
	for _, field := range f.mapping.Fields {
		_, has := best[field.Field]
		switch {
		case has && field.Field != fieldKind && field.Field != fieldNumber && field.Field != fieldRegion:
			f.notes.Stated = append(f.notes.Stated, statedAs(field.Field))
		case !has && field.Required:
			missing = append(missing, field.Headers[0])
		case !has && field.Field != fieldKind && field.Field != fieldRegion:
			f.notes.Absent = append(f.notes.Absent, statedAs(field.Field))
		}
	}
	if missing != nil {
		return &HeaderError{Line: line, Missing: missing}
	}
	return nil
}

// statedAs names the field of the report; our number is their "number" of us.
func statedAs(field string) reconcile.Field {
	if field == fieldOurNumber {
		return reconcile.FieldNumber
	}
	return reconcile.Field(field)
}

// read makes a row of a record. One without number and error is no complaint.
func (f *Official) read(n int, rec *csvRecord) (OfficialRow, error) {
	row := OfficialRow{Record: n, Line: rec.line, Offset: rec.offset}
	refuse := func(column, reason string) (OfficialRow, error) {
		at := OfficialRow{Record: n, Line: rec.line, Offset: rec.offset}
		return at, &RefusedError{Record: n, Line: rec.line, Offset: rec.offset, Column: column, Reason: reason}
	}
	if rec.fault != "" {
		return refuse("record", rec.fault)
	}
	if len(rec.fields) != len(f.columns) && !rec.padded(len(f.columns)) {
		return refuse("record", fmt.Sprintf("has %d fields where the header has %d", len(rec.fields), len(f.columns)))
	}
	if is, reason := f.isComplaint(rec); !is {
		if reason != "" {
			return refuse(fieldKind, reason)
		}
		return row, nil
	}
	for i, c := range f.columns {
		if c.field == "" || c.field == fieldKind {
			continue
		}
		if reason := f.take(&row, c, rec.fields[i]); reason != "" {
			return refuse(c.header, reason)
		}
	}
	if column, reason := f.whole(&row); reason != "" {
		return refuse(column, reason)
	}
	f.noteRepeat(&row)
	return row, nil
}

// isComplaint reads the kind of the record first: of a tip-off nothing else is
// looked at (Order 121 art 37).
func (f *Official) isComplaint(rec *csvRecord) (is bool, reason string) {
	at := slices.IndexFunc(f.columns, func(c bound) bool { return c.field == fieldKind })
	if at < 0 {
		return true, ""
	}
	text := plainCell(rec.fields[at])
	if f.mapping.isEmpty(text) {
		return false, "is empty"
	}
	is, known := f.mapping.kind(text)
	if !known {
		return false, "is a kind that nobody mapped"
	}
	return is, ""
}

func (f *Official) noteRepeat(row *OfficialRow) {
	sum := sha256.Sum256([]byte(row.Number))
	key := [16]byte(sum[:16])
	first, again := f.seen[key]
	if !again {
		f.seen[key] = int32(row.Record)
		return
	}
	f.notes.Duplicates++
	if len(f.notes.Repeats) < maxListed {
		f.notes.Repeats = append(f.notes.Repeats, Repeat{Record: row.Record, Line: row.Line, First: int(first), Number: row.Number})
	}
}

// short bounds what is repeated of a file, and hides personal numbers in it.
func short(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), " ")
	const most = 40
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return sealed.MaskText(s)
}
