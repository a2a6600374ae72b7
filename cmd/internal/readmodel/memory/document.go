package memory

import (
	"fmt"
	"sync/atomic"

	"github.com/goccy/go-json"

	"fangxin/projections/readmodel"
)

// document is a value as a projection handed it over, or a *packedDoc. The zero
// document is none.
type document struct{ doc any }

// packedDoc is the bytes of a snapshot until the document is first asked for.
type packedDoc struct {
	raw  []byte
	made func() any
	read atomic.Pointer[any]
}

func (d document) value() (any, error) {
	p, packed := d.doc.(*packedDoc)
	if !packed {
		return d.doc, nil
	}
	if v := p.read.Load(); v != nil {
		return *v, nil
	}
	v := p.made()
	if err := json.Unmarshal(p.raw, v); err != nil {
		return nil, fmt.Errorf("document of a snapshot: %w: %w", err, readmodel.ErrUnavailable)
	}
	if p.read.CompareAndSwap(nil, &v) {
		return v, nil
	}
	return *p.read.Load(), nil
}

// bytes is the document as a snapshot keeps it.
func (d document) bytes() ([]byte, error) {
	if p, packed := d.doc.(*packedDoc); packed {
		return p.raw, nil
	}
	return json.Marshal(d.doc)
}
