package projections

import (
	"context"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// broadcast takes an event into the views of the other streams of the partition that
// it concerns. The projector is held, but not while the read model is asked: other
// partitions do not wait for that.
func (f *fold) broadcast(ctx context.Context, e *Event) error {
	index := f.projector.concerns.Concerns(e)
	if index == "" {
		return nil
	}
	streams := f.holding(e)
	f.projector.Unlock()
	others, err := f.concerned(ctx, index, e)
	f.projector.Lock()
	if err != nil {
		return err
	}
	for _, s := range append(streams, others...) {
		if s.stream == e.Envelope.Stream {
			continue
		}
		if f.engine.several() {
			f.projector.forget()
		}
		f.project(s, e)
	}
	return nil
}

// holding lists the streams of the batch under way that the index would hold.
func (f *fold) holding(e *Event) []*slot {
	var out []*slot
	for _, s := range f.order {
		view := s.is
		if !s.begun {
			view = s.was
		}
		if view != nil && f.projector.concerns.Holds(view, e) {
			out = append(out, s)
		}
	}
	return out
}

// concerned lists the members of an index that belong to the partition and are not
// in the batch under way, with their views.
func (f *fold) concerned(ctx context.Context, index string, e *Event) ([]*slot, error) {
	var out []*slot
	p := readmodel.Page{Where: readmodel.In(index), Order: readmodel.Oldest, Limit: readmodel.MaxPage}
	for {
		page, err := f.engine.model.Page(ctx, f.space, p)
		if err != nil {
			return nil, err
		}
		from := len(out)
		for _, r := range page.Rows {
			stream := es.StreamID(r.Member)
			if readmodel.PartitionOf(stream, f.engine.partitions) == f.partition && f.slots[stream] == nil {
				out = append(out, f.slot(stream))
			}
		}
		if err := f.load(ctx, out[from:]); err != nil {
			return nil, err
		}
		if p.After = page.Next; p.After == "" {
			return out, nil
		}
	}
}
