// Package sealedtest proves keyrings and stands in for one in other tests: an
// in-memory keyring with real encryption and a fixed entropy, and the conformance
// suite that every keyring passes.
package sealedtest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"slices"
	"sync"

	"fangxin/domain/sealed"
)

// Keyring is a sealed.Keyring in memory. It seals with AES-256-GCM, but its keys
// come from a fixed seed: the same calls give the same values. For tests only.
type Keyring struct {
	mu      sync.Mutex
	entropy io.Reader
	records map[sealed.Subject]*record
	order   []sealed.Subject
	erased  []sealed.Subject
}

type record struct {
	key   *sealed.DataKey
	state sealed.State
	known map[[sha256.Size]byte]bool
}

var _ sealed.Keyring = (*Keyring)(nil)

// NewKeyring makes an empty keyring.
func NewKeyring() *Keyring {
	return &Keyring{
		entropy: rand.NewChaCha8(sha256.Sum256([]byte("sealedtest"))),
		records: make(map[sealed.Subject]*record),
	}
}

// Seal implements sealed.Keyring.
func (k *Keyring) Seal(ctx context.Context, matters ...sealed.Matter) ([][]sealed.Value, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, m := range matters {
		if err := m.Check(); err != nil {
			return nil, err
		}
		if r := k.records[m.Subject]; r != nil && m.HasData() {
			if err := refusal(r.state); err != nil {
				return nil, err
			}
		}
	}
	values := make([][]sealed.Value, len(matters))
	for i, m := range matters {
		if values[i] = make([]sealed.Value, len(m.Fields)); !m.HasData() {
			continue
		}
		r, err := k.recordOf(m.Subject)
		if err != nil {
			return nil, err
		}
		for _, f := range m.Known {
			if h, ok := hash(f.Kind, f.Plain); ok {
				r.known[h] = true
			}
		}
		if values[i], err = r.key.Seal(k.entropy, m.Fields); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func (k *Keyring) recordOf(s sealed.Subject) (*record, error) {
	if r := k.records[s]; r != nil {
		return r, nil
	}
	var raw [sealed.KeySize]byte
	if _, err := io.ReadFull(k.entropy, raw[:]); err != nil {
		return nil, err
	}
	key, err := sealed.NewDataKey(s, raw[:])
	if err != nil {
		return nil, err
	}
	r := &record{key: key, state: sealed.Active, known: make(map[[sha256.Size]byte]bool)}
	k.records[s] = r
	k.order = append(k.order, s)
	return r, nil
}

func hash(kind sealed.Kind, plain string) (h [sha256.Size]byte, ok bool) {
	kind, normal := sealed.Normal(kind, plain)
	if normal == "" {
		return h, false
	}
	mac := hmac.New(sha256.New, []byte("sealedtest"))
	mac.Write([]byte(string(kind) + "\x00" + normal))
	return [sha256.Size]byte(mac.Sum(nil)), true
}

func refusal(s sealed.State) error {
	switch s {
	case sealed.Erased:
		return sealed.ErrErased
	case sealed.Restricted:
		return sealed.ErrRestricted
	}
	return nil
}

// Open implements sealed.Keyring.
func (k *Keyring) Open(ctx context.Context, field string, v sealed.Value) (string, error) {
	if v.IsZero() {
		return "", nil
	}
	r, err := k.find(ctx, v.Subject)
	if err != nil {
		return "", err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := refusal(r.state); err != nil {
		return "", err
	}
	return r.key.Open(field, v)
}

func (k *Keyring) find(ctx context.Context, s sealed.Subject) (*record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if r := k.records[s]; r != nil {
		return r, nil
	}
	return nil, sealed.ErrNoKey
}

// Same implements sealed.Keyring.
func (k *Keyring) Same(ctx context.Context, kind sealed.Kind, plain string, limit int) ([]sealed.Subject, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	h, ok := hash(kind, plain)
	k.mu.Lock()
	defer k.mu.Unlock()
	var found []sealed.Subject
	for _, s := range slices.Backward(k.order) {
		if r := k.records[s]; ok && len(found) < limit && r.state == sealed.Active && r.known[h] {
			found = append(found, s)
		}
	}
	return found, nil
}

// StateOf implements sealed.Keyring.
func (k *Keyring) StateOf(ctx context.Context, s sealed.Subject) (sealed.State, error) {
	r, err := k.find(ctx, s)
	if err != nil {
		return "", err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return r.state, nil
}

// Restrict implements sealed.Keyring.
func (k *Keyring) Restrict(ctx context.Context, s sealed.Subject) error {
	return k.move(ctx, s, sealed.Restricted)
}

// Lift implements sealed.Keyring.
func (k *Keyring) Lift(ctx context.Context, s sealed.Subject) error {
	return k.move(ctx, s, sealed.Active)
}

func (k *Keyring) move(ctx context.Context, s sealed.Subject, to sealed.State) error {
	r, err := k.find(ctx, s)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if r.state == sealed.Erased {
		return sealed.ErrErased
	}
	r.state = to
	return nil
}

// Forget implements sealed.Keyring.
func (k *Keyring) Forget(ctx context.Context, s sealed.Subject, kind sealed.Kind, plain string) error {
	r, err := k.find(ctx, s)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if h, ok := hash(kind, plain); ok {
		delete(r.known, h)
	}
	return nil
}

// Erase implements sealed.Keyring.
func (k *Keyring) Erase(ctx context.Context, s sealed.Subject) error {
	r, err := k.find(ctx, s)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if r.state != sealed.Erased {
		*r = record{state: sealed.Erased}
		k.erased = append(k.erased, s)
	}
	return nil
}

// Erasures lists the erased subjects, oldest first.
func (k *Keyring) Erasures() []sealed.Subject {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.erased)
}
