package memory

import (
	"encoding/binary"
	"errors"
	"unsafe"
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

// packed is an index inside a snapshot: whether it has scores, how far each number
// is from the one before it, and the scores.
type packed struct {
	n     int
	limit uint64 // numbers are below it
	raw   []byte
}

// packIndex writes the members of an index. scores is nil where all are zero.
func packIndex(w *writer, numbers []uint32, scores []int64) {
	scored := uint64(0)
	if scores != nil {
		scored = 1
	}
	w.uint(scored)
	before := uint32(0)
	for _, n := range numbers {
		w.uint(uint64(n - before))
		before = n
	}
	for _, s := range scores {
		w.int(s)
	}
}

// read fills an empty set. What does not fit was caught by the checksum before.
func (p *packed) read(m *members) {
	r := reader{b: p.raw}
	scored := r.uint() == 1
	numbers := make([]uint32, 0, p.n)
	for number := uint64(0); len(numbers) < p.n; {
		step := r.uint()
		if number += step; r.bad || step == 0 && len(numbers) > 0 || step >= p.limit || number >= p.limit {
			break
		}
		numbers = append(numbers, uint32(number))
	}
	var scores []int64
	if scored {
		scores = make([]int64, len(numbers))
		for i := range scores {
			scores[i] = r.int()
		}
	}
	m.fill(numbers, scores)
}
