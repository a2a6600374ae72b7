package redislink_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"fangxin/cmd/internal/redislink"
	"fangxin/cmd/internal/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const word = "correct-horse"

func check(t *testing.T, address string) error {
	t.Helper()
	return redislink.Check(t.Context(), redistest.Client(t, address))
}

func oneLine(t *testing.T, err error) {
	t.Helper()
	if err != nil && (strings.Contains(err.Error(), word) || strings.ContainsAny(err.Error(), "\r\n")) {
		t.Errorf("the error says %q", err)
	}
}

func TestCheckTellsWhatIsWrong(t *testing.T) {
	open, guarded := redistest.Run(t, redistest.Options{}), redistest.Run(t, redistest.Options{Password: word})
	at := func(s *redistest.Server, scheme, user string) string {
		u, err := url.Parse(s.Address())
		if err != nil {
			t.Fatal(err)
		}
		return scheme + "://" + user + u.Host
	}
	gone := redistest.Run(t, redistest.Options{})
	if err := gone.Stop(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		address string
		want    error
	}{
		"open":             {open.Address(), nil},
		"right password":   {guarded.Address(), nil},
		"wrong password":   {at(guarded, "redis", ":"+word+"-not@"), redislink.ErrCredentials},
		"unknown user":     {at(guarded, "redis", "eve:"+word+"@"), redislink.ErrCredentials},
		"no password":      {at(guarded, "redis", ""), redislink.ErrCredentials},
		"nobody there":     {gone.Address(), redislink.ErrUnreachable},
		"no cluster":       {at(open, "redis+cluster", ""), redislink.ErrAddress},
		"no TLS":           {at(open, "rediss", ""), redislink.ErrUnreachable},
		"no sentinel":      {at(open, "redis+sentinel", "") + "?master=m", redislink.ErrUnreachable},
		"unknown database": {open.Address() + "/4000", redislink.ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			err := check(t, c.address)
			if !errors.Is(err, c.want) {
				t.Error(err)
			}
			oneLine(t, err)
		})
	}
}

func TestCheckTellsAClusterNodeFromASingleServer(t *testing.T) {
	cluster := redistest.RunCluster(t, 1)
	if err := check(t, cluster.Address()); err != nil {
		t.Error(err)
	}
	if err := check(t, cluster.Nodes[0].Address()); !errors.Is(err, redislink.ErrAddress) {
		t.Error(err)
	}
}

// A caller is back by its deadline, whatever the server does.
func TestCallersReturnByTheirDeadline(t *testing.T) {
	s := redistest.Run(t, redistest.Options{})
	c := redistest.Client(t, s.Address())
	if err := c.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if err := s.Pause(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := c.Get(ctx, "k").Err(); !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestLaterCallsSucceedAfterARestart(t *testing.T) {
	s := redistest.Run(t, redistest.Options{})
	c := redistest.Client(t, s.Address())
	// Several connections of the pool break at once.
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() { c.Do(t.Context(), "DEBUG", "SLEEP", "0.01") })
	}
	calls.Wait()
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 16 {
		if err := c.Ping(t.Context()).Err(); err != nil {
			t.Error(err)
		}
	}
}

func TestTLS(t *testing.T) {
	s := redistest.Run(t, redistest.Options{Password: word})
	authority, front := wrap(t, s)
	trusted := fmt.Sprintf("rediss://:%s@%s?ca=%s", word, front, url.QueryEscape(authority))
	if err := check(t, trusted); err != nil {
		t.Error(err)
	}
	for name, address := range map[string]string{
		"unknown authority": fmt.Sprintf("rediss://:%s@%s", word, front),
		"other name":        trusted + "&server_name=elsewhere",
	} {
		err := check(t, address)
		var certificate *tls.CertificateVerificationError
		if !errors.Is(err, redislink.ErrUnreachable) || !errors.As(err, &certificate) {
			t.Errorf("%s: %v", name, err)
		}
		oneLine(t, err)
	}
}

// wrap puts a TLS listener before the server and gives its authority's file and its
// address.
func wrap(t *testing.T, s *redistest.Server) (authority, front string) {
	t.Helper()
	pair := certificate(t)
	authority = filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
	if err := os.WriteFile(authority, text, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	back, err := url.Parse(s.Address())
	if err != nil {
		t.Fatal(err)
	}
	var links sync.WaitGroup
	t.Cleanup(func() {
		_ = l.Close()
		links.Wait()
	})
	links.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			links.Go(func() { join(in, back.Host) })
		}
	})
	return authority, l.Addr().String()
}

func join(in net.Conn, back string) {
	defer in.Close()
	out, err := net.Dial("tcp", back)
	if err != nil {
		return
	}
	defer out.Close()
	var ways sync.WaitGroup
	for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
		ways.Go(func() {
			_, _ = io.Copy(way[0], way[1])
			_ = way[0].Close()
		})
	}
	ways.Wait()
}

func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:   time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestSentinelGivesTheMaster(t *testing.T) {
	pair := redistest.RunSentinel(t)
	c := redistest.Client(t, pair.Address())
	if err := redislink.Check(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if role := c.Do(t.Context(), "ROLE").Val(); fmt.Sprint(role.([]any)[0]) != "master" {
		t.Errorf("it is %v", role)
	}
}
