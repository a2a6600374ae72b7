package redis

import (
	"encoding/binary"
	"math"
)

// packer writes MessagePack, as far as the scripts need it.
type packer struct{ b []byte }

// Heads of MessagePack's forms.
const (
	packFalse = 0xc2
	packTrue  = 0xc3
	packFloat = 0xcb
	packInt32 = 0xd2
	packText8 = 0xd9
	packTextH = 0xda
	packTextW = 0xdb
	packListH = 0xdc
	packListW = 0xdd
)

func (p *packer) truth(v bool) {
	if v {
		p.b = append(p.b, packTrue)
		return
	}
	p.b = append(p.b, packFalse)
}

// number of what is counted: below 2^31.
func (p *packer) number(n int) {
	if n >= 0 && n < 128 {
		p.b = append(p.b, byte(n))
		return
	}
	p.b = binary.BigEndian.AppendUint32(append(p.b, packInt32), uint32(int32(n)))
}

// score is a number as scripts reckon with it.
func (p *packer) score(n int64) {
	p.b = binary.BigEndian.AppendUint64(append(p.b, packFloat), math.Float64bits(float64(n)))
}

func (p *packer) length(n int) {
	switch {
	case n < 32:
		p.b = append(p.b, 0xa0|byte(n))
	case n < 1<<8:
		p.b = append(p.b, packText8, byte(n))
	case n < 1<<16:
		p.b = binary.BigEndian.AppendUint16(append(p.b, packTextH), uint16(n))
	default:
		p.b = binary.BigEndian.AppendUint32(append(p.b, packTextW), uint32(n))
	}
}

func (p *packer) text(s string)  { p.length(len(s)); p.b = append(p.b, s...) }
func (p *packer) bytes(s []byte) { p.length(len(s)); p.b = append(p.b, s...) }

func (p *packer) texts(list []string) {
	p.list(len(list))
	for _, s := range list {
		p.text(s)
	}
}

// list begins a list of so many.
func (p *packer) list(n int) {
	switch {
	case n < 16:
		p.b = append(p.b, 0x90|byte(n))
	case n < 1<<16:
		p.b = binary.BigEndian.AppendUint16(append(p.b, packListH), uint16(n))
	default:
		p.b = binary.BigEndian.AppendUint32(append(p.b, packListW), uint32(n))
	}
}

// fields begins a table of so many, below 16.
func (p *packer) fields(n int) { p.b = append(p.b, 0x80|byte(n)) }
