package meter

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Names follow Prometheus' rules, and only counters end in _total.
func TestTheListIsWellFormed(t *testing.T) {
	name, label := regexp.MustCompile(`^fangxin_[a-z]+(_[a-z]+)*$`), regexp.MustCompile(`^[a-z]+$`)
	seen := map[string]bool{}
	for id, m := range Metrics() {
		if !name.MatchString(m.Name) || seen[m.Name] || m.Help == "" || !strings.HasSuffix(m.Help, ".") {
			t.Errorf("%d: %q %q", id, m.Name, m.Help)
		}
		seen[m.Name] = true
		if strings.HasSuffix(m.Name, "_total") != (m.Kind == KindCounter) {
			t.Errorf("%s is a %s", m.Name, m.Kind)
		}
		if m.Kind == KindHistogram && !strings.HasSuffix(m.Name, "_seconds") {
			t.Errorf("%s: histograms are durations", m.Name)
		}
		if len(m.Labels) > maxLabels {
			t.Errorf("%s has %d labels", m.Name, len(m.Labels))
		}
		for _, l := range m.Labels {
			if !label.MatchString(l.Name) || l.Name == "le" {
				t.Errorf("%s: label %q", m.Name, l.Name)
			}
		}
	}
}

// Every metric of the list can be fed, and what is shown is exactly the list.
func TestWhatIsShownIsTheList(t *testing.T) {
	r := New()
	for i, m := range Metrics() {
		labels := make([]string, len(m.Labels))
		for j, l := range m.Labels {
			labels[j] = "x"
			if l.Values != nil {
				labels[j] = l.Values[0]
			}
		}
		switch m.Kind {
		case KindCounter:
			r.Add(ID(i), 1, labels...)
		case KindGauge:
			r.Set(ID(i), 1, labels...)
		case KindHistogram:
			r.Observe(ID(i), time.Second, labels...)
		}
	}
	read, err := parse(scrape(t, r))
	if err != nil {
		t.Fatal(err)
	}
	if len(read.metrics) != len(Metrics()) {
		t.Fatalf("%d metrics are shown, %d are in the list", len(read.metrics), len(Metrics()))
	}
	for i, want := range Metrics() {
		got := read.metrics[i]
		if got.Name != want.Name || got.Help != want.Help || got.Kind != want.Kind {
			t.Errorf("shown %+v, in the list %+v", got, want)
		}
		for _, s := range read.samples[want.Name] {
			for _, l := range want.Labels {
				if _, ok := s.labels[l.Name]; !ok {
					t.Errorf("%s without %s", want.Name, l.Name)
				}
			}
		}
	}
}

// exposition is a text read back.
type exposition struct {
	metrics []Metric
	samples map[string][]readSample
}

type readSample struct {
	name   string
	labels map[string]string
	value  float64
}

func (e exposition) value(metric, label, value string) (float64, bool) {
	for _, s := range e.samples[metric] {
		if s.labels[label] == value {
			return s.value, true
		}
	}
	return 0, false
}

var errText = errors.New("not the exposition format")

// parse reads the format strictly: HELP, TYPE, then this metric's samples, each
// series once, buckets that grow up to the count.
func parse(text string) (exposition, error) {
	e := exposition{samples: map[string][]readSample{}}
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "# HELP "); ok {
			name, help, _ := strings.Cut(rest, " ")
			e.metrics = append(e.metrics, Metric{Name: name, Help: help})
			continue
		}
		if len(e.metrics) == 0 {
			return e, fmt.Errorf("%w: %q before any HELP", errText, line)
		}
		m := &e.metrics[len(e.metrics)-1]
		if rest, ok := strings.CutPrefix(line, "# TYPE "); ok {
			name, kind, _ := strings.Cut(rest, " ")
			if m.Kind = Kind(kind); name != m.Name {
				return e, fmt.Errorf("%w: TYPE of %s after HELP of %s", errText, name, m.Name)
			}
			continue
		}
		s, err := parseSample(line)
		if err != nil {
			return e, err
		}
		series := line[:strings.LastIndexByte(line, ' ')]
		if seen[series] || !strings.HasPrefix(s.name, m.Name) {
			return e, fmt.Errorf("%w: %s twice or out of place", errText, series)
		}
		seen[series] = true
		e.samples[m.Name] = append(e.samples[m.Name], s)
	}
	return e, e.checkHistograms()
}

func parseSample(line string) (s readSample, err error) {
	at := strings.LastIndexByte(line, ' ')
	if at < 0 {
		return s, fmt.Errorf("%w: %q", errText, line)
	}
	if s.value, err = strconv.ParseFloat(line[at+1:], 64); err != nil {
		return s, fmt.Errorf("%w: %w", errText, err)
	}
	s.name, s.labels = line[:at], map[string]string{}
	open := strings.IndexByte(s.name, '{')
	if open < 0 {
		return s, nil
	}
	rest := strings.TrimSuffix(s.name[open+1:], "}")
	s.name = s.name[:open]
	for rest != "" {
		eq := strings.Index(rest, `="`)
		end := eq + 2
		for end < len(rest) && rest[end] != '"' {
			if rest[end] == '\\' {
				end++
			}
			end++
		}
		if eq < 1 || end >= len(rest) {
			return s, fmt.Errorf("%w: labels of %q", errText, line)
		}
		s.labels[rest[:eq]] = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n").Replace(rest[eq+2 : end])
		rest = strings.TrimPrefix(rest[end+1:], ",")
	}
	return s, nil
}

func (e exposition) checkHistograms() error {
	for _, m := range e.metrics {
		if m.Kind != KindHistogram {
			continue
		}
		var last readSample
		for _, s := range e.samples[m.Name] {
			switch {
			case strings.HasSuffix(s.name, "_bucket") && s.labels["le"] != "0.0005" && s.value < last.value,
				strings.HasSuffix(s.name, "_count") && s.value != last.value,
				!slices.Contains([]string{"_bucket", "_sum", "_count"}, strings.TrimPrefix(s.name, m.Name)):
				return fmt.Errorf("%w: %s %v after %v", errText, s.name, s.value, last.value)
			}
			if strings.HasSuffix(s.name, "_bucket") {
				last = s
			}
		}
	}
	return nil
}
