// Package clock is where the program reads the time: the machine's clock, or a
// practice clock that an admin of a demonstration may move.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// System is the machine's clock.
type System struct{}

// Now is the machine's time in UTC.
func (System) Now() time.Time { return time.Now().UTC() }

// Practice runs like the machine's clock from whatever moment it was set to. It
// only moves forward: time in a case never runs backwards.
type Practice struct {
	mu    sync.Mutex
	ahead time.Duration
	moved chan struct{}
}

// NewPractice starts a practice clock at the moment.
func NewPractice(at time.Time) *Practice {
	return &Practice{ahead: time.Until(at), moved: make(chan struct{})}
}

// Now is the practice time in UTC.
func (p *Practice) Now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Add(p.ahead).UTC()
}

// Set moves the clock forward to the moment; false if that lies behind it.
func (p *Practice) Set(at time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	ahead := time.Until(at)
	if ahead < p.ahead {
		return false
	}
	p.ahead = ahead
	close(p.moved)
	p.moved = make(chan struct{})
	return true
}

// Become takes the time of another practice clock, also back: before a
// demonstration's first case there is no time to run backwards.
func (p *Practice) Become(other *Practice) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ahead = other.ahead
}

// Moved is closed at the next Set: who waits for a time looks again.
func (p *Practice) Moved() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.moved
}
