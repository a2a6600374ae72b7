package redislink

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAddressesAreTakenApart(t *testing.T) {
	for address, want := range map[string]place{
		"redis://h":                   {seeds: []string{"h:6379"}},
		"redis://h:1/3":               {seeds: []string{"h:1"}, database: 3},
		"redis://:p%40ss@[::1]:7000/": {seeds: []string{"[::1]:7000"}, password: "p@ss"},
		"rediss://u:p@h?ca=a.pem":     {secure: true, seeds: []string{"h:6379"}, user: "u", password: "p", authority: "a.pem"},
		"rediss://h?server_name=n":    {secure: true, seeds: []string{"h:6379"}, serverName: "n"},
		"redis+sentinel://h?master=m": {kind: sentinel, seeds: []string{"h:26379"}, master: "m"},
		"redis+sentinel://u:p@h/2?master=m&addr=i&addr=j:5&sentinel_user=s&sentinel_password=w": {kind: sentinel,
			seeds: []string{"h:26379", "i:26379", "j:5"}, user: "u", password: "p", database: 2, master: "m", guardUser: "s", guardWord: "w"},
		"redis+cluster://h:1?addr=h:1&addr=i": {kind: cluster, seeds: []string{"h:1", "i:6379"}},
		"rediss+cluster://h:1/0":              {kind: cluster, secure: true, seeds: []string{"h:1"}},
		"rediss+sentinel://h?master=m":        {kind: sentinel, secure: true, seeds: []string{"h:26379"}, master: "m"},
	} {
		got, err := split(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(place{})); d != "" {
			t.Errorf("%s: %s", address, d)
		}
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	many := "redis+cluster://h?" + strings.Repeat("addr=h:1&", maxSeeds) + "x"
	for _, address := range []string{
		"", "h:6379", "http://secret@h", "redis:h", "redis://", "redis://:secret@", "redis://:secret@h:0", "redis://:secret@h:70000",
		"redis://:secret@h:x", "redis://:sec%ret@h", "redis://:secret@h/x", "redis://:secret@h/-1", "redis://:secret@h/1/2",
		"redis://:secret@h?poolsize=1", "redis://:secret@h?addr=i", "redis://:secret@h?ca=f", "redis://:secret@h?%zz", "redis://:secret@h#f",
		"redis+sentinel://:secret@h", "redis+sentinel://:secret@h?master=", "redis+sentinel://h?master=a&master=b", "redis+moon://:secret@h",
		"redis://u:12/secret@h", "redis://u:12?secret@h", "redis://:12/secret@h", "redis+cluster://u:12?addr=secret@h", "redis://:secret#@h",
		"redis+cluster://:secret@h/1", "redis+cluster://:secret@h?addr=:1", "redis+cluster://:secret@h?master=m", many,
		"redis+sentinel://:secret@h?master=m&sentinel_password=secret&sentinel_password=secret",
		"redis://:secret@h\x00", "rediss://:secret@h?ca=/does/not/exist", "redis://" + strings.Repeat("h", maxAddress),
	} {
		c, err := Open(address)
		if c != nil || !errors.Is(err, ErrAddress) {
			t.Errorf("%.60s: %v", address, err)
			continue
		}
		if text := err.Error(); strings.Contains(text, "secret") || strings.ContainsAny(text, "\n\r") {
			t.Errorf("%.60s: its error says %q", address, text)
		}
	}
}

func TestAuthorityMustHoldCertificates(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca.pem")
	for name, text := range map[string][]byte{"no certificate": []byte("words"), "too large": make([]byte, maxAuthority+1)} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open("rediss://h?ca=" + file); !errors.Is(err, ErrAddress) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzAddress: whatever is given, the answer is a usable place or ErrAddress, and the
// error does not repeat the password.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"redis://u:p@h:1/2", "rediss+sentinel://h?master=m&addr=h:1", "redis+cluster://[::1]?addr=i", "redis://%zz", "redis://h?addr=%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, rest string) {
		const word = "Pa55w0rdPa55w0rd"
		for _, address := range []string{rest, "redis://u:" + word + "@" + rest} {
			p, err := split(address)
			switch {
			case err == nil:
				if len(p.seeds) == 0 || len(p.seeds) > maxSeeds || p.database < 0 {
					t.Errorf("%q gives %+v", address, p)
				}
			case !errors.Is(err, ErrAddress):
				t.Errorf("%q: %v", address, err)
			case strings.Contains(err.Error(), word) && !strings.Contains(rest, word):
				t.Errorf("%q: its error says %v", address, err)
			}
		}
	})
}
