package readmodel

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
)

// ErrCursor: not a cursor of this port.
var ErrCursor = errors.New("not a cursor")

// MaxCursor bounds a cursor, in bytes.
const MaxCursor = 1024

// CursorOf is the cursor that goes on after a row. It holds the score as a signed
// varint and the member, in URL-safe base64, so that it stays good when rows come,
// go or move.
func CursorOf(r Row) string {
	b := binary.AppendVarint(make([]byte, 0, binary.MaxVarintLen64+len(r.Member)), r.Score)
	return base64.RawURLEncoding.EncodeToString(append(b, r.Member...))
}

// ParseCursor reads what CursorOf wrote, and nothing else. ErrCursor.
func ParseCursor(s string) (Row, error) {
	if s == "" || len(s) > MaxCursor {
		return Row{}, ErrCursor
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return Row{}, ErrCursor
	}
	score, n := binary.Varint(b)
	if n <= 0 {
		return Row{}, ErrCursor
	}
	r := Row{Member: string(b[n:]), Score: score}
	if CursorOf(r) != s {
		return Row{}, ErrCursor
	}
	return r, nil
}
