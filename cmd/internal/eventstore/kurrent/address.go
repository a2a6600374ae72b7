package kurrent

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// settings are the options a connection string may carry, in lower case. The
// vendor's parser only logs the others, so that a mistyped tlsVerifyCert would
// pass unseen.
var settings = [...]string{
	"tls", "tlsverifycert", "tlscafile", "usercertfile", "userkeyfile", "nodepreference",
	"maxdiscoverattempts", "discoveryinterval", "gossiptimeout",
	"keepaliveinterval", "keepalivetimeout", "defaultdeadline",
}

// parse reads a connection string as the vendor's client does, and refuses what
// that client would take in silence. No error repeats any part of the string that
// could hold the password.
func parse(address string) (*esdb.Configuration, error) {
	if err := checkShape(address); err != nil {
		return nil, err
	}
	c, err := esdb.ParseConnectionString(address)
	var file *fs.PathError
	switch {
	case errors.As(err, &file):
		return nil, fmt.Errorf("%w: %w", ErrCertificate, err)
	case err != nil && strings.HasPrefix(err.Error(), "failed to append certificate"):
		return nil, fmt.Errorf("%w: tlsCAFile holds no PEM certificate", ErrCertificate)
	case err != nil:
		return nil, fmt.Errorf("%w: expected esdb://user:password@host:port?option=value, "+
			"or several hosts separated by commas, with special characters of the password percent-encoded", ErrAddress)
	case c.Validate() != nil:
		return nil, fmt.Errorf("%w: userCertFile and userKeyFile are given together or not at all", ErrAddress)
	case c.Username != "" && c.DisableTLS && !loopback(c):
		return nil, fmt.Errorf("%w: user and password are never sent without TLS: drop tls=false or the user", ErrAddress)
	}
	// Back-off, jitter and giving up are the supervisor's.
	c.MaxDiscoverAttempts = 1
	c.Logger = esdb.NoopLogging()
	return c, nil
}

func checkShape(address string) error {
	scheme, rest, _ := strings.Cut(address, "://")
	if scheme != "esdb" && scheme != "esdb+discover" {
		return fmt.Errorf("%w: it must begin with esdb:// or esdb+discover://", ErrAddress)
	}
	_, query, _ := strings.Cut(rest, "?")
	if strings.Contains(query, "@") {
		return fmt.Errorf("%w: a \"?\" in the password is written %%3F", ErrAddress)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return fmt.Errorf("%w: the options after \"?\" are not name=value pairs", ErrAddress)
	}
	for name, given := range values {
		key := strings.ToLower(name)
		if !slices.Contains(settings[:], key) {
			return fmt.Errorf("%w: unknown option %.40q", ErrAddress, name)
		}
		if len(given) > 1 {
			return fmt.Errorf("%w: option %s is given twice", ErrAddress, name)
		}
		if err := checkNumber(key, given[0]); err != nil {
			return fmt.Errorf("%w: option %s: %w", ErrAddress, name, err)
		}
	}
	return nil
}

var errRange = errors.New("a whole number in its range is required")

// checkNumber bounds the options that are numbers; the vendor's parser takes a
// wrong defaultDeadline for none.
func checkNumber(key, value string) error {
	least, most := 1, 3_600_000
	switch key {
	case "keepaliveinterval", "keepalivetimeout":
		least = -1
	case "gossiptimeout": // in seconds, unlike the others
		most = 3600
	case "maxdiscoverattempts", "discoveryinterval", "defaultdeadline":
	default:
		return nil
	}
	if n, err := strconv.Atoi(value); err != nil || n < least || n > most {
		return errRange
	}
	return nil
}

// loopback says whether every address is this machine's own.
func loopback(c *esdb.Configuration) bool {
	for _, candidate := range candidates(c) {
		host, _, err := net.SplitHostPort(candidate)
		if err != nil {
			return false
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return false
		}
	}
	return true
}

// candidates are the addresses that the connection string names.
func candidates(c *esdb.Configuration) []string {
	if len(c.GossipSeeds) == 0 {
		return []string{c.Address}
	}
	var all []string
	for _, seed := range c.GossipSeeds {
		all = append(all, seed.String())
	}
	return all
}
