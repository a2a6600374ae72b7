package keyring

import (
	"errors"
	"testing"

	"fangxin/domain/sealed"
)

// TestErasureAndSealingInOneBatch: what follows an erasure in the same transaction
// meets an erased subject, although its key was still cached. Else the key would
// come back into the cache, marks would be stored again, and what was sealed could
// not be opened after the next start.
func TestErasureAndSealingInOneBatch(t *testing.T) {
	for _, c := range []struct {
		to   string
		do   func(*batch, sealed.Subject) error
		want error
	}{
		{erased, func(b *batch, s sealed.Subject) error { return b.erase(s, b.options.Now(), false) }, sealed.ErrErased},
		{restricted, func(b *batch, s sealed.Subject) error { return b.move(s, restricted) }, sealed.ErrRestricted},
	} {
		k := openHere(t)
		const s = sealed.Subject("s-1")
		name := sealed.Field{Name: "consumer.name", Kind: sealed.Name, Plain: "乌兰"}
		values, err := k.Seal(t.Context(), sealed.Matter{Subject: s, Fields: []sealed.Field{name}})
		if err != nil {
			t.Fatal(err)
		}
		phone := sealed.Field{Name: "consumer.phone", Kind: sealed.Phone, Plain: "13800000001"}
		later := sealed.Matter{Subject: s, Fields: []sealed.Field{phone}, Known: []sealed.Field{phone}}
		w := make([]want, 1)
		if ready, err := k.prepare(&w[0], later); ready || err != nil {
			t.Fatal(ready, err)
		}
		move := &task{run: func(b *batch) error { return c.do(b, s) }}
		seal := sealTask([]*want{&w[0]})
		both := &task{run: func(b *batch) error { return b.runAll([]*task{move, seal}) }}
		if err := k.do(t.Context(), both); err != nil {
			t.Fatal(err)
		}
		if move.refused != nil || !errors.Is(seal.refused, c.want) {
			t.Errorf("%s: %v, then sealing: %v", c.to, move.refused, seal.refused)
		}
		if got, err := k.Open(t.Context(), name.Name, values[0][0]); !errors.Is(err, c.want) {
			t.Errorf("%s: opened %q, %v", c.to, got, err)
		}
		if found, err := k.Same(t.Context(), sealed.Phone, phone.Plain, 1); err != nil || len(found) > 0 {
			t.Errorf("%s: found again: %v, %v", c.to, found, err)
		}
	}
}
