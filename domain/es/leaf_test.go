package es_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fangxin/domain/es"
)

// The vectors were computed by another program from the description of Leaf.
func TestLeafGoldenVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/leaf.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Name, ID, Stream, Type, Data, Meta, Leaf string
		Revision                                 int64
	}
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, v := range vectors {
		id, err := es.ParseID(v.ID)
		if err != nil {
			t.Fatal(v.Name, err)
		}
		e := &es.Envelope{
			ID: id, Stream: es.StreamID(v.Stream), Revision: es.Revision(v.Revision), Type: v.Type,
			Data: []byte(v.Data), Meta: []byte(v.Meta),
		}
		leaf := es.Leaf(e)
		if got := hex.EncodeToString(leaf[:]); got != v.Leaf {
			t.Errorf("%s: %s, want %s", v.Name, got, v.Leaf)
		}
		if other, ok := seen[v.Leaf]; ok {
			t.Errorf("%q and %q share a leaf", v.Name, other)
		}
		seen[v.Leaf] = v.Name
	}
}

func drawEnvelope(t *rapid.T) *es.Envelope {
	return &es.Envelope{
		ID:       es.DeriveID(es.Namespace, rapid.String().Draw(t, "id")),
		Stream:   es.StreamID(rapid.String().Draw(t, "stream")),
		Revision: es.Revision(rapid.Int64Min(0).Draw(t, "revision")),
		Type:     rapid.String().Draw(t, "type"),
		Data:     []byte(rapid.String().Draw(t, "data")),
		Meta:     []byte(rapid.String().Draw(t, "meta")),
	}
}

func TestLeafIsTheHashOfItsDataAndOfNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawEnvelope(t)
		leaf := es.Leaf(e)
		if want := sha256.Sum256(append([]byte{0}, es.LeafData(e)...)); leaf != want {
			t.Fatalf("leaf %x, hash of its data %x", leaf, want)
		}
		moved := *e
		moved.Position = es.Position{Commit: 9, Prepare: 9}
		moved.Recorded = time.Unix(1, 0)
		if es.Leaf(&moved) != leaf {
			t.Fatal("position or recorded time changed the leaf")
		}
		other := drawEnvelope(t)
		same := e.ID == other.ID && e.Stream == other.Stream && e.Revision == other.Revision && e.Type == other.Type &&
			bytes.Equal(e.Data, other.Data) && bytes.Equal(e.Meta, other.Meta)
		if (es.Leaf(other) == leaf) != same {
			t.Fatal("two events share a leaf")
		}
	})
}

func BenchmarkLeaf(b *testing.B) {
	e := &es.Envelope{Stream: "complaint.6f1c2d3e-4a5b-5c6d-8e9f-0a1b2c3d4e5f", Type: "complaint.filed.v1",
		Data: make([]byte, 600), Meta: make([]byte, 400)}
	b.ReportAllocs()
	for b.Loop() {
		es.Leaf(e)
	}
}
