package projections

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// Sizes of the pipe between decoding and folding.
const (
	chunkEvents = 256
	chunksAhead = 16
	// sparse is how many events of the log a chunk stands for where few are wanted.
	sparse = 16 * chunkEvents
	// leastPass is how far a pass goes before it begins again for who came too late.
	leastPass = 1 << 16
)

// chunk is a run of the log with those of its events that somebody on the pass
// wants; err ends the pass behind them.
type chunk struct {
	events []Event
	passed int
	upTo   es.Position
	oldest time.Time // recorded
	err    error
}

// consumer is a lane on a pass. It gets chunks until the channel is closed: then it has
// the log up to its head, as that was. It may leave.
type consumer struct {
	partition int
	at        es.Position
	in        chan chunk
	gone      chan struct{}
}

func newConsumer(partition int, at es.Position) *consumer {
	return &consumer{partition: partition, at: at, in: make(chan chunk, chunksAhead), gone: make(chan struct{})}
}

// pass is one way through the log for everybody who lags.
type pass struct {
	engine    *engine
	decoder   *decoder
	consumers []*consumer
	wants     map[int]bool // partitions
	size      int
	chunk     chunk
	at        es.Position // up to which chunks were sent
	events    int
	failed    error
}

func newPass(en *engine, consumers []*consumer) *pass {
	p := &pass{engine: en, size: min(chunkEvents, max(1, en.batch)), at: lowest(consumers)}
	p.join(consumers)
	return p
}

func (p *pass) join(consumers []*consumer) {
	p.consumers = append(p.consumers, consumers...)
	p.wants = map[int]bool{}
	for _, r := range p.consumers {
		p.wants[r.partition] = true
	}
}

// lowest is the place from which the pass has to read.
func lowest(consumers []*consumer) (low es.Position) {
	for i, r := range consumers {
		if i == 0 || r.at.Before(low) {
			low = r.at
		}
	}
	return low
}

// run reads to the head. pause is asked between chunks whether to break off; then the
// consumers stay where they are.
func (p *pass) run(ctx context.Context, pause func() bool) (whole bool) {
	for env, err := range p.read(ctx) {
		if err == nil {
			err = p.add(&env)
		}
		if err != nil {
			p.chunk.err, p.failed = err, err
			break
		}
		if len(p.chunk.events) >= p.size || p.chunk.passed >= sparse {
			if p.send(ctx); pause() {
				return false
			}
		}
	}
	p.send(ctx)
	for _, r := range p.consumers {
		close(r.in)
	}
	return true
}

// read yields the log from where the pass begins.
func (p *pass) read(ctx context.Context) iter.Seq2[es.Envelope, error] {
	decoder, err := newDecoder(ctx, p.engine.store, p.engine.registry)
	if err != nil {
		return func(yield func(es.Envelope, error) bool) { yield(es.Envelope{}, err) }
	}
	p.decoder = decoder
	return p.engine.store.ReadAll(ctx, p.at)
}

// add takes an event into the chunk. One that nobody wants is not decoded, but its
// type must be known. Closings of periods are read on every pass.
func (p *pass) add(env *es.Envelope) error {
	en := p.engine
	wanted := !en.several() || !en.types[env.Type] || en.broadcasts[env.Type] || env.Type == typeClosed ||
		p.wants[en.partition(readmodel.StreamHash(env.Stream))]
	if wanted {
		e, err := p.decoder.decode(env)
		if err != nil {
			return err
		}
		if p.chunk.events == nil {
			p.chunk.events = make([]Event, 0, p.size)
		}
		p.chunk.events = append(p.chunk.events, e)
	}
	if p.chunk.passed++; p.chunk.passed == 1 {
		p.chunk.oldest = env.Recorded
	}
	p.chunk.upTo = env.Position
	return nil
}

// send hands the chunk to everybody who is still there.
func (p *pass) send(ctx context.Context) {
	c := p.chunk
	p.events += c.passed
	p.chunk = chunk{}
	if c.passed == 0 && c.err == nil {
		return
	}
	if c.passed > 0 {
		p.at = c.upTo
	}
	here := p.consumers[:0]
	for _, r := range p.consumers {
		select {
		case r.in <- c:
			if here = append(here, r); r.at.Before(c.upTo) {
				r.at = c.upTo
			}
		case <-r.gone:
		case <-ctx.Done():
			here = append(here, r)
		}
	}
	clear(p.consumers[len(here):])
	p.consumers = here
}

// catchUp takes the lanes of a runner that lag through the log, all in one pass.
type catchUp struct {
	engine *engine

	mu      sync.Mutex
	coming  int // lanes that may be consumers soon
	waiting []*consumer
	changed chan struct{}
}

func newCatchUp(en *engine) *catchUp { return &catchUp{engine: en, changed: make(chan struct{}, 1)} }

// run makes passes until the context ends.
func (c *catchUp) run(ctx context.Context) {
	for {
		consumers := c.gather(ctx)
		if consumers == nil {
			return
		}
		p := newPass(c.engine, consumers)
		if !p.run(ctx, func() bool { return c.breakOff(p) }) {
			c.mu.Lock()
			c.waiting = append(c.waiting, p.consumers...)
			c.mu.Unlock()
		}
	}
}

// gather waits until somebody lags and nobody is about to come.
func (c *catchUp) gather(ctx context.Context) []*consumer {
	for {
		c.mu.Lock()
		consumers := present(c.waiting)
		if len(consumers) > 0 && c.coming == 0 {
			c.waiting = nil
			c.mu.Unlock()
			return consumers
		}
		c.waiting = consumers
		c.mu.Unlock()
		select {
		case <-c.changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// breakOff lets newcomers join who are ahead of the pass, and says whether to begin
// again for those who are behind it, or to end since nobody is left.
func (c *catchUp) breakOff(p *pass) bool {
	if len(p.consumers) == 0 {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var behind, ahead []*consumer
	for _, r := range present(c.waiting) {
		if r.at.Before(p.at) {
			behind = append(behind, r)
		} else {
			ahead = append(ahead, r)
		}
	}
	if c.waiting = behind; len(ahead) > 0 {
		p.join(ahead)
	}
	return len(behind) > 0 && c.coming == 0 && p.events >= c.engine.least
}

// present drops those who have left.
func present(consumers []*consumer) []*consumer {
	return slices.DeleteFunc(consumers, func(r *consumer) bool {
		select {
		case <-r.gone:
			return true
		default:
			return false
		}
	})
}

// expect counts a lane that may be a consumer soon, until came is called.
func (c *catchUp) expect() (came func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.coming++
	return sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.coming--
		c.tell()
	})
}

// join waits for the next pass, or joins the one under way.
func (c *catchUp) join(r *consumer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = append(c.waiting, r)
	c.tell()
}

func (c *catchUp) tell() { signal(c.changed) }
