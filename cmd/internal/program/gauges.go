package program

import (
	"context"
	"strconv"
	"sync"
	"time"

	"fangxin/api/httpapi/meter"
	"fangxin/domain/calendar"
	"fangxin/projections/deadlines"
)

// scrapeWithin bounds what a scrape asks of the stores; askedEvery is how old the
// answer about deadlines may be.
const (
	scrapeWithin = time.Second
	askedEvery   = 15 * time.Second
)

// asked remembers when the deadlines were last counted.
type asked struct {
	mu sync.Mutex
	at time.Time
}

// gauges are the node's figures at a scrape.
func (n *node) gauges() []meter.Gauge {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
	defer cancel()
	n.meter.Set(meter.BuildInfo, 1, release)
	n.meter.SetBool(meter.LimiterFallback, n.fallen())
	n.meter.Set(meter.FeedListeners, float64(n.hub.Streams()))
	_, err := n.store.Head(ctx)
	n.meter.SetBool(meter.EventStoreUp, err == nil)
	n.gaugeProjections()
	n.gaugeDeadlines(ctx)
	restarts := float64(n.restarts.Load())
	if n.remote == nil {
		return append(n.embedded(), meter.Gauge{Metric: meter.SubscriptionRestarts, Value: restarts})
	}
	s := n.remote.Stats()
	return []meter.Gauge{
		{Metric: meter.EventStoreClients, Value: float64(s.Built)},
		{Metric: meter.SubscriptionRestarts, Value: restarts + float64(s.Restarts)},
	}
}

// gaugeProjections shows each partition's lag: the age of its oldest event that no
// list shows yet.
func (n *node) gaugeProjections() {
	status := n.runner.Status()
	n.meter.SetBool(meter.ProjectionDegraded, status.Degraded != nil)
	held := map[int]bool{}
	for _, p := range status.Parts {
		held[p.Partition] = true
		lag := 0.0
		if !p.Oldest.IsZero() {
			lag = max(0, time.Since(p.Oldest).Seconds())
		}
		n.meter.Set(meter.ProjectionLagSeconds, lag, strconv.Itoa(p.Partition))
	}
	for p := range n.model.Partitions() {
		if !held[p] {
			n.meter.Forget(meter.ProjectionLagSeconds, strconv.Itoa(p))
		}
	}
	n.meter.Set(meter.PartitionsHeld, float64(len(held)))
}

// gaugeDeadlines counts running limits by how soon they end.
func (n *node) gaugeDeadlines(ctx context.Context) {
	n.asked.mu.Lock()
	defer n.asked.mu.Unlock()
	if time.Since(n.asked.at) < askedEvery {
		return
	}
	n.asked.at = time.Now()
	today := calendar.DateOf(n.clock.Now())
	three, _ := n.law.Calendar.AddWorkingDays(today, 3)
	ten, _ := n.law.Calendar.AddWorkingDays(today, 10)
	sum := int64(0)
	for _, b := range []struct {
		within string
		upTo   calendar.Date
	}{
		{meter.Overdue, today - 1}, {meter.DueToday, today},
		{meter.Within3WorkingDays, three}, {meter.Within10WorkingDays, ten},
	} {
		number, err := deadlines.Count(ctx, n.model, b.upTo)
		if err != nil {
			n.meter.SetBool(meter.ReadModelUp, false)
			return
		}
		n.meter.Set(meter.DeadlinesDue, float64(number.N-sum), b.within)
		sum = number.N
	}
	n.meter.SetBool(meter.ReadModelUp, true)
}

// embedded are figures of the embedded log, which counts its events.
func (n *node) embedded() []meter.Gauge {
	if n.local == nil {
		return nil
	}
	stats, err := n.local.Stats()
	if err != nil {
		return nil
	}
	behind := 0.0
	if at := n.runner.Status().At; at.Before(stats.Head) {
		behind = float64(stats.Head.Commit - at.Commit)
	}
	return []meter.Gauge{
		{Metric: meter.Events, Value: float64(stats.Events)},
		{Metric: meter.LogBytes, Value: float64(stats.Bytes)},
		{Metric: meter.ProjectionLagEvents, Value: behind},
	}
}
