package words

// Run is a stretch of folded characters of one kind of script: a whole word where
// words are spaced, everything up to the next sign or other script where they are not.
type Run struct {
	Text   string
	Spaced bool
}

// Runs cuts a text into runs.
func Runs(text string) []Run { return AppendRuns(nil, text) }

// AppendRuns appends the runs of a text. All of them share one string.
func AppendRuns(out []Run, text string) []Run {
	var room [256]byte
	var ends [16]int
	all, stops, first := room[:0], ends[:0], len(out)
	EachRun(text, make([]byte, 0, 64), func(b []byte, isSpaced bool) bool {
		all = append(all, b...)
		stops = append(stops, len(all))
		out = append(out, Run{Spaced: isSpaced})
		return true
	})
	folded, from := string(all), 0
	for i, to := range stops {
		out[first+i].Text = folded[from:to]
		from = to
	}
	return out
}

// EachRun calls yield with each run until it returns false. The bytes are reused; buf
// is, too, and is returned.
func EachRun(text string, buf []byte, yield func(b []byte, isSpaced bool) bool) []byte {
	return runs(text, buf, func(b []byte, c class) bool { return yield(b, c == spaced) })
}

// Fold is what is left of a text for comparing names: folded letters and digits, without
// signs and spaces. It keeps beginnings: what a text begins with, its fold begins with.
func Fold(text string) string {
	var out []byte
	EachRun(text, nil, func(b []byte, _ bool) bool {
		out = append(out, b...)
		return true
	})
	return string(out)
}
