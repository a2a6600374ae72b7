package httpapi_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// queryNames are the parameters of the query that a GET operation of the document has.
func queryNames(t *testing.T, path string, operation yaml.Node) (names []string) {
	t.Helper()
	var op struct {
		Parameters []struct {
			Name string `yaml:"name"`
			In   string `yaml:"in"`
			Ref  string `yaml:"$ref"`
		} `yaml:"parameters"`
	}
	if err := operation.Decode(&op); err != nil {
		t.Fatal(path, err)
	}
	shared := map[string]string{"Cursor": "cursor", "Limit": "limit", "MetricVersion": "version"}
	for _, p := range op.Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
		} else if name := shared[p.Ref[strings.LastIndex(p.Ref, "/")+1:]]; name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Whatever anybody may read answers a wrong parameter with a problem that names it, and
// nothing with a failure: every route of the document, every parameter that it has, and
// one that it has not.
func TestBadInputOverEveryPublicRoute(t *testing.T) {
	w := newWorld(t)
	id := w.published()
	w.at("2026-12-01")
	w.do(http.StatusCreated, "auditor", "POST", "/api/v1/periods/2026-09/close", `{"as_of":"2026-11-30"}`)
	w.project()
	fill := strings.NewReplacer("{metric}", "received", "{period}", "2026-09", "{table}", "received",
		"/disclosures/{id}", "/disclosures/"+id, "/merchants/{id}", "/merchants/"+accounts()["merchant"].Merchant)
	wrong := map[string]string{
		"long": strings.Repeat("定", 10_000), "not UTF-8": "\xff", "control": "a\x00b",
	}
	asked := 0
	all := paths(t)
	for _, path := range slices.Sorted(maps.Keys(all)) {
		operation, get := all[path]["get"]
		if !get || !strings.HasPrefix(path, "/api/v1/public/") {
			continue
		}
		address, base := fill.Replace(path), url.Values{}
		if strings.HasSuffix(path, "{table}") {
			base.Set("period", "2026-09")
		}
		if strings.HasSuffix(path, "/suggest") {
			base.Set("q", "青城")
		}
		w.do(http.StatusOK, "", "GET", address+"?"+base.Encode(), "")
		names := append(queryNames(t, path, operation), "nonsense")
		for _, name := range names {
			for what, value := range wrong {
				query := maps.Clone(base)
				query.Set(name, value)
				p := w.refused(http.StatusBadRequest, "bad_parameter", "", "GET", address+"?"+query.Encode(), "")
				faults, _ := p["errors"].([]any)
				asked++
				if !slices.ContainsFunc(faults, func(f any) bool { return f.(object)["parameter"] == name }) {
					t.Errorf("%s: %s %s is not named: %v", path, what, name, faults)
				}
			}
		}
	}
	if asked < 200 {
		t.Errorf("only %d questions", asked)
	}
}
