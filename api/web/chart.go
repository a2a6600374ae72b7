package web

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Bounds of a drawing, in its own units. It is scaled to the place it gets; the size
// of its text is set so that it can be read on a phone.
const (
	chartWidth  = 420
	chartHeight = 230
	plotLeft    = 46
	plotRight   = chartWidth - 24
	plotTop     = 28
	plotBottom  = chartHeight - 34
	maxSteps    = 60
	maxSeries   = 2
	maxBins     = 60
	gridLines   = 4
	// marked is the number of steps up to which each value gets a mark.
	marked = 30
)

// lineChart shows one or two series over months, and the same values as a table.
// It is data only; draw computes the picture.
type lineChart struct {
	ID    string // begins every id of the chart, once a page
	Title string
	Note  string // how to read it, also told to screen readers
	Axis  string // what the upright axis counts
	// First is the head of the table's first column.
	First  string
	Steps  []step
	Series []series
	// Counts is an optional last column of the table: the cases behind a step.
	Counts *series
}

// step is one place on the level axis.
type step struct {
	Label string // in the table
	Tick  string // on the axis, empty for none
	ISO   string // for machines
}

// series is one line.
type series struct {
	Name   string
	Values []value // as many as there are steps
}

// value is one figure. An unknown one leaves a gap in the line; Text stands in the
// table in either case.
type value struct {
	Y      float64
	Known  bool
	Text   string
	Lo, Hi float64 // an interval, where Lo < Hi
}

// known makes a value that is drawn, if it can be.
func known(y float64, text string) value {
	return value{Y: y, Known: drawable(y), Text: text}
}

// drawable refuses what has no place on paper.
func drawable(y float64) bool { return !math.IsNaN(y) && !math.IsInf(y, 0) && y >= 0 && y < 1e9 }

// drawing is a computed picture: only numbers and labels, ready to be written.
type drawing struct {
	Grid  []tick // level lines with their labels
	Ticks []tick // places on the level axis
	Lines []line
	Bars  []rect
	Rules []rule
	Empty bool
}

type tick struct{ At, Text string }

// line is a drawn series: paths between its gaps, marks at its values, and spans of
// its intervals.
type line struct {
	Paths []string
	Marks []point
	Spans []span
}

type point struct{ X, Y string }
type span struct{ X, From, To string }
type rect struct{ X, Y, W, H string }

// rule is an upright line with words, such as a median.
type rule struct{ X, TextX, TextY, Anchor, Text string }

// draw places the newest maxSteps steps of at most two series.
func (c lineChart) draw() drawing {
	n := min(len(c.Steps), maxSteps)
	from := len(c.Steps) - n
	var top float64
	some := false
	all := c.Series[:min(len(c.Series), maxSeries)]
	for _, s := range all {
		for _, v := range within(s.Values, from, n) {
			if v.drawn() {
				some = true
				top = max(top, v.Y, v.high())
			}
		}
	}
	if !some {
		return drawing{Empty: true}
	}
	top = roundUp(top)
	d := drawing{Grid: grid(top)}
	for i, s := range c.Steps[from:] {
		if s.Tick != "" {
			d.Ticks = append(d.Ticks, tick{at(across(i, n)), s.Tick})
		}
	}
	for _, s := range all {
		d.Lines = append(d.Lines, trace(within(s.Values, from, n), n, top))
	}
	return d
}

func (v value) drawn() bool { return v.Known && drawable(v.Y) }

// high is the upper end of the interval, 0 without one.
func (v value) high() float64 {
	if drawable(v.Lo) && drawable(v.Hi) && v.Lo < v.Hi {
		return v.Hi
	}
	return 0
}

// within is the part of the values that is shown; a short list is not an error.
func within(values []value, from, n int) []value {
	from = min(from, len(values))
	return values[from:min(from+n, len(values))]
}

// trace draws the values of one series.
func trace(values []value, n int, top float64) (l line) {
	var path strings.Builder
	points := 0
	end := func() {
		if points > 1 {
			l.Paths = append(l.Paths, path.String())
		}
		path.Reset()
		points = 0
	}
	for i, v := range values {
		if !v.drawn() {
			end()
			continue
		}
		x, y := at(across(i, n)), at(up(v.Y, top))
		if points == 0 {
			path.WriteString("M" + x + " " + y)
		} else {
			path.WriteString("L" + x + " " + y)
		}
		points++
		alone := points == 1 && (i+1 >= len(values) || !values[i+1].drawn())
		if n <= marked || alone || i == len(values)-1 {
			l.Marks = append(l.Marks, point{x, y})
		}
		if h := v.high(); h > 0 {
			l.Spans = append(l.Spans, span{x, at(up(v.Lo, top)), at(up(h, top))})
		}
	}
	end()
	return l
}

// across places step i of n; a single one stands in the middle.
func across(i, n int) float64 {
	if n < 2 {
		return (plotLeft + plotRight) / 2
	}
	const inset = 10
	return plotLeft + inset + float64(i)*(plotRight-plotLeft-2*inset)/float64(n-1)
}

// up places a value between 0 and top.
func up(y, top float64) float64 {
	if top <= 0 {
		return plotBottom
	}
	return plotBottom - min(y/top, 1)*(plotBottom-plotTop)
}

// grid draws level lines at round values, at whole ones where they are small.
func grid(top float64) (lines []tick) {
	parts := gridLines
	if top < gridLines {
		parts = int(max(top, 1))
	}
	for i := range parts + 1 {
		y := top * float64(i) / float64(parts)
		lines = append(lines, tick{at(up(y, top)), axisNumber(y)})
	}
	return lines
}

// roundUp finds a round number not below y whose fourth parts are round as well.
func roundUp(y float64) float64 {
	if y <= 1 {
		return 1
	}
	if y <= gridLines {
		return math.Ceil(y)
	}
	unit := math.Pow(10, math.Floor(math.Log10(y/gridLines)))
	for _, f := range []float64{1, 2, 2.5, 3, 4, 5, 6, 8, 10} {
		if t := f * unit * gridLines; t >= y && (unit > 1 || f != 2.5) {
			return t
		}
	}
	return 10 * unit * gridLines
}

// axisNumber writes a value on an axis.
func axisNumber(y float64) string {
	switch {
	case y >= 1e6:
		return strconv.FormatFloat(y/1e6, 'f', -1, 64) + "M"
	case y >= 1e4:
		return strconv.FormatFloat(y/1e3, 'f', -1, 64) + "k"
	}
	return strconv.FormatFloat(math.Round(y*100)/100, 'f', -1, 64)
}

// at writes a coordinate: finite, bounded, one decimal.
func at(x float64) string {
	if math.IsNaN(x) {
		x = 0
	}
	return strconv.FormatFloat(max(-chartWidth, min(2*chartWidth, x)), 'f', 1, 64)
}

// histogram shows how many cases took how long, and the same as a table.
type histogram struct {
	ID, Title, Note string
	First, Second   string // heads of the table
	Axis            string
	Bins            []bin
	Rules           []place
}

// bin is one bar. Tick is empty where its label would crowd the axis.
type bin struct {
	Label, Tick string
	N           int64
}

// place is a line drawn at a bin, such as the median's.
type place struct {
	Bin  int
	Text string
}

func (h histogram) draw() drawing {
	bins := h.Bins[:min(len(h.Bins), maxBins)]
	var top int64
	for _, b := range bins {
		top = max(top, b.N)
	}
	if top <= 0 {
		return drawing{Empty: true}
	}
	full := roundUp(float64(top))
	d := drawing{Grid: grid(full)}
	width := float64(plotRight-plotLeft) / float64(len(bins))
	for i, b := range bins {
		x := plotLeft + float64(i)*width
		if b.Tick != "" {
			d.Ticks = append(d.Ticks, tick{at(x + width/2), b.Tick})
		}
		if b.N > 0 {
			y := up(float64(b.N), full)
			gap := min(width/6, 2)
			d.Bars = append(d.Bars, rect{at(x + gap), at(y), at(width - 2*gap), at(plotBottom - y)})
		}
	}
	for i, r := range h.Rules {
		if r.Bin >= 0 && r.Bin < len(bins) {
			d.Rules = append(d.Rules, upright(plotLeft+(float64(r.Bin)+.5)*width, i, r.Text))
		}
	}
	return d
}

// upright writes the words of a rule on the side that has room, each on its own line.
func upright(x float64, i int, text string) rule {
	r := rule{X: at(x), TextX: at(x + 5), TextY: at(plotTop + 8 + float64(i)*17), Anchor: "start", Text: text}
	if x > (plotLeft+plotRight)*.6 {
		r.TextX, r.Anchor = at(x-5), "end"
	}
	return r
}

// thin keeps few enough of the ticks that they do not touch: every k-th, counted from
// the last one, which is the newest.
func thin(labels []string, room int) []string {
	out := slices.Clone(labels)
	if room < 1 || len(out) <= room {
		return out
	}
	every := (len(out) + room - 1) / room
	for i := range out {
		if (len(out)-1-i)%every != 0 {
			out[i] = ""
		}
	}
	return out
}
