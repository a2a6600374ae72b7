package kurrenttest

import (
	"context"
	"errors"
	"strconv"

	"fangxin/domain/es"
)

// subscribe sends the confirmation, then events for as long as the caller stays.
func (h *streamsService) subscribe(ctx context.Context, q query, out *outlet) (err error) {
	n := 0
	h.seen.count(func(c *Counters) { c.Subscriptions++; n = c.Subscribe })
	defer h.seen.count(func(c *Counters) { c.Subscriptions-- })

	head, err := h.store.Head(ctx)
	if err != nil {
		return err
	}
	after := head
	if q.stream == "" && q.place != end {
		after = q.position
	}
	sub, err := h.store.Subscribe(ctx, after)
	if err != nil {
		return err
	}
	defer func() {
		if failed := sub.Close(); err == nil {
			err = failed
		}
	}()
	id := es.DeriveID(es.Namespace, "kurrenttest subscription", h.address, strconv.Itoa(n))
	if err := out.send(confirmationMessage(id.String())); err != nil {
		return err
	}
	if q.stream != "" {
		return h.followStream(ctx, q, sub, out)
	}
	return follow(ctx, q, head, sub, out)
}

// followStream reads the stream to its end, then takes its events from the log. The
// subscription began before the read, so what the read did not see comes there.
func (h *streamsService) followStream(ctx context.Context, q query, sub es.Subscription, out *outlet) error {
	last := q.revision
	switch q.place {
	case start:
		last = es.None
	case end:
		var err error
		if last, err = h.last(ctx, q.stream); err != nil {
			return err
		}
	}
	if last < es.Last {
		for e, err := range h.store.Read(ctx, q.stream, last+1) {
			if errors.Is(err, es.ErrStreamNotFound) {
				break
			}
			if err != nil {
				return err
			}
			if err := out.event(&e); err != nil {
				return err
			}
			last = e.Revision
		}
	}
	for {
		d, err := sub.Next(ctx)
		switch {
		case err != nil:
			return err
		case d.CaughtUp:
			err = out.send(caughtUpMessage())
		case d.Event.Stream == q.stream && d.Event.Revision > last:
			err = out.event(d.Event)
		}
		if err != nil {
			return err
		}
	}
}

// follow sends the log. Filtered subscriptions get checkpoints, others none.
func follow(ctx context.Context, q query, head es.Position, sub es.Subscription, out *outlet) error {
	var mark *checkpoints
	if q.filter != nil {
		atHead := q.place == end || q.place == given && !q.position.Before(head)
		mark = &checkpoints{filter: q.filter, out: out, safe: q.position, live: atHead}
	}
	for {
		d, err := sub.Next(ctx)
		switch {
		case err != nil:
			return err
		case d.CaughtUp:
			if err = mark.caughtUp(); err == nil {
				err = out.send(caughtUpMessage())
			}
		default:
			passes := q.filter.passes(d.Event)
			if passes {
				err = out.event(d.Event)
			}
			if err == nil {
				err = mark.considered(d.Event, passes)
			}
		}
		if err != nil {
			return err
		}
	}
}

// checkpoints says how far a filtered subscription has looked. While it catches up
// the server looks at the log in pages as large as the search window, and knows
// after each page only that everything before the page's first event is done, or
// everything up to the last event it has sent. Once live it names the event at
// which the interval is full.
type checkpoints struct {
	filter *filter
	out    *outlet
	live   bool
	safe   es.Position // everything up to here has been sent or passed over
	sent   es.Position // the newest checkpoint
	any    bool        // a checkpoint has been sent
	inPage uint64      // events considered in this page; since the last interval, once live
	hits   int         // events sent in this page
	begin  es.Position // of this page
	paged  bool        // a page has been completed
	since  uint64      // events considered since the last interval was full
}

// considered is called when it has been sent or passed over.
func (c *checkpoints) considered(e *es.Envelope, passed bool) error {
	if c == nil {
		return nil
	}
	if !c.live && c.paged && c.inPage == 0 {
		c.begin = es.Position{Commit: e.Position.Commit} // so the server points at a record's first byte
	}
	c.inPage++
	if passed {
		c.safe = e.Position
		c.hits++
	}
	if c.live {
		if c.inPage < c.filter.interval {
			return nil
		}
		c.inPage, c.safe = 0, e.Position
		return c.send()
	}
	if c.inPage < c.filter.window && c.hits < readBatch {
		return nil
	}
	return c.page()
}

// page ends a page while catching up.
func (c *checkpoints) page() error {
	if c.safe.Before(c.begin) {
		c.safe = c.begin
	}
	c.since += c.inPage
	c.inPage, c.hits, c.paged = 0, 0, true
	if c.since < c.filter.interval {
		return nil
	}
	c.since %= c.filter.interval
	if c.safe.IsStart() {
		return nil // only the one of going live may say that nothing is known yet
	}
	return c.send()
}

// caughtUp sends the checkpoint that is due when a subscription goes live, unless
// it was live from the start.
func (c *checkpoints) caughtUp() error {
	if c == nil || c.live {
		return nil
	}
	considered := c.paged || c.inPage > 0
	if c.inPage > 0 && c.safe.Before(c.begin) {
		c.safe = c.begin
	}
	c.live, c.inPage = true, 0
	if !considered {
		return nil
	}
	return c.send()
}

// send sends the checkpoint if it is a new one.
func (c *checkpoints) send() error {
	if c.any && !c.sent.Before(c.safe) {
		return nil
	}
	c.any, c.sent = true, c.safe
	return c.out.send(checkpointMessage(c.safe))
}
