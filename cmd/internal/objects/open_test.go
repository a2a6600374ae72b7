package objects_test

import (
	"crypto/x509"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"fangxin/cmd/internal/objects"
	"fangxin/cmd/internal/objects/s3test"
)

func TestOpenRefuses(t *testing.T) {
	conditional := func(v s3test.Verdict) func(*s3test.Server) {
		return func(s *s3test.Server) {
			s.Intercept(func(r s3test.Request) s3test.Verdict {
				if r.Conditional {
					return v
				}
				return s3test.Pass
			})
		}
	}
	for name, c := range map[string]struct {
		set  func(*s3test.Server)
		want error
	}{
		"versions kept":              {func(s *s3test.Server) { s.Versioning("Enabled") }, objects.ErrVersioned},
		"versions once kept":         {func(s *s3test.Server) { s.Versioning("Suspended") }, objects.ErrVersioned},
		"conditions ignored":         {func(s *s3test.Server) { s.IgnoreConditions(true) }, objects.ErrUnconditional},
		"conditions not implemented": {conditional(s3test.Unknown), objects.ErrUnconditional},
		"conditions denied":          {conditional(s3test.Deny), objects.ErrDenied},
		"denied":                     {func(s *s3test.Server) { s.Next(99, s3test.Deny) }, objects.ErrDenied},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			c.set(s)
			_, err := objects.Open(t.Context(), s.Address(), objects.Options{})
			wantErr(t, name, err, c.want)
			if left := s.Names(); len(left) != 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

// A bucket that keeps versions from some day on is found out by the next write.
func TestVersioningSwitchedOn(t *testing.T) {
	s := start(t)
	o := open(t, s)
	s.Versioning("Enabled")
	wantErr(t, "put", o.Put(t.Context(), "x", strings.NewReader("y"), 1), objects.ErrVersioned)
	wantErr(t, "create", create(t.Context(), o, "z", "y"), objects.ErrVersioned)
}

// A server that knows nothing of versions keeps none; one that speaks no TLS is told
// of in one line.
func TestOtherServers(t *testing.T) {
	s := start(t)
	_, err := objects.Open(t.Context(), strings.Replace(s.Address(), "tls=false", "tls=true", 1), objects.Options{})
	wantErr(t, "TLS to a server without", err, objects.ErrUnavailable)
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("not one line: %v", err)
	}
	s.Intercept(func(r s3test.Request) s3test.Verdict {
		if r.Query == "versioning=" {
			return s3test.Unknown
		}
		return s3test.Pass
	})
	open(t, s)
}

func TestWrongCredentials(t *testing.T) {
	s := start(t)
	for _, user := range []*url.Userinfo{url.UserPassword(s3test.AccessKey, "wrong-secret"), url.UserPassword("SOMEONE", "wrong-secret"), nil} {
		_, err := objects.Open(t.Context(), s.AddressOf(user, s3test.Bucket, ""), objects.Options{})
		wantErr(t, fmt.Sprint(user), err, objects.ErrDenied)
		if strings.Contains(err.Error(), "wrong-secret") || strings.Contains(err.Error(), "\n") {
			t.Errorf("not one clear line: %v", err)
		}
	}
	o, err := objects.Open(t.Context(), s.AddressOf(nil, s3test.Bucket, ""), objects.Options{
		Credentials: objects.Credentials{AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if text := fmt.Sprintf("%v %+v %#v", o, o, o); strings.Contains(text, s3test.SecretKey) {
		t.Error("a store prints its secret")
	}
}

// Over TLS the content is not signed chunk by chunk; a certificate that nobody vouches
// for is one clear line.
func TestTLS(t *testing.T) {
	s := start(t)
	front := httptest.NewTLSServer(s)
	defer front.Close()
	u, err := url.Parse(s.Address())
	if err != nil {
		t.Fatal(err)
	}
	u.Host, u.RawQuery = front.Listener.Addr().String(), ""
	address := u.String()
	_, err = objects.Open(t.Context(), address, objects.Options{})
	wantErr(t, "unknown certificate", err, objects.ErrUnavailable)
	if !strings.Contains(err.Error(), "certificate") || strings.Contains(err.Error(), "\n") {
		t.Errorf("not one clear line: %v", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(front.Certificate())
	o, err := objects.Open(t.Context(), address, objects.Options{RootCAs: pool})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	put(t, o, "x", "content")
	wantObject(t, o, "x", "content")
}
