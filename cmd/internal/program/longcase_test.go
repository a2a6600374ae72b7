package program

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fangxin/cmd/internal/bench"
	"fangxin/domain/usecase"

	"github.com/goccy/go-json"
)

// longCases is a node on the embedded stores, and the accounts that work on its cases.
type longCases struct {
	b                 *testing.B
	node              *bench.Node
	consumer, officer string
}

func newLongCases(b *testing.B) *longCases {
	node, err := openBenchNode(b.Context(), b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := node.Close(); err != nil {
			b.Error(err)
		}
	})
	l := &longCases{b: b, node: node}
	for to, actor := range map[*string]usecase.Actor{
		&l.consumer: {ID: "c-1", Role: usecase.RoleConsumer},
		&l.officer:  {ID: "o-1", Role: usecase.RoleOfficer, Region: "150100"},
	} {
		if *to, err = node.Authority.Mint(actor, time.Hour); err != nil {
			b.Fatal(err)
		}
	}
	return l
}

func (l *longCases) post(token, path, body string, want int) []byte {
	r := httptest.NewRequest(http.MethodPost, "/api/v1/complaints"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	l.node.Handler.ServeHTTP(rec, r)
	if rec.Code != want {
		l.b.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
	}
	return rec.Body.Bytes()
}

// of makes a case of so many facts: handed from the desk to units and back, with some
// supplements, as one that dragged on.
func (l *longCases) of(facts int) (id string) {
	var view usecase.CaseView
	if err := json.Unmarshal(l.post(l.consumer, "", string(bench.Complaint(int64(facts))), http.StatusCreated), &view); err != nil {
		l.b.Fatal(err)
	}
	for n := int(view.Revision) + 1; n < facts; n++ {
		if n%10 == 5 {
			l.post(l.consumer, "/"+view.ID+"/supplement", `{"text":"补充维修单照片，第三次上门仍未修好。"}`, http.StatusOK)
			continue
		}
		l.hand(view.ID, n)
	}
	return view.ID
}

// hand is the command that is measured: one fact, always possible.
func (l *longCases) hand(id string, n int) {
	l.post(l.officer, "/"+id+"/assign", fmt.Sprintf(`{"unit":"unit-%d"}`, n), http.StatusOK)
}

// BenchmarkCommandOnLongCase is a command over HTTP on the embedded stores, durable when
// answered: on cases of 200 facts beside cases of 10, by turns, so that other work on the
// machine meets both. times is the ratio; the aim is at most 1.5.
func BenchmarkCommandOnLongCase(b *testing.B) {
	l := newLongCases(b)
	const few, many, each = 10, 200, 10
	var short, long time.Duration
	n := 0
	for b.Loop() {
		b.StopTimer()
		s, t := l.of(few-each/2), l.of(many-each/2)
		b.StartTimer()
		for range each {
			n++
			begun := time.Now()
			l.hand(s, many+n)
			middle := time.Now()
			l.hand(t, many+n)
			short, long = short+middle.Sub(begun), long+time.Since(middle)
		}
	}
	b.ReportMetric(float64(short.Microseconds())/float64(n), "µs/short")
	b.ReportMetric(float64(long.Microseconds())/float64(n), "µs/long")
	b.ReportMetric(float64(long)/float64(short), "times")
}
