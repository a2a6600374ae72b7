package projections

// BreakPassesOffAfter sets how many events a pass goes on before it begins again for
// a lane that came too late.
func (r *Runner) BreakPassesOffAfter(events int) { r.engine.least = events }
