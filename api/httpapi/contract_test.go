package httpapi_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"fangxin/api"

	"github.com/labstack/echo/v4"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"gopkg.in/yaml.v3"
)

var contract = sync.OnceValues(func() (validator.Validator, error) {
	document, err := libopenapi.NewDocument([]byte(api.OpenAPI()))
	if err != nil {
		return nil, err
	}
	v, errs := validator.NewValidator(document)
	if len(errs) > 0 {
		return nil, errs[0]
	}
	return v, nil
})

// contractLock: the validator's caches are filled while it works.
var contractLock sync.Mutex

// conforms holds the answer of every call against the document, and the request as
// well where it was taken for good.
func (w *world) conforms(r *http.Request, body string, rec *httptest.ResponseRecorder) {
	w.t.Helper()
	if *update {
		return // the examples of the document are being written
	}
	v, err := contract()
	if err != nil {
		w.t.Fatal(err)
	}
	path := r.URL.Path
	if rec.Code == http.StatusMethodNotAllowed || !w.routed(r.Method, path) {
		return
	}
	contractLock.Lock()
	defer contractLock.Unlock()
	again := r.Clone(r.Context())
	again.Body = http.NoBody
	if body != "" {
		again.Body = http.MaxBytesReader(nil, readCloser(body), 1<<30)
	}
	response := rec.Result()
	response.Body = readCloser(rec.Body.String())
	if media := rec.Header().Get("Content-Type"); media == "application/problem+json" || media == "application/json" {
		if ok, errs := v.ValidateHttpResponse(again, response); !ok {
			for _, e := range errs {
				w.t.Errorf("answer to %s %s (%d): %s: %s %v", r.Method, path, rec.Code, e.Message, e.Reason, details(e.SchemaValidationErrors))
			}
			w.t.Logf("%s", rec.Body)
		}
	}
	if rec.Code < 300 && !strings.HasPrefix(path, "/api/v1/evidence") {
		if ok, errs := v.ValidateHttpRequestSync(again); !ok {
			for _, e := range errs {
				w.t.Errorf("request %s %s: %s: %s", r.Method, path, e.Message, e.Reason)
			}
		}
	}
}

func details[T any](list []*T) []T {
	var out []T
	for _, e := range list {
		out = append(out, *e)
	}
	return out
}

type closing struct{ *bytes.Reader }

func (closing) Close() error { return nil }

func readCloser(s string) closing { return closing{bytes.NewReader([]byte(s))} }

func (w *world) routed(method, path string) bool {
	c := w.e.NewContext(nil, nil)
	w.e.Router().Find(method, path, c)
	return c.Path() != "" && slices.ContainsFunc(w.e.Routes(), func(r *echo.Route) bool { return r.Path == c.Path() && r.Method == method })
}

type operation struct {
	RequestBody struct {
		Content map[string]struct {
			Example any `yaml:"example"`
		} `yaml:"content"`
	} `yaml:"requestBody"`
}

func paths(t *testing.T) map[string]map[string]yaml.Node {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]yaml.Node `yaml:"paths"`
	}
	if err := yaml.Unmarshal([]byte(api.OpenAPI()), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Paths
}

func TestTheDocumentIsValid(t *testing.T) {
	v, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	if ok, errs := v.ValidateDocument(); !ok {
		for _, e := range errs {
			t.Error(e.Message, e.Reason, details(e.SchemaValidationErrors))
		}
	}
}

func TestEveryRouteIsInTheDocumentAndNoOther(t *testing.T) {
	routes, documented := map[string]bool{}, map[string]bool{}
	for _, r := range newWorld(t).e.Routes() {
		path := r.Path
		for _, name := range []string{"id", "code", "form", "period", "table", "metric"} {
			path = strings.ReplaceAll(path, ":"+name, "{"+name+"}")
		}
		if r.Method != http.MethodHead { // HEAD stands for its GET
			routes[r.Method+" "+path] = true
		}
	}
	for path, methods := range paths(t) {
		for method := range methods {
			if method != "parameters" {
				documented[strings.ToUpper(method)+" "+path] = true
			}
		}
	}
	for r := range routes {
		if !documented[r] {
			t.Errorf("%s is not in the document", r)
		}
	}
	for d := range documented {
		if !routes[d] {
			t.Errorf("%s is only in the document", d)
		}
	}
}
