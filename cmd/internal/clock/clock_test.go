package clock

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestPracticeClockRunsAndOnlyMovesForward(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
		p := NewPractice(begin)
		time.Sleep(time.Hour) // the bubble's clock: no real time passes
		if got := p.Now(); !got.Equal(begin.Add(time.Hour)) {
			t.Fatalf("an hour later it is %v", got)
		}
		moved := p.Moved()
		if p.Set(begin) {
			t.Error("went backwards")
		}
		if !p.Set(begin.AddDate(0, 1, 0)) || !p.Now().Equal(begin.AddDate(0, 1, 0)) {
			t.Errorf("after the move it is %v", p.Now())
		}
		select {
		case <-moved:
		default:
			t.Error("who waited was not told of the move")
		}
	})
}
