// Package redislink opens and checks connections to Redis: a single server, one kept
// by Sentinel, or a Cluster, chosen by the address alone.
package redislink

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	dialTimeout = 2 * time.Second
	// ioTimeout bounds one reply where the caller's context does not do so earlier.
	ioTimeout = 5 * time.Second
	// repeats of a command whose connection failed. Scripts may run twice by it: those
	// of this program come to the same when repeated.
	repeats    = 2
	minBackoff = 10 * time.Millisecond
	maxBackoff = 200 * time.Millisecond
	poolSize   = 24
	idleTime   = 5 * time.Minute
	// maxAuthority bounds a file of certificates.
	maxAuthority = 1 << 20
)

// Open gives a client for the address (see split for its forms). It dials nothing:
// Check does. The error is ErrAddress with one line that holds no password.
func Open(address string) (redis.UniversalClient, error) {
	p, err := split(address)
	if err != nil {
		return nil, err
	}
	dial, err := p.dialer()
	if err != nil {
		return nil, err
	}
	// The library writes on standard error by itself; what fails is returned to us too.
	logging.Disable()
	o := options(p, dial)
	switch p.kind {
	case sentinel:
		return redis.NewFailoverClient(o.Failover()), nil
	case cluster:
		return redis.NewClusterClient(o.Cluster()), nil
	default:
		return redis.NewClient(o.Simple()), nil
	}
}

func options(p place, dial dialFunc) *redis.UniversalOptions {
	return &redis.UniversalOptions{
		Addrs: p.seeds, DB: p.database, MasterName: p.master, Dialer: dial,
		Username: p.user, Password: p.password,
		SentinelUsername: p.guardUser, SentinelPassword: p.guardWord,
		MaxRetries: repeats, MinRetryBackoff: minBackoff, MaxRetryBackoff: maxBackoff,
		DialTimeout: dialTimeout, DialerRetries: 1,
		ReadTimeout: ioTimeout, WriteTimeout: ioTimeout, ContextTimeoutEnabled: true,
		PoolSize: poolSize, PoolTimeout: ioTimeout, ConnMaxIdleTime: idleTime,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
}

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// dialer honours the caller's context in the TLS handshake too, which the library's
// own dialer does not.
func (p place) dialer() (dialFunc, error) {
	plain := &net.Dialer{Timeout: dialTimeout}
	if !p.secure {
		return plain.DialContext, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: p.serverName}
	if p.authority != "" {
		pool, err := authorities(p.authority)
		if err != nil {
			return nil, err
		}
		config.RootCAs = pool
	}
	secure := &tls.Dialer{NetDialer: plain, Config: config}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, dialTimeout)
		defer cancel()
		return secure.DialContext(ctx, network, address)
	}, nil
}

func authorities(path string) (*x509.CertPool, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w: ca: %w", ErrAddress, err)
	}
	if info.Size() > maxAuthority {
		return nil, fmt.Errorf("%w: ca: %s is larger than %d bytes", ErrAddress, path, maxAuthority)
	}
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: ca: %w", ErrAddress, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%w: ca: %s holds no certificate", ErrAddress, path)
	}
	return pool, nil
}
