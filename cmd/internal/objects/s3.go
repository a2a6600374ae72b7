package objects

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
)

// S3 is the Store on a bucket. Use Open.
type S3 struct {
	client    *minio.Client
	transport *http.Transport
	address   Address
	timeout   time.Duration
}

var _ Store = (*S3)(nil)

// attempts bounds how often one request is sent; between them the client waits up
// to a second.
const attempts = 4

// slowest is the rate, in bytes a second, that a transfer may take beyond the
// timeout of a request.
const slowest = 1 << 20

// String is the address without its credentials.
func (s *S3) String() string { return s.address.String() }

// GoString is String.
func (s *S3) GoString() string { return s.String() }

func (s *S3) check(name string) error {
	if name == "" {
		return fmt.Errorf("object without a name: %w", ErrInvalid)
	}
	return checkName(s.address.Prefix + name)
}

// within bounds a call that moves so many bytes.
func (s *S3) within(ctx context.Context, size int64) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.timeout+time.Duration(size/slowest)*time.Second)
}

// Put implements Store.
func (s *S3) Put(ctx context.Context, name string, content io.ReaderAt, size int64) error {
	return s.put(ctx, name, content, size, minio.PutObjectOptions{})
}

// PutIfAbsent implements Store. Amazon answers 409 where two conditional writes meet
// and neither has won yet; the request is then sent again.
func (s *S3) PutIfAbsent(ctx context.Context, name string, content io.ReaderAt, size int64) error {
	var options minio.PutObjectOptions
	options.SetMatchETagExcept("*")
	for attempt := 1; ; attempt++ {
		err := s.put(ctx, name, content, size, options)
		if !errors.Is(err, errConflict) || attempt == attempts {
			return err
		}
		if ended := pause(ctx, time.Duration(attempt)*20*time.Millisecond); ended != nil {
			return failure(ctx, "put", name, ended)
		}
	}
}

// pause waits while the context lasts.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *S3) put(ctx context.Context, name string, content io.ReaderAt, size int64, options minio.PutObjectOptions) error {
	if err := s.check(name); err != nil {
		return err
	}
	if size < 0 || size > MaxSize {
		return fmt.Errorf("object of %d bytes: %w", size, ErrInvalid)
	}
	body := io.NewSectionReader(content, 0, size)
	digest := sha256.New()
	if _, err := io.CopyBuffer(digest, body, make([]byte, min(size+1, 64<<10))); err != nil {
		return fmt.Errorf("put %s: %w", name, err)
	}
	inner, cancel := s.within(ctx, size)
	defer cancel()
	// The hash is signed and the server checks it, with TLS and without. One request
	// whatever the size: an upload in parts cannot be made conditional everywhere, and
	// what is left of one stays in the bucket unseen.
	options.DisableContentSha256 = true
	core := minio.Core{Client: s.client}
	info, err := core.PutObject(inner, s.address.Bucket, s.address.Prefix+name, body, size, "", hex.EncodeToString(digest.Sum(nil)), options)
	if err == nil && info.VersionID != "" {
		return fmt.Errorf("put %s: %w", name, ErrVersioned)
	}
	return failure(ctx, "put", name, err)
}

// Get implements Store. An answer that is cut is asked for again.
func (s *S3) Get(ctx context.Context, name string, offset, length int64) (Part, error) {
	if err := s.check(name); err != nil {
		return Part{}, err
	}
	if length <= 0 || length > MaxPart {
		return Part{}, fmt.Errorf("part of %d bytes: %w", length, ErrInvalid)
	}
	inner, cancel := s.within(ctx, length)
	defer cancel()
	for attempt := 1; ; attempt++ {
		p, err := s.get(inner, name, offset, length)
		if !errors.Is(err, io.ErrUnexpectedEOF) || attempt == attempts {
			return p, failure(ctx, "get", name, err)
		}
	}
}

func (s *S3) get(ctx context.Context, name string, offset, length int64) (Part, error) {
	var options minio.GetObjectOptions
	first, last := offset, offset+length-1
	if offset < 0 {
		first, last = 0, -length
	}
	if err := options.SetRange(first, last); err != nil {
		return Part{}, err
	}
	core := minio.Core{Client: s.client}
	body, info, header, err := core.GetObject(ctx, s.address.Bucket, s.address.Prefix+name, options)
	if err != nil {
		return Part{}, err
	}
	defer body.Close()
	size, skip, ranged := info.Size, max(offset, 0), false
	if _, total, ok := strings.Cut(header.Get("Content-Range"), "/"); ok {
		if size, err = strconv.ParseInt(total, 10, 64); err != nil || size < 0 {
			return Part{}, errors.New("the length of the object is not told")
		}
		ranged = true
	}
	if offset < 0 {
		skip = max(0, size-length)
	}
	// A server may answer a range with the whole.
	if !ranged {
		if _, err := io.CopyN(io.Discard, body, min(skip, size)); err != nil {
			return Part{}, cut(err)
		}
	}
	if skip >= size && size > 0 {
		return Part{}, ErrRange
	}
	content := make([]byte, min(length, size-skip))
	_, err = io.ReadFull(body, content)
	return Part{Content: content, Size: size}, cut(err)
}

// cut makes one error of the ends of a body that is too short.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, name string) error {
	if err := s.check(name); err != nil {
		return err
	}
	inner, cancel := s.within(ctx, 0)
	defer cancel()
	err := failure(ctx, "delete", name, s.client.RemoveObject(inner, s.address.Bucket, s.address.Prefix+name, minio.RemoveObjectOptions{}))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// List implements Store.
func (s *S3) List(ctx context.Context, prefix, after string, limit int) ([]Entry, error) {
	limit = min(limit, MaxPage)
	if limit <= 0 {
		return nil, ctx.Err()
	}
	inner, cancel := s.within(ctx, 0)
	defer cancel()
	owner := false
	options := minio.ListObjectsOptions{Prefix: s.address.Prefix + prefix, Recursive: true, MaxKeys: limit, FetchOwner: &owner}
	if after != "" {
		options.StartAfter = s.address.Prefix + after
	}
	page := make([]Entry, 0, min(limit, 64))
	for o := range s.client.ListObjectsIter(inner, s.address.Bucket, options) {
		if o.Err != nil {
			return nil, failure(ctx, "list", prefix, o.Err)
		}
		name, ok := strings.CutPrefix(o.Key, s.address.Prefix)
		if !ok || !strings.HasPrefix(name, prefix) || name <= after {
			return nil, fmt.Errorf("list %s: an object that was not asked for: %w", prefix, ErrUnavailable)
		}
		if page = append(page, Entry{Name: name, Size: o.Size, Modified: o.LastModified}); len(page) == limit {
			break
		}
	}
	// The client ends a listing in silence when its time is over.
	return page, failure(ctx, "list", prefix, inner.Err())
}

// Close lets go of idle connections.
func (s *S3) Close() error {
	s.transport.CloseIdleConnections()
	return nil
}

var (
	// errConflict: another conditional write of the same name is under way.
	errConflict = fmt.Errorf("conflicting write: %w", ErrUnavailable)
	// errUnknown: the server does not know what was asked of it.
	errUnknown = fmt.Errorf("not implemented by the server: %w", ErrUnavailable)
)

// failure gives an error the meaning callers test for. It shows the server's code or
// the network's words, never a header.
func failure(ctx context.Context, what, name string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s %s: %w", what, name, ctx.Err())
	case errors.Is(err, ErrRange):
		return fmt.Errorf("%s %s: %w", what, name, err)
	}
	if answer, ok := errors.AsType[minio.ErrorResponse](err); ok {
		return fmt.Errorf("%s %s: %w (%d %s)", what, name, meaning(answer), answer.StatusCode, answer.Code)
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	return fmt.Errorf("%s %s: %w: %s", what, name, ErrUnavailable, err.Error())
}

// meaning: only the server's own word, NoSuchKey in XML, says that there is no such
// object. A bucket that has gone, or a proxy that knows no such page, must never look
// like a key that was never made.
func meaning(answer minio.ErrorResponse) error {
	switch {
	case answer.Code == minio.NoSuchKey && answer.XMLName.Local == "Error":
		return ErrNotFound
	case answer.Code == minio.NoSuchBucket:
		return ErrNoBucket
	case answer.StatusCode == http.StatusPreconditionFailed:
		return ErrExists
	case answer.StatusCode == http.StatusUnauthorized, answer.StatusCode == http.StatusForbidden:
		return ErrDenied
	case answer.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		return ErrRange
	case answer.StatusCode == http.StatusConflict:
		return errConflict
	case answer.StatusCode == http.StatusNotImplemented:
		return errUnknown
	}
	return ErrUnavailable
}
