package es

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ID is a UUID (RFC 9562). Identifiers of commands and events are version 5:
// derived, so that a retry meets itself.
type ID [16]byte

// Namespace is the root of every identifier derived in this program.
var Namespace = ID{0x0f, 0xa9, 0x61, 0x0e, 0x3d, 0x52, 0x5c, 0x0b, 0x9a, 0x41, 0x66, 0x61, 0x6e, 0x67, 0x78, 0x69}

// ErrID is wrapped by ParseID.
var ErrID = errors.New("not a UUID")

// DeriveID is the UUIDv5 of the parts under the namespace. Parts are joined with
// a length prefix, so ("ab","c") and ("a","bc") differ.
func DeriveID(namespace ID, parts ...string) ID {
	h := sha1.New()
	h.Write(namespace[:])
	for _, p := range parts {
		var n [4]byte
		n[0], n[1], n[2], n[3] = byte(len(p)>>24), byte(len(p)>>16), byte(len(p)>>8), byte(len(p))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	var sum [20]byte
	var id ID
	copy(id[:], h.Sum(sum[:0]))
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return id
}

// EventID is the id of the i-th event that a command writes.
func EventID(command ID, i int) ID { return DeriveID(command, "event", strconv.Itoa(i)) }

// String is the canonical form with hyphens.
func (id ID) String() string {
	var b [36]byte
	hex.Encode(b[0:8], id[0:4])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	hex.Encode(b[9:13], id[4:6])
	hex.Encode(b[14:18], id[6:8])
	hex.Encode(b[19:23], id[8:10])
	hex.Encode(b[24:36], id[10:16])
	return string(b[:])
}

// MarshalText writes the canonical form.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the canonical form.
func (id *ID) UnmarshalText(b []byte) error {
	p, err := ParseID(string(b))
	*id = p
	return err
}

// IsZero says whether id is the zero UUID, which no store accepts.
func (id ID) IsZero() bool { return id == ID{} }

// ParseID reads the canonical form, in either case.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, ErrID
	}
	raw := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	if _, err := hex.Decode(id[:], []byte(raw)); err != nil {
		return ID{}, ErrID
	}
	return id, nil
}

// StreamID names a stream.
type StreamID string

// MaxStreamID bounds a stream's name, in bytes.
const MaxStreamID = 250

// Kind is the part of the name before the first dot.
func (s StreamID) Kind() string {
	k, _, _ := strings.Cut(string(s), ".")
	return k
}

// Key is the part of the name after the first dot.
func (s StreamID) Key() string {
	_, k, _ := strings.Cut(string(s), ".")
	return k
}

// Revision is an event's place in its stream, counted from 0.
type Revision int64

// None is the expectation that a stream has no events, and the revision of an
// empty stream.
const None Revision = -1

// Last, given to ReadBack, starts from the newest event.
const Last = Revision(1<<63 - 1)

// Position is a place in the whole log. The two numbers are the store's affair:
// a store that counts from one uses Commit and leaves Prepare equal to it.
type Position struct{ Commit, Prepare uint64 }

// Compare orders positions.
func (p Position) Compare(q Position) int {
	switch {
	case p.Commit < q.Commit || p.Commit == q.Commit && p.Prepare < q.Prepare:
		return -1
	case p == q:
		return 0
	}
	return 1
}

// Before says whether p lies before q.
func (p Position) Before(q Position) bool { return p.Compare(q) < 0 }

// IsStart says whether p lies before the first event.
func (p Position) IsStart() bool { return p == Position{} }

// String is the form used on the wire and in checkpoints. Lengths are fixed so
// that text order is log order.
func (p Position) String() string { return fmt.Sprintf("%016x%016x", p.Commit, p.Prepare) }

// ErrPosition is wrapped by ParsePosition.
var ErrPosition = errors.New("not a log position")

// ParsePosition reads what String wrote; "" is the start.
func ParsePosition(s string) (Position, error) {
	if s == "" {
		return Position{}, nil
	}
	if len(s) != 32 {
		return Position{}, ErrPosition
	}
	c, err1 := strconv.ParseUint(s[:16], 16, 64)
	p, err2 := strconv.ParseUint(s[16:], 16, 64)
	if err1 != nil || err2 != nil {
		return Position{}, ErrPosition
	}
	return Position{c, p}, nil
}

// MarshalText writes String.
func (p Position) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads String.
func (p *Position) UnmarshalText(b []byte) (err error) {
	*p, err = ParsePosition(string(b))
	return err
}

// Pending is an event on its way into the store. Data and Meta are JSON and are
// kept byte for byte.
type Pending struct {
	ID   ID
	Type string
	Data []byte
	Meta []byte
}

// Envelope is an event as the store holds it.
type Envelope struct {
	ID       ID
	Stream   StreamID
	Revision Revision
	// Position is set by ReadAll and Subscribe. A store may leave it zero in Read
	// and ReadBack.
	Position Position
	Type     string
	Data     []byte
	Meta     []byte
	// Recorded is the store's own time. Auditors see it; it decides nothing.
	Recorded time.Time
}

// Metadata is the part of an envelope that is the same for every type. Field
// names and meanings are fixed for ever.
type Metadata struct {
	// At is the use case's clock, UTC, microseconds. It never runs backwards
	// within a stream.
	At time.Time `json:"at"`
	// Actor is an opaque account id, never a name.
	Actor string `json:"actor"`
	Role  string `json:"role"`
	// Command is the id of the command; the event's own id is EventID(Command, i).
	Command ID `json:"command"`
	// Name is the command's name, for auditors.
	Name string `json:"name"`
	// Body is the hex SHA-256 of the normalised command without personal fields.
	Body string `json:"body"`
	// Correlation is the same for everything that grew from one request.
	Correlation string `json:"correlation,omitempty"`
	// Causation is the id of the event that caused the command.
	Causation string `json:"causation,omitempty"`
	Ruleset   string `json:"ruleset,omitempty"`
	Calendar  string `json:"calendar,omitempty"`
	// Schema is the version of this metadata, 1.
	Schema int `json:"schema"`
	// Source is "native" or the name of the import that wrote the event.
	Source string `json:"source"`
	// Salt is 16 random bytes, base64: it keeps a leaf of the proof log from
	// confirming a guess at the event's content.
	Salt string `json:"salt"`
}

// Receipt says where an append ended.
type Receipt struct {
	// Revision of the last event of the append.
	Revision Revision
	// Position of the last event of the append.
	Position Position
	// Repeated is true when the same append had been written before.
	Repeated bool
}

// Same says whether both are one event, byte for byte: in a log that was restored to an
// earlier state and went on otherwise, another one stands in its place.
func (e *Envelope) Same(other *Envelope) bool {
	return e.Revision == other.Revision && e.ID == other.ID && bytes.Equal(e.Data, other.Data) && bytes.Equal(e.Meta, other.Meta)
}
