package memory

import (
	"encoding/binary"
	"errors"
	"unsafe"

	"fangxin/projections/readmodel"
)

// errDamaged: the bytes are no snapshot of this form.
var errDamaged = errors.New("snapshot damaged")

// writer appends the parts of a snapshot.
type writer struct{ b []byte }

func (w *writer) uint(n uint64)  { w.b = binary.AppendUvarint(w.b, n) }
func (w *writer) int(n int64)    { w.b = binary.AppendVarint(w.b, n) }
func (w *writer) text(s string)  { w.uint(uint64(len(s))); w.b = append(w.b, s...) }
func (w *writer) bytes(s []byte) { w.uint(uint64(len(s))); w.b = append(w.b, s...) }

// reader takes them off again. After the first fault everything is empty. Texts
// share the bytes, which nobody changes once they are read from disk.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) fail() { r.b, r.bad = nil, true }

func (r *reader) uint() uint64 {
	n, w := binary.Uvarint(r.b)
	if w <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[w:]
	return n
}

func (r *reader) int() int64 {
	n, w := binary.Varint(r.b)
	if w <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[w:]
	return n
}

func (r *reader) bytes() []byte {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) text() string {
	b := r.bytes()
	if len(b) == 0 {
		return ""
	}
	return unsafe.String(&b[0], len(b))
}

// count reads how many parts follow, each of at least one byte.
func (r *reader) count() int {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.fail()
		return 0
	}
	return int(n)
}

// packed is an index inside a snapshot: numbers of members and scores.
type packed struct {
	n     int
	raw   []byte
	names []string
}

// rows reads the index. What does not fit was caught by the checksum before.
func (p *packed) rows() []readmodel.Row {
	r := reader{b: p.raw}
	out := make([]readmodel.Row, 0, p.n)
	for range p.n {
		i, score := r.uint(), r.int()
		if r.bad || i >= uint64(len(p.names)) {
			break
		}
		out = append(out, readmodel.Row{Member: p.names[i], Score: score})
	}
	return out
}
