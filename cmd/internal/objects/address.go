package objects

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// ErrAddress: the address of an object store is not well formed. The error never
// shows the address, for it may hold a secret.
var ErrAddress = errors.New("not an address of an object store (s3://KEY:SECRET@host:port/bucket?tls=false&region=R&prefix=P)")

// Credentials sign the requests.
type Credentials struct {
	AccessKey string
	SecretKey string
	// SessionToken belongs to temporary credentials; else "".
	SessionToken string
}

// String shows nothing.
func (c Credentials) String() string { return "credentials" }

// GoString shows nothing.
func (c Credentials) GoString() string { return "objects.Credentials{}" }

// Address says where the objects lie.
type Address struct {
	// Host is the server's host, with its port where it is not the protocol's own.
	Host   string
	Bucket string
	// Region is "" where the server is asked for it.
	Region string
	// Prefix begins every name; "" or with a slash at its end.
	Prefix string
	// Plain says that no TLS is used.
	Plain       bool
	Credentials Credentials
}

// ParseAddress reads s3://KEY:SECRET@host:port/bucket with the parameters tls (true
// or false, true by default), region and prefix. KEY and SECRET may be left out and
// are percent-encoded where they hold one of :/?#[]@%. ErrAddress.
func ParseAddress(text string) (Address, error) {
	u, err := url.Parse(text)
	if err != nil {
		// The parser's error repeats what it read.
		return Address{}, fmt.Errorf("%w: not an address; are the credentials percent-encoded?", ErrAddress)
	}
	if u.Scheme != "s3" || u.Opaque != "" || u.Fragment != "" || !isHost(u) {
		return Address{}, fmt.Errorf("%w: scheme, host or fragment", ErrAddress)
	}
	a := Address{Host: u.Host, Bucket: strings.TrimPrefix(u.Path, "/")}
	if !isBucket(a.Bucket) {
		return Address{}, fmt.Errorf("%w: bucket", ErrAddress)
	}
	if u.User != nil {
		a.Credentials.AccessKey = u.User.Username()
		a.Credentials.SecretKey, _ = u.User.Password()
		if a.Credentials.AccessKey == "" || a.Credentials.SecretKey == "" {
			return Address{}, fmt.Errorf("%w: access key without secret", ErrAddress)
		}
	}
	return a, a.readParameters(u.RawQuery)
}

func (a *Address) readParameters(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return fmt.Errorf("%w: parameters", ErrAddress)
	}
	for name, given := range values {
		value := given[0]
		switch {
		case len(given) > 1:
			return fmt.Errorf("%w: a parameter is given twice", ErrAddress)
		case name == "tls" && (value == "true" || value == "false"):
			a.Plain = value == "false"
		case name == "region" && isRegion(value):
			a.Region = value
		case name == "prefix" && (value == "" || checkName(strings.TrimSuffix(value, "/")) == nil && len(value) <= maxPrefix):
			if a.Prefix = value; value != "" && !strings.HasSuffix(value, "/") {
				a.Prefix += "/"
			}
		default:
			return fmt.Errorf("%w: parameter", ErrAddress)
		}
	}
	return nil
}

// maxPrefix leaves room for the names.
const maxPrefix = 512

// String is the address without its credentials, for logs.
func (a Address) String() string {
	q := url.Values{"tls": {strconv.FormatBool(!a.Plain)}}
	if a.Region != "" {
		q.Set("region", a.Region)
	}
	if a.Prefix != "" {
		q.Set("prefix", a.Prefix)
	}
	return (&url.URL{Scheme: "s3", Host: a.Host, Path: "/" + a.Bucket, RawQuery: q.Encode()}).String()
}

// GoString is String.
func (a Address) GoString() string { return a.String() }

func isHost(u *url.URL) bool {
	host := u.Hostname()
	if host == "" || strings.HasSuffix(u.Host, ":") {
		return false
	}
	if strings.Contains(host, ":") {
		return net.ParseIP(host) != nil && strings.HasPrefix(u.Host, "[")
	}
	if n, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && (err != nil || n == 0) {
		return false
	}
	return only(host, "-.")
}

// isBucket follows the rules of general purpose buckets.
func isBucket(s string) bool {
	return len(s) >= 3 && len(s) <= 63 && s == strings.ToLower(s) && only(s, "-.") && strings.Trim(s, "-.") == s && !strings.Contains(s, "..")
}

func isRegion(s string) bool { return len(s) <= 64 && only(s, "-") }

// only says whether s holds letters, digits and the given others alone.
func only(s, others string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return true
}
