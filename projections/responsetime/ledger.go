package responsetime

import (
	"bytes"

	"fangxin/domain/calendar"
)

// place is where a case counts from a day on: its month follows from the day on which it
// came in.
type place struct {
	Known    calendar.Date `json:"known"`
	Filed    calendar.Date `json:"filed"`
	Merchant string        `json:"merchant,omitempty"`
	Region   string        `json:"region,omitempty"`
	Category string        `json:"category,omitempty"`
}

// at is the same place, whenever it became known.
func (p place) at(q place) bool {
	p.Known = q.Known
	return p == q
}

// classed is the class of a case from a day on.
type classed struct {
	Known calendar.Date `json:"known"`
	Class uint8         `json:"class"`
}

// A ledger entry is, in this order: the measure, with the highest bit where the
// observation was taken back; code and flag; the known day; and the observation's two
// values, or its amount. Numbers are big-endian, days and values of three bytes.
const (
	entrySize = 11
	bodyFrom  = 5 // of the values
	takenBack = 0x80
	codeBits  = 5
	// bias keeps values positive: a source can state a sending before a receipt.
	bias = 1 << 23
)

type entry [entrySize]byte

func entryOf(m measure, o *observation, known calendar.Date) (e entry) {
	e[0], e[1] = byte(m), o.mark()
	put24(e[2:], uint32(known))
	if m.money() {
		for i := range 6 {
			e[bodyFrom+i] = byte(uint64(o.Fen) >> (40 - 8*i))
		}
		return e
	}
	put24(e[bodyFrom:], uint32(o.First+bias))
	put24(e[bodyFrom+3:], uint32(o.Second+bias))
	return e
}

func (o *observation) mark() byte { return o.Code | o.Flag<<codeBits }

// read takes an entry apart; n is 1, or -1 where it was taken back.
func (e entry) read() (m measure, o observation, known calendar.Date, n int64) {
	n = 1
	if e[0]&takenBack != 0 {
		n = -1
	}
	m = measure(e[0] &^ takenBack)
	o = observation{On: true, Code: e[1] & (1<<codeBits - 1), Flag: e[1] >> codeBits}
	known = calendar.Date(get24(e[2:]))
	if m.money() {
		fen := uint64(0)
		for _, b := range e[bodyFrom:] {
			fen = fen<<8 | uint64(b)
		}
		o.Fen = int64(fen<<16) >> 16
		return m, o, known, n
	}
	o.First, o.Second = int32(get24(e[bodyFrom:]))-bias, int32(get24(e[bodyFrom+3:]))-bias
	return m, o, known, n
}

func put24(b []byte, n uint32) { b[0], b[1], b[2] = byte(n>>16), byte(n>>8), byte(n) }

func get24(b []byte) uint32 { return uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2]) }

// write notes an entry. One that undoes another of the same day leaves nothing of either.
func (v *View) write(e entry) {
	undone := e
	undone[0] ^= takenBack
	for i := 0; i < len(v.Ledger); i += entrySize {
		if bytes.Equal(v.Ledger[i:i+entrySize], undone[:]) {
			v.Ledger = append(v.Ledger[:i], v.Ledger[i+entrySize:]...)
			return
		}
	}
	v.Ledger = append(v.Ledger, e[:]...)
}

// entries calls yield with each entry known by the day, 0 being any.
func (v *View) entries(asOf calendar.Date, yield func(m measure, o *observation, n int64)) {
	for i := 0; i+entrySize <= len(v.Ledger); i += entrySize {
		m, o, known, n := entry(v.Ledger[i : i+entrySize]).read()
		if m < measures && (asOf == 0 || known <= asOf) {
			yield(m, &o, n)
		}
	}
}

// counted gives what is counted now.
func (v *View) counted(o *observations) {
	*o = observations{}
	v.entries(0, func(m measure, x *observation, n int64) {
		if n > 0 {
			o[m] = *x
		} else if o[m] == *x {
			o[m] = observation{}
		}
	})
}

// placeAt and classAt are where the case counted as of a day; nil and 0 for nowhere.
func (v *View) placeAt(day calendar.Date) *place {
	for i := len(v.Places) - 1; i >= 0; i-- {
		if v.Places[i].Known <= day {
			return &v.Places[i]
		}
	}
	return nil
}

func (v *View) classAt(day calendar.Date) uint8 {
	for i := len(v.Classes) - 1; i >= 0; i-- {
		if v.Classes[i].Known <= day {
			return v.Classes[i].Class
		}
	}
	return 0
}

// latest is the last known day in the ledger: what is entered on a clock that was set
// back is known no earlier than what was entered before.
func (v *View) latest() (day calendar.Date) {
	if n := len(v.Places); n > 0 {
		day = v.Places[n-1].Known
	}
	if n := len(v.Classes); n > 0 {
		day = max(day, v.Classes[n-1].Known)
	}
	for i := 0; i+entrySize <= len(v.Ledger); i += entrySize {
		day = max(day, calendar.Date(get24(v.Ledger[i+2:])))
	}
	return day
}
