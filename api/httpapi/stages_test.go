package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fangxin/api/httpapi"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

// stage is a place where a case of the domain's tests stands, as the store has it.
type stage []struct {
	Type, Actor, Role string
	At                time.Time
	Data              json.RawMessage
}

// stages reads the stages that the domain's tests wrote down.
func stages(t testing.TB) map[string]stage {
	t.Helper()
	file, err := os.ReadFile("../../domain/complaint/testdata/stages.ndjson")
	if err != nil {
		t.Fatalf("%v: run go test ./domain/complaint -update", err)
	}
	type line struct {
		Stage, After string
		Facts        stage
	}
	lines := map[string]line{}
	for text := range bytes.Lines(file) {
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			t.Fatal(err)
		}
		lines[l.Stage] = l
	}
	all := map[string]stage{}
	for name, l := range lines {
		facts := l.Facts
		for l.After != "" {
			l = lines[l.After]
			facts = append(slices.Clone(l.Facts), facts...)
		}
		all[name] = facts
	}
	return all
}

// persons are those of the domain's tests, and others around them.
func persons() map[string]usecase.Actor {
	return map[string]usecase.Actor{
		"consumer": {ID: "c-1", Role: usecase.RoleConsumer}, "stranger": {ID: "c-2", Role: usecase.RoleConsumer},
		"merchant": {ID: "m-1", Role: usecase.RoleMerchant, Merchant: "mch-1"},
		"rival":    {ID: "m-2", Role: usecase.RoleMerchant, Merchant: "mch-2"},
		"officer":  {ID: "o-1", Role: usecase.RoleOfficer, Region: "150100"}, "superior": {ID: "o-5", Role: usecase.RoleOfficer, Region: "15"},
		"elsewhere": {ID: "o-7", Role: usecase.RoleOfficer, Region: "150300"}, "other unit": {ID: "o-8", Role: usecase.RoleOfficer, Region: "150100", Unit: "never"},
		"auditor": {ID: "a-1", Role: usecase.RoleAuditor}, "admin": {ID: "x-1", Role: usecase.RoleAdmin},
		"institution": {ID: "i-1", Role: usecase.RoleInstitution, Institution: "i"},
	}
}

// town is a world in which cases stand where the domain's tests left them.
type town struct {
	*world
	stages map[string]stage
	n      int
	day    string // today, or the day of the last fact
	// conformed are the kinds of answers already held against the document.
	conformed map[string]bool
}

func newTown(t testing.TB) *town {
	law, err := lawOf()
	if err != nil {
		t.Fatal(err)
	}
	law.Lanes = []complaint.Lane{complaint.LaneDirect, complaint.LaneAssociation, complaint.LaneDepartment}
	c := &town{
		world:  newWorldUnder(t, law, func(c *httpapi.Config) { c.Auth = tokens(persons()) }),
		stages: stages(t), day: "2026-07-01", conformed: map[string]bool{},
	}
	c.at(c.day)
	return c
}

func (c *town) names() []string { return slices.Sorted(maps.Keys(c.stages)) }

// stand puts a new case at a stage, and the clock at the town's day.
func (c *town) stand(name string) string {
	c.t.Helper()
	c.n++
	c.at(c.day)
	id := es.DeriveID(es.Namespace, "stage", fmt.Sprintf("case-%d", c.n)).String() // as real ones are
	command := es.DeriveID(es.Namespace, "stage", id)
	var facts []es.Pending
	for i, f := range c.stages[name] {
		meta, err := c.registry.EncodeMetadata(&es.Metadata{
			At: f.At, Actor: f.Actor, Role: f.Role, Command: command, Name: "stage", Body: strings.Repeat("0", 64),
			Schema: 1, Source: "native", Salt: "AAAAAAAAAAAAAAAAAAAAAA==",
		})
		if err != nil {
			c.t.Fatal(err)
		}
		data := f.Data
		if f.At.After(c.now()) {
			c.clock.Store(f.At.Add(time.Hour).UnixNano())
		}
		if i == 0 {
			data = withID(c.t, data, id)
		}
		facts = append(facts, es.Pending{ID: es.EventID(command, i), Type: f.Type, Data: data, Meta: meta})
	}
	if _, err := c.store.Append(c.t.Context(), usecase.Stream(id), es.None, facts); err != nil {
		c.t.Fatal(err)
	}
	return id
}

func withID(t testing.TB, data []byte, id string) []byte {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	fields["id"] = json.RawMessage(`"` + id + `"`)
	out, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// types are those of a case's facts after a revision.
func (c *town) typesAfter(id string, n int) (types []string) {
	for env, err := range c.store.Read(c.t.Context(), usecase.Stream(id), es.Revision(n)) {
		if err != nil {
			c.t.Fatal(err)
		}
		types = append(types, env.Type)
	}
	return types
}
