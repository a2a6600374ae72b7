package redislink

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// ErrAddress is an address that cannot be understood, or that names another kind of
// installation than the one found there. Its text never holds the password.
var ErrAddress = errors.New("redis address")

// kind is how an installation is found.
type kind int

const (
	single kind = iota
	sentinel
	cluster
)

// place is an address taken apart.
type place struct {
	kind       kind
	secure     bool
	seeds      []string
	user       string
	password   string
	database   int
	master     string
	guardUser  string
	guardWord  string
	authority  string // file with the certificates of the authorities that are trusted
	serverName string
}

const (
	maxAddress  = 4096
	maxSeeds    = 64
	maxDatabase = 1 << 16
)

// split takes an address apart. Its errors repeat no part of it: with a / or ? that was
// not escaped, any part can be the password's rest.
//
//	redis://user:password@host:6379/0
//	redis+sentinel://user:password@host:26379/0?master=NAME&addr=host:port
//	redis+cluster://user:password@host:6379?addr=host:port
//
// rediss in place of redis is the same over TLS, with ca=FILE for an authority of
// one's own and server_name=NAME for a certificate in another name. sentinel_user and
// sentinel_password are what the sentinels ask for. addr may stand several times.
func split(address string) (place, error) {
	if len(address) > maxAddress {
		return place{}, fmt.Errorf("%w: longer than %d bytes", ErrAddress, maxAddress)
	}
	// The error of url.Parse repeats the address with its password.
	u, err := url.Parse(address)
	if err != nil {
		return place{}, fmt.Errorf("%w: is not a URL", ErrAddress)
	}
	p := place{}
	if err := p.setScheme(u.Scheme); err != nil {
		return place{}, err
	}
	if u.Opaque != "" || u.Fragment != "" {
		return place{}, fmt.Errorf("%w: write redis://host:port", ErrAddress)
	}
	if u.User != nil {
		p.user = u.User.Username()
		p.password, _ = u.User.Password()
	}
	seed, err := seedOf(u.Host, p.port())
	if err != nil {
		return place{}, err
	}
	p.seeds = []string{seed}
	if err := p.setDatabase(u.Path); err != nil {
		return place{}, err
	}
	return p, p.setQuery(u.RawQuery)
}

func (p *place) setScheme(scheme string) error {
	name, how, _ := strings.Cut(scheme, "+")
	if name != "redis" && name != "rediss" {
		return fmt.Errorf("%w: begins with neither redis:// nor rediss://", ErrAddress)
	}
	p.secure = name == "rediss"
	switch how {
	case "":
		p.kind = single
	case "sentinel":
		p.kind = sentinel
	case "cluster":
		p.kind = cluster
	default:
		return fmt.Errorf("%w: knows +sentinel and +cluster only", ErrAddress)
	}
	return nil
}

func (p *place) port() string {
	if p.kind == sentinel {
		return "26379"
	}
	return "6379"
}

// seedOf gives host:port, with the usual port if none is named.
func seedOf(host, port string) (string, error) {
	u := url.URL{Host: host}
	if u.Port() != "" {
		port = u.Port()
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if u.Hostname() == "" || strings.ContainsAny(host, "@/?# ") || err != nil || n == 0 {
		return "", fmt.Errorf("%w: a server is not named as host:port", ErrAddress)
	}
	return net.JoinHostPort(u.Hostname(), port), nil
}

func (p *place) setDatabase(path string) error {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	n, err := strconv.Atoi(path)
	if err != nil || n < 0 || n > maxDatabase {
		return fmt.Errorf("%w: what stands after / is not the number of a database", ErrAddress)
	}
	if n != 0 && p.kind == cluster {
		return fmt.Errorf("%w: a cluster has database 0 only", ErrAddress)
	}
	p.database = n
	return nil
}

func (p *place) setQuery(raw string) error {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return fmt.Errorf("%w: what stands after ? cannot be read", ErrAddress)
	}
	for name, values := range query {
		if name != "addr" && len(values) > 1 {
			return fmt.Errorf("%w: an option stands twice", ErrAddress)
		}
		if err := p.setOption(name, values); err != nil {
			return err
		}
	}
	if p.kind == sentinel && p.master == "" {
		return fmt.Errorf("%w: sentinels need master=NAME", ErrAddress)
	}
	return nil
}

// setOption refuses what the kind has no use for: a mistyped option must not be
// passed over in silence.
func (p *place) setOption(name string, values []string) error {
	texts := p.texts()
	if text, ok := texts[name]; ok {
		*text = values[0]
		return nil
	}
	if name != "addr" || p.kind == single {
		return fmt.Errorf("%w: an option is unknown here", ErrAddress)
	}
	for _, value := range values {
		seed, err := seedOf(value, p.port())
		if err != nil {
			return err
		}
		if !slices.Contains(p.seeds, seed) {
			p.seeds = append(p.seeds, seed)
		}
	}
	if len(p.seeds) > maxSeeds {
		return fmt.Errorf("%w: more than %d servers", ErrAddress, maxSeeds)
	}
	return nil
}

// texts are the options that hold one text.
func (p *place) texts() map[string]*string {
	texts := map[string]*string{}
	if p.kind == sentinel {
		texts["master"], texts["sentinel_user"], texts["sentinel_password"] = &p.master, &p.guardUser, &p.guardWord
	}
	if p.secure {
		texts["ca"], texts["server_name"] = &p.authority, &p.serverName
	}
	return texts
}
