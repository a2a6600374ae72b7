package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

func put(t *testing.T, s *Store, subject sealed.Subject, content []byte) usecase.Blob {
	t.Helper()
	b, err := s.Put(t.Context(), subject, bytes.NewReader(content), 0)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wantContent(t *testing.T, s *Store, id string, want []byte) usecase.Blob {
	t.Helper()
	r, b, err := s.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%d bytes, %v; want %d", len(got), err, len(want))
	}
	return b
}

func idOf(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// The original is kept byte for byte, at every length around a chunk's.
func TestPutAndOpen(t *testing.T) { inEach(t, testPutAndOpen) }

func testPutAndOpen(t *testing.T, h *home) {
	s, k := h.newStore(t)
	for _, n := range []int{1, 500, chunkSize - 1, chunkSize, chunkSize + 1, 3 * chunkSize, 3*chunkSize + 17} {
		content := bytes.Repeat([]byte("合同 contract\n"), n/16+1)[:n]
		content = []byte(strings.ToValidUTF8(string(content), "?"))
		b := put(t, s, "s-1", content)
		want := usecase.Blob{ID: idOf(content), Size: int64(len(content)), Type: typeText}
		if b != want {
			t.Fatalf("Put = %+v, want %+v", b, want)
		}
		if got := wantContent(t, h.open(t, k), b.ID, content); got != want {
			t.Errorf("Open = %+v, want %+v", got, want)
		}
	}
}

func TestSeek(t *testing.T) { inEach(t, testSeek) }

func testSeek(t *testing.T, h *home) {
	s, _ := h.newStore(t)
	content := bytes.Repeat([]byte("0123456789abcdef"), 3*chunkSize/16)
	r, _, err := s.Open(t.Context(), put(t, s, "s-1", content).ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, at := range []int64{int64(len(content)) - 5, 0, chunkSize - 2, chunkSize, 7} {
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 5)
		if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, content[at:at+5]) {
			t.Errorf("at %d: %q, %v", at, got, err)
		}
	}
	if n, err := r.Seek(-1, io.SeekEnd); err != nil || n != int64(len(content))-1 {
		t.Error(n, err)
	}
	if _, err := r.Seek(-1, io.SeekStart); err == nil {
		t.Error("sought before the beginning")
	}
}

func TestTypesAreSniffed(t *testing.T) { inEach(t, testTypesAreSniffed) }

func testTypesAreSniffed(t *testing.T, h *home) {
	s, _ := h.newStore(t)
	for want, content := range map[string]string{
		typeJPEG: string(testJPEG(t, 1)), typePNG: string(testPNG(t, 1)), typeWebP: string(testWebP(1)),
		typePDF:  "%PDF-1.7\n\x00\x01",
		typeMP4:  "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42\x00\x00",
		typeText: "蒙古语 ᠮᠣᠩᠭᠣᠯ",
	} {
		if b := put(t, s, "s-1", []byte(content)); b.Type != want {
			t.Errorf("%q is %s", want, b.Type)
		}
	}
	for name, content := range map[string]string{
		"program": "\x7fELF\x02\x01", "zip": "PK\x03\x04\x00", "GIF": "GIF89a\x01\x00\x01\x00\x00",
		"not UTF-8": "abc\xff", "cut character": "abc\xe4\xb8", "late NUL": strings.Repeat("a", 100000) + "\x00",
		"HEIC":      "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
		"QuickTime": "\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  \x00",
	} {
		if _, err := s.Put(t.Context(), "s-1", strings.NewReader(content), 0); !errors.Is(err, usecase.ErrBlobType) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type failing struct {
	first io.Reader
	err   error
}

func (f failing) Read(p []byte) (int, error) {
	if n, err := f.first.Read(p); err == nil {
		return n, nil
	}
	return 0, f.err
}

func TestRefusedUploadsLeaveNothing(t *testing.T) { inEach(t, testRefusedUploadsLeaveNothing) }

func testRefusedUploadsLeaveNothing(t *testing.T, h *home) {
	s, k := h.newStore(t)
	text := func(n int) io.Reader { return strings.NewReader(strings.Repeat("a", n)) }
	broken := errors.New("broken")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx   context.Context
		r     io.Reader
		limit int64
		want  error
	}{
		"empty":           {t.Context(), text(0), 0, usecase.ErrBlobEmpty},
		"over the limit":  {t.Context(), text(101), 100, usecase.ErrBlobTooLarge},
		"over the store":  {t.Context(), text(1<<20 + 1), 1 << 30, usecase.ErrBlobTooLarge},
		"broken":          {t.Context(), failing{text(70000), broken}, 0, broken},
		"shorter":         {t.Context(), failing{text(70000), io.ErrUnexpectedEOF}, 0, usecase.ErrBlobCut},
		"caller gave up":  {ended, text(10), 0, context.Canceled},
		"invalid subject": {t.Context(), text(10), 0, sealed.ErrInvalid},
	} {
		subject := sealed.Subject("s-1")
		if c.want == sealed.ErrInvalid {
			subject = ""
		}
		if b, err := s.Put(c.ctx, subject, c.r, c.limit); !errors.Is(err, c.want) || b != (usecase.Blob{}) {
			t.Errorf("%s: %+v, %v", name, b, err)
		}
	}
	if left := h.files(t); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := k.StateOf(t.Context(), "s-1"); !errors.Is(err, sealed.ErrNoKey) {
		t.Errorf("a refused upload made a key: %v", err)
	}
	if _, err := s.Put(t.Context(), "s-1", text(100), 100); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
}

// Nothing of the content, its hash or its type can be read where it lies.
func TestStorageShowsNothing(t *testing.T) { inEach(t, testStorageShowsNothing) }

func testStorageShowsNothing(t *testing.T, h *home) {
	s, _ := h.newStore(t)
	content := []byte("发票 invoice of 13812341234")
	id := put(t, s, "s-1", content).ID
	for path, raw := range h.files(t) {
		sum := sha256.Sum256(content)
		digest := strings.TrimPrefix(id, "sha256:")
		for _, part := range []string{"13812341234", "invoice", digest, string(sum[:]), "text/plain"} {
			if bytes.Contains(raw, []byte(part)) || strings.Contains(path, part) {
				t.Errorf("%q can be read", part)
			}
		}
	}
}

// PIPL 47: an erased subject's evidence is gone; another's copy of the same bytes stays.
func TestErasure(t *testing.T) { inEach(t, testErasure) }

func testErasure(t *testing.T, h *home) {
	s, k := h.newStore(t)
	content := []byte("the same advertisement")
	id := put(t, s, "s-1", content).ID
	put(t, s, "s-2", content)
	put(t, s, "s-2", content)
	if n := len(h.files(t)); n != 2 {
		t.Errorf("%d files for two subjects", n)
	}
	if err := k.Erase(t.Context(), "s-1"); err != nil {
		t.Fatal(err)
	}
	wantContent(t, s, id, content)
	if err := k.Erase(t.Context(), "s-2"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Open(t.Context(), id); !errors.Is(err, sealed.ErrErased) {
		t.Errorf("Open = %v", err)
	}
	if _, err := s.Put(t.Context(), "s-1", bytes.NewReader(content), 0); !errors.Is(err, sealed.ErrErased) {
		t.Errorf("Put = %v", err)
	}
}

func TestNotFound(t *testing.T) { inEach(t, testNotFound) }

func testNotFound(t *testing.T, h *home) {
	s, _ := h.newStore(t)
	for _, id := range []string{"", "sha256:", idOf([]byte("x")), strings.ToUpper(idOf([]byte("x"))), "sha256:../../../../etc/passwd"} {
		if _, _, err := s.Open(t.Context(), id); !errors.Is(err, usecase.ErrBlobNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// Any altered, cut or exchanged byte is found before it is handed out.
func TestDamage(t *testing.T) { inEach(t, testDamage) }

func testDamage(t *testing.T, h *home) {
	s, _ := h.newStore(t)
	content := bytes.Repeat([]byte("0123456789abcdef"), chunkSize/16+3)
	id := put(t, s, "s-1", content).ID
	var path string
	var whole []byte
	for path, whole = range h.files(t) {
	}
	read := func(raw []byte) error {
		h.write(t, path, raw)
		r, _, err := s.Open(t.Context(), id)
		if err != nil {
			return err
		}
		defer r.Close()
		_, err = io.ReadAll(r)
		return err
	}
	for at := 0; at < len(whole); at += 1 + at/40 {
		altered := bytes.Clone(whole)
		altered[at] ^= 1
		if read(altered) == nil {
			t.Fatalf("byte %d of %d", at, len(whole))
		}
	}
	for _, raw := range [][]byte{nil, whole[1:], whole[:len(whole)-1], whole[sealedSize:],
		append(bytes.Clone(whole[sealedSize:sealedSize+64]), whole...)} {
		if err := read(raw); !errors.Is(err, usecase.ErrBlobDamaged) {
			t.Errorf("%d bytes: %v", len(raw), err)
		}
	}
	if err := read(whole); err != nil {
		t.Error(err)
	}
}

func TestDerive(t *testing.T) { inEach(t, testDerive) }

func testDerive(t *testing.T, h *home) {
	s, k := h.newStore(t)
	for _, original := range [][]byte{testJPEG(t, 6), testPNG(t, 6), testWebP(6)} {
		of := put(t, s, "s-1", original)
		copied, err := s.Derive(t.Context(), of.ID)
		if err != nil {
			t.Fatal(err)
		}
		stripped, err := stripperOf(of.Type)(original)
		if err != nil {
			t.Fatal(err)
		}
		want := usecase.Blob{ID: idOf(stripped), Size: int64(len(stripped)), Type: of.Type, DerivedFrom: of.ID, Tool: StripTool}
		if copied != want {
			t.Errorf("Derive = %+v, want %+v", copied, want)
		}
		if again, err := s.Derive(t.Context(), of.ID); err != nil || again != want {
			t.Errorf("a second time: %+v, %v", again, err)
		}
		if got := wantContent(t, s, copied.ID, stripped); got != want {
			t.Errorf("Open = %+v", got)
		}
		wantContent(t, s, of.ID, original)
		clean, err := s.Derive(t.Context(), copied.ID)
		if err != nil || clean.ID != copied.ID || clean.DerivedFrom != copied.ID {
			t.Errorf("nothing to take away: %+v, %v", clean, err)
		}
	}
	if err := k.Erase(t.Context(), "s-1"); err != nil {
		t.Fatal(err)
	}
	stripped, _ := stripJPEG(testJPEG(t, 6))
	if _, _, err := s.Open(t.Context(), idOf(stripped)); !errors.Is(err, sealed.ErrErased) {
		t.Errorf("a copy outlives its original: %v", err)
	}
}

func TestDeriveRefuses(t *testing.T) { inEach(t, testDeriveRefuses) }

func testDeriveRefuses(t *testing.T, h *home) {
	s, _ := h.newStore(t)
	text := put(t, s, "s-1", []byte("text"))
	if _, err := s.Derive(t.Context(), text.ID); !errors.Is(err, usecase.ErrBlobNoCopy) {
		t.Errorf("text: %v", err)
	}
	bad := put(t, s, "s-1", []byte("\xff\xd8\xff\xe1 and no more"))
	if _, err := s.Derive(t.Context(), bad.ID); !errors.Is(err, usecase.ErrBlobMalformed) {
		t.Errorf("malformed: %v", err)
	}
	if _, err := s.Derive(t.Context(), idOf([]byte("x"))); !errors.Is(err, usecase.ErrBlobNotFound) {
		t.Errorf("unknown: %v", err)
	}
}

func TestManyAtOnce(t *testing.T) { inEach(t, testManyAtOnce) }

func testManyAtOnce(t *testing.T, h *home) {
	s, _ := h.newStore(t)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			content := []byte("the same bytes from many hands")
			b, err := s.Put(t.Context(), "s-1", bytes.NewReader(content), 0)
			if err != nil {
				t.Error(err)
				return
			}
			r, _, err := s.Open(t.Context(), b.ID)
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	wg.Wait()
}

func TestHalfWrittenFilesAreRemoved(t *testing.T) {
	h := inFolder(t)
	s, k := h.newStore(t)
	half := filepath.Join(s.options.Dir, tempFolder, "half")
	if err := os.WriteFile(half, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.open(t, k)
	if left := h.files(t); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	if _, err := Open(Options{Dir: t.TempDir(), Keyring: k}); !errors.Is(err, ErrNameKey) {
		t.Errorf("no name key: %v", err)
	}
}
