package responsetime

import "fangxin/projections/readmodel"

// merchant adds the counters of one merchant: of each measure one run of keys.
func (r *reader) merchant(g *gathering, x step) error {
	base := append(append(head(nil, g.plan.Source, dimMerchant), g.plan.Merchant...), sep)
	run := merchantRun{gathering: g, step: x}
	for m := range measures {
		if !x.role.wants[m] {
			continue
		}
		run.measure = m
		from := string(append(base, byte(m)))
		to := upTo(from)
		for r.left > 0 {
			page, err := r.model.Counters(r.ctx, r.space, from, to, min(r.left, counterPage))
			if err != nil {
				return err
			}
			r.left -= len(page)
			run.add(page, len(base)+1)
			if len(page) < counterPage {
				break
			}
			from = page[len(page)-1].Key + string(sep)
		}
	}
	return nil
}

// merchantRun takes counters of one measure of a merchant, month after month.
type merchantRun struct {
	*gathering
	step
	measure measure
	month   int
	into    *gathered // of the month; nil where it is not asked for
}

func (x *merchantRun) add(page []readmodel.Counter, base int) {
	for i := range page {
		tail := page[i].Key[base:]
		if len(tail) != tailSize {
			continue
		}
		if month := int(tail[0])<<8 | int(tail[1]); month != x.month || x.into == nil {
			x.month, x.into = month, nil
			if x.plan.span.holds(month + x.shift) {
				if key, ok := x.plan.key(values{merchant: x.plan.Merchant}, month+x.shift); ok {
					x.into = x.at(key)
				}
			}
		}
		if x.into == nil || page[i].Value == 0 {
			continue
		}
		if o, known := x.observed(tail); known <= uint32(x.asOf) {
			o.n = page[i].Value
			if o.measure.money() && tail[5] == 0 {
				o.n, o.fen = 0, page[i].Value
			}
			x.gathering.add(x.into, x.role, &o)
		}
	}
}

// observed reads a tail, see merchantsKey.
func (x *merchantRun) observed(tail string) (o counted, known uint32) {
	three := func(at int) uint32 { return uint32(tail[at])<<16 | uint32(tail[at+1])<<8 | uint32(tail[at+2]) }
	o = counted{measure: x.measure, class: publicCode}
	if !x.measure.money() {
		o.observation = observation{
			On: true, Code: tail[5] & (1<<codeBits - 1), Flag: tail[5] >> codeBits,
			First: int32(three(6)) - bias, Second: int32(three(9)) - bias,
		}
	}
	return o, three(2)
}
