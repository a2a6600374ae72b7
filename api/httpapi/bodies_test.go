package httpapi_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fangxin/api"
	"fangxin/domain/calendar"

	"gopkg.in/yaml.v3"
)

// document is the OpenAPI document as plain values.
type document struct {
	t     testing.TB
	root  object
	forms map[string]form
}

func openDocument(t testing.TB) document {
	t.Helper()
	d := document{t: t, forms: map[string]form{}}
	if err := yaml.Unmarshal([]byte(api.OpenAPI()), &d.root); err != nil {
		t.Fatal(err)
	}
	return d
}

// at walks down objects; nil where there is nothing.
func (d document) at(from any, keys ...string) any {
	for _, k := range keys {
		o, _ := d.resolve(from).(object)
		from = o[k]
	}
	return d.resolve(from)
}

func (d document) resolve(v any) any {
	o, _ := v.(object)
	ref, _ := o["$ref"].(string)
	if ref == "" {
		return v
	}
	return d.at(d.root, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
}

// examples are those of a media type object.
func (d document) examples(media any) []any {
	var list []any
	o, _ := media.(object)
	if e, ok := o["example"]; ok {
		list = append(list, e)
	}
	many, _ := o["examples"].(object)
	for _, name := range slices.Sorted(maps.Keys(many)) {
		list = append(list, d.at(many, name, "value"))
	}
	return list
}

const caseRoute = "/api/v1/complaints/{id}/"

// form is what the document says of an action's body.
type form struct {
	schema   object
	examples []any
}

func (d document) form(action string) form {
	d.t.Helper()
	if f, known := d.forms[action]; known {
		return f
	}
	_, path := d.operation(action)
	media := d.at(d.root, "paths", path, "post", "requestBody", "content", "application/json")
	f := form{examples: d.examples(media)}
	f.schema, _ = d.at(media, "schema").(object)
	if f.schema == nil || len(f.examples) == 0 {
		d.t.Fatalf("openapi.yaml: %s has no schema or no example of its body; give it both", path)
	}
	d.forms[action] = f
	return f
}

var civil = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// bodies are the sound bodies of an action in a case that looks like view: the examples
// of the document with its dates and references fitted. variations are the same with one
// field changed to each other value that the document names, or left out.
func (d document) bodies(action string, view object, today calendar.Date) (list []any) {
	for _, e := range d.form(action).examples {
		list = append(list, fit(e, view, today)...)
	}
	return list
}

func (d document) variations(action string, bodies []any) (list []any) {
	for _, b := range bodies {
		list = append(list, d.vary(b, d.form(action).schema, 2)...)
	}
	return list
}

func (d document) text(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		d.t.Fatal(err)
	}
	return string(raw)
}

// references are the ids that a body can name, by the name of its field.
func references(view object) map[string][]any {
	refs := map[string][]any{}
	for field, list := range map[string]string{"offer": "offers", "answers": "offers", "lead": "leads", "notice": "notices"} {
		all, _ := view[list].([]any)
		for _, one := range slices.Backward(all) {
			refs[field] = append(refs[field], one.(object)["id"])
		}
	}
	mediation, _ := view["mediation"].(object)
	if sessions, _ := mediation["sessions"].([]any); len(sessions) > 0 {
		refs["session"] = []any{sessions[len(sessions)-1].(object)["id"]}
	}
	if duplicates, _ := view["duplicates"].([]any); len(duplicates) > 0 {
		refs["case"] = []any{duplicates[0].(object)["case"]}
	}
	joint, _ := view["joint"].(object)
	if all, _ := joint["complainants"].([]any); len(all) > 1 {
		refs["representatives"] = []any{[]any{all[0].(object)["id"], all[1].(object)["id"]}}
	}
	return refs
}

// fit moves dates to where they are possible, and names what the case has.
func fit(v any, view object, today calendar.Date) []any {
	fitted := fitted(v, "", today)
	o, ok := fitted.(object)
	if !ok {
		return []any{fitted}
	}
	list := []any{fitted}
	for field, ids := range references(view) {
		if _, has := o[field]; !has {
			continue
		}
		list = nil
		for _, id := range ids {
			list = append(list, with(o, field, id))
		}
		list = append(list, o)
	}
	return list
}

func fitted(v any, key string, today calendar.Date) any {
	switch v := v.(type) {
	case object:
		out := object{}
		for k, inner := range v {
			out[k] = fitted(inner, k, today)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = fitted(inner, key, today+calendar.Date(i)*7)
		}
		return out
	case string:
		switch {
		case !civil.MatchString(v):
		case key == "on" || strings.HasSuffix(key, "_on"):
			return today.String()
		default:
			return (today + 5).String()
		}
	}
	return v
}

func with(o object, key string, v any) object {
	out := maps.Clone(o)
	out[key] = v
	return out
}

// vary changes one field at a time, down to a depth.
func (d document) vary(v any, schema object, depth int) (list []any) {
	o, ok := v.(object)
	if !ok || depth == 0 {
		return nil
	}
	properties, _ := schema["properties"].(object)
	required, _ := schema["required"].([]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		property, _ := d.resolve(properties[name]).(object)
		for _, other := range d.others(property) {
			list = append(list, with(o, name, other))
		}
		inner, has := o[name]
		if has && !slices.Contains(required, any(name)) {
			without := maps.Clone(o)
			delete(without, name)
			list = append(list, without)
		}
		for _, changed := range d.vary(inner, property, depth-1) {
			list = append(list, with(o, name, changed))
		}
	}
	return list
}

// others are values worth trying for a property.
func (d document) others(property object) []any {
	if enum, ok := property["enum"].([]any); ok {
		return enum
	}
	switch {
	case property["type"] == "boolean":
		return []any{true, false}
	case property["pattern"] == "^[0-9]{6}$": // divisions
		return []any{"150102", "150103", "150104", "150202", "150100"}
	case property["type"] == "array" && d.at(property, "items", "pattern") == "^sha256:[0-9a-f]{64}$":
		return []any{[]any{"sha256:" + strings.Repeat("a", 64)}}
	case property["type"] == "integer" && property["format"] == nil:
		return []any{1, 2}
	}
	return nil
}
