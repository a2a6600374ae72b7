package disclosure

import (
	"context"

	"fangxin/projections/readmodel"
)

// maxStores bounds the stores of one merchant that are counted.
const maxStores = 10_000

// storesWith counts the stores of a merchant of which there are public records.
func storesWith(ctx context.Context, m readmodel.Model, s readmodel.Space, id string) (n int64, err error) {
	from := storesKey + id + "\x00"
	counts, err := m.Counters(ctx, s, from, storesKey+id+"\x01", maxStores)
	if err != nil {
		return 0, err
	}
	for _, c := range counts {
		if c.Value > 0 {
			n++
		}
	}
	return n, nil
}
