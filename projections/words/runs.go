package words

// Run is a stretch of folded characters of one kind of script: a whole word where
// words are spaced, everything up to the next sign or other script where they are not.
type Run struct {
	Text   string
	Spaced bool
}

// Runs cuts a text into runs.
func Runs(text string) []Run {
	var out []Run
	EachRun(text, nil, func(b []byte, isSpaced bool) bool {
		out = append(out, Run{Text: string(b), Spaced: isSpaced})
		return true
	})
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
