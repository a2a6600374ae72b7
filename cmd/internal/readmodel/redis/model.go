// Package redis keeps read models in Redis 7 or later: a single server, one kept by
// Sentinel, or a Cluster. Everything in it can be made again from the log; a server
// that was emptied answers that nothing is built yet.
//
// # Layout
//
// Keys begin with <name>:<partitions>: so that another number of partitions is another,
// empty read model. All keys of one partition lie on one slot by the tag {p07}:
//
//	<name>:16:builds                              which builds there are, and which are current
//	<name>:16:<projection>:<version>:{p07}:head   checkpoint, fence and content of a space
//	<name>:16:<projection>:<version>:{p07}:<n>:…  the n-th content of it, see scripts/apply.lua
//	<name>:16:{p07}:lives                         n of the last content that was begun
//	<name>:16:{p07}:gone                          contents that are to be removed
//
// Changes, checkpoint and fence are written by one script. Dropping a space takes its
// head away, in one step for each partition; what it held is removed afterwards, key by
// key, since names of indexes are known: no key space is ever scanned.
//
// Members of an index are kept as numbers, by which each partition knows them; a set
// of numbers takes four bytes a member up to the server's set-max-intset-entries, and
// tens of bytes beyond. A member in no index is forgotten, and numbers are not used
// again. Members with a score stand in a sorted set besides.
//
// # Bounds
//
// A step that writes takes up to 2,000 changes or half a megabyte, some milliseconds of
// the server. Larger batches are applied in several such steps: first all of them are
// laid ready in a list that nobody reads, then one write accepts the batch, and whoever
// meets it half applied, reader or writer, applies the rest before anything else. A
// reader sees all of a batch or none of it, and a writer that dies in the middle leaves
// nothing undone. Readers wait for the steps, so that a runner does best with batches
// that fit into one: about 500 events. While nobody reads, as in a rebuild, larger ones
// cost less.
//
// Questions look at up to a thousand members of a partition at a time.
package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	driver "github.com/redis/go-redis/v9"

	"fangxin/projections/readmodel"
)

// Options of a model. Zero values mean the defaults.
type Options struct {
	// Client is the connection. It stays the caller's: Close leaves it open.
	Client driver.UniversalClient
	// Name begins all keys of the installation; "fangxin".
	Name string
	// Partitions of the model; 16. Another number is another key space.
	Partitions int
	// Types lists the documents of a space.
	Types func(readmodel.Space) []readmodel.DocType
	// Log is told what an operator should know; nil means nobody.
	Log *slog.Logger
	// Every is how often what was dropped is looked for in the background, beside once
	// after each Drop of this process; a minute. Negative means never.
	Every time.Duration
}

const (
	defaultName       = "fangxin"
	defaultPartitions = 16
	maxPartitions     = 1024
	defaultEvery      = time.Minute
)

// ErrOptions: the model cannot be opened so.
var ErrOptions = errors.New("redis read model")

// Model is the read model in Redis.
type Model struct {
	client     driver.UniversalClient
	prefix     string // <name>:<partitions>:
	partitions int
	types      func(readmodel.Space) []readmodel.DocType
	log        *slog.Logger
	sizes      sizes
	scripts    scripts
	count      counts

	// pieces are kept for the next batch: their maps are large.
	pieces sync.Pool
	// listed remembers which spaces this process has entered in the list of builds.
	listed sync.Map

	mu     sync.RWMutex
	closed bool
	calls  sync.WaitGroup
	swept  chan struct{} // asks the background to sweep
	stop   context.CancelFunc
}

var _ readmodel.Model = (*Model)(nil)

// Open returns the model. It does not wait for the server: one that does not answer
// makes calls fail with readmodel.ErrUnavailable until it does. ErrOptions.
func Open(ctx context.Context, o Options) (*Model, error) { return open(ctx, o, usualSizes()) }

func open(ctx context.Context, o Options, s sizes) (*Model, error) {
	if o.Name == "" {
		o.Name = defaultName
	}
	if o.Partitions == 0 {
		o.Partitions = defaultPartitions
	}
	if o.Every == 0 {
		o.Every = defaultEvery
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	switch {
	case o.Client == nil || o.Types == nil:
		return nil, fmt.Errorf("%w: needs a client and the types of documents", ErrOptions)
	case o.Partitions < 1 || o.Partitions > maxPartitions:
		return nil, fmt.Errorf("%w: %d partitions", ErrOptions, o.Partitions)
	case strings.ContainsAny(o.Name, "{}:"):
		return nil, fmt.Errorf("%w: a name without braces and colons is needed", ErrOptions)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m := &Model{
		client: o.Client, prefix: o.Name + ":" + strconv.Itoa(o.Partitions) + ":", partitions: o.Partitions,
		types: o.Types, log: o.Log, sizes: s, scripts: newScripts(s), swept: make(chan struct{}, 1),
		pieces: sync.Pool{New: func() any { return newPiece() }},
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	m.stop = stop
	m.calls.Go(func() { m.tend(background, o.Every) })
	return m, nil
}

// Partitions is the number of partitions.
func (m *Model) Partitions() int { return m.partitions }

// closeTime bounds how long Close waits for a server that does not answer.
const closeTime = 2 * time.Second

// Close ends the model and waits for what is under way, but not long: what a server
// that does not answer keeps ends by the client's own time limits.
func (m *Model) Close() error {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.stop()
	ended := make(chan struct{})
	go func() {
		m.calls.Wait()
		close(ended)
	}()
	limit := time.NewTimer(closeTime)
	defer limit.Stop()
	select {
	case <-ended:
	case <-limit.C:
	}
	return nil
}

// slot is the tag by which all keys of a partition lie together.
func slot(partition int) string { return fmt.Sprintf("{p%02d}:", partition) }

// head is the key of a partition of a space that everything else hangs on.
func (m *Model) head(s readmodel.Space, partition int) string {
	return m.prefix + url.QueryEscape(s.Projection) + ":" + strconv.Itoa(s.Version) + ":" + slot(partition) + "head"
}

// heads are those of all partitions.
func (m *Model) heads(s readmodel.Space) []string {
	out := make([]string, m.partitions)
	for i := range out {
		out[i] = m.head(s, i)
	}
	return out
}

// lives counts what was ever begun in a partition, gone lists what is to be removed.
func (m *Model) lives(partition int) string { return m.prefix + slot(partition) + "lives" }
func (m *Model) gone(partition int) string  { return m.prefix + slot(partition) + "gone" }

// builds is the hash of builds and of which are current.
func (m *Model) builds() string { return m.prefix + "builds" }
