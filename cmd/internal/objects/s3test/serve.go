package s3test

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxBody bounds one object, in bytes.
const maxBody = 64 << 20

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.wait(r.Context()) {
		return
	}
	bucket, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if code := verify(r); code != "" {
		refuse(w, http.StatusForbidden, code)
		return
	}
	if bucket != Bucket {
		refuse(w, http.StatusNotFound, "NoSuchBucket")
		return
	}
	v := Pass
	s.mu.Lock()
	judge := s.judge
	s.mu.Unlock()
	if judge != nil {
		v = judge(Request{Method: r.Method, Name: name, Query: r.URL.RawQuery, Conditional: r.Header.Get("If-None-Match") != ""})
	}
	switch v {
	case Busy:
		refuse(w, http.StatusServiceUnavailable, "SlowDown")
	case Deny:
		refuse(w, http.StatusForbidden, "AccessDenied")
	case Conflict:
		refuse(w, http.StatusConflict, "ConditionalRequestConflict")
	case Unknown:
		refuse(w, http.StatusNotImplemented, "NotImplemented")
	case Gone:
		refuse(w, http.StatusNotFound, "NoSuchBucket")
	case Stray:
		http.Error(w, "<html>404 page not found</html>", http.StatusNotFound)
	case Cut:
		hangUp(w)
	case Lost:
		s.serve(discard{http.Header{}}, r, name)
		refuse(w, http.StatusInternalServerError, "InternalError")
	case CutAfter:
		s.serve(discard{http.Header{}}, r, name)
		hangUp(w)
	default:
		s.serve(w, r, name)
	}
}

// discard takes an answer that is lost.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

func hangUp(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		conn.Close()
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, name string) {
	query := r.URL.Query()
	switch {
	case name == "" && r.Method == http.MethodHead:
	case name == "" && r.Method == http.MethodGet && query.Has("location"):
		answer(w, location{Region: Region})
	case name == "" && r.Method == http.MethodGet && query.Has("versioning"):
		s.mu.Lock()
		defer s.mu.Unlock()
		answer(w, versioning{Status: s.versioning})
	case name == "" && r.Method == http.MethodGet && query.Get("list-type") == "2":
		s.list(w, query)
	case name != "" && r.Method == http.MethodPut && r.URL.RawQuery == "":
		s.put(w, r, name)
	case name != "" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		s.get(w, r, name)
	case name != "" && r.Method == http.MethodDelete:
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.objects, name)
		w.WriteHeader(http.StatusNoContent)
	default:
		refuse(w, http.StatusNotImplemented, "NotImplemented")
	}
}

func (s *Server) put(w http.ResponseWriter, r *http.Request, name string) {
	content, err := readBody(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, "IncompleteBody")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, stands := s.objects[name]; stands && r.Header.Get("If-None-Match") == "*" && !s.careless {
		refuse(w, http.StatusPreconditionFailed, "PreconditionFailed")
		return
	}
	s.objects[name] = object{content: content, modified: time.Now()}
	if w.Header().Set("ETag", etag(content)); s.versioning == "Enabled" {
		s.versions++
		w.Header().Set("X-Amz-Version-Id", strconv.Itoa(s.versions))
	}
}

func (s *Server) get(w http.ResponseWriter, r *http.Request, name string) {
	s.mu.Lock()
	o, stands := s.objects[name]
	rangeless := s.rangeless
	s.mu.Unlock()
	if !stands {
		refuse(w, http.StatusNotFound, "NoSuchKey")
		return
	}
	w.Header().Set("ETag", etag(o.content))
	w.Header().Set("Content-Type", "application/octet-stream")
	if rangeless {
		r.Header.Del("Range")
	}
	http.ServeContent(w, r, "", o.modified, bytes.NewReader(o.content))
}

func etag(content []byte) string {
	sum := md5.Sum(content)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

type location struct {
	XMLName xml.Name `xml:"LocationConstraint"`
	Region  string   `xml:",chardata"`
}

type versioning struct {
	XMLName xml.Name `xml:"VersioningConfiguration"`
	Status  string   `xml:",omitempty"`
}

type listing struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	Name                  string
	Prefix                string
	KeyCount              int
	MaxKeys               int
	IsTruncated           bool
	EncodingType          string
	NextContinuationToken string `xml:",omitempty"`
	Contents              []entry
}

type entry struct {
	Key          string
	LastModified string
	ETag         string
	Size         int
}

func (s *Server) list(w http.ResponseWriter, query url.Values) {
	limit, err := strconv.Atoi(query.Get("max-keys"))
	if err != nil || limit <= 0 || limit > 1000 {
		limit = 1000
	}
	after := query.Get("start-after")
	if token := query.Get("continuation-token"); token != "" {
		last, err := base64.URLEncoding.DecodeString(token)
		if err != nil {
			refuse(w, http.StatusBadRequest, "InvalidArgument")
			return
		}
		after = string(last)
	}
	names := s.Names()
	from, found := slices.BinarySearch(names, after)
	if found {
		from++
	}
	l := listing{Name: Bucket, Prefix: url.QueryEscape(query.Get("prefix")), MaxKeys: limit, EncodingType: "url"}
	s.mu.Lock()
	defer s.mu.Unlock()
	last := ""
	for _, name := range names[from:] {
		o, stands := s.objects[name]
		if !stands || !strings.HasPrefix(name, query.Get("prefix")) {
			continue
		}
		if l.KeyCount == limit {
			l.IsTruncated, l.NextContinuationToken = true, base64.URLEncoding.EncodeToString([]byte(last))
			break
		}
		l.KeyCount++
		last = name
		// Amazon tells whole seconds.
		modified := o.modified.UTC().Truncate(time.Second).Format("2006-01-02T15:04:05.000Z")
		l.Contents = append(l.Contents, entry{Key: url.QueryEscape(name), LastModified: modified, ETag: etag(o.content), Size: len(o.content)})
	}
	answer(w, l)
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/xml")
	text, err := xml.Marshal(body)
	if err != nil {
		refuse(w, http.StatusInternalServerError, "InternalError")
		return
	}
	// A caller that has gone misses it.
	_, _ = w.Write(append([]byte(xml.Header), text...))
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "%s<Error><Code>%s</Code><Message>%s</Message></Error>", xml.Header, code, code)
}
