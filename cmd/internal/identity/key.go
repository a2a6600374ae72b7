package identity

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"fangxin/cmd/internal/secretfile"
)

// ErrKey: the file does not hold an Ed25519 private key.
var ErrKey = errors.New("not an Ed25519 private key")

const pemType = "PRIVATE KEY"

// LoadKey reads the server's key, PKCS #8 in PEM (RFC 5958, RFC 8410), or makes it
// with mode 0600 where there is none. entropy nil means the system's. ErrKey.
func LoadKey(path string, entropy io.Reader) (ed25519.PrivateKey, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(path, entropy)
	}
	if err != nil {
		return nil, fmt.Errorf("token key: %w", err)
	}
	block, _ := pem.Decode(content)
	if block == nil || block.Type != pemType {
		return nil, fmt.Errorf("%s: %w", path, ErrKey)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("%s: %w", path, ErrKey)
	}
	return key, nil
}

func makeKey(path string, entropy io.Reader) (ed25519.PrivateKey, error) {
	if entropy == nil {
		entropy = rand.Reader
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(entropy, seed); err != nil {
		return nil, fmt.Errorf("token key: no entropy: %w", err)
	}
	key := ed25519.NewKeyFromSeed(seed)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	err = secretfile.Create(path, pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der}))
	if errors.Is(err, fs.ErrExist) { // another process was faster; its key counts
		return LoadKey(path, entropy)
	}
	if err != nil {
		return nil, fmt.Errorf("token key: %w", err)
	}
	return key, nil
}
