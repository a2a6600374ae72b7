package meter

// Kind says how a metric behaves.
type Kind string

// Kinds, as the exposition format names them.
const (
	KindCounter   Kind = "counter"   // only ever grows while the process runs
	KindGauge     Kind = "gauge"     // a figure of now
	KindHistogram Kind = "histogram" // durations in seconds, by upper bound
)

// Label is one dimension of a metric. Values, where there are any, are the only ones
// it takes.
type Label struct {
	Name   string
	Values []string
}

// Metric is one entry of the list.
type Metric struct {
	Name   string
	Help   string
	Kind   Kind
	Labels []Label
	// Scraped: handed over with each scrape where it exists, absent elsewhere.
	Scraped bool
}

// ID names a metric of the list where it is fed.
type ID int

// The metrics. Metrics says what each is; what is not here cannot be fed.
const (
	HTTPRequests ID = iota
	HTTPRequestSeconds
	Commands
	CommandSeconds
	CommandConflicts
	Events
	LogBytes
	ProjectionLagEvents
	ProjectionLagSeconds
	ProjectionBatches
	ProjectionEvents
	ProjectionCommitSeconds
	ProjectionDegraded
	PartitionsHeld
	LeaseLost
	Leader
	DeadlinesDue
	DeadlinesPassed
	SubscriptionRestarts
	EventStoreClients
	EventStoreUp
	EventStoreAppendSeconds
	ReadModelUp
	ReadModelCommitConflicts
	FeedListeners
	LimiterFallback
	BuildInfo
	MetricsRefused
	metricCount
)

// What became of a command.
const (
	Done        = "done"
	Refused     = "refused"     // by law, or because the actor may not
	Conflict    = "conflict"    // the case had moved on
	Unavailable = "unavailable" // log or keys did not answer, or the outcome is unknown
	Invalid     = "invalid"     // its shape is wrong
)

// How soon a time limit ends.
const (
	Overdue             = "overdue"
	DueToday            = "today"
	Within3WorkingDays  = "3_working_days"
	Within10WorkingDays = "10_working_days"
)

// Reasons why something fed was refused.
const (
	refusedOverflow = "overflow" // more label values than a metric may have
	refusedMisuse   = "misuse"   // unknown metric, wrong kind, wrong labels
)

// Metrics is the one list of everything /metrics can show, by ID. Dashboards, alert
// rules and documents are checked against it. Labels never hold what a caller chose.
func Metrics() []Metric {
	list := make([]Metric, metricCount)
	edgeMetrics(list)
	projectionMetrics(list)
	storeMetrics(list)
	return list
}

// edgeMetrics are what the HTTP surface and the use cases do.
func edgeMetrics(list []Metric) {
	list[HTTPRequests] = counter("fangxin_http_requests_total", "Requests answered.",
		open("method"), open("route"), open("status"))
	list[HTTPRequestSeconds] = histogram("fangxin_http_request_seconds", "Time to answer.",
		open("method"), open("route"), open("status"))
	list[Commands] = counter("fangxin_commands_total", "Commands by what became of them.",
		open("command"), oneOf("outcome", Done, Refused, Conflict, Unavailable, Invalid))
	list[CommandSeconds] = histogram("fangxin_command_seconds", "Time from a command's arrival to its receipt.", open("command"))
	list[CommandConflicts] = counter("fangxin_command_conflicts_total", "Appends that met a moved stream, including those decided again.")
	list[FeedListeners] = gauge("fangxin_feed_listeners", "Live streams (server-sent events) open on this node.")
	list[LimiterFallback] = gauge("fangxin_limiter_fallback", "1 while rates are bounded by this node alone because the shared limiter does not answer.")
	list[BuildInfo] = gauge("fangxin_build_info", "Always 1; the version is the label.", open("version"))
	list[MetricsRefused] = counter("fangxin_metrics_refused_total", "Figures that were not taken: too many label values, or fed wrongly.",
		open("metric"), oneOf("reason", refusedOverflow, refusedMisuse))
}

// projectionMetrics are what happens behind the log: lists, leases, deadlines.
func projectionMetrics(list []Metric) {
	list[ProjectionLagEvents] = scraped(gauge("fangxin_projection_lag_events", "Events not yet in the lists; embedded log only."))
	list[ProjectionLagSeconds] = gauge("fangxin_projection_lag_seconds", "How long the lists of a partition held here have been behind the log.", open("partition"))
	list[ProjectionBatches] = counter("fangxin_projection_batches_total", "Batches committed to the read model.")
	list[ProjectionEvents] = counter("fangxin_projection_events_total", "Events covered by committed batches.")
	list[ProjectionCommitSeconds] = histogram("fangxin_projection_commit_seconds", "Time of one commit of changes and checkpoint.")
	list[ProjectionDegraded] = gauge("fangxin_projection_degraded", "1 while projections stand before an event they do not know or cannot read.")
	list[PartitionsHeld] = gauge("fangxin_partitions_held", "Partitions whose lease this node holds.")
	list[LeaseLost] = counter("fangxin_lease_lost_total", "Leases lost before they were given back.")
	list[Leader] = gauge("fangxin_leader", "1 where this node leads the named work.", open("name"))
	list[DeadlinesDue] = gauge("fangxin_deadlines_due", "Running legal time limits by how soon they end.",
		oneOf("within", Overdue, DueToday, Within3WorkingDays, Within10WorkingDays))
	list[DeadlinesPassed] = counter("fangxin_deadlines_passed_total", "Passed time limits recorded by this node.")
}

// storeMetrics are the engines the node stands on.
func storeMetrics(list []Metric) {
	list[Events] = scraped(counter("fangxin_events_total", "Events in the log; embedded log only."))
	list[LogBytes] = scraped(gauge("fangxin_log_bytes", "Size of the log on disk; embedded log only."))
	list[SubscriptionRestarts] = counter("fangxin_subscription_restarts_total", "Subscriptions to the log begun again after a break.")
	list[EventStoreClients] = counter("fangxin_eventstore_clients_total", "Connections to the event store built, one a generation.")
	list[EventStoreUp] = gauge("fangxin_eventstore_up", "1 while the event store answers this node.")
	list[EventStoreAppendSeconds] = histogram("fangxin_eventstore_append_seconds", "Time of one append, repeats included.")
	list[ReadModelUp] = gauge("fangxin_readmodel_up", "1 while the read model answers this node.")
	list[ReadModelCommitConflicts] = counter("fangxin_readmodel_commit_conflicts_total", "Commits refused because another node moved the checkpoint.")
}

func counter(name, help string, labels ...Label) Metric {
	return Metric{Name: name, Help: help, Kind: KindCounter, Labels: labels}
}

func gauge(name, help string, labels ...Label) Metric {
	return Metric{Name: name, Help: help, Kind: KindGauge, Labels: labels}
}

func histogram(name, help string, labels ...Label) Metric {
	return Metric{Name: name, Help: help, Kind: KindHistogram, Labels: labels}
}

func scraped(m Metric) Metric {
	m.Scraped = true
	return m
}

func open(name string) Label { return Label{Name: name} }

func oneOf(name string, values ...string) Label { return Label{name, values} }
