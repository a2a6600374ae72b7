package httpapi_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fangxin/api"
	"fangxin/domain/usecase"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// A schema of the document has the fields of the type behind it, and asks for the
// same ones.
func TestSchemasAreTheTypes(t *testing.T) {
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Required   []string       `yaml:"required"`
				Properties map[string]any `yaml:"properties"`
				Additional *bool          `yaml:"additionalProperties"`
			} `yaml:"schemas"`
		} `yaml:"components"`
	}
	if err := yaml.Unmarshal([]byte(api.OpenAPI()), &doc); err != nil {
		t.Fatal(err)
	}
	types := map[reflect.Type]bool{}
	collect(reflect.TypeFor[usecase.FileComplaint](), true, types)
	for _, input := range new(usecase.Complaints).Actions() {
		collect(reflect.TypeOf(input()).Elem(), true, types)
	}
	collect(reflect.TypeFor[usecase.CaseView](), false, types)
	for typ, isInput := range types {
		if strings.HasPrefix(typ.PkgPath(), "fangxin/domain/") && typ.Name() == "Value" {
			continue
		}
		s, ok := doc.Components.Schemas[typ.Name()]
		if !ok {
			t.Errorf("no schema %s", typ.Name())
			continue
		}
		names, required := fieldsOf(typ, isInput)
		got := []string{}
		for name := range s.Properties {
			got = append(got, name)
		}
		slices.Sort(got)
		slices.Sort(s.Required)
		if d := cmp.Diff([][]string{names, required}, [][]string{got, append([]string{}, s.Required...)}); d != "" {
			t.Errorf("%s: %s", typ.Name(), d)
		}
		if isInput && (s.Additional == nil || *s.Additional) {
			t.Errorf("%s takes fields it does not know", typ.Name())
		}
	}
}

func collect(t reflect.Type, isInput bool, into map[reflect.Type]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if _, seen := into[t]; seen || t.Kind() != reflect.Struct || t.PkgPath() == "time" {
		return
	}
	into[t] = isInput
	for i := range t.NumField() {
		collect(t.Field(i).Type, isInput, into)
	}
}

func fieldsOf(t reflect.Type, isInput bool) (names, required []string) {
	names, required = []string{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			n, r := fieldsOf(f.Type, isInput)
			names, required = append(names, n...), append(required, r...)
			continue
		}
		names = append(names, name)
		rule, _, _ := strings.Cut(f.Tag.Get("validate"), ",")
		if !isInput && option == "" || isInput && (rule == "required" || f.Type.Kind() == reflect.Struct && option == "") {
			required = append(required, name)
		}
	}
	slices.Sort(names)
	slices.Sort(required)
	return names, required
}

// Every example of a request body is taken for a body of its shape: it may be refused
// by law, for the case is not there, but never for its form.
func TestExamplesAreRun(t *testing.T) {
	w := newWorld(t)
	id, n := w.file(), 0
	for path, methods := range paths(t) {
		for method, node := range methods {
			var op operation
			if method == "parameters" || node.Decode(&op) != nil {
				continue
			}
			example := op.RequestBody.Content["application/json"].Example
			if example == nil {
				continue
			}
			n++
			raw, err := json.Marshal(example)
			if err != nil {
				t.Fatal(err)
			}
			token := "officer"
			if strings.HasSuffix(path, "/clock") {
				token = "admin"
			}
			rec := w.request(token, strings.ToUpper(method), strings.ReplaceAll(path, "{id}", id), string(raw))
			if code := w.json(rec)["code"]; rec.Code >= http.StatusInternalServerError || code == "invalid" || code == "not_json" {
				t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d examples", n)
	}
}
