package program

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"fangxin/api/httpapi"
	"fangxin/cmd/internal/readmodel/caselogtest"
	"fangxin/cmd/internal/readmodel/memory"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
	"fangxin/projections"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
)

// questionsOnly is a surface that takes no commands.
type questionsOnly struct{ httpapi.Complaints }

func (questionsOnly) Actions() map[string]func() any { return nil }

func (questionsOnly) Verify(string) (usecase.Actor, error) {
	return usecase.Actor{}, usecase.ErrForbidden
}

// registerOf is the public surface of a register of so many records, in memory.
func registerOf(t testing.TB, records int) http.Handler {
	t.Helper()
	law, err := statute.Load()
	if err != nil {
		t.Fatal(err)
	}
	log, types := caselogtest.New(t, records)
	var m readmodel.Model = memory.New()
	if err := projections.Rebuild(t.Context(), log, types, m, []projections.Projection{disclosure.New(law.Policy)}, nil); err != nil {
		t.Fatal(err)
	}
	e, err := httpapi.New(httpapi.Config{
		Complaints: questionsOnly{}, Auth: questionsOnly{}, Model: m, Law: law,
		Now: func() time.Time { return time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC) }, NewID: func() string { return "id" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func fetchPage(t testing.TB, h http.Handler, path string) []byte {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	if rec.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
	}
	return rec.Body.Bytes()
}

// Pages go on beyond ten thousand records and the file has no cap (peers: zammad#5559, a
// window of 10,000; ccdb5-api#27, #105 and P#187, a depth limit; P#252, a capped file):
// one by one they are the file, and both are the count.
func TestPagesGoBeyondTenThousand(t *testing.T) {
	n := 10_500
	h := registerOf(t, n)
	seen := map[string]bool{}
	for cursor := ""; ; {
		var page struct {
			Disclosures []struct{ ID string }
			Next        string
			Total       int
		}
		if err := json.Unmarshal(fetchPage(t, h, "/api/v1/public/disclosures?limit=200&cursor="+cursor), &page); err != nil {
			t.Fatal(err)
		}
		if page.Total != n {
			t.Fatalf("total %d", page.Total)
		}
		for _, d := range page.Disclosures {
			if seen[d.ID] {
				t.Fatalf("%s stands twice", d.ID)
			}
			seen[d.ID] = true
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	lines := bytes.Split(bytes.TrimSuffix(fetchPage(t, h, "/api/v1/public/disclosures.ndjson"), []byte("\n")), []byte("\n"))
	for _, l := range lines {
		var d struct{ ID string }
		if err := json.Unmarshal(l, &d); err != nil || !seen[d.ID] {
			t.Fatalf("%s: %v", l, err)
		}
	}
	if len(seen) != n || len(lines) != n {
		t.Errorf("%d on pages, %d in the file, %d in all", len(seen), len(lines), n)
	}
}

// discarded is an answer that nobody keeps.
type discarded struct {
	http.ResponseWriter
	n int64
}

func (d *discarded) Write(p []byte) (int, error) { d.n += int64(len(p)); return io.Discard.Write(p) }
func (*discarded) WriteHeader(int)               {}
func (*discarded) Flush()                        {}

// BenchmarkExport is a whole file of the register, in rows a second.
func BenchmarkExport(b *testing.B) {
	const records = 20_000
	h := registerOf(b, records)
	for _, ext := range []string{"csv", "ndjson", "zip", "manifest"} {
		b.Run(ext, func(b *testing.B) {
			for b.Loop() {
				w := &discarded{ResponseWriter: httptest.NewRecorder()}
				h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/public/disclosures."+ext, nil))
				if w.n == 0 {
					b.Fatal("no file")
				}
			}
			b.ReportMetric(float64(records*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkSearch is one question to the public surface, as an HTTP answer.
func BenchmarkSearch(b *testing.B) {
	h := registerOf(b, 20_000)
	for i, path := range []string{
		"/disclosures", "/disclosures?region=1501&category=food", "/disclosures?q=百货+-第7百货", "/facets", "/facets?region=1501", "/suggest?q=呼和浩特市第4",
	} {
		b.Run(strconv.Itoa(i)+path, func(b *testing.B) {
			for b.Loop() {
				fetchPage(b, h, "/api/v1/public"+path)
			}
		})
	}
}
