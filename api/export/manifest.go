package export

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
)

// Manifest says what a file of the register is: which question it answers, as of when,
// how many rows it has and what its bytes are, so that whoever quotes it can prove it.
type Manifest struct {
	// Filter are the parameters of the question; Order that of the rows.
	Filter map[string][]string `json:"filter"`
	Order  string              `json:"order"`
	// AsOf is the day in Asia/Shanghai, Position the place in the log up to which every
	// row stands at least. Changes goes on from there in the change feed.
	AsOf     calendar.Date `json:"as_of"`
	Position es.Position   `json:"position"`
	Changes  string        `json:"changes,omitempty"`
	Rows     int           `json:"rows"`
	// First and Last are the first and last day of publication among the rows.
	First calendar.Date `json:"first,omitempty"`
	Last  calendar.Date `json:"last,omitempty"`
	// Policies are the versions of the disclosure policies of the rows.
	Policies []string `json:"policies"`
	Files    []File   `json:"files"`
	// Notice are the three standing sentences, by language.
	Notice     map[string][]string `json:"notice"`
	Dictionary string              `json:"dictionary"`
}

// File is one file of a manifest.
type File struct {
	Name   string `json:"name"`
	Media  string `json:"media_type"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Sum counts and hashes the bytes that go through it.
type Sum struct {
	out  io.Writer
	hash hash.Hash
	n    int64
}

// NewSum writes on to out.
func NewSum(out io.Writer) *Sum { return &Sum{out: out, hash: sha256.New()} }

// Write implements io.Writer.
func (s *Sum) Write(p []byte) (int, error) {
	n, err := s.out.Write(p)
	s.hash.Write(p[:n])
	s.n += int64(n)
	return n, err
}

// File is what went through, under a name.
func (s *Sum) File(name, media string) File {
	return File{Name: name, Media: media, Bytes: s.n, SHA256: hex.EncodeToString(s.hash.Sum(nil))}
}

// Archive is a ZIP file that is written while it is sent: the rows first, then what can
// only be said when they are known.
type Archive struct {
	out *zip.Writer
	now time.Time
}

// NewArchive begins an archive; its files bear the time.
func NewArchive(w io.Writer, now time.Time) *Archive {
	return &Archive{out: zip.NewWriter(w), now: now}
}

// Begin begins a file; what is written to it goes into the archive until the next one.
func (a *Archive) Begin(name string) (io.Writer, error) {
	w, err := a.out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.now})
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return w, nil
}

// Add adds a value as a JSON file.
func (a *Archive) Add(name string, value any) error {
	w, err := a.Begin(name)
	if err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}

// Flush hands on what was written.
func (a *Archive) Flush() error { return a.out.Flush() }

// Close ends the archive.
func (a *Archive) Close() error { return a.out.Close() }
