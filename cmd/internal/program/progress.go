package program

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress tells how long work is getting on: one line rewritten on a terminal,
// plain lines elsewhere.
type progress struct {
	out      io.Writer
	what     string
	total    int64
	terminal bool
	begin    time.Time
	last     time.Time
	done     int64
}

func newProgress(out io.Writer, what string, total int64) *progress {
	p := &progress{out: out, what: what, total: total, begin: time.Now()}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	p.last = p.begin
	return p
}

// add counts work done and says so now and then.
func (p *progress) add(n int64) {
	p.done += n
	every := 5 * time.Second
	if p.terminal {
		every = 200 * time.Millisecond
	}
	if now := time.Now(); now.Sub(p.last) >= every {
		p.last = now
		p.say(false)
	}
}

// end says the final figures.
func (p *progress) end() { p.say(true) }

func (p *progress) say(final bool) {
	spent := time.Since(p.begin)
	rate := float64(p.done) / max(spent.Seconds(), 1e-6)
	line := fmt.Sprintf("%s: %d, %.0f/s", p.what, p.done, rate)
	switch {
	case final:
		line += fmt.Sprintf(", %s in all", spent.Round(time.Millisecond))
	case p.total > p.done && rate > 0:
		left := time.Duration(float64(p.total-p.done) / rate * float64(time.Second))
		line += fmt.Sprintf(", about %s left", left.Round(time.Second))
	}
	switch {
	case !p.terminal:
		fmt.Fprintln(p.out, line)
	case final:
		fmt.Fprintf(p.out, "\r\x1b[K%s\n", line)
	default:
		fmt.Fprintf(p.out, "\r\x1b[K%s", line)
	}
}
