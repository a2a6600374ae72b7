package program

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"time"

	"fangxin/api/httpapi/meter"
	"fangxin/cmd/internal/blob"
	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/codec"
	"fangxin/cmd/internal/eventstore/kurrent"
	"fangxin/cmd/internal/eventstore/sqlite"
	"fangxin/cmd/internal/keyring"
	"fangxin/cmd/internal/objects"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

// adapters are the opened stores of an installation and the use cases on them.
type adapters struct {
	config Config
	folder folder
	clock  clock.Clock
	log    *slog.Logger
	meter  *meter.Registry
	// store is the log. local is the same where it is embedded, remote where it is a
	// server; the other is nil.
	store  es.Store
	local  *sqlite.Store
	remote *kurrent.Store
	// objects holds keys and evidence; nil where they lie in the data folder.
	objects  *objects.S3
	keyring  *keyring.Keyring
	blobs    *blob.Store
	registry *es.Registry
	law      complaint.Law
	cases    *usecase.Complaints
}

// connectWithin bounds how long a command waits for each server it needs.
const connectWithin = 15 * time.Second

// openAdapters opens log, keys and evidence, in this order; what was opened is closed
// again when a later one fails.
func openAdapters(ctx context.Context, c Config, now clock.Clock, log *slog.Logger) (a *adapters, err error) {
	a = &adapters{config: c, folder: c.folder(), clock: now, log: log, meter: meter.New()}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
			a = nil
		}
	}()
	if err := a.folder.make(); err != nil {
		return a, err
	}
	if err := a.openLog(ctx); err != nil {
		return a, err
	}
	if err := a.openObjects(ctx); err != nil {
		return a, err
	}
	if err := a.keysAreThere(ctx); err != nil {
		return a, err
	}
	if a.keyring, err = a.openKeyring(); err != nil {
		return a, err
	}
	if a.blobs, err = a.openBlobs(); err != nil {
		return a, err
	}
	return a, a.openCases()
}

// openLog opens the embedded log, or connects to the server that the address names.
func (a *adapters) openLog(ctx context.Context) (err error) {
	if a.config.EventStore == "" {
		if a.local, err = sqlite.Open(ctx, a.folder.events(), sqlite.Options{}); err == nil {
			a.store = &meteredStore{Store: a.local, meter: a.meter}
		}
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	a.remote, err = kurrent.Open(ctx, kurrent.Options{Address: a.config.EventStore, Log: a.log})
	if errors.Is(err, kurrent.ErrAddress) {
		return fmt.Errorf("%w: eventstore: %w", errConfig, err)
	}
	if err == nil {
		a.store = &meteredStore{Store: a.remote, meter: a.meter}
	}
	return err
}

func (a *adapters) openObjects(ctx context.Context) (err error) {
	if a.config.Objects == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	a.objects, err = objects.Open(ctx, a.config.Objects, objects.Options{})
	if errors.Is(err, objects.ErrAddress) {
		return fmt.Errorf("%w: objects: %w", errConfig, err)
	}
	return err
}

func (a *adapters) openKeyring() (*keyring.Keyring, error) {
	o := keyring.Options{MasterFile: a.folder.masterKey(), Now: a.clock.Now}
	if a.objects != nil {
		o.Objects = a.objects
	} else {
		o.Path, o.Erasures = a.folder.keys(), a.folder.erasures()
	}
	return keyring.Open(o)
}

func (a *adapters) openBlobs() (*blob.Store, error) {
	nameKey, err := a.keyring.Derive("evidence names")
	if err != nil {
		return nil, err
	}
	o := blob.Options{Keyring: a.keyring, NameKey: nameKey, Limit: a.config.MaxEvidence}
	if a.objects != nil {
		o.Objects = a.objects
	} else {
		o.Dir = a.folder.evidence()
	}
	return blob.Open(o)
}

var errNoKeys = errors.New("the log has events but its keyring is missing; put the keys back from a backup")

// keysAreThere keeps a log from being given a new, empty keyring: it would look well
// and every personal detail in it would be lost without a word.
func (a *adapters) keysAreThere(ctx context.Context) error {
	there, where, err := true, a.folder.keys(), error(nil)
	if a.objects != nil {
		where = "objects"
		there, err = keyring.KeysIn(ctx, a.objects)
	} else if _, err = os.Stat(where); errors.Is(err, fs.ErrNotExist) {
		there, err = false, nil
	}
	if there || err != nil {
		return err
	}
	head, err := a.store.Head(ctx)
	switch {
	case err != nil || head.IsStart():
		return err
	case a.remote != nil && a.objects == nil:
		return fmt.Errorf("%s: %w, or name the object store where the other nodes keep them (--objects)", where, errNoKeys)
	}
	return fmt.Errorf("%s: %w", where, errNoKeys)
}

// linkKeys is what the key of the links by which merchants answer is derived for.
const linkKeys = "answer links"

func (a *adapters) openCases() (err error) {
	a.registry = usecase.NewRegistry(codec.JSON{})
	if a.law, err = loadLaw(a.config); err != nil {
		return err
	}
	if a.law.Catalogue, err = a.config.retaining(a.law.Catalogue); err != nil {
		return err
	}
	links, err := a.keyring.Derive(linkKeys)
	if err != nil {
		return err
	}
	a.cases, err = usecase.NewComplaints(a.deps(links))
	return err
}

// deps are what the use cases stand on.
func (a *adapters) deps(links []byte) usecase.Deps {
	return usecase.Deps{
		Store: a.store, Registry: a.registry, Keyring: a.keyring, Blobs: a.blobs, Law: a.law,
		Now: a.clock.Now, Entropy: rand.Reader, Wait: backOff, LinkKey: links, LinkDays: a.config.LinkDays,
	}
}

// backOff waits before an append is sent again: 20 ms doubled up to 2 s, with jitter.
func backOff(ctx context.Context, attempt int) error {
	wait := min(20*time.Millisecond<<min(attempt, 7), 2*time.Second)
	wait += time.Duration(mathrand.Int64N(int64(wait)))
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (a *adapters) close() error {
	var failed error
	if a.keyring != nil {
		failed = a.keyring.Close()
	}
	if a.objects != nil {
		failed = errors.Join(failed, a.objects.Close())
	}
	if a.store != nil {
		failed = errors.Join(failed, a.store.Close())
	}
	return failed
}
