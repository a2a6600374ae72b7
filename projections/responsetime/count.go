package responsetime

import (
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/projections/facet"
	"fangxin/projections/readmodel"
	"fangxin/projections/words"
)

// dim is a dimension in which every observation is counted.
type dim int

const (
	dimAll dim = iota
	dimMerchant
	dimCategory
	dimRegion1
	dimRegion2
	dimRegion3
	dims
)

// cells are the values of a case in all dimensions, "" where it has none, and the
// month it belongs to.
type cells struct {
	Month  string       `json:"month,omitempty"`
	Values [dims]string `json:"values"`
}

// all is the only value of dimAll.
const all = "*"

func (p *Projection) cellsOf(v *View) cells {
	c := cells{Month: p.keys.month(v.Filed)}
	c.Values[dimAll] = all
	c.Values[dimMerchant] = v.Merchant
	c.Values[dimCategory] = v.Category
	for i := range 3 {
		c.Values[int(dimRegion1)+i] = facet.Level(v.Region, i+1)
	}
	return c
}

// count takes back what is no longer so and counts what is, both under the day.
func (p *Projection) count(v *View, known calendar.Date, out []readmodel.Change) []readmodel.Change {
	now, in := p.observe(v), p.cellsOf(v)
	if now == v.Counted && in == v.In {
		return out
	}
	if in.Month != v.In.Month && in.Month != "" {
		out = append(out, readmodel.Add(p.keys.months(v.Kind, v.Source), in.Month, monthScore(v.Filed)))
	}
	for d := range dims {
		moved := in.Month != v.In.Month || in.Values[d] != v.In.Values[d]
		for s := range stages {
			was, is := v.Counted[s], now[s]
			if was == is && !moved {
				continue
			}
			if was.Flag != none && v.In.Values[d] != "" {
				out = append(out, readmodel.Count(p.key(v, s, d, &v.In, known, was), -1))
			}
			if is.Flag != none && in.Values[d] != "" {
				out = append(out, readmodel.Count(p.key(v, s, d, &in, known, is), 1))
			}
		}
	}
	v.Counted, v.In = now, in
	return out
}

// Keys of counters are parts joined by NUL: formula and version, kind, source,
// dimension, month, value, known day, duration and flag. Numbers have a fixed width,
// so that text order is their order.
const (
	sep = '\x00'
	// bias keeps durations positive: a source can state a sending before a receipt.
	bias = 1_000_000
)

type keys struct {
	names    *words.Interner
	monthsOf map[calendar.Date]string
	buf      []byte
}

func newKeys() keys {
	return keys{names: words.NewInterner(""), monthsOf: map[calendar.Date]string{}}
}

// month of a day, kept because formatting is slow.
func (k *keys) month(d calendar.Date) string {
	if d == 0 {
		return ""
	}
	if m, ok := k.monthsOf[d]; ok {
		return m
	}
	m := d.Month()
	k.monthsOf[d] = m
	return m
}

func monthScore(d calendar.Date) int64 {
	y, m, _ := d.Civil()
	return int64(y)*12 + int64(m)
}

const monthsPrefix = "months"

func (k *keys) months(kind, source string) string {
	b := append(append(k.buf[:0], monthsPrefix...), sep)
	b = append(append(b, kind...), sep)
	k.buf = append(b, source...)
	return k.names.OfBytes(k.buf)
}

func (p *Projection) key(v *View, s stage, d dim, in *cells, known calendar.Date, o obs) string {
	k := &p.keys
	b := head(k.buf[:0], &p.formulas[s], v.Kind, v.Source, d)
	b = append(append(b, in.Month...), sep)
	b = append(append(b, in.Values[d]...), sep)
	b = append(digits(b, int(known)), sep)
	k.buf = append(digits(b, int(o.Days)+bias), byte(o.Flag))
	return string(k.buf)
}

func head(b []byte, f *Formula, kind, source string, d dim) []byte {
	b = append(append(b, f.ID...), '.')
	b = append(strconv.AppendInt(b, int64(f.Version), 10), sep)
	b = append(append(b, kind...), sep)
	b = append(append(b, source...), sep)
	return append(b, byte('0'+d), sep)
}

// width of numbers in keys.
const width = 8

func digits(b []byte, n int) []byte {
	var d [width]byte
	for i := width - 1; i >= 0; i-- {
		d[i] = byte('0' + n%10)
		n /= 10
	}
	return append(b, d[:]...)
}
