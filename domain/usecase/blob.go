package usecase

import (
	"context"
	"errors"
	"io"

	"fangxin/domain/sealed"
)

// Blob describes stored evidence (证据). The bytes never enter an event; the id
// does.
type Blob struct {
	// ID is "sha256:" and the lower-case hex SHA-256 of the plain bytes.
	ID string
	// Size is the length of the plain bytes.
	Size int64
	// Type is the media type as sniffed from the bytes, never as claimed.
	Type string
	// DerivedFrom is the id of the original this copy was made from, and Tool the
	// name and version of what made it; both are empty for an original.
	DerivedFrom string
	Tool        string
}

// What a blob store may answer.
var (
	// ErrBlobNotFound: no such blob, or not one whole.
	ErrBlobNotFound = errors.New("evidence not found")
	// ErrBlobTooLarge: longer than the limit. Nothing was kept.
	ErrBlobTooLarge = errors.New("evidence too large")
	// ErrBlobEmpty: no bytes at all.
	ErrBlobEmpty = errors.New("evidence is empty")
	// ErrBlobType: not JPEG, PNG, WebP, PDF, MP4 or plain text in UTF-8.
	ErrBlobType = errors.New("evidence of a type that is not accepted")
	// ErrBlobCut: the upload ended before its announced length.
	ErrBlobCut = errors.New("upload of evidence was cut off")
	// ErrBlobNoCopy: no copy without metadata can be made of this type.
	ErrBlobNoCopy = errors.New("no derived copy of this type of evidence")
	// ErrBlobMalformed: an image that breaks the rules of its format.
	ErrBlobMalformed = errors.New("evidence breaks the rules of its format")
	// ErrBlobDamaged: what is stored is not what was put.
	ErrBlobDamaged = errors.New("stored evidence is damaged")
	// ErrBlobUnavailable: the store cannot answer now. Nothing was kept.
	ErrBlobUnavailable = errors.New("evidence store unavailable")
)

// Blobs is the port to the store of evidence. The original bytes are kept
// unchanged, sealed under a key of the subject: when the subject is erased they can
// never be read again. All methods may be called from many goroutines.
type Blobs interface {
	// Put keeps the bytes for the subject. limit bounds them; 0 means the store's
	// own limit, which is never exceeded. When it returns, the bytes are durable.
	// Putting the same bytes again answers the same blob. ErrBlobTooLarge,
	// ErrBlobEmpty, ErrBlobType, ErrBlobCut, ErrBlobUnavailable and the keyring's errors.
	Put(ctx context.Context, subject sealed.Subject, r io.Reader, limit int64) (Blob, error)
	// Open reads a blob, whoever's it is; may the caller see it is not asked here.
	// Where several subjects offered the same bytes, one living key is enough.
	// ErrBlobNotFound, ErrBlobDamaged (also from Read), sealed.ErrErased,
	// sealed.ErrRestricted.
	Open(ctx context.Context, id string) (io.ReadSeekCloser, Blob, error)
	// Derive makes and keeps a copy that others may see: an image with the same
	// pixels and without metadata (place, device, time, author, thumbnails). Where
	// there is nothing to take away the copy is the original itself. It belongs to
	// the original's subject. ErrBlobNoCopy, ErrBlobMalformed, and as Open and Put.
	Derive(ctx context.Context, id string) (Blob, error)
}
