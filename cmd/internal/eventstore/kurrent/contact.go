package kurrent

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
)

// maxReceive bounds one message from the server, in bytes: the largest record of a
// log plus its envelope.
const maxReceive = 17 << 20

// contact is the way to one address. gRPC flattens the reason why a connection
// could not be made into text; contact keeps it as a value.
type contact struct {
	address string
	dialer  net.Dialer

	mu  sync.Mutex
	why error // the last failure to dial or to shake hands
}

func (c *contact) note(err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.why = err
}

// dial goes to the address itself: proxies of the environment are for the web.
func (c *contact) dial(ctx context.Context, address string) (net.Conn, error) {
	conn, err := c.dialer.DialContext(ctx, "tcp", address)
	c.note(err)
	return conn, err
}

// connect prepares a connection; nothing is sent before the first call.
func (c *contact) connect(conf *esdb.Configuration) (*grpc.ClientConn, error) {
	transport, err := c.transport(conf)
	if err != nil {
		return nil, err
	}
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithContextDialer(c.dial),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxReceive)),
		grpc.WithDisableServiceConfig(),
		// The supervisor pauses between connections, and takes one that leaves the
		// ready state for lost; so a connection makes one attempt and never idles.
		grpc.WithIdleTimeout(0),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: time.Minute, Multiplier: 1, MaxDelay: time.Minute},
			MinConnectTimeout: gossipTimeout(conf),
		}),
	}
	if conf.KeepAliveInterval > 0 {
		options = append(options, grpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time: conf.KeepAliveInterval, Timeout: keepAliveTimeout(conf), PermitWithoutStream: true,
		}))
	}
	if conf.Username != "" && !conf.DisableTLS {
		options = append(options, grpc.WithPerRPCCredentials(newBasic(conf.Username, conf.Password)))
	}
	return grpc.NewClient(c.address, options...)
}

func keepAliveTimeout(conf *esdb.Configuration) time.Duration {
	if conf.KeepAliveTimeout <= 0 {
		return 10 * time.Second
	}
	return conf.KeepAliveTimeout
}

func gossipTimeout(conf *esdb.Configuration) time.Duration {
	return time.Duration(conf.GossipTimeout) * time.Second
}

func (c *contact) transport(conf *esdb.Configuration) (credentials.TransportCredentials, error) {
	if conf.DisableTLS {
		return insecure.NewCredentials(), nil
	}
	t := &tls.Config{
		MinVersion: tls.VersionTLS12, RootCAs: conf.RootCAs,
		// The operator's explicit tlsVerifyCert=false; Open logs it.
		InsecureSkipVerify: conf.SkipCertificateVerification,
	}
	if conf.UserCertFile != "" {
		own, err := tls.LoadX509KeyPair(conf.UserCertFile, conf.UserKeyFile)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCertificate, err)
		}
		t.Certificates = []tls.Certificate{own}
	}
	return &notedTLS{TransportCredentials: credentials.NewTLS(t), contact: c}, nil
}

// notedTLS tells the contact why a handshake failed.
type notedTLS struct {
	credentials.TransportCredentials
	contact *contact
}

// ClientHandshake shakes hands and notes the failure.
func (n *notedTLS) ClientHandshake(ctx context.Context, authority string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	conn, info, err := n.TransportCredentials.ClientHandshake(ctx, authority, raw)
	n.contact.note(err)
	return conn, info, err
}

// Clone keeps the note.
func (n *notedTLS) Clone() credentials.TransportCredentials {
	return &notedTLS{TransportCredentials: n.TransportCredentials.Clone(), contact: n.contact}
}

// basic is the authorization header (RFC 7617) of every call.
type basic map[string]string

func newBasic(user, password string) basic {
	return basic{"authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))}
}

// GetRequestMetadata answers the header.
func (b basic) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return b, nil
}

// RequireTransportSecurity keeps the password off clear-text connections.
func (basic) RequireTransportSecurity() bool { return true }

// explain turns the failure of the first call on a connection into one line that
// says what is wrong: the certificate, the credentials, or the connection.
func (c *contact) explain(err error) error {
	if errors.Is(err, ErrCertificate) { // our own file
		return err
	}
	c.mu.Lock()
	why := c.why
	c.mu.Unlock()
	kind := ErrConnection
	switch code := status.Code(err); {
	case code == codes.Unauthenticated || code == codes.PermissionDenied:
		kind, why = ErrCredentials, err
	case why == nil:
		why = err
		fallthrough
	default:
		if aboutCertificate(why) {
			kind = ErrCertificate
		}
	}
	return fmt.Errorf("%w: %s: %s", kind, c.address, oneLine(why))
}

func aboutCertificate(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		host         x509.HostnameError
		invalid      x509.CertificateInvalidError
		record       tls.RecordHeaderError
	)
	// What the server says to our certificate is a value that crypto/tls keeps to
	// itself, and with TLS 1.3 it comes after the handshake.
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &host) ||
		errors.As(err, &invalid) || errors.As(err, &record) || strings.Contains(err.Error(), "remote error: tls: ")
}

// oneLine is the server's or the system's own words, without the library's frame.
func oneLine(err error) string {
	text := err.Error()
	if s, ok := status.FromError(err); ok {
		text = s.Message()
	}
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + "…"
	}
	return text
}
