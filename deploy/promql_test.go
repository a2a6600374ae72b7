package deploy_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"fangxin/api/httpapi/meter"
)

// foreign are the figures of other programs that dashboards and rules may name.
func foreign() map[string]string {
	return map[string]string{
		"up": "Prometheus", "ALERTS": "Prometheus",
		// KurrentDB, docs/server/diagnostics/metrics.md.
		"kurrentdb_checkpoints": "gauge", "kurrentdb_elections_count_total": "counter", "kurrentdb_incoming_grpc_calls_total": "counter",
		// oliver006/redis_exporter, exporter/metrics.go.
		"redis_up": "gauge", "redis_memory_used_bytes": "gauge", "redis_memory_max_bytes": "gauge", "redis_aof_last_write_status": "gauge",
		"redis_connected_clients": "gauge", "redis_commands_processed_total": "counter",
	}
}

// words of PromQL that are no metrics.
var words = []string{"sum", "max", "min", "count", "by", "without", "rate", "increase", "histogram_quantile", "topk", "max_over_time", "and", "or", "unless", "on", "ignoring"}

var (
	quoted    = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	matchers  = regexp.MustCompile(`([a-zA-Z_:]\w*)?\{([^}]*)\}`)
	matcher   = regexp.MustCompile(`(\w+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*")`)
	grouping  = regexp.MustCompile(`\b(?:by|without)\s*\(([^)]*)\)`)
	variable  = regexp.MustCompile(`label_values\((.*), \w+\)`)
	span      = regexp.MustCompile(`\[[^\]]*\]`)
	name      = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*`)
	counted   = regexp.MustCompile(`(?:rate|increase)\(([a-zA-Z_:]\w*)(?:\{[^}]*\})?\[`)
	quantiled = regexp.MustCompile(`histogram_quantile\([^,]*, sum by \([^)]*le[^)]*\) \(rate\(([a-zA-Z_:]\w*)`)
)

// asked is what one query names.
type asked struct {
	metrics []string
	groups  []string          // labels it groups by
	labels  map[string]string // label of a matcher -> operator and value
}

func analyse(expr string) asked {
	a := asked{labels: map[string]string{}}
	for _, m := range matchers.FindAllStringSubmatch(expr, -1) {
		for _, one := range matcher.FindAllStringSubmatch(m[2], -1) {
			a.labels[one[1]] = one[2] + strings.Trim(one[3], `"`)
		}
	}
	for _, m := range grouping.FindAllStringSubmatch(expr, -1) {
		for label := range strings.SplitSeq(m[1], ",") {
			a.groups = append(a.groups, strings.TrimSpace(label))
		}
	}
	rest := variable.ReplaceAllString(matchers.ReplaceAllString(expr, "$1 "), "$1")
	for _, cut := range []*regexp.Regexp{quoted, grouping, span} {
		rest = cut.ReplaceAllString(rest, " ")
	}
	for _, word := range name.FindAllString(rest, -1) {
		if !slices.Contains(words, word) && !slices.Contains(a.metrics, word) {
			a.metrics = append(a.metrics, word)
		}
	}
	return a
}

// listed finds a metric of the program by the name of one of its series.
func listed(series string) (meter.Metric, bool) {
	for _, m := range meter.Metrics() {
		if series == m.Name && m.Kind != meter.KindHistogram {
			return m, true
		}
		if rest, ok := strings.CutPrefix(series, m.Name); ok && m.Kind == meter.KindHistogram && slices.Contains([]string{"_bucket", "_sum", "_count"}, rest) {
			return m, true
		}
	}
	return meter.Metric{}, false
}

// checkQuery says what is wrong with a query.
func checkQuery(t testing.TB, where, expr string) {
	t.Helper()
	a := analyse(expr)
	if len(a.metrics) == 0 {
		t.Errorf("%s: %q asks for nothing", where, expr)
	}
	var ours []meter.Metric
	for _, series := range a.metrics {
		kind := foreign()[series]
		if kind == "" {
			m, ok := listed(series)
			if !ok {
				t.Errorf("%s: there is no figure %s", where, series)
				continue
			}
			kind, ours = string(m.Kind), append(ours, m)
		}
		grows := slices.ContainsFunc(counted.FindAllStringSubmatch(expr, -1), func(c []string) bool { return c[1] == series })
		if only := kind == "counter" || kind == "histogram"; only != grows && kind != "Prometheus" {
			t.Errorf("%s: %s is a %s: %s", where, series, kind, expr)
		}
	}
	if len(ours) > 0 && len(ours) == len(a.metrics) {
		checkLabels(t, where, a, ours)
	}
	if strings.Contains(expr, "histogram_quantile") {
		m := quantiled.FindStringSubmatch(expr)
		if m == nil || !strings.HasSuffix(m[1], "_bucket") {
			t.Errorf("%s: a quantile needs the sum of buckets by le: %s", where, expr)
		}
	}
}

// checkLabels: figures have their own labels and those of the scrape; what may stand
// in a closed one is known.
func checkLabels(t testing.TB, where string, a asked, metrics []meter.Metric) {
	t.Helper()
	known := map[string][]string{"instance": nil, "job": nil}
	for _, m := range metrics {
		if m.Kind == meter.KindHistogram {
			known["le"] = nil
		}
		for _, l := range m.Labels {
			known[l.Name] = l.Values
		}
	}
	for _, label := range append(keysOf(a.labels), a.groups...) {
		values, ok := known[label]
		if !ok {
			t.Errorf("%s: %v have no label %s", where, a.metrics, label)
			continue
		}
		wanted := strings.TrimLeft(a.labels[label], "=~!")
		if values == nil || wanted == "" {
			continue
		}
		for one := range strings.SplitSeq(wanted, "|") {
			if !slices.Contains(values, one) {
				t.Errorf("%s: %s is never %q", where, label, one)
			}
		}
	}
}

// The check itself finds what it is for.
func TestQueriesAreUnderstood(t *testing.T) {
	for _, good := range []string{
		`up{job="fangxin"} == 0`,
		`sum by (outcome) (rate(fangxin_commands_total{outcome="conflict",instance=~"$instance"}[5m])) > 0.01`,
		`histogram_quantile(0.99, sum by (le, command) (rate(fangxin_command_seconds_bucket[5m])))`,
		`max by (within) (fangxin_deadlines_due{within=~"overdue|today"})`,
	} {
		checkQuery(t, "good", good)
	}
	for _, bad := range []string{
		`fangxin_nothing > 1`, `1 > 0`, `rate(fangxin_partitions_held[5m])`, `fangxin_commands_total > 5`, `kurrentdb_nothing`,
		`rate(fangxin_commands_total{outcome="lost"}[5m])`, `sum by (role) (rate(fangxin_commands_total[5m]))`, `fangxin_leader{node="a"}`,
		`rate(fangxin_command_seconds[5m])`, `histogram_quantile(0.9, rate(fangxin_command_seconds_bucket[5m]))`,
	} {
		var spy spying
		checkQuery(&spy, "bad", bad)
		if spy.errors == 0 {
			t.Errorf("%s passes", bad)
		}
	}
}

// spying counts errors instead of reporting them.
type spying struct {
	testing.TB
	errors int
}

func (s *spying) Helper()               {}
func (s *spying) Errorf(string, ...any) { s.errors++ }
