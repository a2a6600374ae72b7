package web

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

// written renders a chart as a part of a page in Chinese.
func written(t testing.TB, c any) string {
	t.Helper()
	zh, err := loadMessages(chinese)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{messages: zh}
	var b bytes.Buffer
	switch c := c.(type) {
	case lineChart:
		err = drawLine(p, c).Render(t.Context(), &b)
	case histogram:
		err = drawBins(p, c).Render(t.Context(), &b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// anyChart draws charts with gaps, huge and impossible values and odd lengths.
func anyChart(r *rapid.T) lineChart {
	n := rapid.IntRange(0, 80).Draw(r, "steps")
	c := lineChart{ID: "x", Title: "标题", Note: "说明", Axis: "天", First: "月份"}
	for i := range n {
		c.Steps = append(c.Steps, step{Label: strconv.Itoa(i), Tick: strconv.Itoa(i), ISO: "2026-01"})
	}
	odd := rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, 0, 1e300, 1e14, 0.001})
	for range rapid.IntRange(0, 3).Draw(r, "series") {
		s := series{Name: "线"}
		for range rapid.IntRange(0, n+3).Draw(r, "values") {
			y := rapid.OneOf(rapid.Float64Range(0, 400), odd).Draw(r, "y")
			v := value{Y: y, Known: rapid.Bool().Draw(r, "known"), Text: "1"}
			if rapid.Bool().Draw(r, "interval") {
				v.Lo, v.Hi = rapid.OneOf(rapid.Float64Range(0, 400), odd).Draw(r, "lo"), rapid.OneOf(rapid.Float64Range(0, 400), odd).Draw(r, "hi")
			}
			s.Values = append(s.Values, v)
		}
		c.Series = append(c.Series, s)
	}
	return c
}

// Whatever is drawn lies inside of the drawing, in numbers that a browser reads.
func TestDrawingStaysInside(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := anyChart(r)
		d := c.draw()
		if len(d.Lines) > maxSeries || len(d.Ticks) > maxSteps {
			r.Fatalf("%d lines, %d ticks", len(d.Lines), len(d.Ticks))
		}
		for _, l := range d.Lines {
			for _, m := range l.Marks {
				inside(r, m.X, plotLeft, plotRight)
				inside(r, m.Y, plotTop, plotBottom)
			}
			for _, s := range l.Spans {
				inside(r, s.From, plotTop, plotBottom)
				inside(r, s.To, plotTop, plotBottom)
			}
			for _, path := range l.Paths {
				for _, f := range strings.FieldsFunc(path, func(c rune) bool { return c == 'M' || c == 'L' || c == ' ' }) {
					inside(r, f, 0, chartWidth)
				}
			}
		}
		for _, g := range d.Grid {
			inside(r, g.At, plotTop, plotBottom)
			if len(g.Text) > 7 {
				r.Fatalf("a wide label %q", g.Text)
			}
		}
	})
}

func inside(r *rapid.T, s string, from, to float64) {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(x) || x < from-.1 || x > to+.1 {
		r.Fatalf("%q lies outside of %v to %v", s, from, to)
	}
}

// A mark stands for a value: as many as there are values, and gaps break the line.
func TestLineWithGap(t *testing.T) {
	c := lineChart{Steps: make([]step, 5), Series: []series{{Values: []value{known(1, "1"), known(2, "2"), {}, known(3, "3"), known(math.NaN(), "")}}}}
	l := c.draw().Lines[0]
	if len(l.Paths) != 1 || len(l.Marks) != 3 {
		t.Errorf("%d paths, %d marks", len(l.Paths), len(l.Marks))
	}
}

// Nothing to draw says so, and draws nothing.
func TestEmptyCharts(t *testing.T) {
	for _, c := range []any{lineChart{}, lineChart{ID: "x", Steps: make([]step, 3), Series: []series{{}}}, histogram{ID: "h"}, histogram{Bins: []bin{{Label: "0"}}}} {
		if s := written(t, c); strings.Contains(s, "<svg") || !strings.Contains(s, "没有") {
			t.Errorf("%+v: %s", c, s)
		}
	}
}

// Names in a chart are text, in the picture, in the legend and in the table.
func TestChartEscapes(t *testing.T) {
	bad := `</svg><script>alert(1)</script>"'&`
	c := lineChart{ID: "x", Title: bad, Note: bad, Axis: bad, First: bad, Steps: []step{{bad, bad, bad}, {bad, bad, bad}},
		Series: []series{{bad, []value{known(1, bad), known(2, bad)}}, {bad, []value{known(1, bad)}}}}
	h := histogram{ID: "h", Title: bad, Note: bad, First: bad, Second: bad, Bins: []bin{{bad, bad, 2}}, Rules: []place{{0, bad}}}
	for _, s := range []string{written(t, c), written(t, h)} {
		root, err := html.Parse(strings.NewReader(s))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Data == "script" && n.Type == html.ElementNode {
				t.Fatal("markup from a name")
			}
		}
	}
}

// A chart of the greatest size stays small on the wire, and has a row for each step.
func TestChartSize(t *testing.T) {
	c := lineChart{ID: "x", Title: "每月首次答复", Series: []series{{Name: "甲"}, {Name: "乙"}}}
	for i := range maxSteps {
		c.Steps = append(c.Steps, step{Label: "2026年1月", ISO: "2026-01"})
		for k := range c.Series {
			c.Series[k].Values = append(c.Series[k].Values, known(float64(i*7%30), "12 天"))
		}
	}
	s := written(t, c)
	if len(s) > 16<<10 || strings.Count(s, "<tr>") != maxSteps+1 {
		t.Errorf("%d bytes, %d rows", len(s), strings.Count(s, "<tr>"))
	}
}

// The axis ends above the values at a round number, and not far above.
func TestRoundUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		y := rapid.Float64Range(0, 1e12).Draw(r, "y")
		if top := roundUp(y); top < y || y > 4 && top > 2.1*y {
			r.Fatalf("%v ends at %v", y, top)
		}
	})
	for y, want := range map[float64]float64{0: 1, 1: 1, 3: 3, 9: 12, 33: 40, 97: 100, 1234: 1600} {
		if got := roundUp(y); got != want {
			t.Errorf("%v ends at %v", y, got)
		}
	}
}

// The last label always stays, and no more than there is room for.
func TestThin(t *testing.T) {
	for n := range 70 {
		labels := make([]string, n)
		for i := range labels {
			labels[i] = fmt.Sprint(i)
		}
		got, kept := thin(labels, 6), 0
		for _, s := range got {
			if s != "" {
				kept++
			}
		}
		if kept > 6 || n > 0 && got[n-1] == "" {
			t.Errorf("%d: %v", n, got)
		}
	}
}

// The bars of a histogram stand beside each other inside of the plot.
func TestHistogramBars(t *testing.T) {
	h := histogram{Bins: []bin{{"0", "0", 3}, {"1", "", 0}, {"2", "2", 12}}, Rules: []place{{2, "中位数"}, {9, "x"}}}
	d := h.draw()
	if len(d.Bars) != 2 || len(d.Rules) != 1 || d.Rules[0].Anchor != "end" {
		t.Errorf("%+v", d)
	}
}
