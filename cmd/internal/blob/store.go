// Package blob is usecase.Blobs on a folder or an object store: evidence in files,
// each sealed under its own key, which the keyring seals under the subject's.
//
// # Names
//
// The id of a blob is the plain SHA-256 of its bytes, since that is what stands in
// the events as evidence. The folder does not repeat it: a file is named by
// HMAC-SHA-256 of the id under a key derived from the master key. Who sees only the
// folder, a backup of it or a bucket's listing cannot test whether a known picture
// was handed in. One id may be held by several subjects, each with a copy under a
// key of its own: erasing one person takes nothing from another.
//
// # Format of a file
//
//	chunks of 64 KiB, AES-256-GCM, nonce = 7 zero bytes, chunk number, last flag
//	about   JSON {id, size, type, derived_from, tool}, sealed with the same key
//	key     JSON of the sealed.Value that holds the key
//	footer  length of about, length of key (big-endian uint32), "FXBLOB01"
//
// The key is used for one file only, so counted nonces never repeat; the last flag
// makes a cut file fail (the STREAM construction, Hoang et al., 2015). Nothing but
// the sealed key and the length can be read without the keyring.
//
// In a folder a file is written beside its place, synced, renamed, and its folder
// synced. In an object store it is one object, written by one request where none
// stands, so that nobody reads a copy that is exchanged under him; a copy that stands
// and cannot be read is written anew.
package blob

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"fangxin/cmd/internal/objects"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

// DefaultLimit bounds one blob, in bytes.
const DefaultLimit = 20 << 20

const (
	idPrefix = "sha256:"
	keyField = "evidence.key"
)

// ErrNameKey: the key of the names is shorter than 32 bytes.
var ErrNameKey = errors.New("key of the evidence names is too short")

// Options of a store.
type Options struct {
	// Dir is the folder, made with mode 0700 where it does not exist.
	Dir string
	// Objects holds the evidence in place of Dir, shared by many nodes.
	Objects objects.Store
	// Temp is the folder where, with Objects, what is being put is gathered, sealed;
	// "" means the system's. At most Limit bytes for each call under way.
	Temp    string
	Keyring sealed.Keyring
	// NameKey keys the names of files, at least 32 bytes; the same for ever. The
	// keyring derives one.
	NameKey []byte
	// Limit bounds one blob, in bytes; 0 means DefaultLimit.
	Limit int64
	// Entropy is the source of keys, safe for many goroutines; nil means the
	// system's.
	Entropy io.Reader
}

// Store keeps sealed evidence.
type Store struct {
	options Options
	storage storage
}

var _ usecase.Blobs = (*Store)(nil)

// Open prepares the folder and removes what a crash left half written. An object
// store needs neither.
func Open(o Options) (*Store, error) {
	if len(o.NameKey) < 32 {
		return nil, ErrNameKey
	}
	if o.Limit <= 0 {
		o.Limit = DefaultLimit
	}
	if o.Entropy == nil {
		o.Entropy = rand.Reader
	}
	if o.Objects != nil {
		return &Store{options: o, storage: bucket{store: o.Objects, temp: o.Temp}}, nil
	}
	f := folder{dir: o.Dir}
	if err := f.prepare(); err != nil {
		return nil, unavailable(err)
	}
	return &Store{options: o, storage: f}, nil
}

func unavailable(err error) error { return fmt.Errorf("%w: %w", usecase.ErrBlobUnavailable, err) }

// Put implements usecase.Blobs.
func (s *Store) Put(ctx context.Context, subject sealed.Subject, r io.Reader, limit int64) (usecase.Blob, error) {
	if limit <= 0 || limit > s.options.Limit {
		limit = s.options.Limit
	}
	return s.put(ctx, subject, r, limit, usecase.Blob{})
}

// put keeps the bytes; of about only the origin of a derived copy is taken.
func (s *Store) put(ctx context.Context, subject sealed.Subject, r io.Reader, limit int64, about usecase.Blob) (usecase.Blob, error) {
	if err := sealed.CheckSubject(subject); err != nil {
		return usecase.Blob{}, err
	}
	temp, err := s.storage.draft()
	if err != nil {
		return usecase.Blob{}, unavailable(err)
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	var key [sealed.KeySize]byte
	if _, err := io.ReadFull(s.options.Entropy, key[:]); err != nil {
		return usecase.Blob{}, unavailable(err)
	}
	w, err := newWriter(temp, key[:])
	if err != nil {
		return usecase.Blob{}, err
	}
	body := &intake{ctx: ctx, source: r, limit: limit}
	if err := w.copyFrom(body); err != nil {
		return usecase.Blob{}, err
	}
	if about.Type, err = body.mediaType(); err != nil {
		return usecase.Blob{}, err
	}
	about.Size, about.ID = body.size, body.id()
	wrapped, err := s.sealKey(ctx, subject, key[:])
	if err != nil {
		return usecase.Blob{}, err
	}
	if err := w.finish(about, wrapped); err != nil {
		return usecase.Blob{}, unavailable(err)
	}
	if err := s.publish(ctx, temp, about.ID, subject); err != nil {
		return usecase.Blob{}, unavailable(err)
	}
	return about, nil
}

// publish puts a finished draft to its place. A copy that stands stays if it can be
// read to its end.
func (s *Store) publish(ctx context.Context, draft *os.File, id string, subject sealed.Subject) error {
	at := place{group: s.name("id", id), copy: s.name("copy", id+"\x00"+string(subject))}
	err := s.storage.publish(ctx, draft, at)
	if !errors.Is(err, errStands) || s.whole(ctx, at, id) {
		return ignoreStanding(err)
	}
	return s.storage.replace(ctx, draft, at)
}

func ignoreStanding(err error) error {
	if errors.Is(err, errStands) {
		return nil
	}
	return err
}

// whole says whether a copy can be read to its end.
func (s *Store) whole(ctx context.Context, at place, id string) bool {
	r, err := s.openCopy(ctx, at)
	if err != nil {
		return false
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, r)
	return err == nil && r.about.ID == id
}

func (s *Store) sealKey(ctx context.Context, subject sealed.Subject, key []byte) (sealed.Value, error) {
	values, err := s.options.Keyring.Seal(ctx, sealed.Matter{
		Subject: subject,
		Fields:  []sealed.Field{{Name: keyField, Kind: sealed.Text, Plain: hex.EncodeToString(key)}},
	})
	if err != nil {
		return sealed.Value{}, err
	}
	return values[0][0], nil
}

func (s *Store) name(purpose, of string) string {
	mac := hmac.New(sha256.New, s.options.NameKey)
	mac.Write([]byte(purpose + "\x00" + of))
	return hex.EncodeToString(mac.Sum(nil))
}

// Open implements usecase.Blobs.
func (s *Store) Open(ctx context.Context, id string) (io.ReadSeekCloser, usecase.Blob, error) {
	r, err := s.open(ctx, id)
	if err != nil {
		return nil, usecase.Blob{}, err
	}
	return r, r.about, nil
}

// open tries the copies in turn: one that can be read is enough.
func (s *Store) open(ctx context.Context, id string) (*reader, error) {
	if !validID(id) {
		return nil, usecase.ErrBlobNotFound
	}
	group := s.name("id", id)
	failed := usecase.ErrBlobNotFound
	for name, err := range s.storage.copies(ctx, group) {
		if err != nil {
			return nil, unavailable(err)
		}
		r, err := s.openCopy(ctx, place{group: group, copy: name})
		if err == nil && r.about.ID != id {
			err = errors.Join(usecase.ErrBlobDamaged, r.Close())
		}
		if err == nil {
			return r, nil
		}
		// A copy that may be read later outweighs what is said of the others.
		if !errors.Is(failed, usecase.ErrBlobUnavailable) && !errors.Is(failed, sealed.ErrUnavailable) {
			failed = err
		}
	}
	return nil, failed
}

func (s *Store) openCopy(ctx context.Context, at place) (r *reader, err error) {
	f, err := s.storage.open(ctx, at)
	if err != nil {
		return nil, unavailable(err)
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	tail, err := readTail(f)
	if err != nil {
		return nil, err
	}
	text, err := s.options.Keyring.Open(ctx, keyField, tail.key)
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(text)
	if err != nil {
		return nil, usecase.ErrBlobDamaged
	}
	return newReader(f, key, tail)
}

func validID(id string) bool {
	digest, ok := strings.CutPrefix(id, idPrefix)
	return ok && len(digest) == 2*sha256.Size && strings.Trim(digest, "0123456789abcdef") == ""
}

// Derive implements usecase.Blobs.
func (s *Store) Derive(ctx context.Context, id string) (usecase.Blob, error) {
	r, err := s.open(ctx, id)
	if err != nil {
		return usecase.Blob{}, err
	}
	defer r.Close()
	strip := stripperOf(r.about.Type)
	if strip == nil {
		return usecase.Blob{}, fmt.Errorf("%s: %w", r.about.Type, usecase.ErrBlobNoCopy)
	}
	original := make([]byte, r.about.Size)
	if _, err := io.ReadFull(r, original); err != nil {
		return usecase.Blob{}, err
	}
	stripped, err := strip(original)
	if err != nil {
		return usecase.Blob{}, fmt.Errorf("%w: %w", usecase.ErrBlobMalformed, err)
	}
	origin := usecase.Blob{DerivedFrom: id, Tool: StripTool}
	if string(stripped) == string(original) {
		same := r.about
		same.DerivedFrom, same.Tool = origin.DerivedFrom, origin.Tool
		return same, nil
	}
	return s.put(ctx, r.subject, strings.NewReader(string(stripped)), s.options.Limit, origin)
}
