// Package foreign reads files of complaints that another system wrote. A reader
// yields rows one by one; a row that cannot be taken is an error of its own and the
// reading goes on, so nothing is lost in silence.
package foreign

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"fangxin/domain/complaint"
)

// Row is one complaint of the file. Record counts complaints from 1; Line is the
// physical line on which the record begins, Offset its first byte.
type Row struct {
	Record int
	Line   int
	Offset int64
	Case   complaint.ForeignCase
	// Narrative is plain text; it is sealed before it is stored.
	Narrative string
}

// RefusedError: one record cannot be taken. The reading goes on. Offset is the first
// byte of the record in the file as it is written.
type RefusedError struct {
	Record int
	Line   int
	Offset int64
	Column string
	Reason string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("record %d (line %d), %s: %s", e.Record, e.Line, e.Column, e.Reason)
}

// CutError: the file ends or breaks inside a record. Offset is the first byte of
// that record. Everything before it was yielded.
type CutError struct {
	Record int
	Line   int
	Offset int64
	Err    error
}

func (e *CutError) Error() string {
	return fmt.Sprintf("the file is cut in record %d, which begins on line %d at byte %d: %v", e.Record, e.Line, e.Offset, e.Err)
}

func (e *CutError) Unwrap() error { return e.Err }

// HeaderError: no header was found, or needed columns are missing.
type HeaderError struct {
	Line    int
	Missing []string
}

func (e *HeaderError) Error() string {
	if len(e.Missing) == 0 {
		return fmt.Sprintf("no header with known column names in the file; it begins on line %d with other text", e.Line)
	}
	return fmt.Sprintf("the header on line %d lacks %s", e.Line, strings.Join(e.Missing, ", "))
}

// ErrFormat: no such format.
var ErrFormat = errors.New("unknown import format")

// Notes is what a reader noticed about the file as a whole.
type Notes struct {
	// Skipped counts lines before the header; Unknown names columns that are not
	// read; Absent names known columns that the file does not have.
	Skipped int
	Unknown []string
	Absent  []string
}

// Reader yields the rows of a file. A *RefusedError belongs to one record; any
// other error ends the sequence. Notes are complete once the first row or error
// was yielded.
type Reader interface {
	Rows() iter.Seq2[Row, error]
	Notes() Notes
}

// Open returns the reader of a format: cfpb or ndjson.
func Open(format string, r io.Reader) (Reader, error) {
	switch format {
	case "cfpb":
		return newCFPB(r), nil
	case "ndjson":
		return newNDJSON(r), nil
	}
	return nil, fmt.Errorf("%q: %w", format, ErrFormat)
}
