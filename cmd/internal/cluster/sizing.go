package cluster

import "fangxin/cmd/internal/bench"

// What a year of a large country's complaints is, for an extrapolation on paper.
const (
	yearlyCases   = 20_000_000
	commandsACase = 8    // file, identify, receive, accept, respond, agree, perform, close
	workingDays   = 248  // of 2026, CN-2026.1
	workingHours  = 10.0 // in which nearly all of it happens
	peakFactor    = 5.0  // the busiest minute beside the mean
	yearsKept     = 3    // in the lists; the log keeps all
)

// sizing are the measured figures an extrapolation begins with.
type sizing struct {
	commands float64 // acknowledged a second by all nodes of this machine
	rebuild  float64 // events a second
	memory   float64 // bytes of Redis a case
}

// tell writes the extrapolation with its arithmetic. The figures are of one machine
// that runs everything at once: more machines are not slower.
func (s sizing) tell(r *bench.Run) {
	mean := yearlyCases * commandsACase / (workingDays * workingHours * 3600)
	peak := mean * peakFactor
	r.Say("On paper, %d complaints a year:\n"+
		"  commands: %d x %d = %d a year; over %d working days of %.0f h: %.1f a second in the mean, x %.0f = %.0f at the peak\n"+
		"  measured here, every part on one machine: %.0f filings a second, which is %.1f times that peak",
		yearlyCases, yearlyCases, commandsACase, yearlyCases*commandsACase, workingDays, workingHours, mean, peakFactor, peak, s.commands, s.commands/peak)
	events := float64(yearlyCases * bench.EventsPerCase)
	r.Say("  events: %d x %d = %.0f million a year; a rebuild of %d years at %.0f events/s: %.1f h on this one machine",
		yearlyCases, bench.EventsPerCase, events/1e6, yearsKept, s.rebuild, events*yearsKept/s.rebuild/3600)
	r.Say("  lists in Redis: %d x %d x %.0f B = %.0f GiB for %d years: a Cluster, partitions spread over its masters",
		yearlyCases, yearsKept, s.memory, yearlyCases*yearsKept*s.memory/(1<<30), yearsKept)
}
