package responsetime

// Kind of a metric says how its figures are made.
type Kind string

// Kinds.
const (
	KindCount        Kind = "count"        // cases
	KindShare        Kind = "share"        // numerator over denominator
	KindDuration     Kind = "duration"     // percentiles and mean of days
	KindDistribution Kind = "distribution" // the cases by a code, each with its share
	KindMean         Kind = "mean"         // mean of grades, with their distribution
	KindSum          Kind = "sum"          // money in fen
	KindGrowth       Kind = "growth"       // (n - n of the span before) / n of the span before
)

// Units of a metric's value.
const (
	UnitCases       = "case"
	UnitShare       = "share"
	UnitCalendarDay = "cd"
	UnitWorkingDay  = "wd"
	UnitGrade       = "grade"
	UnitFen         = "fen"
)

// As-of rules: how a figure as of a day follows from the facts.
const (
	// AsKnown: what had become known by the day, however late it was entered.
	AsKnown = "known_by_day"
	// AsDue is AsKnown; what is still open counts by whether its last day is over.
	AsDue = "known_and_due_by_day"
)

// Metric is one figure's definition as data. A change of meaning is a new version.
type Metric struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Kind    Kind   `json:"kind"`
	// Numerator and Denominator are filters over measures; their terms add up. A count,
	// a sum, a duration, a distribution and a mean are of the numerator alone.
	Numerator   []Term `json:"numerator"`
	Denominator []Term `json:"denominator,omitempty"`
	// Excluded are cases left out of the denominator that are counted apart, each with
	// its reason.
	Excluded []Term `json:"excluded,omitempty"`
	// Value is which value of the numerator's measure is averaged or ranked: "first" or
	// "second"; empty where cases are only counted.
	Value string `json:"value,omitempty"`
	Clock Clock  `json:"clock"`
	Unit  string `json:"unit"`
	AsOf  string `json:"as_of_rule"`
	// Exclusions say in codes what the definition leaves out by construction.
	Exclusions []string `json:"exclusions,omitempty"`
	// MinimumN: below so many cases no share, percentile or comparison is made of them.
	MinimumN int64 `json:"minimum_n"`
	// Native metrics are of this program's cases, Foreign ones of imported cases.
	Native  bool `json:"native"`
	Foreign bool `json:"foreign"`
	// Whole: it speaks of all cases and has no meaning over the disclosed ones alone.
	Whole bool `json:"whole,omitempty"`
	// Beside names the metrics that read the same words otherwise.
	Beside []string `json:"beside,omitempty"`
	// Sources name where the definition is from.
	Sources []string `json:"sources,omitempty"`
}

// Clock says from which fact to which days are counted, and what stops them.
type Clock struct {
	From  string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
	Stops string `json:"stops,omitempty"`
	// Limit in days, or "statutory": the dates that the case's own clock carries.
	Limit string `json:"limit,omitempty"`
	// Reading of the limit: "strict" or "wide" (to the next working day).
	Reading string `json:"reading,omitempty"`
}

// Term picks observations of one measure. All its conditions hold together; an empty
// condition is none.
type Term struct {
	Measure string   `json:"measure"`
	Codes   []string `json:"codes,omitempty"`
	// Flags say how the observation stands to its limit: none, strict, wide, late.
	Flags []string `json:"flags,omitempty"`
	// AtMost bounds the first value, in days.
	AtMost int32 `json:"at_most,omitempty"`
	// Due compares the first value, a day, with the as-of day: "past" or "ahead". After
	// so many days are added to it; Wide takes the second value, its wide reading.
	Due   string `json:"due,omitempty"`
	After int32  `json:"after,omitempty"`
	Wide  bool   `json:"wide,omitempty"`
	// Less takes the observations away.
	Less bool `json:"less,omitempty"`
	// Reason why an excluded case is excluded.
	Reason string `json:"reason,omitempty"`
}

// Due conditions.
const (
	DuePast  = "past"
	DueAhead = "ahead"
)

// Dimension is what figures are grouped by.
type Dimension string

// Dimensions. Months and quarters are those of the day on which the case came in.
const (
	Month    Dimension = "month"
	Quarter  Dimension = "quarter"
	Year     Dimension = "year"
	Region   Dimension = "region"
	Category Dimension = "category"
	Merchant Dimension = "merchant"
)
