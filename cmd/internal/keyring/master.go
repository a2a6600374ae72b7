package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"sync"

	"fangxin/cmd/internal/secretfile"
	"fangxin/domain/sealed"
)

const (
	masterSize  = 32
	nonceSize   = 12
	wrappedSize = nonceSize + sealed.KeySize + 16
	markSize    = 16
)

// mark is the keyed hash by which a phone or ID number is recognised.
type mark [markSize]byte

// master is the unwrapped master key, split by HKDF-SHA-256 (RFC 5869) so that no
// two purposes share a key.
type master struct {
	root  []byte
	wrap  cipher.AEAD
	check []byte
	names []byte
	macs  sync.Pool // of hash.Hash keyed with the hash key
}

func newMaster(root []byte) (*master, error) {
	if len(root) != masterSize {
		return nil, fmt.Errorf("%d bytes: %w", len(root), ErrBadMasterKey)
	}
	m := &master{root: root}
	wrapKey, err := m.derive("wrap A1")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(wrapKey)
	if err != nil {
		return nil, err
	}
	if m.wrap, err = cipher.NewGCM(block); err != nil {
		return nil, err
	}
	if m.check, err = m.derive("check"); err != nil {
		return nil, err
	}
	if m.names, err = m.derive("names A1"); err != nil {
		return nil, err
	}
	hashKey, err := m.derive("hash A1")
	if err != nil {
		return nil, err
	}
	m.macs.New = func() any { return hmac.New(sha256.New, hashKey) }
	return m, nil
}

// derive makes the key of one purpose. The purposes' names are fixed for ever.
func (m *master) derive(purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, m.root, nil, "fangxin keyring: "+purpose, 32)
}

// freshKey is a key that no store holds yet.
type freshKey struct {
	key     *sealed.DataKey
	wrapped []byte
}

func (m *master) newKey(s sealed.Subject, entropy io.Reader) (*freshKey, error) {
	var random [sealed.KeySize + nonceSize]byte
	if _, err := io.ReadFull(entropy, random[:]); err != nil {
		return nil, fmt.Errorf("no entropy: %w", errors.Join(sealed.ErrUnavailable, err))
	}
	key, err := sealed.NewDataKey(s, random[:sealed.KeySize])
	if err != nil {
		return nil, err
	}
	nonce := random[sealed.KeySize:]
	wrapped := append(make([]byte, 0, wrappedSize), nonce...)
	wrapped = m.wrap.Seal(wrapped, nonce, random[:sealed.KeySize], []byte(s))
	clear(random[:sealed.KeySize])
	return &freshKey{key: key, wrapped: wrapped}, nil
}

// unwrap opens a stored key, or says that the row is damaged: the master key has
// been checked at open.
func (m *master) unwrap(s sealed.Subject, wrapped []byte) (*sealed.DataKey, error) {
	if len(wrapped) != wrappedSize {
		return nil, fmt.Errorf("key of subject %.40q has %d bytes: %w", string(s), len(wrapped), ErrDamaged)
	}
	raw, err := m.wrap.Open(nil, wrapped[:nonceSize], wrapped[nonceSize:], []byte(s))
	if err != nil {
		return nil, fmt.Errorf("key of subject %.40q does not unwrap: %w", string(s), ErrDamaged)
	}
	defer clear(raw)
	return sealed.NewDataKey(s, raw)
}

// markOf hashes the normal form of a value; false where there is nothing to
// recognise.
func (m *master) markOf(kind sealed.Kind, plain string) (mark, bool) {
	kind, normal := sealed.Normal(kind, plain)
	if normal == "" {
		return mark{}, false
	}
	h := m.macs.Get().(hash.Hash)
	defer m.macs.Put(h)
	h.Reset()
	b := make([]byte, 0, 64)
	b = append(append(append(b, kind...), 0), normal...)
	h.Write(b)
	var sum [sha256.Size]byte
	h.Sum(sum[:0])
	return mark(sum[:markSize]), true
}

// loadMaster reads the master key's file, or makes it where none exists and none
// is expected.
func loadMaster(path string, expected bool, entropy io.Reader) ([]byte, error) {
	root, err := os.ReadFile(path)
	switch {
	case err == nil:
		return root, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("master key: %w", errors.Join(sealed.ErrUnavailable, err))
	case expected:
		return nil, fmt.Errorf("%s: %w", path, ErrNoMasterKey)
	}
	root = make([]byte, masterSize)
	if _, err := io.ReadFull(entropy, root); err != nil {
		return nil, fmt.Errorf("no entropy: %w", errors.Join(sealed.ErrUnavailable, err))
	}
	err = secretfile.Create(path, root)
	if errors.Is(err, fs.ErrExist) { // another node was faster; its key counts
		return loadMaster(path, expected, entropy)
	}
	if err != nil {
		return nil, fmt.Errorf("master key: %w", errors.Join(sealed.ErrUnavailable, err))
	}
	return root, nil
}
