package httpapi_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/calendar"
)

// mutation is a body with one thing wrong.
type mutation struct {
	what string
	body any
	// wants says what the answer may be; nil: anything that has a name.
	wants func(status int, p object) bool
	// day: a possible day, in the wrong place.
	day bool
}

func invalid(status int, p object) bool { return status == 422 && p["code"] == "invalid" }

func refusedOrInvalid(status int, p object) bool {
	return status == 422 && (p["code"] == "invalid" || p["code"] == "refused")
}

// days of all kinds: before the filing, in the future, across a gap of the calendar table
// (no year after the last announced one has holidays), at its bounds, and none at all.
func days() map[string]func(int, object) bool {
	return map[string]func(int, object) bool{
		"2026-05-31": nil, "2020-02-29": nil, "2026-12-31": nil, "2027-02-17": nil, "2031-10-01": nil, "2099-12-31": nil, "1900-01-01": nil,
		"2026-02-30": invalid, "1899-12-31": invalid, "2101-01-01": invalid, "2026-13-01": invalid, "yesterday": invalid, "2026-7-1": invalid, "２０２６-07-01": invalid,
	}
}

// datedAt: a day that is possible as such is taken, or refused by a rule, at its own field or
// at the reason that an earlier day needs; or the object that holds it wants more.
func datedAt(path string) func(int, object) bool {
	beside, _, _ := strings.Cut(path, "/on")
	return func(status int, p object) bool {
		if status < 400 {
			return true
		}
		errors, _ := p["errors"].([]any)
		return status == 422 && slices.ContainsFunc(errors, func(e any) bool {
			at, code := e.(object)["pointer"], e.(object)["code"]
			return p["code"] == "invalid" && (at == path || code == "missing") ||
				p["code"] == "refused" && (at == path || at == beside+"/reason") && e.(object)["rule"] != nil
		})
	}
}

// mutations go through every field that the document knows of a body, at every depth.
func (d document) mutations(v any, schema object, path string, put func(any) any) (list []mutation) {
	o, ok := v.(object)
	if !ok {
		return nil
	}
	list = append(list, mutation{path + " is no object", put([]any{1}), invalid, false},
		mutation{path + " has an unknown field", put(with(o, "no_such_field", 1)), invalid, false})
	properties, _ := schema["properties"].(object)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		property, _ := d.resolve(properties[name]).(object)
		here := path + "/" + name
		set := func(v any) any { return put(with(o, name, v)) }
		list = append(list, d.wrong(here, property, set)...)
		if property["format"] == "date" || name == "on" {
			for day, wants := range days() {
				possible := wants == nil
				if possible {
					wants = datedAt(here)
				}
				list = append(list, mutation{here + " is " + day, set(day), wants, possible})
			}
		}
		inner := o[name]
		if property["type"] == "object" && inner == nil {
			inner = object{}
		}
		list = append(list, d.mutations(inner, property, here, set)...)
	}
	return list
}

// wrong are values of another type, beyond the bounds, and not listed.
func (d document) wrong(path string, property object, set func(any) any) (list []mutation) {
	other := map[string]any{"string": 7, "integer": "七", "boolean": "是", "array": object{"a": 1}, "object": "x"}
	typ, _ := property["type"].(string)
	list = append(list, mutation{path + " is of another type", set(other[typ]), invalid, false})
	if typ == "string" {
		list = append(list, mutation{path + " is too long", set(strings.Repeat("长", 20_001)), invalid, false},
			mutation{path + " holds NUL", set("a\x00b"), refusedOrInvalid, false})
	}
	if typ == "array" {
		list = append(list, mutation{path + " has too many", set(slices.Repeat([]any{"x"}, 1000)), invalid, false})
	}
	if typ == "integer" {
		list = append(list, mutation{path + " is negative", set(-1), invalid, false}, mutation{path + " is huge", set(1e18), invalid, false},
			mutation{path + " is a fraction", set(1.5), invalid, false})
	}
	if property["enum"] != nil {
		list = append(list, mutation{path + " is not listed", set("no such value"), invalid, false})
	}
	return list
}

// From the first stage in which a command is allowed: the same command with one field of
// its body wrong. It is refused by name, or taken where the value is possible after all;
// it is never a 500. The day of an act is not in the future and not before the filing
// (Order 121 art 45; Civil Code art 201).
func TestMutatedBodies(t *testing.T) {
	c, d := newTown(t), openDocument(t)
	n, tried := 0, map[string]bool{}
	for _, c.day = range []string{"2026-07-01", "2026-12-01"} {
		for _, name := range c.names() {
			for _, token := range []string{"officer", "consumer", "merchant"} {
				_, view := c.send(token, "GET", complaints+"/"+c.stand(name), "")
				for _, action := range listed(view) {
					if tried[action+token] {
						continue
					}
					tried[action+token] = true
					c.inside(t, action+" by "+token, func() { n += c.mutate(d, name, token, action, view) })
				}
			}
		}
	}
	t.Logf("%d bodies", n)
}

// taken is an example of a command that is taken in the stage; the first one where none is.
func (c *town) taken(d document, name, token, action string, view object) (example any, sound bool) {
	list := d.bodies(action, view, calendar.DateOf(c.now()))
	for _, example := range list {
		if rec, _ := c.try(token, c.stand(name), action, d.text(example)); rec.Code < 400 {
			return example, true
		}
	}
	return list[0], false
}

func (c *town) mutate(d document, name, token, action string, view object) int {
	n, id := 0, c.stand(name)
	example, sound := c.taken(d, name, token, action, view)
	for _, m := range d.mutations(example, d.form(action).schema, "", func(v any) any { return v }) {
		n++
		facts := len(c.typesAfter(id, 0))
		rec, p := c.try(token, id, action, d.text(m.body))
		if rec.Code < 400 {
			if strings.HasPrefix(m.what, "/occurred/on") {
				c.t.Errorf("%s: taken", m.what)
			}
			id = c.stand(name)
		} else if now := len(c.typesAfter(id, 0)); now != facts {
			c.t.Errorf("%s: refused, yet %d facts were written", m.what, now-facts)
		}
		if m.day && !sound {
			continue // something else is wrong with it as well
		}
		if m.wants != nil && !m.wants(rec.Code, p) {
			c.t.Errorf("%s: %s", m.what, fmt.Sprint(rec.Code, " ", p["code"], " ", p["errors"], " ", p["reason"]))
		}
	}
	return n
}
