package complaint_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

// storedFact is a fact as the store has it.
type storedFact struct {
	Type  string          `json:"type"`
	At    time.Time       `json:"at"`
	Actor string          `json:"actor"`
	Role  string          `json:"role"`
	Data  json.RawMessage `json:"data"`
}

func (f storedFact) same(o storedFact) bool {
	return f.Type == o.Type && f.At.Equal(o.At) && f.Actor == o.Actor && bytes.Equal(f.Data, o.Data)
}

// storedStage is a stage as the facts that follow those of another stage.
type storedStage struct {
	Stage string       `json:"stage"`
	After string       `json:"after,omitempty"`
	Facts []storedFact `json:"facts"`
}

// The stages of the tests stand in a file as the store would hold them, so that other
// floors of the house can be tested from every one of them. A new stage is written by
// go test ./domain/complaint -update.
func TestStagesAsStored(t *testing.T) {
	registry := usecase.NewRegistry(es.StdCodec{})
	all := map[string][]storedFact{}
	for name, facts := range complaint.Stages(t) {
		for _, f := range facts {
			typ, data, err := registry.Encode(f.Event)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all[name] = append(all[name], storedFact{typ, f.At.UTC(), f.Actor.ID, f.Actor.Role, data})
		}
	}
	var got bytes.Buffer
	lines := json.NewEncoder(&got)
	lines.SetEscapeHTML(false)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s := storedStage{Stage: name, After: longest(all, name)}
		s.Facts = all[name][len(all[s.After]):]
		if err := lines.Encode(s); err != nil {
			t.Fatal(err)
		}
	}
	const file = "testdata/stages.ndjson"
	want, err := os.ReadFile(file)
	if err == nil && bytes.Equal(want, got.Bytes()) {
		return
	}
	if complaint.Update() {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatalf("%s differs from the stages of table_test.go (%v): run go test ./domain/complaint -update", file, err)
}

// longest names the stage whose facts are the longest beginning of this one's.
func longest(all map[string][]storedFact, name string) string {
	best := ""
	for other, facts := range all {
		if len(facts) >= len(all[name]) || !slices.EqualFunc(facts, all[name][:len(facts)], storedFact.same) {
			continue
		}
		if c := cmp.Compare(len(facts), len(all[best])); c > 0 || c == 0 && other < best {
			best = other
		}
	}
	return best
}
