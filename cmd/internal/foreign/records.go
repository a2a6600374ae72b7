package foreign

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	sniffed   = 64 << 10  // bytes looked at to find the encoding
	maxRecord = 256 << 10 // bytes of one record
)

// FormatError: the file is no CSV. Kind is xlsx, xls, html or utf-16.
type FormatError struct{ Kind string }

func (e *FormatError) Error() string {
	switch e.Kind {
	case "xlsx", "xls":
		return fmt.Sprintf("the file is a spreadsheet (.%s); save it as CSV (逗号分隔) in UTF-8 or GB18030 and try again", e.Kind)
	case "html":
		return "the file is a web page with another name; open it in a spreadsheet, save it as CSV (逗号分隔) and try again"
	}
	return "the file is written in " + e.Kind + "; save it as CSV in UTF-8 or GB18030 and try again"
}

// Encodings of text.
const (
	encodingUTF8    = "UTF-8"
	encodingGB18030 = "GB18030"
)

// encodingOf finds the encoding from the beginning of the file, where the header stands:
// what is not UTF-8 is GB18030, which holds GBK and GB 2312. start is the first byte of
// the text.
func encodingOf(in *bufio.Reader) (name string, start int64, err error) {
	head, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return "", 0, err
	}
	for _, f := range []struct{ kind, sign string }{
		{"xlsx", "PK\x03\x04"}, {"xls", "\xd0\xcf\x11\xe0"}, {"utf-16", "\xff\xfe"}, {"utf-16", "\xfe\xff"},
	} {
		if bytes.HasPrefix(head, []byte(f.sign)) {
			return "", 0, &FormatError{Kind: f.kind}
		}
	}
	if start := bytes.TrimSpace(head); bytes.HasPrefix(start, []byte("<")) {
		return "", 0, &FormatError{Kind: "html"}
	}
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		n, err := in.Discard(len("\ufeff"))
		return encodingUTF8, int64(n), err
	}
	if utf8.Valid(wholeRunes(head)) {
		return encodingUTF8, 0, nil
	}
	return encodingGB18030, 0, nil
}

// wholeRunes leaves out a character that the end of the head cuts.
func wholeRunes(head []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(head); i++ {
		if c := head[len(head)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(head[len(head)-i:]) {
				return head[:len(head)-i]
			}
			break
		}
	}
	return head
}

// csvRecord is one record of a CSV file, or what is wrong with it.
type csvRecord struct {
	line   int
	offset int64 // its first byte in the file
	fields []string
	fault  string
}

func (r *csvRecord) blank() bool {
	return r.fault == "" && len(r.fields) == 1 && strings.TrimSpace(r.fields[0]) == ""
}

// padded says whether the record is wider than the header by empty cells alone, as
// some programs write them.
func (r *csvRecord) padded(width int) bool {
	for i := width; i < len(r.fields); i++ {
		if strings.TrimSpace(r.fields[i]) != "" {
			return false
		}
	}
	return len(r.fields) > width
}

// physical is a line of the file without its end; cut says that it was too long to keep.
type physical struct {
	text   string
	cut    bool
	offset int64
}

// records splits text into CSV records (RFC 4180) within bounds. A record that cannot
// be read does not take the others with it: a quotation mark that is never closed
// costs its own line.
type records struct {
	in   *bufio.Reader
	back []physical // lines that were read ahead
	at   int        // lines before the next one
	read int64      // bytes of the file before the next line that was not read
	// decode makes text of a line; nil takes it as it is. No byte of a character of
	// GB18030 is a line end, so lines are found before they are decoded.
	decode *encoding.Decoder
	sep    byte
	// settled: the header was found, and with it the separator.
	settled bool
	err     error
}

// openRecords finds out how the file is written: *FormatError.
func openRecords(r io.Reader) (_ *records, name string, err error) {
	in := bufio.NewReaderSize(r, sniffed)
	name, start, err := encodingOf(in)
	if err != nil {
		return nil, "", err
	}
	list := &records{in: in, read: start}
	if name == encodingGB18030 {
		list.decode = simplifiedchinese.GB18030.NewDecoder()
	}
	return list, name, nil
}

// line returns the next physical line.
func (r *records) line() (physical, error) {
	if len(r.back) > 0 {
		l := r.back[0]
		r.back = r.back[1:]
		r.at++
		return l, nil
	}
	if r.err != nil {
		return physical{}, r.err
	}
	var text []byte
	l := physical{offset: r.read}
	for {
		part, err := r.in.ReadSlice('\n')
		r.read += int64(len(part))
		if l.cut = l.cut || len(text)+len(part) > maxRecord; !l.cut {
			text = append(text, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		r.err = err
		if err != nil && (len(text) == 0 && !l.cut || !errors.Is(err, io.EOF)) {
			return physical{}, err
		}
		break
	}
	r.at++
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	if r.decode != nil {
		var err error
		if text, err = r.decode.Bytes(text); err != nil {
			return physical{}, err
		}
	}
	l.text = string(text)
	return l, nil
}

// next returns the next record; io.EOF after the last. Other errors are those of the
// file.
func (r *records) next() (csvRecord, error) {
	first, err := r.line()
	if err != nil {
		return csvRecord{}, err
	}
	rec := csvRecord{line: r.at, offset: first.offset}
	if first.cut {
		rec.fault = "is longer than 256 KiB"
		return rec, nil
	}
	if !r.settled {
		r.sep = separator(first.text)
	}
	var ahead []physical
	p := cells{sep: r.sep}
	for size, l := len(first.text), first; ; {
		if rec.fault = p.feed(l.text); rec.fault != "" || !p.quoted {
			break
		}
		if l, err = r.line(); err != nil && !errors.Is(err, io.EOF) {
			return rec, err
		}
		if size += len(l.text) + 1; err != nil || l.cut || size > maxRecord {
			if err == nil {
				ahead = append(ahead, l)
			}
			rec.fault = "has a quotation mark that is not closed, or is longer than 256 KiB"
			r.back = append(ahead, r.back...)
			r.at -= len(ahead)
			return rec, nil
		}
		ahead = append(ahead, l)
	}
	rec.fields = p.done
	return rec, nil
}

// separator is what a line has most of: comma, tab or semicolon.
func separator(line string) byte {
	best, most := byte(','), 0
	for _, sep := range []byte{',', '\t', ';'} {
		if n := strings.Count(line, string(sep)); n > most {
			best, most = sep, n
		}
	}
	return best
}

// cells takes lines apart into cells. quoted says that the record goes on.
type cells struct {
	sep    byte
	done   []string
	open   strings.Builder
	quoted bool
}

// feed takes the next line of the record. It returns what is wrong with it, or "".
func (c *cells) feed(s string) string {
	if c.quoted {
		c.open.WriteByte('\n')
	}
	for i := 0; ; {
		if !c.quoted {
			if i >= len(s) || s[i] != '"' {
				end := strings.IndexByte(s[min(i, len(s)):], c.sep)
				if end < 0 {
					c.done = append(c.done, s[min(i, len(s)):])
					return ""
				}
				c.done = append(c.done, s[i:i+end])
				i += end + 1
				continue
			}
			c.quoted = true
			i++
		}
		end := strings.IndexByte(s[i:], '"')
		if end < 0 {
			c.open.WriteString(s[i:])
			return ""
		}
		c.open.WriteString(s[i : i+end])
		i += end + 1
		if i < len(s) && s[i] == '"' {
			c.open.WriteByte('"')
			i++
			continue
		}
		c.quoted = false
		c.done = append(c.done, c.open.String())
		c.open.Reset()
		if i == len(s) {
			return ""
		}
		if s[i] != c.sep {
			return "has text behind a closing quotation mark"
		}
		i++
	}
}
