package blob

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

const (
	chunkSize  = 64 << 10
	tagSize    = 16
	sealedSize = chunkSize + tagSize
	footerSize = 16
	magic      = "FXBLOB01"
	// maxTail bounds about and key, in bytes; both are far shorter.
	maxTail = 64 << 10
)

// Flags in the last byte of a nonce.
const (
	inner byte = iota
	last
	aboutPart
)

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// nonce is 7 zero bytes, the chunk's number and a flag. The number of a chunk fits:
// the store's limit is far below 256 TiB.
func nonce(chunk int64, flag byte) []byte {
	var n [12]byte
	binary.BigEndian.PutUint32(n[7:], uint32(chunk))
	n[11] = flag
	return n[:]
}

// aboutRecord is the sealed description of the content.
type aboutRecord struct {
	ID          string `json:"id"`
	Size        int64  `json:"size"`
	Type        string `json:"type"`
	DerivedFrom string `json:"derived_from,omitempty"`
	Tool        string `json:"tool,omitempty"`
}

// writer seals a stream into a file.
type writer struct {
	file *os.File
	aead cipher.AEAD
	out  *bufio.Writer
}

func newWriter(f *os.File, key []byte) (*writer, error) {
	aead, err := newAEAD(key)
	return &writer{file: f, aead: aead, out: bufio.NewWriterSize(f, sealedSize)}, err
}

// copyFrom seals all of the source, chunk by chunk.
func (w *writer) copyFrom(source io.Reader) error {
	in := bufio.NewReaderSize(source, chunkSize)
	plain := make([]byte, chunkSize, sealedSize)
	for chunk := int64(0); ; chunk++ {
		n, err := io.ReadFull(in, plain)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
			return err
		}
		flag := inner
		if _, err := in.Peek(1); errors.Is(err, io.EOF) {
			flag = last
		} else if err != nil {
			return err
		}
		if _, err := w.out.Write(w.aead.Seal(plain[:0], nonce(chunk, flag), plain[:n], nil)); err != nil {
			return unavailable(err)
		}
		if flag == last {
			return nil
		}
	}
}

// finish writes what follows the chunks.
func (w *writer) finish(about usecase.Blob, key sealed.Value) error {
	plain, err := json.Marshal(aboutRecord(about))
	if err != nil {
		return err
	}
	description := w.aead.Seal(nil, nonce(0, aboutPart), plain, nil)
	wrapped, err := json.Marshal(key)
	if err != nil {
		return err
	}
	footer := binary.BigEndian.AppendUint32(nil, uint32(len(description)))
	footer = append(binary.BigEndian.AppendUint32(footer, uint32(len(wrapped))), magic...)
	for _, part := range [][]byte{description, wrapped, footer} {
		if _, err := w.out.Write(part); err != nil {
			return err
		}
	}
	return w.out.Flush()
}

// tail is what stands behind the chunks.
type tail struct {
	about  []byte
	key    sealed.Value
	chunks int64 // length of the sealed chunks, in bytes
}

func readTail(f source) (tail, error) {
	var t tail
	var footer [footerSize]byte
	if _, err := f.ReadAt(footer[:], f.Size()-footerSize); err != nil || string(footer[8:]) != magic {
		return t, damaged("footer", err)
	}
	about, key := int64(binary.BigEndian.Uint32(footer[:])), int64(binary.BigEndian.Uint32(footer[4:]))
	if t.chunks = f.Size() - footerSize - about - key; about > maxTail || key > maxTail || t.chunks < tagSize {
		return t, damaged("footer", nil)
	}
	both := make([]byte, about+key)
	if _, err := f.ReadAt(both, t.chunks); err != nil {
		return t, damaged("description", err)
	}
	t.about = both[:about]
	if err := json.Unmarshal(both[about:], &t.key); err != nil || t.key.IsZero() {
		return t, damaged("key", err)
	}
	return t, nil
}

// damaged, unless the store could not say.
func damaged(what string, err error) error {
	if errors.Is(err, usecase.ErrBlobUnavailable) {
		return err
	}
	return errors.Join(fmt.Errorf("%s: %w", what, usecase.ErrBlobDamaged), err)
}

// reader opens a sealed file at any place. It is used by one goroutine.
type reader struct {
	file    source
	aead    cipher.AEAD
	about   usecase.Blob
	subject sealed.Subject
	pos     int64
	chunk   int64  // number of the opened chunk, -1 for none
	plain   []byte // its content
	raw     []byte
}

func newReader(f source, key []byte, t tail) (*reader, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return nil, damaged("key", err)
	}
	plain, err := aead.Open(nil, nonce(0, aboutPart), t.about, nil)
	if err != nil {
		return nil, damaged("description", err)
	}
	var about aboutRecord
	if err := json.Unmarshal(plain, &about); err != nil {
		return nil, damaged("description", err)
	}
	r := &reader{file: f, aead: aead, about: usecase.Blob(about), subject: t.key.Subject, chunk: -1}
	if t.chunks != about.Size+r.count()*tagSize {
		return nil, damaged("length", nil)
	}
	return r, nil
}

// count is the number of chunks.
func (r *reader) count() int64 { return max(1, (r.about.Size+chunkSize-1)/chunkSize) }

// Read implements io.Reader. Nothing that does not open is handed out.
func (r *reader) Read(p []byte) (int, error) {
	if r.pos >= r.about.Size {
		return 0, io.EOF
	}
	if err := r.load(r.pos / chunkSize); err != nil {
		return 0, err
	}
	n := copy(p, r.plain[r.pos%chunkSize:])
	r.pos += int64(n)
	return n, nil
}

func (r *reader) load(chunk int64) error {
	if r.chunk == chunk {
		return nil
	}
	flag, length := inner, int64(sealedSize)
	if chunk == r.count()-1 {
		flag, length = last, r.about.Size-chunk*chunkSize+tagSize
	}
	if r.raw == nil {
		r.raw = make([]byte, sealedSize)
	}
	r.chunk = -1
	if _, err := r.file.ReadAt(r.raw[:length], chunk*sealedSize); err != nil {
		return damaged("content", err)
	}
	plain, err := r.aead.Open(r.raw[:0], nonce(chunk, flag), r.raw[:length], nil)
	if err != nil {
		return damaged("content", err)
	}
	r.chunk, r.plain = chunk, plain
	return nil
}

// Seek implements io.Seeker.
func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.pos
	case io.SeekEnd:
		offset += r.about.Size
	}
	if offset < 0 || whence < io.SeekStart || whence > io.SeekEnd {
		return 0, fmt.Errorf("seek to %d from %d: %w", offset, whence, os.ErrInvalid)
	}
	r.pos = offset
	return offset, nil
}

// Close implements io.Closer.
func (r *reader) Close() error { return r.file.Close() }
