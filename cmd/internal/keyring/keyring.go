package keyring

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"fangxin/cmd/internal/objects"
	"fangxin/domain/sealed"
)

// Options of a keyring.
type Options struct {
	// Path is the SQLite file of the keys.
	Path string
	// Objects holds the keys and the erasure list in place of Path and Erasures,
	// shared by many nodes. The caller closes it after the keyring.
	Objects objects.Store
	// MasterFile holds the master key, 32 raw bytes. It is made with mode 0600 where
	// neither it nor a key exists. Who loses it loses all personal data. Nodes that
	// share an object store share this file's content too.
	MasterFile string
	// Master is the master key itself, from a key service; MasterFile is then unused.
	Master []byte
	// Erasures is the file of the erasure list. Keep it apart from the keys and out
	// of their backups.
	Erasures string
	// CacheSize bounds the unwrapped keys in memory; 0 means 65,536 (about 100 MB).
	CacheSize int
	// Staleness bounds, with Objects, how long a key stays in memory unasked: for so
	// long after an erasure or restriction by another node this one may still use
	// the key. 0 means DefaultStaleness.
	Staleness time.Duration
	// Entropy is the source of keys and nonces, safe for many goroutines; nil means
	// the system's.
	Entropy io.Reader
	// Now dates the erasures; nil means the system's clock.
	Now func() time.Time
	// Elapsed is a clock that only goes forward, from any beginning; it counts
	// Staleness. nil means the system's.
	Elapsed func() time.Duration
}

const (
	defaultCache = 1 << 16
	// DefaultStaleness of the keys in memory.
	DefaultStaleness = 5 * time.Second
)

func (o Options) completed() Options {
	if o.CacheSize <= 0 {
		o.CacheSize = defaultCache
	}
	if o.Staleness <= 0 {
		o.Staleness = DefaultStaleness
	}
	if o.Entropy == nil {
		o.Entropy = rand.Reader
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Elapsed == nil {
		start := time.Now()
		o.Elapsed = func() time.Duration { return time.Since(start) }
	}
	return o
}

// ring is what a file and an object store provide.
type ring interface {
	sealed.Keyring
	Derive(purpose string) ([]byte, error)
	Ready(ctx context.Context) error
	Apply(ctx context.Context, list []Erasure) error
	Erasures(ctx context.Context) ([]Erasure, error)
	Count(ctx context.Context) (Counts, error)
	Verify(ctx context.Context) error
	Backup(ctx context.Context, dest string) error
	Close() error
}

// Keyring is the keyring of an installation. Use Open.
type Keyring struct{ ring ring }

var _ sealed.Keyring = (*Keyring)(nil)

// Open opens or makes a keyring, checks the master key and finishes the erasures
// that a crash left half done; in a file it repeats all of the list. ErrLocked,
// ErrDamaged, ErrNewerSchema, ErrMasterKey, ErrNoMasterKey, ErrBadMasterKey, ErrFull,
// sealed.ErrUnavailable.
func Open(o Options) (*Keyring, error) {
	o = o.completed()
	if o.Objects != nil {
		r, err := openObjects(o)
		if err != nil {
			return nil, err
		}
		return &Keyring{ring: r}, nil
	}
	r, err := openFile(o)
	if err != nil {
		return nil, err
	}
	return &Keyring{ring: r}, nil
}

// Seal implements sealed.Keyring. A matter whose key is cached and whose known
// fields are stored touches no disk and no network.
func (k *Keyring) Seal(ctx context.Context, matters ...sealed.Matter) ([][]sealed.Value, error) {
	return k.ring.Seal(ctx, matters...)
}

// Open implements sealed.Keyring. The zero Value opens to "".
func (k *Keyring) Open(ctx context.Context, field string, v sealed.Value) (string, error) {
	return k.ring.Open(ctx, field, v)
}

// Same implements sealed.Keyring: the subjects of whom this was learnt last come
// first, by the clocks of the nodes that learnt it; restricted ones are out of every
// search.
func (k *Keyring) Same(ctx context.Context, kind sealed.Kind, plain string, limit int) ([]sealed.Subject, error) {
	return k.ring.Same(ctx, kind, plain, limit)
}

// StateOf implements sealed.Keyring.
func (k *Keyring) StateOf(ctx context.Context, s sealed.Subject) (sealed.State, error) {
	return k.ring.StateOf(ctx, s)
}

// Restrict implements sealed.Keyring.
func (k *Keyring) Restrict(ctx context.Context, s sealed.Subject) error {
	return k.ring.Restrict(ctx, s)
}

// Lift implements sealed.Keyring.
func (k *Keyring) Lift(ctx context.Context, s sealed.Subject) error { return k.ring.Lift(ctx, s) }

// Erase implements sealed.Keyring. When it returns, the list names the subject and
// neither file nor object holds its key or hashes. Other nodes may hold the key in
// memory for Options.Staleness more.
func (k *Keyring) Erase(ctx context.Context, s sealed.Subject) error { return k.ring.Erase(ctx, s) }

// Apply erases every subject of a list, for instance after a restore, and enters
// it in the keyring's own list. A subject this keyring never held is marked as
// erased, so that it can take no data again.
func (k *Keyring) Apply(ctx context.Context, list []Erasure) error { return k.ring.Apply(ctx, list) }

// Erasures is the keyring's own list, oldest first.
func (k *Keyring) Erasures(ctx context.Context) ([]Erasure, error) { return k.ring.Erasures(ctx) }

// Counts is how many subjects stand in each state.
type Counts struct{ Active, Restricted, Erased int64 }

// Count answers the number of keys by state. In an object store it lists all of
// them: a thousand take one request.
func (k *Keyring) Count(ctx context.Context) (Counts, error) { return k.ring.Count(ctx) }

// Ready says whether the keyring can answer now; it costs little.
func (k *Keyring) Ready(ctx context.Context) error { return k.ring.Ready(ctx) }

// Verify checks that every key unwraps, and the structure of a file; ErrDamaged
// names the first that fails. Other callers are served between keys. In an object
// store it also finishes what an erasure or a restore left behind.
func (k *Keyring) Verify(ctx context.Context) error { return k.ring.Verify(ctx) }

// Backup writes a copy of the keys to dest, a SQLite file which must not exist, while
// the keyring is in use. The copy needs the same master key, which is not part of it,
// and neither is the erasure list: opening the copy beside the present list erases
// again what was erased since.
func (k *Keyring) Backup(ctx context.Context, dest string) error { return k.ring.Backup(ctx, dest) }

// Derive makes a key for another purpose from the master key, 32 bytes. The same
// purpose always gives the same key; it cannot be led back.
func (k *Keyring) Derive(purpose string) ([]byte, error) { return k.ring.Derive(purpose) }

// Close answers everything that is under way and releases the files. Closing twice is
// one close.
func (k *Keyring) Close() error { return k.ring.Close() }
