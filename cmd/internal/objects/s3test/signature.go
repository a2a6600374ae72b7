package s3test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	algorithm = "AWS4-HMAC-SHA256"
	unsigned  = "UNSIGNED-PAYLOAD"
)

// verify checks the signature of a request (Signature Version 4, in the header) and
// answers the code of its refusal, or "".
func verify(r *http.Request) string {
	fields := map[string]string{}
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), algorithm+" ")
	for part := range strings.SplitSeq(given, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[name] = value
	}
	scope := strings.Split(fields["Credential"], "/")
	if !ok || len(scope) != 5 {
		return "AccessDenied"
	}
	if scope[0] != AccessKey {
		return "InvalidAccessKeyId"
	}
	key := []byte("AWS4" + SecretKey)
	for _, part := range scope[1:] {
		key = sum(key, part)
	}
	hash := sha256.Sum256([]byte(canonical(r, fields["SignedHeaders"])))
	text := strings.Join([]string{algorithm, r.Header.Get("X-Amz-Date"), strings.Join(scope[1:], "/"), hex.EncodeToString(hash[:])}, "\n")
	if hex.EncodeToString(sum(key, text)) != fields["Signature"] {
		return "SignatureDoesNotMatch"
	}
	return ""
}

func sum(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// canonical is the text whose hash is signed.
func canonical(r *http.Request, signed string) string {
	var b strings.Builder
	query := strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20")
	fmt.Fprintf(&b, "%s\n%s\n%s\n", r.Method, (&url.URL{Path: r.URL.Path}).EscapedPath(), query)
	names := strings.Split(signed, ";")
	slices.Sort(names)
	for _, name := range names {
		value := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = strconv.FormatInt(r.ContentLength, 10)
		}
		fmt.Fprintf(&b, "%s:%s\n", name, strings.Join(strings.Fields(value), " "))
	}
	fmt.Fprintf(&b, "\n%s\n%s", signed, r.Header.Get("X-Amz-Content-Sha256"))
	return b.String()
}

var errBody = errors.New("body does not hold what was announced")

// readBody reads the content and checks it against its announced hash and length.
// Content that is signed chunk by chunk is none it takes.
func readBody(r *http.Request) ([]byte, error) {
	body := http.MaxBytesReader(nil, r.Body, maxBody)
	announced := r.Header.Get("X-Amz-Content-Sha256")
	content, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(content)
	if announced != unsigned && announced != hex.EncodeToString(hash[:]) || int64(len(content)) != r.ContentLength {
		return nil, errBody
	}
	return content, nil
}
