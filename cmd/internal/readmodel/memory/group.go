package memory

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
)

// partSize is up to how many counters stand in one part of a group.
const partSize = 512

// group holds the counters whose keys begin with its name and go on with a tail of its
// width: tails in order, each followed by its value in as many bytes as the largest of
// its part needs.
type group struct {
	name  string
	only  part   // all of them, while parts is nil
	parts []part // in order, none empty
	n     int32
	width uint8
}

// part is a run of tails and values.
type part struct {
	b     []byte
	bytes uint8 // of a value: 1, 2, 4 or 8
}

func (g *group) w() int { return int(g.width) }

// spot is where a counter stands in a group.
type spot struct{ part, at int }

func (g *group) part(i int) *part {
	if g.parts == nil {
		return &g.only
	}
	return &g.parts[i]
}

func (g *group) count() int {
	if g.parts == nil {
		return 1
	}
	return len(g.parts)
}

func (p *part) step(width int) int { return width + int(p.bytes) }

func (p *part) len(width int) int {
	if len(p.b) == 0 {
		return 0
	}
	return len(p.b) / p.step(width)
}

func (p *part) tail(i, width int) []byte {
	from := i * p.step(width)
	return p.b[from : from+width]
}

// find is where a tail stands in the part or would be put.
func (p *part) find(tail string, width int) (int, bool) {
	lo, hi := 0, p.len(width)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch t := p.tail(mid, width); {
		case string(t) < tail:
			lo = mid + 1
		case string(t) == tail:
			return mid, true
		default:
			hi = mid
		}
	}
	return lo, false
}

func (p *part) value(i, width int) int64 {
	b := p.b[i*p.step(width)+width:]
	switch p.bytes {
	case 1:
		return int64(int8(b[0]))
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(b)))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	}
	return int64(binary.LittleEndian.Uint64(b))
}

func (p *part) setValue(i, width int, n int64) {
	b := p.b[i*p.step(width)+width:]
	switch p.bytes {
	case 1:
		b[0] = byte(n)
	case 2:
		binary.LittleEndian.PutUint16(b, uint16(n))
	case 4:
		binary.LittleEndian.PutUint32(b, uint32(n))
	default:
		binary.LittleEndian.PutUint64(b, uint64(n))
	}
}

// bytesOf is how many bytes a value needs.
func bytesOf(n int64) uint8 {
	switch {
	case n >= math.MinInt8 && n <= math.MaxInt8:
		return 1
	case n >= math.MinInt16 && n <= math.MaxInt16:
		return 2
	case n >= math.MinInt32 && n <= math.MaxInt32:
		return 4
	}
	return 8
}

// widen gives values more room.
func (p *part) widen(bytes uint8, width int) {
	if p.bytes >= bytes {
		return
	}
	if len(p.b) == 0 {
		p.bytes = bytes
		return
	}
	n := p.len(width)
	wider := part{bytes: bytes}
	wider.b = make([]byte, n*wider.step(width))
	for i := range n {
		copy(wider.tail(i, width), p.tail(i, width))
		wider.setValue(i, width, p.value(i, width))
	}
	*p = wider
}

func (p *part) insert(i, width int, tail string, n int64) {
	step, size := p.step(width), len(p.b)
	if cap(p.b)-size < step {
		// A little room ahead: most groups stay small, and there are many.
		p.b = append(make([]byte, 0, size+step+size/4), p.b...)
	}
	p.b = p.b[:size+step]
	from := i * step
	copy(p.b[from+step:], p.b[from:size])
	copy(p.b[from:], tail)
	p.setValue(i, width, n)
}

// at is the part in which a tail stands or would be put.
func (g *group) at(tail string) int {
	i, found := slices.BinarySearchFunc(g.parts, tail, func(p part, tail string) int {
		return strings.Compare(string(p.tail(0, g.w())), tail)
	})
	if found || i == 0 {
		return i
	}
	return i - 1
}

func (g *group) add(tail string, delta int64) {
	k := g.at(tail)
	p := g.part(k)
	i, found := p.find(tail, g.w())
	if !found {
		g.n++
		if p.len(g.w()) == partSize {
			k, i = g.split(k, i)
			p = g.part(k)
		}
		p.widen(bytesOf(delta), g.w())
		p.insert(i, g.w(), tail, delta)
		return
	}
	now := p.value(i, g.w()) + delta
	if now != 0 {
		p.widen(bytesOf(now), g.w())
		p.setValue(i, g.w(), now)
		return
	}
	g.n--
	step := p.step(g.w())
	p.b = slices.Delete(p.b, i*step, (i+1)*step)
	if len(p.b) == 0 && g.parts != nil {
		if g.parts = slices.Delete(g.parts, k, k+1); len(g.parts) == 0 {
			g.parts = nil
		}
	}
}

// split makes room at place i of a full part. What comes after all begins a part of its
// own, so that parts filled in order stay full.
func (g *group) split(k, i int) (int, int) {
	if g.parts == nil {
		g.parts, g.only = []part{g.only}, part{}
	}
	p := &g.parts[k]
	if k == len(g.parts)-1 && i == partSize {
		g.parts = append(g.parts, part{bytes: p.bytes})
		return k + 1, 0
	}
	const half = partSize / 2
	from := half * p.step(g.w())
	rest := part{slices.Clone(p.b[from:]), p.bytes}
	p.b = slices.Clone(p.b[:from])
	g.parts = slices.Insert(g.parts, k+1, rest)
	if i <= half {
		return k, i
	}
	return k + 1, i - half
}

// first is the first counter whose key is not below a key.
func (g *group) first(key string) spot {
	shared := commonPrefix(g.name, key)
	switch {
	case shared == len(key):
		return spot{}
	case shared < len(g.name) && g.name[shared] > key[shared]:
		return spot{}
	case shared < len(g.name):
		return spot{part: g.count()}
	}
	tail := key[len(g.name):]
	k := g.at(tail)
	i, _ := g.part(k).find(tail, g.w())
	return g.settle(spot{k, i})
}

// settle goes over to the next part at the end of one.
func (g *group) settle(s spot) spot {
	if s.part < g.count() && s.at >= g.part(s.part).len(g.w()) {
		return spot{part: s.part + 1}
	}
	return s
}

func (g *group) next(s spot) spot { return g.settle(spot{s.part, s.at + 1}) }

func (g *group) entry(s spot) (tail []byte, n int64) {
	p := g.part(s.part)
	return p.tail(s.at, g.w()), p.value(s.at, g.w())
}

// head is a group with the counter that is read next.
type head struct {
	group *group
	at    spot
}

func (h *head) more() bool { return h.at.part < h.group.count() && h.group.n > 0 }

// compare holds the key of the next counter against another.
func (h *head) compare(key string) int {
	name := h.group.name
	if len(key) <= len(name) {
		if c := strings.Compare(name[:len(key)], key); c != 0 {
			return c
		}
		return 1 // a name has a tail, if only an empty one and the same key
	}
	if c := strings.Compare(name, key[:len(name)]); c != 0 {
		return c
	}
	tail, _ := h.group.entry(h.at)
	return strings.Compare(string(tail), key[len(name):])
}

func (h *head) less(key string) bool { return h.compare(key) < 0 }

// heads are ordered by the next key of each (container/heap).
type heads []head

func (h heads) Len() int      { return len(h) }
func (h heads) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

func (h heads) Less(i, j int) bool {
	tail, _ := h[j].group.entry(h[j].at)
	return h[i].less(h[j].group.name + string(tail))
}

// Push and Pop serve container/heap.
func (h *heads) Push(x any) {
	if one, ok := x.(head); ok {
		*h = append(*h, one)
	}
}

// Pop takes the last off.
func (h *heads) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
