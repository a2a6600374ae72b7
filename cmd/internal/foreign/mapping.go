package foreign

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/reconcile"
)

//go:embed data/12315.json
var officialMapping []byte

// Fields of the mapping beside those of a reconciliation.
const (
	fieldNumber    = "number"
	fieldOurNumber = "our_number"
	fieldKind      = "kind"
	fieldRegion    = "region" // code of the division
)

// Mapping says, as data, by which headers an export of the official record is read.
// Headers and texts are compared without white space, brackets and colons in ASCII,
// letters small.
type Mapping struct {
	Name string `json:"name"`
	// About tells people where the names come from.
	About  map[string]string `json:"about,omitempty"`
	Fields []MappedField     `json:"fields"`
	// Dates are layouts of package time, read in Asia/Shanghai; the first that fits.
	Dates []string `json:"dates"`
	// Empty are texts that stand for nothing.
	Empty []string `json:"empty,omitempty"`
	// Units are suffixes of the header of an amount; without one it is in yuan.
	Units  []MappedUnit  `json:"units,omitempty"`
	Kinds  []MappedKind  `json:"kinds,omitempty"`
	States []MappedState `json:"states,omitempty"`

	headers map[string]mappedHeader
	states  map[string]complaint.Status
	kinds   map[string]bool
	empty   map[string]bool
}

// MappedField is one of our fields and the headers that it may have, the best first.
type MappedField struct {
	Field    string   `json:"field"`
	Required bool     `json:"required,omitempty"`
	Headers  []string `json:"headers"`
}

// MappedUnit is a unit of money, in fen.
type MappedUnit struct {
	Suffix string `json:"suffix"`
	Fen    int64  `json:"fen"`
}

// MappedKind says which records are complaints.
type MappedKind struct {
	Complaint bool     `json:"complaint"`
	Texts     []string `json:"texts"`
}

// MappedState is one of our states and how the export writes it.
type MappedState struct {
	State complaint.Status `json:"state"`
	Texts []string         `json:"texts"`
}

type mappedHeader struct {
	field string
	rank  int
	fen   int64
}

const (
	maxMapping = 256 << 10
	maxLayout  = 60
	yuan       = 100
)

// ErrMapping is wrapped by every refusal of a mapping.
var ErrMapping = errors.New("the header mapping cannot be used")

// OfficialMapping is the mapping that comes with the program.
func OfficialMapping() (*Mapping, error) { return ReadMapping(bytes.NewReader(officialMapping)) }

// ReadMapping reads a mapping of at most 256 KiB strictly. ErrMapping.
func ReadMapping(r io.Reader) (*Mapping, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxMapping+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxMapping {
		return nil, fmt.Errorf("%w: longer than 256 KiB", ErrMapping)
	}
	m := &Mapping{}
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMapping, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: text after the value at byte %d", ErrMapping, d.InputOffset())
	}
	for _, part := range []func() error{m.checkFields, m.checkUnits, m.checkDates, m.checkTexts} {
		if err := part(); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrMapping, err)
		}
	}
	return m, nil
}

func mappable() []string {
	names := []string{fieldOurNumber, fieldKind, fieldRegion}
	for _, f := range reconcile.Fields() {
		if f != reconcile.FieldExternalRef {
			names = append(names, string(f)) // among them "number", here theirs
		}
	}
	return names
}

func (m *Mapping) checkFields() error {
	m.headers = map[string]mappedHeader{}
	seen := map[string]bool{}
	for _, f := range m.Fields {
		if !slices.Contains(mappable(), f.Field) || seen[f.Field] || len(f.Headers) == 0 {
			return fmt.Errorf("field %q is unknown, named twice or without headers", short(f.Field))
		}
		seen[f.Field] = true
		for rank, h := range f.Headers {
			key := foldHeader(h)
			if _, twice := m.headers[key]; twice || key == "" {
				return fmt.Errorf("header %q is empty or named twice", short(h))
			}
			m.headers[key] = mappedHeader{field: f.Field, rank: rank, fen: yuan}
		}
	}
	at := slices.IndexFunc(m.Fields, func(f MappedField) bool { return f.Field == fieldNumber })
	if at < 0 {
		return errors.New("no headers for the number")
	}
	m.Fields[at].Required = true
	m.Fields[0], m.Fields[at] = m.Fields[at], m.Fields[0]
	return nil
}

// checkUnits adds, to the headers of the amount, those with a unit behind them.
func (m *Mapping) checkUnits() error {
	for _, u := range m.Units {
		suffix := foldHeader(u.Suffix)
		if suffix == "" || u.Fen < 1 || u.Fen > maxAmountFen {
			return fmt.Errorf("unit %q cannot be used", short(u.Suffix))
		}
		for _, f := range m.Fields {
			if f.Field != string(reconcile.FieldAmount) {
				continue
			}
			for rank, h := range f.Headers {
				key := foldHeader(h) + suffix
				if _, twice := m.headers[key]; twice {
					return fmt.Errorf("header %q is named twice", short(h+u.Suffix))
				}
				m.headers[key] = mappedHeader{field: f.Field, rank: rank, fen: u.Fen}
			}
		}
	}
	return nil
}

// checkDates refuses layouts that do not give a day back.
func (m *Mapping) checkDates() error {
	if len(m.Dates) == 0 {
		return errors.New("no layout of dates")
	}
	probe := calendar.NewDate(2024, 11, 23)
	for _, layout := range m.Dates {
		t, err := time.ParseInLocation(layout, probe.Start().In(calendar.Shanghai).Format(layout), calendar.Shanghai)
		if err != nil || len(layout) > maxLayout || calendar.DateOf(t) != probe {
			return fmt.Errorf("layout %q does not write year, month and day", short(layout))
		}
	}
	return nil
}

func (m *Mapping) checkTexts() error {
	m.states, m.kinds, m.empty = map[string]complaint.Status{}, map[string]bool{}, map[string]bool{"": true}
	for _, s := range m.States {
		switch s.State {
		case complaint.StatusFiled, complaint.StatusReceived, complaint.StatusAccepted, complaint.StatusDeclined, complaint.StatusAgreed,
			complaint.StatusSettled, complaint.StatusWithdrawn, complaint.StatusTerminated, complaint.StatusClosed:
		default:
			return fmt.Errorf("state %q is unknown", short(string(s.State)))
		}
		for _, text := range s.Texts {
			if _, twice := m.states[foldHeader(text)]; twice {
				return fmt.Errorf("text %q is named twice", short(text))
			}
			m.states[foldHeader(text)] = s.State
		}
	}
	for _, k := range m.Kinds {
		for _, text := range k.Texts {
			if _, twice := m.kinds[foldHeader(text)]; twice {
				return fmt.Errorf("text %q is named twice", short(text))
			}
			m.kinds[foldHeader(text)] = k.Complaint
		}
	}
	for _, text := range m.Empty {
		m.empty[foldHeader(text)] = true
	}
	return nil
}

func (m *Mapping) header(cell string) (mappedHeader, bool) {
	h, ok := m.headers[foldHeader(cell)]
	return h, ok
}

// known counts the different fields that a line has headers of.
func (m *Mapping) known(cells []string) int {
	found := map[string]bool{}
	for _, c := range cells {
		if h, ok := m.header(c); ok {
			found[h.field] = true
		}
	}
	return len(found)
}

func (m *Mapping) state(text string) (complaint.Status, bool) {
	s, ok := m.states[foldHeader(text)]
	return s, ok
}

func (m *Mapping) kind(text string) (is, known bool) {
	is, known = m.kinds[foldHeader(text)]
	return is, known
}

func (m *Mapping) isEmpty(text string) bool {
	return len(text) <= maxLayout && m.empty[foldHeader(text)]
}

// foldHeader brings a header into the form in which it is compared: no white space or
// invisible characters, full-width signs in ASCII, small letters, no mark of a
// required column and no colon at the end.
func foldHeader(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		switch r {
		case '〔', '【', '[':
			r = '('
		case '〕', '】', ']':
			r = ')'
		}
		if unicode.IsSpace(r) || !unicode.IsGraphic(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	return strings.Trim(s, "*:'\"")
}
