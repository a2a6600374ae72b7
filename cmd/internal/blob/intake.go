package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"unicode/utf8"

	"fangxin/domain/usecase"
)

// The types that are accepted.
const (
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
	typeWebP = "image/webp"
	typePDF  = "application/pdf"
	typeMP4  = "video/mp4"
	typeText = "text/plain; charset=utf-8"
)

// headSize is how much of the beginning decides the type.
const headSize = 512

// intake passes bytes on while it counts, hashes and looks at them. It refuses as
// early as it can.
type intake struct {
	ctx    context.Context
	source io.Reader
	limit  int64

	size   int64
	digest hash.Hash
	head   []byte
	text   textCheck
}

// Read implements io.Reader.
func (in *intake) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := in.source.Read(p)
	if in.digest == nil {
		in.digest = sha256.New()
	}
	if in.size += int64(n); in.size > in.limit {
		return 0, usecase.ErrBlobTooLarge
	}
	in.digest.Write(p[:n])
	in.text.write(p[:n])
	if missing := headSize - len(in.head); missing > 0 {
		in.head = append(in.head, p[:min(n, missing)]...)
	}
	if len(in.head) == headSize && sniff(in.head) == "" && in.text.failed {
		return 0, usecase.ErrBlobType
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		// A body shorter than announced must not pass for the whole.
		return 0, usecase.ErrBlobCut
	}
	return n, err
}

func (in *intake) id() string { return idPrefix + hex.EncodeToString(in.digest.Sum(nil)) }

// mediaType judges the whole, once it has been read.
func (in *intake) mediaType() (string, error) {
	if in.size == 0 {
		return "", usecase.ErrBlobEmpty
	}
	if t := sniff(in.head); t != "" {
		return t, nil
	}
	if in.text.whole() {
		return typeText, nil
	}
	return "", usecase.ErrBlobType
}

// sniff names the binary types by their first bytes; "" where they are none.
func sniff(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return typeJPEG
	case bytes.HasPrefix(head, []byte(pngSignature)):
		return typePNG
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return typeWebP
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return typePDF
	case isMP4(head):
		return typeMP4
	}
	return ""
}

// isMP4 looks for a brand of ISO/IEC 14496-12 or -14 in the first box. Others that
// share the box (HEIC, QuickTime) are not accepted.
func isMP4(head []byte) bool {
	if len(head) < 16 || string(head[4:8]) != "ftyp" {
		return false
	}
	end := min(int(binary.BigEndian.Uint32(head)), len(head))
	for at := 8; at+4 <= end; at += 4 {
		if at == 12 { // minor version
			continue
		}
		switch string(head[at : at+4]) {
		case "isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ":
			return true
		case "heic", "heix", "mif1", "avif":
			return false
		}
	}
	return false
}

// textCheck says whether a stream is UTF-8 without control characters.
type textCheck struct {
	failed bool
	rest   []byte // of a character cut by the chunk's end
}

func (t *textCheck) write(p []byte) {
	if t.failed {
		return
	}
	b := p
	if len(t.rest) > 0 {
		b = append(t.rest, p...)
	}
	for len(b) > 0 {
		if !utf8.FullRune(b) {
			break
		}
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 || r < 0x20 && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f {
			t.failed = true
			return
		}
		b = b[size:]
	}
	t.rest = append([]byte(nil), b...)
}

func (t *textCheck) whole() bool { return !t.failed && len(t.rest) == 0 }
