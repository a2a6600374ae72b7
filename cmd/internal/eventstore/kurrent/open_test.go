package kurrent_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fangxin/cmd/internal/eventstore/kurrent"
	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
	"fangxin/domain/es/estest"
)

// head0 is the place before the first event.
var head0 es.Position

const (
	user   = "fangxin"
	secret = "s3cret/pass?word@home#1"
)

// fails opens and expects one line of this kind, without the password.
func fails(t *testing.T, address string, want error) string {
	t.Helper()
	var logged bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	s, err := kurrent.Open(ctx, kurrent.Options{Address: address, Log: slog.New(slog.NewTextHandler(&logged, nil))})
	if err == nil {
		_ = s.Close()
	}
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", address, err, want)
		return ""
	}
	for _, text := range []string{err.Error(), logged.String()} {
		for _, part := range []string{"s3cret", "pass?word", "pass%3Fword"} {
			if strings.Contains(text, part) {
				t.Errorf("the password is told: %q", text)
			}
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than a line: %q", err)
	}
	return err.Error()
}

func TestAddress(t *testing.T) {
	none, text := filepath.Join(t.TempDir(), "none.pem"), filepath.Join(t.TempDir(), "text.pem")
	if err := os.WriteFile(text, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	login := url.UserPassword(user, secret).String()
	for _, c := range []struct {
		address string
		want    error
		says    string
	}{
		{"", kurrent.ErrAddress, "esdb://"},
		{"localhost:2113", kurrent.ErrAddress, "esdb://"},
		{"kurrentdb://localhost:2113", kurrent.ErrAddress, "esdb://"},
		{"esdb://", kurrent.ErrAddress, "expected"},
		{"esdb://host:port", kurrent.ErrAddress, "expected"},
		{"esdb://a:1,,b:2", kurrent.ErrAddress, "expected"},
		{"esdb://localhost/path", kurrent.ErrAddress, "expected"},
		{"esdb://" + user + ":s3cret/x@localhost", kurrent.ErrAddress, "percent-encoded"},
		{"esdb://" + user + ":s3cret?x@localhost", kurrent.ErrAddress, "%3F"},
		{"esdb://" + user + ":s3cret#x@localhost", kurrent.ErrAddress, "percent-encoded"},
		{"esdb://localhost?tls=maybe", kurrent.ErrAddress, "expected"},
		{"esdb://localhost?nodePreference=best", kurrent.ErrAddress, "expected"},
		{"esdb://localhost?tlsVerfyCert=false", kurrent.ErrAddress, `unknown option "tlsVerfyCert"`},
		{"esdb://localhost?connectionName=x", kurrent.ErrAddress, "unknown option"},
		{"esdb://localhost?tls=true&tls=false", kurrent.ErrAddress, "twice"},
		{"esdb://localhost?defaultDeadline=soon", kurrent.ErrAddress, "defaultDeadline"},
		{"esdb://localhost?gossipTimeout=0", kurrent.ErrAddress, "gossipTimeout"},
		{"esdb://localhost?discoveryInterval=-1", kurrent.ErrAddress, "discoveryInterval"},
		{"esdb://localhost?userCertFile=a.pem", kurrent.ErrAddress, "userKeyFile"},
		{"esdb://" + login + "@db.example.com:2113?tls=false", kurrent.ErrAddress, "without TLS"},
		{"esdb://" + login + "@127.0.0.1:1,db.example.com:2?tls=false", kurrent.ErrAddress, "without TLS"},
		{"esdb://localhost?tlsCAFile=" + none, kurrent.ErrCertificate, "none.pem"},
		{"esdb://localhost?tlsCAFile=" + text, kurrent.ErrCertificate, "no PEM certificate"},
		{"esdb://localhost?userCertFile=" + none + "&userKeyFile=" + none, kurrent.ErrCertificate, "none.pem"},
		{"esdb://" + login + "@127.0.0.1:1", kurrent.ErrConnection, "127.0.0.1:1"},
		{"esdb://127.0.0.1:1?tls=false", kurrent.ErrConnection, "refused"},
		{"esdb+discover://127.0.0.1:1?tls=false", kurrent.ErrConnection, "refused"},
		{"esdb://127.0.0.1:1,127.0.0.1:2?tls=false", kurrent.ErrConnection, "refused"},
	} {
		if got := fails(t, c.address, c.want); !strings.Contains(got, c.says) {
			t.Errorf("%s: %q does not say %q", c.address, got, c.says)
		}
	}
}

// secure is a server with TLS and a password, and the file it is trusted by.
func secure(t *testing.T) (*kurrenttest.Server, *tls.Config, string) {
	t.Helper()
	config, file, err := kurrenttest.SelfSigned(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return served(t, estest.NewStore(), kurrenttest.Options{TLS: config, User: user, Password: secret}), config, file
}

func TestTLS(t *testing.T) {
	server, _, file := secure(t)
	_, _, other := secure(t)
	login := url.UserPassword(user, secret).String()
	o := quick(server)
	for _, address := range []string{
		server.ConnectionString() + "&tlsCAFile=" + file,
		"esdb://" + login + "@" + server.Address() + "," + server.Address() + "?tlsCAFile=" + file,
		server.ConnectionString() + "&tlsVerifyCert=false",
	} {
		o.Address = address
		s := opened(t, o)
		before := server.Seen().Authorized
		if _, err := s.Head(t.Context()); err != nil || server.Seen().Authorized == before {
			t.Fatalf("%s: %v", address, err)
		}
	}
	_, port, _ := strings.Cut(server.Address(), ":")
	for _, c := range []struct {
		address string
		want    error
		says    string
	}{
		{server.ConnectionString(), kurrent.ErrCertificate, "unknown authority"},
		{server.ConnectionString() + "&tlsCAFile=" + other, kurrent.ErrCertificate, "unknown authority"},
		{"esdb://" + login + "@127.0.0.2:" + port + "?tlsCAFile=" + file, kurrent.ErrConnection, "127.0.0.2"},
		{"esdb://" + server.Address() + "?tls=false", kurrent.ErrConnection, server.Address()},
		{"esdb://" + server.Address() + "?tlsCAFile=" + file, kurrent.ErrCredentials, server.Address()},
		{"esdb://fangxin:s3cret@" + server.Address() + "?tlsCAFile=" + file, kurrent.ErrCredentials, server.Address()},
	} {
		if got := fails(t, c.address, c.want); !strings.Contains(got, c.says) {
			t.Errorf("%s: %q does not say %q", c.address, got, c.says)
		}
	}
	plain := served(t, estest.NewStore(), kurrenttest.Options{})
	fails(t, "esdb://"+plain.Address()+"?tls=true", kurrent.ErrCertificate)
}

// TestClientCertificate: the server wants a certificate of ours. Its alert may be
// lost to the reset of the connection, so that either reason is right.
func TestClientCertificate(t *testing.T) {
	config, file, err := kurrenttest.SelfSigned(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	config.ClientAuth = tls.RequireAnyClientCert
	server := served(t, estest.NewStore(), kurrenttest.Options{TLS: config})
	fails(t, server.ConnectionString()+"&tlsCAFile="+file, es.ErrUnavailable)
}

// TestPasswordStaysOffClearText: on this machine a user is accepted without TLS, as
// the vendor's client does, and not sent.
func TestPasswordStaysOffClearText(t *testing.T) {
	server := served(t, estest.NewStore(), kurrenttest.Options{})
	o := quick(server)
	o.Address = "esdb://" + url.UserPassword(user, secret).String() + "@" + server.Address() + "?tls=false"
	appended(t, opened(t, o), "case.1", 0)
	if n := server.Seen(); n.Authorized != 0 {
		t.Fatalf("%+v", n)
	}
}

// TestOpenInTime: a server that accepts and says nothing does not hold Open longer
// than its context.
func TestOpenInTime(t *testing.T) {
	server := served(t, estest.NewStore(), kurrenttest.Options{})
	server.Fail(kurrenttest.Fault{On: kurrenttest.Features, Times: kurrenttest.Always, Stall: true})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := kurrent.Open(ctx, quick(server)); !errors.Is(err, kurrent.ErrConnection) {
		t.Fatalf("open: %v", err)
	}
}
