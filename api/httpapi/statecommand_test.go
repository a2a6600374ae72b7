package httpapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/usecase"

	"github.com/google/go-cmp/cmp"
)

// try sends a body and holds the answer against what every answer owes: never a 500, and
// a refusal is named, in words, with rule and citation where it is one of law. Kinds of
// answers are held against the document once each.
func (c *town) try(token, id, action, body string) (*httptest.ResponseRecorder, object) {
	c.t.Helper()
	rec, v := c.send(token, "POST", complaints+"/"+id+"/"+action, body)
	if rec.Code < 400 {
		return rec, v
	}
	if rec.Code >= 500 || v["code"] == nil || v["title"] == "" || v["detail"] == "" || v["detail"] == nil {
		c.t.Errorf("%s by %s: %d %s for %s", action, token, rec.Code, rec.Body, body)
	}
	if v["code"] == "refused" && (v["reason"] == nil || v["rule"] == nil || v["citation"] == nil) {
		c.t.Errorf("%s by %s is refused without reason, rule or citation: %s", action, token, rec.Body)
	}
	return rec, v
}

func (c *town) send(token, method, path, body string) (*httptest.ResponseRecorder, object) {
	c.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	rec := httptest.NewRecorder()
	c.e.ServeHTTP(rec, r)
	v := object{}
	if strings.Contains(rec.Header().Get("Content-Type"), "json") {
		v = c.json(rec)
	}
	_, last, _ := strings.Cut(strings.TrimPrefix(path, complaints+"/"), "/")
	if kind := fmt.Sprint(token, last, rec.Code, v["code"], v["reason"], v["status"]); !c.conformed[kind] {
		c.conformed[kind] = true
		c.conforms(r, body, rec)
	}
	return rec, v
}

// routes are the actions of complaints; the table of access names them all.
func routes() []string {
	return slices.Sorted(maps.Keys(new(usecase.Complaints).Actions()))
}

func listed(view object) (list []string) {
	actions, _ := view["actions"].([]any)
	for _, a := range actions {
		list = append(list, a.(string))
	}
	return list
}

// From every stage of the domain's tests, every command by everybody, with bodies made
// from the document: what the view lists can be done with some sound body, what it does
// not list is refused by name, and whatever a party may not know of does not show in
// what it sees. New stages, commands and roles come in by themselves.
func TestStateByCommandByRole(t *testing.T) {
	c, d := newTown(t), openDocument(t)
	pairs, done := 0, map[string]bool{}
	// The second day is after every limit.
	for _, c.day = range []string{"2026-07-01", "2026-12-01"} {
		for i, name := range c.names() {
			for _, token := range slices.Sorted(maps.Keys(persons())) {
				if !chosen(i, c.day, token) {
					continue
				}
				c.inside(t, c.day+"/"+name+"/"+token, func() { pairs += c.everyCommand(d, name, token, done) })
			}
		}
	}
	table := table(t, "[routes]")
	for _, action := range routes() {
		// What asks for no standing in the case is not listed in it; a case whose data are
		// restricted shows no view that could list how to lift that.
		if !done[action] && action != "lift-restriction" && !testing.Short() && table[action][usecase.RoleConsumer] != "signed" {
			t.Errorf("%s is never carried out: add a stage to the domain's tests in which it is allowed", action)
		}
	}
	t.Logf("%d combinations", pairs)
}

// chosen leaves out what says little more: on the second day all but those who act, and in
// the short run most of the others and that day.
func chosen(i int, day, token string) bool {
	acts, late := token == "consumer" || token == "merchant" || token == "officer", day > "2026-07-01"
	if testing.Short() {
		return !late && (acts || i%9 == 0)
	}
	return acts || !late
}

// inside runs a part as a test of its own.
func (c *town) inside(t *testing.T, name string, part func()) {
	t.Run(name, func(inner *testing.T) {
		c.t = inner
		defer func() { c.t = t }()
		part()
	})
}

func (c *town) everyCommand(d document, name, token string, done map[string]bool) int {
	id := c.stand(name)
	rec, view := c.send(token, "GET", complaints+"/"+id, "")
	may := listed(view)
	all := routes()
	for _, action := range all {
		bodies := d.bodies(action, view, calendar.DateOf(c.now()))
		if slices.Contains(may, action) {
			if c.succeeds(d, token, name, action, bodies) {
				done[action] = true
			}
			continue
		}
		for _, example := range bodies {
			body := d.text(example)
			answer, v := c.try(token, id, action, body)
			if answer.Code < 400 {
				id = c.stand(name)
			}
			if why := unlisted(rec.Code, answer.Code, v["code"]); why != "" {
				c.t.Errorf("%s is %s: %s for %s", action, why, answer.Body, body)
			}
		}
	}
	return len(all)
}

// unlisted says what is wrong with an answer to a command that the view does not list.
func unlisted(view, status int, code any) string {
	switch {
	case view == 410: // restricted data (PIPL 47): nothing is listed, what serves their protection is done
		if status >= 400 && code != "gone" && code != "refused" && code != "forbidden" && code != "not_found" {
			return "refused for another reason than that the data are restricted"
		}
	case status < 400:
		return "not listed, yet done"
	case view == 200 && code != "refused" && code != "forbidden" && code != "not_found":
		return "not listed, and refused for something else"
	case view != 200 && code != "forbidden" && code != "not_found":
		return "of a case that the caller may not see, and told more"
	}
	return ""
}

// succeeds wants one of the bodies to be taken.
func (c *town) succeeds(d document, token, name, action string, bodies []any) bool {
	c.t.Helper()
	id := c.stand(name)
	before, n := c.parties(id), len(c.typesAfter(id, 0))
	why := map[string]string{}
	for range 3 { // as they are, with one field changed, with two
		for _, example := range bodies[:min(len(bodies), 300)] {
			body := d.text(example)
			rec, v := c.try(token, id, action, body)
			if rec.Code < 400 {
				c.unseen(action, id, before, c.typesAfter(id, n))
				return true
			}
			why[fmt.Sprint(v["code"], " ", v["reason"])] = body
		}
		bodies = d.variations(action, bodies)
	}
	c.t.Errorf("%s is listed, yet no body made from the document is taken; give the operation an example that fits this stage. Refusals: %v", action, why)
	return false
}

// parties are the views of those from whom facts are hidden.
func (c *town) parties(id string) map[string]object {
	views := map[string]object{}
	for _, token := range []string{"consumer", "merchant"} {
		_, views[token] = c.send(token, "GET", complaints+"/"+id, "")
	}
	return views
}

// unseen: where all facts that a command led to are hidden from a party, its view is the
// same as before (Order 121 art 37).
func (c *town) unseen(action, id string, before map[string]object, types []string) {
	c.t.Helper()
	shown, after := hiddenYetShown(c.t), c.parties(id)
	for token, was := range before {
		role, fields, hidden := persons()[token].Role, []string(nil), len(types) > 0
		for _, typ := range types {
			hidden = hidden && !c.cases.Access().InHistory(role, typ)
			fields = append(fields, shown[role][typ]...)
		}
		if !hidden || slices.Contains(fields, "*") || was["code"] != nil {
			continue
		}
		a, b := cloned(was), cloned(after[token])
		cut(a, fields)
		cut(b, fields)
		if diff := cmp.Diff(a, b); diff != "" {
			c.t.Errorf("%s led to %v, which are hidden from the %s, who can tell:\n%s", action, types, token, diff)
		}
	}
}

func cloned(v object) (out object) {
	raw, _ := json.Marshal(v)
	_ = json.Unmarshal(raw, &out)
	return out
}
