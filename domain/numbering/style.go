package numbering

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrStyle is wrapped by every refusal of a file of styles, and says that a form has
// no word in a style.
var ErrStyle = errors.New("style of numbers")

//go:embed data/styles.json
var styles []byte

// Bounds of a file of styles.
const (
	maxStyleBytes = 256 << 10
	maxOffices    = 4000
	maxPattern    = 120 // bytes
	maxPlace      = 60
)

// Styles say how each office writes its numbers (机关代字), as data: an office without
// an entry writes the common pattern with its own name as the place.
type Styles struct {
	// Pattern holds {place}, {word}, {year} and {number}.
	Pattern string `json:"pattern"`
	// Words are the words for the kinds of documents, by official form; "letter" is
	// that of a document without one.
	Words   map[string]string `json:"words"`
	Offices []OfficeStyle     `json:"offices"`
}

// OfficeStyle is one office's own way. What is absent is common.
type OfficeStyle struct {
	Office  string            `json:"office"`
	Place   string            `json:"place"`
	Pattern string            `json:"pattern,omitempty"`
	Words   map[string]string `json:"words,omitempty"`
}

// Style is how one office writes its numbers.
type Style struct {
	pattern string
	place   string
	words   map[string]string
	common  map[string]string
}

// LoadStyles reads the styles compiled into the program: the pattern of the official
// forms, and the short names of the region and its prefectures. All words are design:
// the forms leave them blank.
func LoadStyles() (*Styles, error) { return ReadStyles(bytes.NewReader(styles)) }

// ReadStyles reads a file of styles strictly, at most 256 KiB. ErrStyle.
func ReadStyles(r io.Reader) (*Styles, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxStyleBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStyle, err)
	}
	if len(text) > maxStyleBytes || !utf8.Valid(text) {
		return nil, fmt.Errorf("%w: longer than %d bytes or not UTF-8", ErrStyle, maxStyleBytes)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var s Styles
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStyle, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: text after the value", ErrStyle)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStyle, err)
	}
	return &s, nil
}

func (s *Styles) check() error {
	if err := checkStyle(s.Pattern, s.Words); err != nil {
		return err
	}
	if len(s.Offices) > maxOffices {
		return fmt.Errorf("more than %d offices", maxOffices)
	}
	seen := map[string]bool{}
	for _, o := range s.Offices {
		pattern := o.Pattern
		if pattern == "" {
			pattern = s.Pattern
		}
		if !officeCode(o.Office) || seen[o.Office] || !named(o.Place) {
			return fmt.Errorf("office %q: code or place missing, or named twice", o.Office)
		}
		if seen[pattern+" "+o.Place] {
			return fmt.Errorf("office %s writes the same numbers as another", o.Office)
		}
		seen[o.Office], seen[pattern+" "+o.Place] = true, true
		if err := checkStyle(pattern, o.Words); err != nil {
			return fmt.Errorf("office %s: %w", o.Office, err)
		}
	}
	return nil
}

// checkStyle: each part of a number must be in the pattern once, or two documents
// could read alike.
func checkStyle(pattern string, words map[string]string) error {
	if !plain(pattern, maxPattern) {
		return errors.New("pattern missing, too long or with control characters")
	}
	bare := pattern
	for _, part := range []string{"{place}", "{word}", "{year}", "{number}"} {
		if strings.Count(pattern, part) != 1 {
			return fmt.Errorf("pattern does not have %s once", part)
		}
		bare = strings.Replace(bare, part, "", 1)
	}
	// A digit beside the year or the number would read as part of it.
	if strings.ContainsAny(bare, "{}") || strings.ContainsFunc(bare, unicode.IsDigit) ||
		strings.Contains(pattern, "{year}{number}") || strings.Contains(pattern, "{number}{year}") {
		return errors.New("pattern with other braces or digits, or without a mark between year and number")
	}
	for form, word := range words {
		n, err := strconv.Atoi(form)
		if form != letter && (err != nil || n < 1 || n > 99 || strconv.Itoa(n) != form) {
			return fmt.Errorf("word for %q, which is no form", form)
		}
		if !named(word) {
			return fmt.Errorf("word of form %s is empty, too long or has digits", form)
		}
	}
	return nil
}

// letter stands for a document without official form.
const letter = "letter"

// For returns the office's style. name is what an office without an entry puts in the
// place, for instance the name of its division.
func (s *Styles) For(office, name string) Style {
	for _, o := range s.Offices {
		if o.Office != office {
			continue
		}
		style := Style{pattern: o.Pattern, place: o.Place, words: o.Words, common: s.Words}
		if style.pattern == "" {
			style.pattern = s.Pattern
		}
		return style
	}
	return Style{pattern: s.Pattern, place: name, common: s.Words}
}

// Text writes a number, for instance 呼市监投受〔2026〕第12号. ErrStyle where the form has
// no word or the office no place.
func (s Style) Text(form, year, number int) (string, error) {
	key := letter
	if form != 0 {
		key = strconv.Itoa(form)
	}
	word, ok := s.words[key]
	if !ok {
		word, ok = s.common[key]
	}
	if !ok || s.pattern == "" || !named(s.place) {
		return "", fmt.Errorf("form %d: %w", form, ErrStyle)
	}
	return strings.NewReplacer("{place}", s.place, "{word}", word,
		"{year}", strconv.Itoa(year), "{number}", strconv.Itoa(number)).Replace(s.pattern), nil
}

// named is a place or a word: without digits, which would read as part of a number.
func named(s string) bool {
	return plain(s, maxPlace) && !strings.ContainsFunc(s, unicode.IsDigit) && !strings.ContainsAny(s, "{}")
}

// plain is not empty, bounded and without control or format characters.
func plain(s string, limit int) bool {
	return s != "" && len(s) <= limit && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
}
