package responsetime

import (
	"fangxin/domain/calendar"
	"fangxin/projections/facet"
	"fangxin/projections/readmodel"
	"fangxin/projections/words"
)

// dim is a dimension in which observations are counted.
type dim int

// Of the first three there are few cells, and each counter has the class of its cases.
// The last two hold disclosed cases only: what an officer asks there of others too is
// read off the ledgers.
const (
	dimAll      dim = iota
	dimRegion       // province and league or city; of imported cases the state
	dimCategory     //
	dimPlace        // category, then region in full
	dimMerchant     // merchant; its months stand together, see merchantsKey
	dims
)

// disclosedOnly says that a dimension has counters of disclosed cases alone.
func (d dim) disclosedOnly() bool { return d >= dimPlace }

// part separates the values of one cell.
const part = '\x1f'

// cell appends a place's cell in a dimension.
func (d dim) cell(b []byte, p *place) (_ []byte, ok bool) {
	switch d {
	case dimRegion:
		region := wide2(p.Region)
		return append(b, region...), region != ""
	case dimCategory:
		return append(b, p.Category...), p.Category != ""
	case dimPlace:
		b = append(append(b, p.Category...), part)
		return append(b, facet.Division(p.Region)...), true
	case dimMerchant:
		return append(b, p.Merchant...), p.Merchant != ""
	}
	return b, true
}

// wide2 is a region as far as its league or city.
func wide2(region string) string {
	if two := facet.Level(region, 2); two != "" {
		return two
	}
	return facet.Level(region, 1)
}

// count takes back what is no longer so and counts what is, both under the day.
func (p *Projection) count(v *View, known calendar.Date, out []readmodel.Change) []readmodel.Change {
	known = max(known, v.latest())
	v.counted(&p.was)
	p.observe(v, &p.now)
	from, to := tick{known: known}, tick{known: known, place: v.stands(known), class: classCode(v.class())}
	if n := len(v.Places); n > 0 {
		from.place, from.class = &v.Places[n-1], v.Classes[len(v.Classes)-1].Class
	}
	moved := from.place == nil || !from.place.at(*to.place)
	if p.was == p.now && !moved && from.class == to.class {
		return out
	}
	if moved {
		out = p.keys.place(v.Source, to.place, out)
	}
	for d := range dims {
		out = p.countIn(v, d, &from, &to, out)
	}
	for m := range measures {
		if p.was[m] == p.now[m] {
			continue
		}
		if p.was[m].On {
			e := entryOf(m, &p.was[m], known)
			e[0] |= takenBack
			v.write(e)
		}
		if p.now[m].On {
			v.write(entryOf(m, &p.now[m], known))
		}
	}
	v.moves(&to, moved, from.class != to.class)
	return out
}

// tick is where a case counts, and the day on which that became known.
type tick struct {
	known calendar.Date
	place *place
	class uint8
}

// stands is where the view stands.
func (v *View) stands(known calendar.Date) *place {
	return &place{Known: known, Filed: v.Filed, Merchant: v.Merchant, Region: v.Region, Category: v.Category}
}

// moves notes place and class, where they changed.
func (v *View) moves(to *tick, moved, reclassed bool) {
	if moved {
		if n := len(v.Places); n > 0 && v.Places[n-1].Known == to.known {
			v.Places = v.Places[:n-1]
		}
		if n := len(v.Places); n == 0 || !v.Places[n-1].at(*to.place) {
			v.Places = append(v.Places, *to.place)
		}
	}
	if !reclassed {
		return
	}
	if n := len(v.Classes); n > 0 && v.Classes[n-1].Known == to.known {
		v.Classes = v.Classes[:n-1]
	}
	if n := len(v.Classes); n == 0 || v.Classes[n-1].Class != to.class {
		v.Classes = append(v.Classes, classed{to.known, to.class})
	}
}

// countIn counts in one dimension.
func (p *Projection) countIn(v *View, d dim, from, to *tick, out []readmodel.Change) []readmodel.Change {
	k := &p.keys
	was, is := k.prefix(k.was[:0], v.Source, d, from), k.prefix(k.is[:0], v.Source, d, to)
	k.was, k.is = was, is
	same := string(was) == string(is) && from.class == to.class && (d != dimMerchant || from.month() == to.month())
	for m := range measures {
		if same && p.was[m] == p.now[m] || m == mDisclosure && d.disclosedOnly() {
			continue
		}
		if p.was[m].On && len(was) > 0 {
			out = d.count(out, was, from, m, &p.was[m], -1)
		}
		if p.now[m].On && len(is) > 0 {
			out = d.count(out, is, to, m, &p.now[m], 1)
		}
	}
	return out
}

// count adds an observation. Of an amount both are counted, the amount and the case.
func (d dim) count(out []readmodel.Change, prefix []byte, at *tick, m measure, o *observation, n int64) []readmodel.Change {
	key := counterKey
	if d == dimMerchant {
		key = merchantsKey
	}
	if m.money() {
		out = append(out, readmodel.Count(key(prefix, at, m, &observation{}), n*o.Fen))
		return append(out, readmodel.Count(key(prefix, at, m, &observation{Code: 1}), n))
	}
	return append(out, readmodel.Count(key(prefix, at, m, o), n))
}

// A counter's key is text up to a NUL: kind, source, dimension, month and cell; and then a
// tail of fixed width: the measure, the known day, the class, code and flag, and both
// values. Numbers are big-endian.
const (
	sep      = '\x00'
	tailSize = 12
	kind     = "complaint"
)

// prefix is the text of a key, empty where the case does not count in the dimension.
func (k *keys) prefix(b []byte, source string, d dim, t *tick) []byte {
	if t.place == nil || t.place.Filed == 0 || d.disclosedOnly() && t.class != publicCode {
		return nil
	}
	b = head(b, source, d)
	if d != dimMerchant {
		b = append(append(b, k.month(t.place.Filed)...), sep)
	}
	b, ok := d.cell(b, t.place)
	if !ok {
		return nil
	}
	return append(b, sep)
}

func head(b []byte, source string, d dim) []byte {
	b = append(append(b, kind...), sep)
	b = append(append(b, source...), sep)
	return append(b, byte('0'+d))
}

// publicCode is the code of ClassPublic.
const publicCode = 1

func counterKey(prefix []byte, at *tick, m measure, o *observation) string {
	var tail [tailSize]byte
	tail[0] = byte(m)
	put24(tail[1:], uint32(at.known))
	tail[4], tail[5] = at.class, o.mark()
	put24(tail[6:], uint32(o.First+bias))
	put24(tail[9:], uint32(o.Second+bias))
	return string(append(append(make([]byte, 0, len(prefix)+tailSize), prefix...), tail[:]...))
}

// merchantsKey is a key of one merchant: its measures stand apart from each other, and of
// each the months together, so that what one question reads is one short run. The measure
// goes before the tail and the month takes its room and that of the class, since only
// disclosed cases are counted here.
func merchantsKey(prefix []byte, at *tick, m measure, o *observation) string {
	var tail [tailSize]byte
	tail[0], tail[1] = byte(at.month()>>8), byte(at.month())
	put24(tail[2:], uint32(at.known))
	tail[5] = o.mark()
	put24(tail[6:], uint32(o.First+bias))
	put24(tail[9:], uint32(o.Second+bias))
	b := append(append(make([]byte, 0, len(prefix)+1+tailSize), prefix...), byte(m))
	return string(append(b, tail[:]...))
}

// month of the place, as monthNumber has it; 0 for none.
func (t *tick) month() int {
	if t.place == nil || t.place.Filed == 0 {
		return 0
	}
	y, m, _ := t.place.Filed.Civil()
	return y*12 + int(m) - 1
}

type keys struct {
	names    *words.Interner
	monthsOf map[calendar.Date]string
	// shared are members of shared indexes that the space was told of already.
	shared  map[string]bool
	buf     []byte
	was, is []byte
}

func newKeys() keys {
	return keys{names: words.NewInterner(""), monthsOf: map[calendar.Date]string{}, shared: map[string]bool{}}
}

// month of a day, kept because formatting is slow.
func (k *keys) month(d calendar.Date) string {
	if m, ok := k.monthsOf[d]; ok {
		return m
	}
	m := d.Month()
	k.monthsOf[d] = m
	return m
}

// Indexes that all cases share: which months, regions and categories there are.
const (
	ixMonths     = "months"
	ixRegions    = "regions"
	ixCategories = "categories"
)

// Indexes of cases by where they count.
const (
	ixMonth    = "m"
	ixRegion   = "r"
	ixCategory = "c"
	ixMerchant = "u"
)

func index(b []byte, name, source, value string) []byte {
	b = append(append(b, name...), sep)
	b = append(append(b, source...), sep)
	return append(b, value...)
}

func (k *keys) index(name, source, value string) string {
	k.buf = index(k.buf[:0], name, source, value)
	return k.names.OfBytes(k.buf)
}

// place tells that there is such a month, region and category. Categories and regions can
// be empty, members cannot: each has a sign before it.
func (k *keys) place(source string, p *place, out []readmodel.Change) []readmodel.Change {
	if p.Filed == 0 {
		return out
	}
	tell := func(name, member string, score int64) {
		ix := k.index(name, source, "")
		if key := ix + member; !k.shared[key] {
			k.shared[key] = true
			out = append(out, readmodel.Add(ix, member, score))
		}
	}
	y, m, _ := p.Filed.Civil()
	tell(ixMonths, k.month(p.Filed), int64(y)*12+int64(m))
	tell(ixRegions, "="+wide2(p.Region), 0)
	tell(ixCategories, "="+p.Category, 0)
	return out
}

// indexes of a place, the merchant's, the month's, the category's and the region's at all
// its levels.
func (k *keys) indexes(source string, p *place) []string {
	list := []string{k.index(ixCategory, source, p.Category)}
	if p.Filed != 0 {
		list = append(list, k.index(ixMonth, source, k.month(p.Filed)))
	}
	if p.Merchant != "" {
		list = append(list, string(index(nil, ixMerchant, source, p.Merchant)))
	}
	for i := 1; i <= 3; i++ {
		if r := facet.Level(p.Region, i); r != "" {
			list = append(list, k.index(ixRegion, source, r))
		}
	}
	return list
}
