package memory

import (
	"context"
	"sync"

	"fangxin/projections/readmodel"
)

// maxAnswers bounds what the answers that a space remembers weigh together.
const maxAnswers = 200_000

// answers are what readers worked out of a space since the last commit.
type answers struct {
	mu     sync.Mutex
	values map[string]any
	weight int
	// commits counts them: what was worked out while one came is not kept.
	commits uint64
}

// Remember returns what was worked out for a key since the last commit to the space, or
// has it worked out now.
func (m *Model) Remember(ctx context.Context, s readmodel.Space, key string, work func() (any, int, error)) (any, error) {
	sp, err := m.find(ctx, s)
	if err != nil {
		return nil, err
	}
	if sp == nil {
		value, _, err := work()
		return value, err
	}
	value, commits := sp.answers.find(key)
	if value != nil {
		return value, nil
	}
	value, weight, err := work()
	if err != nil {
		return nil, err
	}
	sp.answers.keep(key, value, weight, commits)
	return value, nil
}

func (a *answers) find(key string) (any, uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.values[key], a.commits
}

func (a *answers) keep(key string, value any, weight int, commits uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.commits != commits || weight > maxAnswers/8 {
		return
	}
	if a.values == nil || a.weight+weight > maxAnswers {
		a.values, a.weight = map[string]any{}, 0
	}
	a.values[key] = value
	a.weight += weight
}

// forget begins anew. The caller has the space alone.
func (a *answers) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.commits++
	if len(a.values) > 0 {
		a.values, a.weight = nil, 0
	}
}
