package projections

import (
	"bytes"
	"context"
	"time"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// decoder turns envelopes into events, once for all projections, in log order. It is
// used by one goroutine.
type decoder struct {
	registry *es.Registry
	// closings are those that stand before the next event, and may be those behind it
	// that were written when they were read.
	closings Closings
}

// newDecoder reads which periods are closed: whoever begins in the middle of the log
// has to know what stands before that.
func newDecoder(ctx context.Context, store es.Store, reg *es.Registry) (*decoder, error) {
	closings, err := ReadClosings(ctx, store, reg)
	return &decoder{reg, closings}, err
}

// decode reads an event. es.ErrUnknownType, *es.DecodeError, ErrClosings.
func (d *decoder) decode(env *es.Envelope) (Event, error) {
	data, err := d.registry.Decode(env)
	if err != nil {
		return Event{}, err
	}
	before := d.closings.Before(env.Position)
	if env.Type == typeClosed {
		if d.closings, err = d.closings.with(env, data); err != nil {
			return Event{}, err
		}
	}
	at, ok := atOf(env.Meta)
	if !ok {
		meta, err := d.registry.DecodeMetadata(env)
		if err != nil {
			return Event{}, err
		}
		at = meta.At
	}
	return Event{
		Envelope: *env, Data: data, At: at, Known: before.Known(at), Closings: before,
		hash: readmodel.StreamHash(env.Stream),
	}, nil
}

// atOf reads the time from metadata as this program writes it: at comes first, in
// UTC. A projection needs nothing else of it, and this is much faster than reading
// all of it; any other form is left to the codec.
func atOf(meta []byte) (time.Time, bool) {
	const head, shortest = `{"at":"`, len(`2006-01-02T15:04:05Z`)
	b, ok := bytes.CutPrefix(meta, []byte(head))
	end := bytes.IndexByte(b, '"')
	if !ok || end < shortest || b[end-1] != 'Z' {
		return time.Time{}, false
	}
	b = b[:end-1]
	if b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return time.Time{}, false
	}
	year, ok1 := number(b[0:4])
	month, ok2 := number(b[5:7])
	day, ok3 := number(b[8:10])
	hour, ok4 := number(b[11:13])
	minute, ok5 := number(b[14:16])
	second, ok6 := number(b[17:19])
	nanos, ok7 := fraction(b[19:])
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6 && ok7) || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	return t, t.Day() == day
}

func number(b []byte) (int, bool) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// fraction reads ".123456" as nanoseconds, and nothing as 0.
func fraction(b []byte) (int, bool) {
	if len(b) == 0 {
		return 0, true
	}
	n, ok := number(b[1:])
	if !ok || b[0] != '.' || len(b) == 1 || len(b) > 10 {
		return 0, false
	}
	for i := len(b); i < 10; i++ {
		n *= 10
	}
	return n, true
}
