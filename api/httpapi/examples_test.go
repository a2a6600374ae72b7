package httpapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/calendar"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the examples of answers (api/examples.yaml) anew; read the difference")

const (
	examplesFile = "../../api/examples.yaml"
	// maxExamples bounds what the examples add to the document, in bytes.
	maxExamples = 512 << 10
)

// sample is an example of an answer: what was asked, and what came.
type sample struct {
	world   *world
	request *http.Request
	body    string
	answer  *httptest.ResponseRecorder
	// summary says where it was asked, and by whom.
	summary string
}

func (w *world) sample(summary, token, method, path, body string, set ...func(*http.Request)) sample {
	w.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, f := range set {
		f(r)
	}
	s := sample{world: w, request: r, body: body, answer: httptest.NewRecorder(), summary: summary}
	w.e.ServeHTTP(s.answer, r)
	return s
}

// value is the answer as plain values.
func (s sample) value(t testing.TB) (v any) {
	t.Helper()
	if err := json.Unmarshal(s.answer.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v: %s", err, s.answer.Body)
	}
	return v
}

// shape are the places of a value and what kind of value stands there: the same for two
// answers that differ only in ids, times and words.
func shape(v any) []string {
	places := map[string]bool{}
	var walk func(any, string)
	walk = func(v any, at string) {
		switch v := v.(type) {
		case object:
			places[at+" object"] = true
			for k, inner := range v {
				walk(inner, at+"/"+k)
			}
		case []any:
			places[at+" array"] = true
			for _, inner := range v {
				walk(inner, at+"/*")
			}
		default:
			places[fmt.Sprintf("%s %T", at, v)] = true
		}
	}
	walk(v, "")
	return slices.Sorted(maps.Keys(places))
}

// Every example of an answer is one that the server gives: the document's keys are those
// that are served, both keep the schema, and the example of the request is what was asked.
// With -update the answers are written anew; time, ids and keys are fixed, so that the
// same program writes the same bytes.
func TestExamplesAreAnswers(t *testing.T) {
	d := openDocument(t)
	all := d.answersToActions(t)
	maps.Copy(all, readings(t))
	maps.Copy(all, problems(t))
	if *update {
		writeExamples(t, all)
		return
	}
	known, _ := d.at(d.root, "components", "examples").(object)
	for name := range known {
		if _, made := all[name]; !made {
			t.Errorf("example %s is of nothing that the test asks; run with -update", name)
		}
	}
	for name, s := range all {
		example := d.at(known, name, "value")
		if example == nil {
			t.Errorf("no example %s; run with -update", name)
			continue
		}
		raw, err := json.Marshal(example)
		if err != nil {
			t.Fatal(err)
		}
		var plain any
		if err := json.Unmarshal(raw, &plain); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(shape(plain), shape(s.value(t))); diff != "" {
			t.Errorf("example %s is no longer what is served; run with -update:\n%s", name, diff)
		}
		s.world.conforms(s.request, s.body, s.answer)
		told := httptest.NewRecorder()
		maps.Copy(told.Header(), s.answer.Header())
		told.WriteHeader(s.answer.Code)
		_, _ = told.Write(raw)
		s.world.conforms(s.request, s.body, told)
	}
}

func writeExamples(t *testing.T, all map[string]sample) {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("  # What this program answered (go test ./api/httpapi -run ExamplesAreAnswers -update).\n  examples:\n")
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "    %s:\n      summary: %q\n      value: ", name, all[name].summary)
		if err := enc.Encode(all[name].value(t)); err != nil {
			t.Fatal(err)
		}
	}
	if b.Len() > maxExamples {
		t.Fatalf("%d bytes of examples", b.Len())
	}
	if err := os.WriteFile(examplesFile, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Every operation that answers JSON names an example of it, as every one that takes a body
// has one of that.
func TestEveryOperationHasExamples(t *testing.T) {
	d := openDocument(t)
	all, _ := d.at(d.root, "paths").(object)
	for path := range all {
		for _, method := range []string{"get", "post"} {
			o, _ := d.at(all, path, method).(object)
			if body, _ := d.at(o, "requestBody", "content", "application/json").(object); body != nil && len(d.examples(body)) == 0 {
				t.Errorf("%s %s: no example of the body", method, path)
			}
			answers, _ := o["responses"].(object)
			for status := range answers {
				for _, media := range []string{"application/json", "application/problem+json"} {
					content, _ := d.at(answers, status, "content", media).(object)
					good := status[0] == '2' || media == "application/problem+json"
					if content != nil && good && status != "500" && len(d.examples(content)) == 0 {
						t.Errorf("%s %s: no example of the answer %s", method, path, status)
					}
				}
			}
		}
	}
}

// answersToActions runs the example of each action's body in a stage that fits: the one
// that the document names, else the first.
func (d document) answersToActions(t *testing.T) map[string]sample {
	all, known := map[string]sample{}, d.at(d.root, "components", "examples")
	search := &finder{d: d, t: t}
	for _, action := range routes() {
		if action == "claim" { // a code is told once, to who offers the claim
			continue
		}
		name, _ := d.at(d.root, "paths", caseRoute+action, "post", "operationId").(string)
		summary, _ := d.at(known, name, "summary").(string)
		s, ok := d.carriedOut(t, action, summary)
		if !ok {
			s, ok = d.carriedOut(t, action, search.place(action))
		}
		if !ok {
			t.Errorf("the example of %s is taken in no stage of the domain's tests", action)
			continue
		}
		all[name] = s
	}
	return all
}

// carriedOut runs the example in a town of its own, "stage, by whom, on a day".
func (d document) carriedOut(t *testing.T, action, summary string) (sample, bool) {
	stage, rest, _ := strings.Cut(summary, "; by ")
	token, day, ok := strings.Cut(rest, " on ")
	if !ok {
		return sample{}, false
	}
	c := newTown(t)
	c.day = day
	if c.stages[stage] == nil {
		return sample{}, false
	}
	id := c.stand(stage)
	_, view := c.send(token, "GET", complaints+"/"+id, "")
	for i, body := range d.bodies(action, view, calendar.DateOf(c.now())) {
		key := header("Idempotency-Key", fmt.Sprintf("example-%d", i))
		if s := c.sample(summary, token, "POST", complaints+"/"+id+"/"+action, d.text(body), key); s.answer.Code < 300 {
			return s, true
		}
	}
	return sample{}, false
}

// finder looks for stages in which an action is open.
type finder struct {
	d    document
	t    *testing.T
	open map[string][]string // by action: where, by whom, when
}

func (f *finder) look() {
	if f.open != nil {
		return
	}
	f.open = map[string][]string{}
	c := newTown(f.t)
	for _, c.day = range []string{"2026-07-01", "2026-12-01"} {
		for _, stage := range c.names() {
			id := c.stand(stage)
			for _, token := range []string{"officer", "consumer", "merchant", "superior", "stranger"} {
				_, view := c.send(token, "GET", complaints+"/"+id, "")
				place := fmt.Sprintf("%s; by %s on %s", stage, token, c.day)
				for _, action := range listed(view) {
					f.open[action] = append(f.open[action], place)
				}
				f.open["*"] = append(f.open["*"], place)
			}
		}
	}
}

// place is where the example of an action is taken; what no view lists is tried everywhere.
func (f *finder) place(action string) string {
	f.look()
	places := f.open[action]
	if len(places) == 0 {
		places = f.open["*"]
	}
	for _, place := range places {
		if _, ok := f.d.carriedOut(f.t, action, place); ok {
			return place
		}
	}
	return ""
}
