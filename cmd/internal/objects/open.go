package objects

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// What opening may answer beside the errors of the port.
var (
	// ErrNoBucket: the bucket does not exist. It is never made here: who makes it
	// decides where it lies and who may read it.
	ErrNoBucket = fmt.Errorf("no such bucket: %w", ErrUnavailable)
	// ErrVersioned: the bucket keeps, or kept, old versions. What is erased would
	// stay in it (PIPL 47).
	ErrVersioned = errors.New("the bucket keeps old versions of objects; take one that never had versioning")
	// ErrUnconditional: the server ignores If-None-Match, so that two nodes could
	// both make a key for one person.
	ErrUnconditional = errors.New("the server does not create objects conditionally (If-None-Match)")
)

// DefaultTimeout bounds one call of a store, beyond the time of its transfer at
// 1 MiB/s.
const DefaultTimeout = 20 * time.Second

// Options of Open.
type Options struct {
	// Credentials are used where the address holds none.
	Credentials Credentials
	// Timeout bounds one call; 0 means DefaultTimeout.
	Timeout time.Duration
	// RootCAs are those whose certificates a server may show; nil means the system's,
	// and those of the file that SSL_CERT_FILE names.
	RootCAs *x509.CertPool
	// Entropy names the probe; nil means the system's.
	Entropy io.Reader
}

// Open connects to the bucket of an address and makes sure that it can be relied on:
// it answers, keeps no old versions, and creates an object only where none stands.
// ErrAddress, ErrNoBucket, ErrVersioned, ErrUnconditional, ErrDenied, ErrUnavailable.
func Open(ctx context.Context, address string, o Options) (*S3, error) {
	a, err := ParseAddress(address)
	if err != nil {
		return nil, err
	}
	if a.Credentials == (Credentials{}) {
		a.Credentials = o.Credentials
	}
	if a.Credentials.AccessKey == "" || a.Credentials.SecretKey == "" {
		return nil, fmt.Errorf("%s: no credentials given: %w", a, ErrDenied)
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Entropy == nil {
		o.Entropy = rand.Reader
	}
	s, err := connect(a, o)
	if err != nil {
		return nil, err
	}
	if err := s.prove(ctx, o.Entropy); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", a, err), s.Close())
	}
	return s, nil
}

func connect(a Address, o Options) (*S3, error) {
	s := &S3{address: a, timeout: o.Timeout, transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   64,
		ResponseHeaderTimeout: o.Timeout,
		IdleConnTimeout:       time.Minute,
		TLSHandshakeTimeout:   5 * time.Second,
		TLSClientConfig:       &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
		// An object is handed out as it was stored.
		DisableCompression: true,
	}}
	c := a.Credentials
	client, err := minio.New(a.Host, &minio.Options{
		Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, c.SessionToken), Secure: !a.Plain, Region: a.Region,
		Transport: s.transport, MaxRetries: attempts,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: host", ErrAddress)
	}
	s.client = client
	return s, nil
}

func (s *S3) prove(ctx context.Context, entropy io.Reader) error {
	inner, cancel := s.within(ctx, 0)
	defer cancel()
	exists, err := s.client.BucketExists(inner, s.address.Bucket)
	if err != nil {
		return failure(ctx, "ask for", "the bucket", err)
	}
	if !exists {
		return ErrNoBucket
	}
	versioning, err := s.client.GetBucketVersioning(inner, s.address.Bucket)
	// A server that does not know of versions keeps none.
	if err = failure(ctx, "ask for", "versioning", err); err != nil && !errors.Is(err, errUnknown) {
		return err
	}
	if versioning.Status != "" {
		return fmt.Errorf("%w (%s)", ErrVersioned, versioning.Status)
	}
	var random [16]byte
	if _, err := io.ReadFull(entropy, random[:]); err != nil {
		return fmt.Errorf("no entropy: %w", errors.Join(ErrUnavailable, err))
	}
	name := "probe/" + hex.EncodeToString(random[:])
	err, left := s.probe(ctx, name), s.Delete(ctx, name)
	if err != nil {
		return err
	}
	return left
}

// probe does once what the port promises. The name was never used, so ErrExists on
// the first write tells of an answer that was lost.
func (s *S3) probe(ctx context.Context, name string) error {
	first, second := []byte("first of two"), []byte("second")
	err := s.PutIfAbsent(ctx, name, bytes.NewReader(first), int64(len(first)))
	if err != nil && !errors.Is(err, ErrExists) {
		return unconditional(err)
	}
	err = s.PutIfAbsent(ctx, name, bytes.NewReader(second), int64(len(second)))
	if err == nil {
		return ErrUnconditional
	}
	if !errors.Is(err, ErrExists) {
		return unconditional(err)
	}
	p, err := s.Get(ctx, name, 6, 2)
	if err != nil {
		return err
	}
	page, err := s.List(ctx, name, "", 2)
	if err != nil {
		return err
	}
	if string(p.Content) != "of" || p.Size != int64(len(first)) || len(page) != 1 || page[0].Name != name {
		return fmt.Errorf("what was written is not what is read: %w", ErrUnavailable)
	}
	return nil
}

// unconditional: some servers refuse the header instead of ignoring it.
func unconditional(err error) error {
	if errors.Is(err, errUnknown) {
		return fmt.Errorf("%w: %w", ErrUnconditional, err)
	}
	return err
}
