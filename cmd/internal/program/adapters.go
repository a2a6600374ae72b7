package program

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	mathrand "math/rand/v2"
	"os"
	"strings"
	"time"

	"fangxin/cmd/internal/blob"
	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/codec"
	"fangxin/cmd/internal/eventstore/sqlite"
	"fangxin/cmd/internal/keyring"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

// adapters are the opened stores of an installation and the use cases on them.
type adapters struct {
	config   Config
	folder   folder
	clock    clock.Clock
	store    *sqlite.Store
	keyring  *keyring.Keyring
	blobs    *blob.Store
	registry *es.Registry
	law      complaint.Law
	cases    *usecase.Complaints
}

var errAddress = errors.New("no such kind of address in this version")

// openAdapters opens log, keys and evidence in the data folder, in this order; what
// was opened is closed again when a later one fails.
func openAdapters(ctx context.Context, c Config, now clock.Clock) (a *adapters, err error) {
	if c.EventStore != "" || c.ReadModel != "" {
		return nil, fmt.Errorf("%w: --eventstore, --readmodel: %w", errConfig, errAddress)
	}
	a = &adapters{config: c, folder: folder{root: c.Data, master: c.MasterKey}, clock: now}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
			a = nil
		}
	}()
	if err := a.folder.make(); err != nil {
		return a, err
	}
	if a.store, err = sqlite.Open(ctx, a.folder.events(), sqlite.Options{}); err != nil {
		return a, err
	}
	if err := a.keysAreThere(ctx); err != nil {
		return a, err
	}
	if a.keyring, err = keyring.Open(keyring.Options{
		Path: a.folder.keys(), MasterFile: a.folder.masterKey(), Erasures: a.folder.erasures(), Now: now.Now,
	}); err != nil {
		return a, err
	}
	nameKey, err := a.keyring.Derive("evidence names")
	if err != nil {
		return a, err
	}
	if a.blobs, err = blob.Open(blob.Options{Dir: a.folder.evidence(), Keyring: a.keyring, NameKey: nameKey, Limit: c.MaxEvidence}); err != nil {
		return a, err
	}
	return a, a.openCases()
}

var errNoKeys = errors.New("the log has events but its keyring is missing; put keys/ back from a backup")

// keysAreThere keeps a log from being given a new, empty keyring: it would look well
// and every personal detail in it would be lost without a word.
func (a *adapters) keysAreThere(ctx context.Context) error {
	_, err := os.Stat(a.folder.keys())
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	head, err := a.store.Head(ctx)
	if err == nil && !head.IsStart() {
		err = fmt.Errorf("%s: %w", a.folder.keys(), errNoKeys)
	}
	return err
}

func (a *adapters) openCases() (err error) {
	a.registry = usecase.NewRegistry(codec.JSON{})
	if a.law, err = loadLaw(a.config.Lanes); err != nil {
		return err
	}
	a.cases, err = usecase.NewComplaints(usecase.Deps{
		Store: a.store, Registry: a.registry, Keyring: a.keyring, Blobs: a.blobs, Law: a.law,
		Now: a.clock.Now, Entropy: rand.Reader, Wait: backOff,
	})
	return err
}

func loadLaw(lanes string) (complaint.Law, error) {
	catalogue, err := statute.Load()
	if err != nil {
		return complaint.Law{}, err
	}
	days, err := calendar.Load()
	if err != nil {
		return complaint.Law{}, err
	}
	law := complaint.Law{Catalogue: catalogue, Calendar: days}
	for lane := range strings.SplitSeq(lanes, ",") {
		switch l := complaint.Lane(strings.TrimSpace(lane)); l {
		case complaint.LaneDirect, complaint.LaneAssociation, complaint.LaneDepartment:
			law.Lanes = append(law.Lanes, l)
		default:
			return law, fmt.Errorf("%w: lanes: no lane %q", errConfig, lane)
		}
	}
	return law, nil
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
	if a.store != nil {
		failed = errors.Join(failed, a.store.Close())
	}
	return failed
}
