// Package identity mints and checks the bearer tokens of the server's own key:
// JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037).
//
// A token that was verified once is remembered by its SHA-256 until it expires, so
// that repeated checks cost a hash and a look-up instead of a signature check.
package identity

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"fangxin/domain/usecase"
)

// What Verify may answer.
var (
	// ErrToken: not a token of this server, or altered. All other refusals wrap it.
	ErrToken = errors.New("not a valid token")
	// ErrExpired: the token was good once.
	ErrExpired = fmt.Errorf("token expired: %w", ErrToken)
	// ErrTooLong: longer than MaxToken.
	ErrTooLong = fmt.Errorf("token too long: %w", ErrToken)
	// ErrTTL: a token can be minted for more than nothing and at most MaxTTL.
	ErrTTL = errors.New("lifetime of a token out of bounds")
)

// Bounds of a token.
const (
	// MaxToken is the longest token looked at, in bytes.
	MaxToken = 4096
	// MaxTTL is the longest lifetime.
	MaxTTL = 400 * 24 * time.Hour
	// Leeway is how far clocks may differ.
	Leeway = 30 * time.Second
)

// Options of an authority.
type Options struct {
	// Key signs and checks; see LoadKey.
	Key ed25519.PrivateKey
	// Issuer and Audience stand in every token and must stand in every token shown;
	// "" means "fangxin".
	Issuer   string
	Audience string
	// CacheSize bounds the remembered tokens; 0 means 16,384.
	CacheSize int
	// Now is the clock; nil means the system's.
	Now func() time.Time
}

const (
	defaultName  = "fangxin"
	defaultCache = 1 << 14
)

// Authority mints and verifies tokens. It may be used from many goroutines.
type Authority struct {
	options Options
	public  ed25519.PublicKey
	parser  *jwt.Parser
	seen    *seen
}

// New makes an authority. The key must be whole.
func New(o Options) (*Authority, error) {
	if len(o.Key) != ed25519.PrivateKeySize {
		return nil, ErrKey
	}
	if o.Issuer == "" {
		o.Issuer = defaultName
	}
	if o.Audience == "" {
		o.Audience = defaultName
	}
	if o.CacheSize <= 0 {
		o.CacheSize = defaultCache
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Authority{
		options: o,
		public:  o.Key.Public().(ed25519.PublicKey),
		seen:    newSeen(o.CacheSize),
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
			jwt.WithIssuer(o.Issuer), jwt.WithAudience(o.Audience),
			jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(Leeway), jwt.WithTimeFunc(o.Now),
		),
	}, nil
}

// claims are the token's content. Names are fixed (the HTTP surface's).
type claims struct {
	jwt.RegisteredClaims
	Role        usecase.Role `json:"role"`
	Merchant    string       `json:"merchant,omitempty"`
	Store       string       `json:"store,omitempty"`
	Region      string       `json:"region,omitempty"`
	Unit        string       `json:"unit,omitempty"`
	Institution string       `json:"institution,omitempty"`
	Fund        string       `json:"fund,omitempty"`
	// Case and Link bind who answers by a link.
	Case string `json:"case,omitempty"`
	Link int    `json:"link,omitempty"`
}

func (c *claims) actor() usecase.Actor {
	return usecase.Actor{
		ID: c.Subject, Role: c.Role, Merchant: c.Merchant, Store: c.Store,
		Region: c.Region, Unit: c.Unit, Institution: c.Institution, Fund: c.Fund, Case: c.Case, Link: c.Link,
	}
}

// Mint signs a token for an actor. usecase.ErrActor, ErrTTL, ErrTooLong.
func (a *Authority) Mint(actor usecase.Actor, ttl time.Duration) (string, error) {
	if err := actor.Check(); err != nil {
		return "", err
	}
	if ttl <= 0 || ttl > MaxTTL {
		return "", fmt.Errorf("%s: %w", ttl, ErrTTL)
	}
	now := a.options.Now()
	token, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, &claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: a.options.Issuer, Audience: jwt.ClaimStrings{a.options.Audience}, Subject: actor.ID,
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(ttl)),
		},
		Role: actor.Role, Merchant: actor.Merchant, Store: actor.Store,
		Region: actor.Region, Unit: actor.Unit, Institution: actor.Institution, Fund: actor.Fund, Case: actor.Case, Link: actor.Link,
	}).SignedString(a.options.Key)
	if err == nil && len(token) > MaxToken {
		return "", ErrTooLong
	}
	return token, err
}

// Verify answers who holds the token. ErrToken, ErrExpired, ErrTooLong; an actor
// that makes no sense is ErrToken and usecase.ErrActor.
func (a *Authority) Verify(token string) (usecase.Actor, error) {
	if len(token) > MaxToken {
		return usecase.Actor{}, ErrTooLong
	}
	sum := sha256.Sum256([]byte(token))
	if v, ok := a.seen.get(sum); ok {
		if !a.options.Now().Before(v.until) {
			return usecase.Actor{}, ErrExpired
		}
		return v.actor, nil
	}
	var c claims
	if _, err := a.parser.ParseWithClaims(token, &c, a.publicKey); err != nil {
		if errors.Is(err, jwt.ErrTokenExpired) {
			return usecase.Actor{}, ErrExpired
		}
		return usecase.Actor{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	actor := c.actor()
	if err := actor.Check(); err != nil {
		return usecase.Actor{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	a.seen.put(sum, verified{actor: actor, until: c.ExpiresAt.Add(Leeway)})
	return actor, nil
}

func (a *Authority) publicKey(*jwt.Token) (any, error) { return a.public, nil }
