package projections

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fangxin/domain/es"
)

// The fast reading of at says what the codec says, or leaves it to the codec.
func TestAtIsTheMetadatas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMicro(rapid.Int64Range(-2e15, 4e15).Draw(t, "micros")).UTC()
		b, err := json.Marshal(es.Metadata{At: at})
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := atOf(b); !ok || !got.Equal(at) {
			t.Fatalf("%s read as %v (%v)", b, got, ok)
		}
	})
}

func FuzzAt(f *testing.F) {
	f.Add([]byte(`{"at":"2026-11-23T01:02:03.000004Z","actor":"a"}`))
	f.Add([]byte(`{"at":"2026-02-30T01:02:03Z"}`))
	f.Add([]byte(`{"at":"2026-02-28T01:02:03+08:00"}`))
	f.Fuzz(func(t *testing.T, meta []byte) {
		got, ok := atOf(meta)
		var m es.Metadata
		if err := json.Unmarshal(meta, &m); ok && err == nil && !m.At.Equal(got) && countOf(meta) == 1 {
			t.Fatalf("%s: %v, the codec says %v", meta, got, m.At)
		}
	})
}

// countOf counts the names that could stand for at, escapes apart: a later one
// would win.
func countOf(meta []byte) int {
	if bytes.ContainsRune(meta, '\\') {
		return 0
	}
	return bytes.Count(bytes.ToLower(meta), []byte(`"at"`))
}
