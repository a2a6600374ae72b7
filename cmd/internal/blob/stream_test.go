package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

// The format of a file is fixed for ever: evidence kept today must open under every
// later version.
func TestGoldenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "golden")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := newWriter(f, make([]byte, sealed.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.copyFrom(strings.NewReader(strings.Repeat("evidence", chunkSize/8+1))); err != nil {
		t.Fatal(err)
	}
	about := usecase.Blob{ID: "sha256:00", Size: chunkSize + 8, Type: typeText, DerivedFrom: "sha256:01", Tool: StripTool}
	if err := w.finish(about, sealed.Value{Suite: sealed.SuiteA1, Subject: "s-1", Cipher: make([]byte, 28)}); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	if got, want := hex.EncodeToString(sum[:]), "cc0de53f400ade5e97879390fb18e3d71dc3475a54deb6663241c5cbd53efb5f"; got != want {
		t.Errorf("the file's SHA-256 is %s, want %s", got, want)
	}
}
