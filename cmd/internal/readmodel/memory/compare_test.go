package memory

import (
	"fmt"
	"slices"
	"testing"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

type comparedDoc struct {
	Name string   `json:"name"`
	List []string `json:"list"`
}

func comparedTypes(readmodel.Space) []readmodel.DocType {
	return []readmodel.DocType{{Prefix: "d/", New: func() any { return &comparedDoc{} }}}
}

func put(t *testing.T, m *Model, changes ...readmodel.Change) {
	t.Helper()
	space := readmodel.First("p", 1)
	at, err := m.Checkpoint(t.Context(), space, 0)
	if err != nil {
		t.Fatal(err)
	}
	b := readmodel.Batch{Space: space, From: at, To: es.Position{Commit: at.Commit + 1, Prepare: at.Commit + 1}, Changes: changes}
	if err := m.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

func differences(t *testing.T, have, want *Model, limit int) []string {
	t.Helper()
	var got []string
	space := readmodel.First("p", 1)
	err := Compare(t.Context(), have, space, want, space, func(d Difference) bool {
		got = append(got, fmt.Sprintf("%s %s %s %s<>%s", d.What, d.Key, d.Member, d.Have, d.Want))
		return len(got) < limit
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestCompare: every kind of difference is told, and a model that went through a
// snapshot, with empty lists where there were none, is the same.
func TestCompare(t *testing.T) {
	dir := t.TempDir()
	kept, _, err := Open(Options{Dir: dir, Types: comparedTypes})
	if err != nil {
		t.Fatal(err)
	}
	sound := []readmodel.Change{
		readmodel.Put("d/1", &comparedDoc{Name: "一", List: []string{}}), readmodel.Put("d/2", &comparedDoc{Name: "二"}),
		readmodel.Add("i", "m", 7), readmodel.Add("i", "n", 8), readmodel.Count("c", 5),
	}
	for k := range 100 {
		sound = append(sound, readmodel.Add("large", fmt.Sprint(k), int64(k)))
	}
	put(t, kept, sound...)
	if err := kept.Save(); err != nil {
		t.Fatal(err)
	}
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}
	have, loaded, err := Open(Options{Dir: dir, Types: comparedTypes})
	if err != nil || loaded.Spaces != 1 || loaded.Damaged != nil {
		t.Fatal(err, loaded)
	}
	defer have.Close()
	want := New()
	sound[0].Doc = &comparedDoc{Name: "一"}
	put(t, want, sound...)
	if got := differences(t, have, want, 100); len(got) > 0 {
		t.Fatal(got)
	}
	put(t, have,
		readmodel.Put("d/1", &comparedDoc{Name: "三"}), readmodel.Delete("d/2"), readmodel.Put("d/9", &comparedDoc{}),
		readmodel.Add("i", "m", 9), readmodel.Remove("i", "n"), readmodel.Add("j", "x", 1), readmodel.Count("c", -5), readmodel.Count("e", 2))
	told := []string{
		"member i m 9<>7", "member i n <>8", "member j x 1<>", "counter c  <>5", "counter e  2<>",
		"document d/1  another content<>what the log gives", "document d/2  <>a document", "document d/9  a document<>",
	}
	if got := differences(t, have, want, 100); !slices.Equal(got, told) {
		t.Errorf("%q", got)
	}
	for limit := range len(told) {
		if got := differences(t, have, want, limit+1); !slices.Equal(got, told[:limit+1]) {
			t.Errorf("first %d: %q", limit+1, got)
		}
	}
	if got := differences(t, New(), New(), 1); len(got) > 0 {
		t.Error(got)
	}
}
