package identity_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"fangxin/cmd/internal/identity"
	"fangxin/domain/usecase"
)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func newClock() *clock { return &clock{time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)} }

func testKey(b byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{b}, ed25519.SeedSize))
}

func authority(t testing.TB, c *clock, key ed25519.PrivateKey) *identity.Authority {
	t.Helper()
	a, err := identity.New(identity.Options{Key: key, Now: c.Now, CacheSize: 4})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var officer = usecase.Actor{ID: "o-1", Role: usecase.RoleOfficer, Region: "150100", Unit: "赛罕所"}

func mint(t testing.TB, a *identity.Authority, actor usecase.Actor) string {
	t.Helper()
	token, err := a.Mint(actor, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestMintedTokensVerify(t *testing.T) {
	a := authority(t, newClock(), testKey(1))
	for _, actor := range []usecase.Actor{
		officer,
		{ID: "c-1", Role: usecase.RoleConsumer},
		{ID: "m-1", Role: usecase.RoleMerchant, Merchant: "mer-1", Store: "st-1"},
		{ID: "link-1", Role: usecase.RoleMerchant, Merchant: "mer-1", Case: "case-1", Link: 2},
		{ID: "i-1", Role: usecase.RoleInstitution, Institution: "ins-1"},
		{ID: "f-1", Role: usecase.RoleFund, Fund: "fund-1"},
		{ID: "u-1", Role: usecase.RoleAuditor},
		{ID: "a-1", Role: usecase.RoleAdmin},
	} {
		token := mint(t, a, actor)
		for range 3 { // checked, then remembered
			if got, err := a.Verify(token); err != nil || got != actor {
				t.Errorf("Verify = %+v, %v; want %+v", got, err, actor)
			}
		}
	}
}

// A remembered token expires like any other; the leeway is 30 seconds.
func TestExpiry(t *testing.T) {
	for _, remembered := range []bool{false, true} {
		c := newClock()
		a := authority(t, c, testKey(1))
		token := mint(t, a, officer)
		if remembered {
			if _, err := a.Verify(token); err != nil {
				t.Fatal(err)
			}
		}
		c.now = c.now.Add(time.Hour + identity.Leeway - time.Second)
		if _, err := a.Verify(token); err != nil {
			t.Errorf("within the leeway: %v", err)
		}
		c.now = c.now.Add(time.Second)
		if _, err := a.Verify(token); !errors.Is(err, identity.ErrExpired) || !errors.Is(err, identity.ErrToken) {
			t.Errorf("remembered %v: %v", remembered, err)
		}
	}
}

// sign makes a token that the authority itself would not.
func sign(t *testing.T, method jwt.SigningMethod, key any, change jwt.MapClaims) string {
	t.Helper()
	now := newClock().now
	c := jwt.MapClaims{"iss": "fangxin", "aud": "fangxin", "sub": "o-1", "role": "officer", "region": "150100",
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}
	maps.Copy(c, change)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	token, err := jwt.NewWithClaims(method, c).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestRefusedTokens(t *testing.T) {
	key := testKey(1)
	public := key.Public().(ed25519.PublicKey)
	a := authority(t, newClock(), key)
	ed := jwt.SigningMethodEdDSA
	good := sign(t, ed, key, nil)
	if _, err := a.Verify(good); err != nil {
		t.Fatalf("the pattern itself: %v", err)
	}
	now := newClock().now
	for name, token := range map[string]string{
		"empty":                  "",
		"garbage":                "a.b.c",
		"none":                   sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil),
		"HS256 with public key":  sign(t, jwt.SigningMethodHS256, []byte(public), nil),
		"another key":            sign(t, ed, testKey(2), nil),
		"no signature":           good[:strings.LastIndexByte(good, '.')+1],
		"cut":                    good[:len(good)-2],
		"another issuer":         sign(t, ed, key, jwt.MapClaims{"iss": "other"}),
		"another audience":       sign(t, ed, key, jwt.MapClaims{"aud": "other"}),
		"no issuer":              sign(t, ed, key, jwt.MapClaims{"iss": nil}),
		"no expiry":              sign(t, ed, key, jwt.MapClaims{"exp": nil}),
		"not yet":                sign(t, ed, key, jwt.MapClaims{"nbf": now.Add(time.Minute).Unix()}),
		"issued in the future":   sign(t, ed, key, jwt.MapClaims{"iat": now.Add(time.Minute).Unix()}),
		"unknown role":           sign(t, ed, key, jwt.MapClaims{"role": "root"}),
		"no role":                sign(t, ed, key, jwt.MapClaims{"role": nil}),
		"no subject":             sign(t, ed, key, jwt.MapClaims{"sub": nil}),
		"region of three digits": sign(t, ed, key, jwt.MapClaims{"region": "150"}),
		"region of letters":      sign(t, ed, key, jwt.MapClaims{"region": "15010x"}),
		"officer without region": sign(t, ed, key, jwt.MapClaims{"region": nil}),
		"a case for an officer":  sign(t, ed, key, jwt.MapClaims{"case": "case-1", "link": 1}),
		"a case without a link":  sign(t, ed, key, jwt.MapClaims{"role": "merchant", "merchant": "m", "case": "case-1"}),
		"role of another type":   sign(t, ed, key, jwt.MapClaims{"role": 7}),
	} {
		if actor, err := a.Verify(token); !errors.Is(err, identity.ErrToken) || actor != (usecase.Actor{}) {
			t.Errorf("%s: %+v, %v", name, actor, err)
		}
	}
	if _, err := a.Verify(strings.Repeat("x", identity.MaxToken+1)); !errors.Is(err, identity.ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
}

// Changing any character of a token, or its claims under the old signature, breaks it.
func TestTampered(t *testing.T) {
	a := authority(t, newClock(), testKey(1))
	token := mint(t, a, officer)
	for i := range token {
		for _, c := range "AB" {
			altered := token[:i] + string(c) + token[i+1:]
			if got, err := a.Verify(altered); err == nil && altered != token && got != officer {
				t.Fatalf("character %d: %+v", i, got)
			}
		}
	}
	parts := strings.Split(token, ".")
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(body, &c); err != nil {
		t.Fatal(err)
	}
	c["role"] = "admin"
	body, err = json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	parts[1] = base64.RawURLEncoding.EncodeToString(body)
	if _, err := a.Verify(strings.Join(parts, ".")); !errors.Is(err, identity.ErrToken) {
		t.Errorf("claims replaced: %v", err)
	}
}

func TestMintRefuses(t *testing.T) {
	a := authority(t, newClock(), testKey(1))
	for _, ttl := range []time.Duration{0, -1, identity.MaxTTL + 1} {
		if _, err := a.Mint(officer, ttl); !errors.Is(err, identity.ErrTTL) {
			t.Errorf("%s: %v", ttl, err)
		}
	}
	if _, err := a.Mint(usecase.Actor{ID: "x", Role: "root"}, time.Hour); !errors.Is(err, usecase.ErrActor) {
		t.Error(err)
	}
	if _, err := identity.New(identity.Options{}); !errors.Is(err, identity.ErrKey) {
		t.Error(err)
	}
}

// More tokens than the cache holds all go on verifying.
func TestCacheIsBounded(t *testing.T) {
	a := authority(t, newClock(), testKey(1))
	var tokens []string
	for i := range 30 {
		tokens = append(tokens, mint(t, a, usecase.Actor{ID: fmt.Sprint(i), Role: usecase.RoleConsumer}))
	}
	for range 3 {
		for i, token := range tokens {
			if got, err := a.Verify(token); err != nil || got.ID != fmt.Sprint(i) {
				t.Fatalf("%d: %+v, %v", i, got, err)
			}
		}
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.key")
	made, err := identity.LoadKey(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := identity.LoadKey(path, nil)
	if err != nil || !made.Equal(again) {
		t.Fatalf("another key the second time: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	for _, content := range []string{"", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := identity.LoadKey(path, nil); !errors.Is(err, identity.ErrKey) {
			t.Errorf("%q: %v", content, err)
		}
	}
}

// FuzzVerify: no token but a minted one is believed, and nothing panics.
func FuzzVerify(f *testing.F) {
	a := authority(f, newClock(), testKey(1))
	f.Add(mint(f, a, officer))
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, token string) {
		if actor, err := a.Verify(token); err == nil && actor != officer {
			t.Fatalf("%q is believed: %+v", token, actor)
		}
	})
}

func BenchmarkVerifyAgain(b *testing.B) {
	a := authority(b, newClock(), testKey(1))
	token := mint(b, a, officer)
	for b.Loop() {
		if _, err := a.Verify(token); err != nil {
			b.Fatal(err)
		}
	}
}
