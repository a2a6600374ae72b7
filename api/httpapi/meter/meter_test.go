package meter

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func scrape(t testing.TB, r *Registry, gauges ...Gauge) string {
	t.Helper()
	var b strings.Builder
	if err := r.Write(&b, gauges); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func wants(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains("\n"+text, "\n"+line+"\n") {
			t.Errorf("no line %s in\n%s", line, text)
		}
	}
}

func TestRequestsAreCountedByRouteAndStatus(t *testing.T) {
	r := New()
	r.Request("GET", "/a", 200, 3*time.Millisecond)
	r.Request("GET", "/a", 200, 20*time.Second)
	r.Request("BREW", "", 999, time.Millisecond)
	wants(t, scrape(t, r),
		`fangxin_http_requests_total{method="GET",route="/a",status="200"} 2`,
		`fangxin_http_request_seconds_bucket{method="GET",route="/a",status="200",le="0.0025"} 0`,
		`fangxin_http_request_seconds_bucket{method="GET",route="/a",status="200",le="0.005"} 1`,
		`fangxin_http_request_seconds_bucket{method="GET",route="/a",status="200",le="10"} 1`,
		`fangxin_http_request_seconds_bucket{method="GET",route="/a",status="200",le="+Inf"} 2`,
		`fangxin_http_request_seconds_sum{method="GET",route="/a",status="200"} 20.003`,
		`fangxin_http_request_seconds_count{method="GET",route="/a",status="200"} 2`,
		`fangxin_http_requests_total{method="other",route="",status="other"} 1`)
}

func TestEveryKindIsFedAndForgotten(t *testing.T) {
	r := New()
	r.Command("accept", Done, time.Millisecond)
	r.Command("accept", Done, time.Millisecond)
	r.Set(ProjectionLagSeconds, .25, "03")
	r.Set(ProjectionLagSeconds, 4, "11")
	r.Forget(ProjectionLagSeconds, "11")
	r.SetBool(Leader, true, "timers")
	r.SetBool(Leader, false, `a "b"\`+"\n")
	r.Observe(ProjectionCommitSeconds, 10*time.Millisecond) // on a bound: le means no more than
	text := scrape(t, r, Gauge{Metric: Events, Value: 7}, Gauge{Metric: Leader, Labels: []string{"timers"}, Value: 0})
	wants(t, text,
		`fangxin_commands_total{command="accept",outcome="done"} 2`,
		`fangxin_command_seconds_count{command="accept"} 2`,
		`# TYPE fangxin_projection_lag_seconds gauge`, `fangxin_projection_lag_seconds{partition="03"} 0.25`,
		`fangxin_leader{name="timers"} 0`, `fangxin_leader{name="a \"b\"\\\n"} 0`,
		`fangxin_projection_commit_seconds_bucket{le="0.005"} 0`, `fangxin_projection_commit_seconds_bucket{le="0.01"} 1`,
		`fangxin_projection_commit_seconds_sum 0.01`, `fangxin_projection_commit_seconds_count 1`,
		`fangxin_events_total 7`)
	if strings.Contains(text, `partition="11"`) {
		t.Error("a forgotten figure is still shown")
	}
}

// A counter shows 0 from the start, so that its first step is a rate; a gauge that
// nobody sets says nothing.
func TestBeforeAnythingIsFed(t *testing.T) {
	text := scrape(t, New())
	wants(t, text, "fangxin_subscription_restarts_total 0", "fangxin_projection_commit_seconds_count 0")
	for _, silent := range []string{"fangxin_eventstore_up", "fangxin_projection_degraded", "fangxin_metrics_refused_total", "fangxin_events_total"} {
		if strings.Contains(text, silent) {
			t.Errorf("%s is shown though nothing was fed", silent)
		}
	}
}

func TestWhatIsNotOfTheListIsRefusedAndCounted(t *testing.T) {
	r := New()
	r.Add(metricCount, 1)                      // no such metric
	r.Add(-1, 1)                               // nor this
	r.Set(Commands, 1, "accept", "done")       // a counter is not set
	r.Add(CommandConflicts, -1)                // nor turned back
	r.Add(CommandConflicts, 1, "x")            // a label too many
	r.Add(Commands, 1, "accept")               // one too few
	r.Add(Commands, 1, "accept", "perhaps")    // a value outside the list
	r.Observe(ProjectionLagSeconds, 1, "00")   // a gauge is not observed
	r.Forget(metricCount)                      // nothing to forget
	r.Forget(Commands, "a", "b", "c", "d", "") // nor here
	scrape(t, r, Gauge{Metric: metricCount}, Gauge{Metric: ProjectionCommitSeconds}, Gauge{Metric: DeadlinesDue, Labels: []string{"soon"}})
	wants(t, scrape(t, r),
		`fangxin_metrics_refused_total{metric="fangxin_commands_total",reason="misuse"} 3`,
		`fangxin_metrics_refused_total{metric="fangxin_command_conflicts_total",reason="misuse"} 2`,
		`fangxin_metrics_refused_total{metric="fangxin_projection_lag_seconds",reason="misuse"} 1`,
		`fangxin_command_conflicts_total 0`,
		`fangxin_metrics_refused_total{metric="unknown",reason="misuse"} 3`,
		`fangxin_metrics_refused_total{metric="fangxin_projection_commit_seconds",reason="misuse"} 1`,
		`fangxin_metrics_refused_total{metric="fangxin_deadlines_due",reason="misuse"} 1`)
}

func TestSeriesAreBounded(t *testing.T) {
	r := New()
	for i := range maxSeries + 50 {
		r.Request("GET", "/"+strconv.Itoa(i), 200, time.Millisecond)
	}
	text := scrape(t, r)
	if n := strings.Count(text, "fangxin_http_requests_total{"); n != maxSeries {
		t.Errorf("%d series, want %d", n, maxSeries)
	}
	wants(t, text, `fangxin_metrics_refused_total{metric="fangxin_http_requests_total",reason="overflow"} 50`)
	r.Request("GET", "/7", 200, time.Millisecond) // what is known goes on being counted
	wants(t, scrape(t, r), `fangxin_http_requests_total{method="GET",route="/7",status="200"} 2`)
}

func TestFeedingAllocatesNothing(t *testing.T) {
	r := New()
	feed := func() {
		r.Request("POST", "/api/v1/complaints", 201, time.Millisecond)
		r.Add(Commands, 1, "accept", "done")
		r.Set(ProjectionLagSeconds, 1, "07")
	}
	feed()
	if n := testing.AllocsPerRun(100, feed); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestManyFeedAtOnce(t *testing.T) {
	r := New()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 500 {
				r.Add(Commands, 1, "c"+strconv.Itoa(i%50), "done")
				r.Set(ProjectionLagSeconds, float64(i), strconv.Itoa(i%16))
				if i%100 == 0 {
					r.Forget(ProjectionLagSeconds, "3")
					_ = r.Write(&strings.Builder{}, nil)
				}
			}
		})
	}
	all.Wait()
	wants(t, scrape(t, r), `fangxin_commands_total{command="c0",outcome="done"} 80`)
}

func BenchmarkRequest(b *testing.B) {
	r := New()
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			r.Request("POST", "/api/v1/complaints", 201, time.Millisecond)
		}
	})
}

// Whatever is fed, the text can be read back: each metric of the list once, in
// order, every figure under it.
func TestTextReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := New()
		fed := map[string]int64{}
		for range rapid.IntRange(0, 30).Draw(t, "feeds") {
			command := rapid.StringOfN(rapid.RuneFrom([]rune("ab\"\\\n,={}放")), 0, 4, -1).Draw(t, "command")
			n := rapid.Int64Range(0, 1<<40).Draw(t, "delta")
			r.Add(Commands, n, command, "done")
			r.Observe(CommandSeconds, time.Duration(n), command)
			fed[command] += n
		}
		var b strings.Builder
		if err := r.Write(&b, nil); err != nil {
			t.Fatal(err)
		}
		read, err := parse(b.String())
		if err != nil {
			t.Fatal(err)
		}
		for command, n := range fed {
			v, ok := read.value("fangxin_commands_total", "command", command)
			if !ok || v != float64(n) {
				t.Fatalf("command %q: %v, want %d", command, v, n)
			}
		}
	})
}
