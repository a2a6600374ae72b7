package keyring

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"fangxin/cmd/internal/objects"
	"fangxin/domain/sealed"
)

// objectRing is the keyring in an object store, shared by many nodes.
type objectRing struct {
	sealer
	store objects.Store

	// calls counts those under way; Close waits for them.
	calls  sync.RWMutex
	closed bool
	stop   chan struct{}
	swept  chan struct{}

	learning sync.Mutex
	learnt   time.Time
}

var _ ring = (*objectRing)(nil)

// openObjects bounds its calls by the store's own time limit.
func openObjects(o Options) (*objectRing, error) {
	k := &objectRing{
		sealer: sealer{options: o, cache: newCache(o.CacheSize)}, store: o.Objects,
		stop: make(chan struct{}), swept: make(chan struct{}),
	}
	// The sweeper looks every quarter, so that a key leaves the memory in time.
	usable := o.Staleness - o.Staleness/4
	k.cache.stale = func(asked time.Duration) bool { return o.Elapsed()-asked >= usable }
	if err := k.start(context.Background()); err != nil {
		return nil, fmt.Errorf("open keyring: %w", err)
	}
	go k.sweep(time.NewTicker(max(o.Staleness/4, time.Millisecond)))
	return k, nil
}

func (k *objectRing) start(ctx context.Context) error {
	stored, err := k.read(ctx, checkObject)
	used := err == nil
	if err != nil && !errors.Is(err, objects.ErrNotFound) {
		return err
	}
	if !used {
		page, err := k.store.List(ctx, subjectFolder, "", 1)
		if err != nil {
			return unavailable("open keyring", err)
		}
		if len(page) > 0 {
			return fmt.Errorf("%s is missing: %w", checkObject, ErrDamaged)
		}
	}
	if err := k.unlock(used); err != nil {
		return err
	}
	if !used {
		// Of several nodes that begin at once, one decides the master key.
		if _, err := k.create(ctx, checkObject, k.master.check); err != nil {
			return err
		}
		if stored, err = k.read(ctx, checkObject); err != nil {
			return unavailable("open keyring", err)
		}
	}
	if !hmac.Equal(stored, k.master.check) {
		return ErrMasterKey
	}
	return k.finishErasures(ctx)
}

// KeysIn says whether a keyring was ever made in an object store.
func KeysIn(ctx context.Context, store objects.Store) (bool, error) {
	_, err := store.Get(ctx, checkObject, 0, 1)
	if errors.Is(err, objects.ErrNotFound) {
		return false, nil
	}
	return err == nil, unavailable("keyring", err)
}

// sweep takes keys out of memory that were not asked for lately.
func (k *objectRing) sweep(tick *time.Ticker) {
	defer close(k.swept)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			k.cache.dropStale()
		case <-k.stop:
			return
		}
	}
}

// begin enters a call; end leaves it.
func (k *objectRing) begin(ctx context.Context) (end func(), err error) {
	k.calls.RLock()
	if err = ctx.Err(); err == nil && k.closed {
		err = ErrClosed
	}
	if err != nil {
		k.calls.RUnlock()
		return nil, err
	}
	return k.calls.RUnlock, nil
}

// Close waits for the calls under way. The object store stays open.
func (k *objectRing) Close() error {
	k.calls.Lock()
	again := k.closed
	k.closed = true
	k.calls.Unlock()
	if !again {
		close(k.stop)
	}
	<-k.swept
	return nil
}

// Ready asks the store for the check of the master key.
func (k *objectRing) Ready(ctx context.Context) error {
	end, err := k.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	stored, err := k.read(ctx, checkObject)
	if errors.Is(err, objects.ErrNotFound) {
		return fmt.Errorf("%s is missing: %w", checkObject, ErrDamaged)
	}
	if err == nil && !hmac.Equal(stored, k.master.check) {
		err = ErrMasterKey
	}
	return err
}

// read answers a small object; objects.ErrNotFound where it does not stand.
func (k *objectRing) read(ctx context.Context, name string) ([]byte, error) {
	p, err := k.store.Get(ctx, name, 0, maxRecord)
	switch {
	case errors.Is(err, objects.ErrNotFound):
		return nil, err
	case err != nil:
		return nil, unavailable("keyring", err)
	case p.Size > int64(len(p.Content)):
		return nil, fmt.Errorf("%s has %d bytes: %w", name, p.Size, ErrDamaged)
	}
	return p.Content, nil
}

func (k *objectRing) stands(ctx context.Context, name string) (bool, error) {
	_, err := k.store.Get(ctx, name, 0, 1)
	if errors.Is(err, objects.ErrNotFound) {
		return false, nil
	}
	return err == nil, unavailable("keyring", err)
}

// create says whether the object was made now. It may say false of an object that was
// made by this very call, when an answer was lost on the way.
func (k *objectRing) create(ctx context.Context, name string, content []byte) (bool, error) {
	err := k.store.PutIfAbsent(ctx, name, bytes.NewReader(content), int64(len(content)))
	if errors.Is(err, objects.ErrExists) {
		return false, nil
	}
	return err == nil, unavailable("keyring", err)
}

func (k *objectRing) createJSON(ctx context.Context, name string, v any) (bool, error) {
	content, err := json.Marshal(v)
	if err != nil {
		return false, err
	}
	return k.create(ctx, name, content)
}

func (k *objectRing) remove(ctx context.Context, name string) error {
	return unavailable("keyring", k.store.Delete(ctx, name))
}

// unavailable gives a store's error the meaning of the port.
func unavailable(what string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, sealed.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%s: %w: %w", what, sealed.ErrUnavailable, err)
}

// abreast bounds the requests one call sends at the same time.
const abreast = 16

// parallel does n things, some at the same time, and answers the first error by
// their order.
func parallel(n int, do func(i int) error) error {
	if n == 1 {
		return do(0)
	}
	failed := make([]error, n)
	slots := make(chan struct{}, abreast)
	var wg sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			failed[i] = do(i)
		})
	}
	wg.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}
