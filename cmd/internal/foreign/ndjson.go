package foreign

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"

	"fangxin/domain/complaint"
)

// record is one line of our own format: the fields of complaint.ForeignCase with
// a plain narrative.
type record struct {
	complaint.ForeignCase
	Narrative string `json:"narrative,omitempty"`
}

const maxLine = 256 << 10

type ndjson struct {
	in    *bufio.Reader
	notes Notes
}

func newNDJSON(r io.Reader) *ndjson { return &ndjson{in: bufio.NewReaderSize(r, maxLine)} }

func (f *ndjson) Notes() Notes { return f.notes }

func (f *ndjson) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var offset int64
		n := 0
		for line := 1; ; line++ {
			text, err := f.in.ReadSlice('\n')
			begin := offset
			offset += int64(len(text))
			if errors.Is(err, bufio.ErrBufferFull) {
				yield(Row{}, &CutError{Record: n + 1, Line: line, Offset: begin, Err: errors.New("line is longer than 256 KiB")})
				return
			}
			if err != nil && !errors.Is(err, io.EOF) {
				yield(Row{}, err)
				return
			}
			if body := bytes.TrimSpace(text); len(body) > 0 {
				n++
				row, bad := readRecord(body, n, line, begin)
				if bad != nil && err != nil && !json.Valid(body) {
					bad = &CutError{Record: n, Line: line, Offset: begin, Err: io.ErrUnexpectedEOF}
				}
				if !yield(row, bad) {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}
}

func readRecord(body []byte, n, line int, offset int64) (Row, error) {
	row := Row{Record: n, Line: line, Offset: offset}
	refuse := func(column, reason string) (Row, error) {
		return row, &RefusedError{Record: n, Line: line, Offset: offset, Column: column, Reason: reason}
	}
	if reason := unfit(string(body)); reason != "" {
		return refuse("record", reason)
	}
	var r record
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return refuse("record", err.Error())
	}
	row.Case, row.Narrative = r.ForeignCase, r.Narrative
	switch {
	case dec.More():
		return refuse("record", "more than one value on the line")
	case r.System == "" || r.Number == "":
		return refuse("system, number", "must name the case")
	case r.Received.IsZero():
		return refuse("received_on", "is empty")
	case r.Merchant.Name == "":
		return refuse("merchant.name", "is empty")
	case !r.Sent.IsZero() && r.Sent < r.Received:
		return refuse("sent_on", "lies before received_on")
	}
	return row, nil
}
