package kurrenttest

import (
	"crypto/tls"
	"errors"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"fangxin/domain/es"
)

// Options of a server. The zero value serves without TLS on a free port.
type Options struct {
	// Address to listen on, by default a free port of 127.0.0.1.
	Address string
	// Version that the features name, by default 24.6.0.
	Version string
	// TLS, when set, is spoken instead of clear text.
	TLS *tls.Config
	// User and Password, when set, are asked of every call on streams. The client
	// sends them over TLS only.
	User, Password string
	// Nodes are the other members that gossip names, "host:port", as followers.
	Nodes []string
	// HidePositions leaves out the place in the log of events read from a stream,
	// as older servers do.
	HidePositions bool
}

// Bounds of the server, in bytes.
const (
	maxMessage = 16 << 20 // of one gRPC message
	maxDrained = 64 << 20 // read and thrown away before a refused append is answered
)

// Server serves one store. The store belongs to the caller: the server neither
// closes it nor leaves anything open on it.
type Server struct {
	store   es.Store
	options Options
	address string
	recent  *recent
	script  script
	seen    counters
	loose   sync.Mutex // one append without an exact revision at a time

	members atomic.Pointer[[]Member] // nil: what the options say

	mu  sync.Mutex
	run *running // nil while stopped
}

// running is the server between a start and the next stop.
type running struct {
	grpc  *grpc.Server
	door  *door
	ended chan struct{} // closed when Serve has returned
}

// Start serves the store on 127.0.0.1 (a free port, or o.Address).
func Start(store es.Store, o Options) (*Server, error) {
	if o.Version == "" {
		o.Version = "24.6.0"
	}
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	s := &Server{store: store, options: o, recent: newRecent()}
	s.script.cleared = make(chan struct{})
	d, err := open(o.Address, &s.seen)
	if err != nil {
		return nil, err
	}
	s.address = d.Addr().String()
	s.serve(d)
	return s, nil
}

// Restart listens again on the same port, after Stop, with the same store and the
// faults not yet met. Like a real server it has then forgotten the ids of recent
// events, which only appends without an exact revision look at.
func (s *Server) Restart() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.run != nil {
		return errors.New("kurrenttest: already running")
	}
	d, err := open(s.address, &s.seen)
	if err != nil {
		return err
	}
	s.recent.forget()
	s.serve(d)
	return nil
}

func (s *Server) serve(d *door) {
	run := &running{grpc: grpc.NewServer(s.serverOptions()...), door: d, ended: make(chan struct{})}
	streams.RegisterStreamsServer(run.grpc, &streamsService{Server: s, run: run})
	serverfeatures.RegisterServerFeaturesServer(run.grpc, &featuresService{Server: s, run: run})
	gossip.RegisterGossipServer(run.grpc, &gossipService{Server: s, run: run})
	go func() {
		defer close(run.ended)
		_ = run.grpc.Serve(d) // ends with the listener
	}()
	s.run = run
}

func (s *Server) serverOptions() []grpc.ServerOption {
	all := []grpc.ServerOption{
		// The client pings every 10 seconds, also when idle. With the default policy
		// the connection would be cut after half a minute.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.WaitForHandlers(true),
	}
	if s.options.TLS != nil {
		all = append(all, grpc.Creds(credentials.NewTLS(s.options.TLS)))
	}
	return all
}

// Address is host:port, the same after every Restart.
func (s *Server) Address() string { return s.address }

// ConnectionString is what a client is given.
func (s *Server) ConnectionString() string {
	u := url.URL{Scheme: "esdb", Host: s.address, RawQuery: "tls=false"}
	if s.options.TLS != nil {
		u.RawQuery = "tls=true"
	}
	if s.options.User != "" {
		u.User = url.UserPassword(s.options.User, s.options.Password)
	}
	return u.String()
}

// Stop ends the server at once: connections are cut, calls under way end, and
// nothing of it is left when Stop returns. Stopping twice is one stop.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.run == nil {
		return
	}
	s.run.door.shut()
	s.run.grpc.Stop()
	<-s.run.ended
	s.run = nil
}

// Close stops the server for good.
func (s *Server) Close() error {
	s.Stop()
	return nil
}
