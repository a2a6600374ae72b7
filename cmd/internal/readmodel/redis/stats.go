package redis

import "sync/atomic"

// counts is what Stats tells.
type counts struct {
	commits, changes, refused, staged, steps, helped, scripts, reloads, swept atomic.Uint64
}

// Stats are counts since the model was opened.
type Stats struct {
	// Commits that were applied, and the changes in them.
	Commits, Changes uint64
	// Refused commits: another checkpoint or a later lease.
	Refused uint64
	// Staged commits, too large for one step, and the steps that were run.
	Staged, Steps uint64
	// Helped: calls that found a batch half applied and finished it.
	Helped uint64
	// Scripts that were run, and times their text had to be sent.
	Scripts, Reloads uint64
	// Swept keys of what was dropped.
	Swept uint64
}

// Stats tells what the model has done.
func (m *Model) Stats() Stats {
	c := &m.count
	return Stats{
		Commits: c.commits.Load(), Changes: c.changes.Load(), Refused: c.refused.Load(),
		Staged: c.staged.Load(), Steps: c.steps.Load(), Helped: c.helped.Load(),
		Scripts: c.scripts.Load(), Reloads: c.reloads.Load(), Swept: c.swept.Load(),
	}
}
