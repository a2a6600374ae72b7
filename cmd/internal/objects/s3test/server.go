// Package s3test serves the part of the S3 protocol that the object store uses, in
// process and from memory, with the weather of a network: a server that is down, slow
// or overloaded, answers that are lost after the work was done, a bucket that keeps
// versions, a server that ignores conditions.
//
// It speaks path-style addresses, checks signatures of version 4 and answers GET,
// HEAD, PUT and DELETE of objects, ranges, If-None-Match, ListObjectsV2, HeadBucket,
// GetBucketLocation and GetBucketVersioning.
package s3test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// What clients sign with.
const (
	AccessKey = "AKFANGXIN"
	SecretKey = "a/secret+of=the test"
	Bucket    = "fangxin"
	Region    = "cn-north-1"
)

// Verdict says what becomes of a request.
type Verdict int

// Verdicts.
const (
	// Pass serves the request.
	Pass Verdict = iota
	// Busy answers 503 SlowDown and does nothing.
	Busy
	// Lost does the work and answers 500 InternalError.
	Lost
	// Cut closes the connection and does nothing.
	Cut
	// CutAfter does the work and closes the connection.
	CutAfter
	// Deny answers 403 AccessDenied.
	Deny
	// Conflict answers 409 ConditionalRequestConflict and does nothing.
	Conflict
	// Unknown answers 501 NotImplemented and does nothing.
	Unknown
	// Gone answers 404 NoSuchBucket.
	Gone
	// Stray answers 404 with a page, as a proxy does that knows no such server.
	Stray
)

// Request is one call as a fault sees it. Name is "" where the bucket is meant.
type Request struct {
	Method string
	Name   string
	// Query is the raw query of a call on the bucket.
	Query string
	// Conditional says that If-None-Match was sent.
	Conditional bool
}

type object struct {
	content  []byte
	modified time.Time
}

// Server is one bucket. Use Start.
type Server struct {
	address string

	mu         sync.Mutex
	http       *http.Server
	served     chan struct{}
	objects    map[string]object
	judge      func(Request) Verdict
	versioning string
	versions   int
	careless   bool
	rangeless  bool
	hold       chan struct{}
	requests   int
}

// Options of a server.
type Options struct {
	// Listen is where to listen; "" means a free port of the loopback.
	Listen string
}

// Start serves an empty bucket.
func Start(o Options) (*Server, error) {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	s := &Server{objects: make(map[string]object), address: o.Listen}
	return s, s.Restart()
}

// Close is Stop.
func (s *Server) Close() error {
	s.Stop()
	return nil
}

// Restart serves again on the same port, with the same objects.
func (s *Server) Restart() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http != nil {
		return errors.New("s3test: the server is up")
	}
	l, err := net.Listen("tcp", s.address)
	if err != nil {
		return fmt.Errorf("s3test: %w", err)
	}
	s.address = l.Addr().String()
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan struct{})
	s.http, s.served = server, served
	go func() {
		defer close(served)
		// It always ends with http.ErrServerClosed: Stop closes it.
		_ = server.Serve(l)
	}()
	return nil
}

// Stop takes the server down: connections are cut, new ones refused. Objects stay.
func (s *Server) Stop() {
	s.mu.Lock()
	server, served := s.http, s.served
	s.http = nil
	s.mu.Unlock()
	if server == nil {
		return
	}
	server.Close()
	<-served
}

// Address of the bucket, credentials included.
func (s *Server) Address() string { return s.Under("") }

// Under is the address of the objects under a prefix.
func (s *Server) Under(prefix string) string {
	return s.AddressOf(url.UserPassword(AccessKey, SecretKey), Bucket, prefix)
}

// AddressOf is an address with other credentials or another bucket.
func (s *Server) AddressOf(user *url.Userinfo, bucket, prefix string) string {
	q := url.Values{"tls": {"false"}}
	if prefix != "" {
		q.Set("prefix", prefix)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return (&url.URL{Scheme: "s3", User: user, Host: s.address, Path: "/" + bucket, RawQuery: q.Encode()}).String()
}

// Intercept lets judge decide over each request; nil serves all. It is called from
// many goroutines.
func (s *Server) Intercept(judge func(Request) Verdict) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.judge = judge
}

// Next gives the next n requests a verdict and serves those after them.
func (s *Server) Next(n int, v Verdict) {
	var mu sync.Mutex
	s.Intercept(func(Request) Verdict {
		mu.Lock()
		defer mu.Unlock()
		if n == 0 {
			return Pass
		}
		n--
		return v
	})
}

// Fail makes the next n requests fail: with 503 before anything is done, or, after
// the commit, with 500.
func (s *Server) Fail(n int, afterCommit bool) {
	if afterCommit {
		s.Next(n, Lost)
		return
	}
	s.Next(n, Busy)
}

// Clear takes back every fault of a server that is up.
func (s *Server) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.judge, s.versioning, s.careless, s.rangeless = nil, "", false, false; s.hold != nil {
		close(s.hold)
		s.hold = nil
	}
}

// Hold lets every request wait until release is called: a server that is slow.
func (s *Server) Hold() (release func()) {
	gate := make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold = gate
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.hold == gate {
			close(gate)
			s.hold = nil
		}
	}
}

// wait answers false where the caller has gone.
func (s *Server) wait(ctx context.Context) bool {
	s.mu.Lock()
	gate := s.hold
	s.requests++
	s.mu.Unlock()
	if gate == nil {
		return true
	}
	select {
	case <-gate:
		return true
	case <-ctx.Done():
		return false
	}
}

// Versioning sets what the bucket says: "", "Enabled" or "Suspended".
func (s *Server) Versioning(status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versioning = status
}

// IgnoreConditions makes If-None-Match be overlooked.
func (s *Server) IgnoreConditions(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.careless = yes
}

// IgnoreRanges makes every GET answer the whole object.
func (s *Server) IgnoreRanges(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rangeless = yes
}

// Requests is how many were received.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// Names lists the objects in order.
func (s *Server) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.objects))
}

// Object is the content of an object, nil where it does not stand.
func (s *Server) Object(name string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.objects[name].content)
}

// Replace puts an object past the protocol, as a restored backup does; nil removes
// it.
func (s *Server) Replace(name string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if content == nil {
		delete(s.objects, name)
		return
	}
	s.objects[name] = object{content: slices.Clone(content), modified: time.Now()}
}
