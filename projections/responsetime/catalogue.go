package responsetime

// MinimumN is the number of cases below which no share, percentile or comparison is made
// [design].
const MinimumN = 30

// Catalogue lists the metrics in force, each as data. Where readers of the field mean
// different things by one word, each reading is a metric of its own.
func Catalogue() []Metric {
	var all []Metric
	for _, part := range [][]Metric{arriving(), checking(), answering(), closing(), solving(), refusing(), lasting(), keeping(), imported()} {
		for _, m := range part {
			m.Version, m.MinimumN = 1, MinimumN
			if m.Kind == KindCount || m.Kind == KindSum || m.Kind == KindDistribution {
				m.MinimumN = 0
			}
			if m.AsOf == "" {
				m.AsOf = AsKnown
			}
			all = append(all, m)
		}
	}
	return all
}

func one(m measure, codes ...string) []Term { return []Term{term(m, codes...)} }

func term(m measure, codes ...string) Term { return Term{Measure: measureTable()[m].id, Codes: codes} }

func (t Term) because(reason string) Term { t.Reason = reason; return t }

func (t Term) due(when string, after int32, wide bool) Term {
	t.Due, t.After, t.Wide = when, after, wide
	return t
}

func (t Term) flagged(flags ...string) Term { t.Flags = flags; return t }

func (t Term) less() Term { t.Less = true; return t }

func arriving() []Metric {
	received := one(mReceived)
	return []Metric{
		{ID: "received", Kind: KindCount, Numerator: received, Unit: UnitCases, Native: true, Foreign: true, Sources: []string{"12315", "EU 2013/11 7(2)(a)"}},
		{ID: "growth", Kind: KindGrowth, Numerator: received, Denominator: received, Unit: UnitShare, Native: true, Foreign: true, Beside: []string{"growth_year"}, Sources: []string{"12315"}},
		{ID: "growth_year", Kind: KindGrowth, Numerator: received, Denominator: received, Unit: UnitShare, Native: true, Foreign: true, Beside: []string{"growth"}},
		{ID: "amount_claimed", Kind: KindSum, Numerator: one(mClaimed), Unit: UnitFen, Native: true, Sources: []string{"12315"}},
		{ID: "amount_agreed", Kind: KindSum, Numerator: one(mAgreedFen), Unit: UnitFen, Native: true, Sources: []string{"12315"}},
		{ID: "amount_paid", Kind: KindSum, Numerator: one(mPaidFen), Unit: UnitFen, Native: true},
	}
}

// checking is about the decision on acceptance (受理), Order 121 art 15: made and told
// within 7 working days.
func checking() []Metric {
	check := func(id, reading string, flags ...string) Metric {
		wide := reading == "wide"
		judged := term(mChecked).flagged("strict", "wide", "late")
		return Metric{
			ID: id, Kind: KindShare, Numerator: []Term{term(mChecked).flagged(flags...)},
			Denominator: []Term{judged, term(mCheckDue).due(DuePast, 0, wide)},
			Excluded: []Term{
				term(mCheckDue).due(DueAhead, 0, wide).because("not_yet_due"), term(mChecked).flagged("none").because("no_limit"),
			},
			Clock: Clock{From: "received", To: "decided_and_told", Limit: "statutory", Reading: reading},
			Unit:  UnitShare, AsOf: AsDue, Native: true, Sources: []string{"12315", "ORD-121 15"},
		}
	}
	wide, strict := check("initial_check_on_time", "wide", "strict", "wide"), check("initial_check_on_time_strict", "strict", "strict")
	wide.Beside, strict.Beside = []string{strict.ID}, []string{wide.ID}
	return []Metric{wide, strict, {
		ID: "initial_check_time", Kind: KindDuration, Numerator: one(mChecked), Value: first, Unit: UnitWorkingDay, Native: true,
		Clock: Clock{From: "received", To: "decided_and_told"}, Sources: []string{"ORD-121 15"},
	}}
}

// Values of an observation.
const (
	first  = "first"
	second = "second"
)

// answering is about the merchant's first answer or offer, from the day on which the
// complaint came in.
func answering() []Metric {
	clock := Clock{From: "came_in", To: "first_answer"}
	excluded := func(days int32) []Term {
		return []Term{
			term(mAnswerOpen).due(DueAhead, days, false).because("not_yet_due"), term(mAnswerLapsed).because("ended_before_answer"),
		}
	}
	rate := func(id string, days int32, limit string, sources ...string) Metric {
		in := term(mAnswered)
		in.AtMost = days
		return Metric{
			ID: id, Kind: KindShare, Numerator: []Term{in},
			Denominator: []Term{term(mAnswered), term(mAnswerOpen).due(DuePast, days, false)}, Excluded: excluded(days),
			Clock: Clock{From: clock.From, To: clock.To, Limit: limit}, Unit: UnitShare, AsOf: AsDue, Native: true, Sources: sources,
		}
	}
	time := func(id, value, unit string) Metric {
		return Metric{
			ID: id, Kind: KindDuration, Numerator: one(mAnswered), Value: value, Unit: unit, Clock: clock, Native: true,
			Exclusions: []string{"not_answered"}, Sources: []string{"consumidor.gov.br"},
		}
	}
	return []Metric{
		time("first_response_time", first, UnitCalendarDay), time("first_response_time_wd", second, UnitWorkingDay),
		rate("response_rate_10d", 10, "10", "consumidor.gov.br"), rate("response_rate_15d", 15, "15", "CFPB"),
		{
			ID: "untimely_outcome", Kind: KindShare, Numerator: []Term{term(mAnswerOpen).due(DuePast, 15, false)},
			Denominator: []Term{term(mAnswered), term(mAnswerOpen).due(DuePast, 15, false)}, Excluded: excluded(15),
			Clock: Clock{From: clock.From, To: clock.To, Limit: "15"}, Unit: UnitShare, AsOf: AsDue, Native: true, Sources: []string{"CFPB"},
		},
	}
}

// closing is about closed cases (办结) and the success of mediation (调解成功率), which is
// an agreement or a settlement and nothing else; its denominator is read in two ways.
func closing() []Metric {
	onTime := func(id, reading string, flags ...string) Metric {
		wide := reading == "wide"
		return Metric{
			ID: id, Kind: KindShare, Numerator: []Term{term(mClosed).flagged(flags...)},
			Denominator: []Term{term(mClosed).flagged("strict", "wide", "late")},
			Excluded: []Term{
				term(mMediateDue).due(DuePast, 0, wide).because("overdue_open"), term(mMediateDue).due(DueAhead, 0, wide).because("not_yet_due"),
				term(mClosed).flagged("none").because("no_limit"),
			},
			Clock: Clock{From: "accepted", To: "mediation_ended", Stops: "appraisal", Limit: "statutory", Reading: reading},
			Unit:  UnitShare, AsOf: AsDue, Native: true, Sources: []string{"12315", "ORD-121 23"},
		}
	}
	wide, strict := onTime("closed_on_time", "wide", "strict", "wide"), onTime("closed_on_time_strict", "strict", "strict")
	wide.Beside, strict.Beside = []string{strict.ID}, []string{wide.ID}
	success := one(mClosed, "agreement", "settlement")
	return []Metric{
		wide, strict,
		{
			ID: "mediation_success_closed", Kind: KindShare, Numerator: success, Denominator: one(mClosed), Unit: UnitShare, Native: true,
			Beside: []string{"mediation_success_accepted"}, Sources: []string{"12315"},
		},
		{
			ID: "mediation_success_accepted", Kind: KindShare, Numerator: success,
			Denominator: one(mClosed, "agreement", "settlement", "no_agreement", "withdrawn"),
			Excluded: []Term{
				term(mClosed, "prior", "prior_direct", "withdrawn_before", "declined").because("not_accepted"),
				term(mClosed, "found_not_acceptable").because("found_not_acceptable"),
			},
			Unit: UnitShare, Native: true, Beside: []string{"mediation_success_closed"}, Sources: []string{"12315"},
		},
		{
			ID: "prior_settlement", Kind: KindShare, Numerator: one(mEnded, "prior_direct"), Denominator: one(mReceived, "direct"),
			Exclusions: []string{"other_lanes"}, Unit: UnitShare, Native: true, Sources: []string{"12315"},
		},
		{ID: "relief", Kind: KindDistribution, Numerator: one(mRelief), Unit: UnitShare, Native: true, Sources: []string{"CFPB"}},
	}
}

// solving is what consumers say of cases that were handled to an end.
func solving() []Metric {
	ended := one(mEnded, "agreement", "settlement", "prior", "prior_direct", "no_agreement")
	rated := one(mRated, "resolved", "partly", "not_resolved")
	solved := one(mRated, "resolved")
	apart := []Term{term(mEnded, "declined", "withdrawn", "withdrawn_before", "found_not_acceptable").because("declined_or_withdrawn")}
	unrated := []Term{ended[0].because("not_rated"), rated[0].less().because("not_rated")}
	beside := func(ids ...string) []string { return ids }
	grades := func(id string, m measure) Metric {
		return Metric{
			ID: id, Kind: KindMean, Numerator: one(m), Value: first, Unit: UnitGrade, Native: true,
			Exclusions: []string{"not_graded", "declined_or_withdrawn"}, Sources: []string{"consumidor.gov.br"},
		}
	}
	return []Metric{
		{
			ID: "solution_br_official", Kind: KindShare, Numerator: []Term{solved[0], ended[0], rated[0].less()}, Denominator: ended, Excluded: apart,
			Unit: UnitShare, Native: true, Beside: beside("solution_rated", "solution_confirmed"), Sources: []string{"consumidor.gov.br"},
		},
		{
			ID: "solution_rated", Kind: KindShare, Numerator: solved, Denominator: rated, Excluded: append(unrated, apart...), Unit: UnitShare,
			Native: true, Beside: beside("solution_br_official", "solution_confirmed"),
		},
		{
			ID: "solution_confirmed", Kind: KindShare, Numerator: solved, Denominator: ended, Excluded: apart, Unit: UnitShare,
			Native: true, Beside: beside("solution_br_official", "solution_rated"),
		},
		{ID: "rating_coverage", Kind: KindShare, Numerator: rated, Denominator: ended, Excluded: apart, Unit: UnitShare, Native: true},
		grades("satisfaction", mGrade), grades("satisfaction_office", mOfficeGrade),
	}
}

// refusing is about complaints refused (不予受理) and discontinued (终止调解).
func refusing() []Metric {
	grounds := decisions()[1:]
	undecided := []Term{term(mReceived).because("not_decided"), term(mDecided).less().because("not_decided")}
	return []Metric{
		{
			ID: "refused_share", Kind: KindShare, Numerator: one(mDecided, grounds...), Denominator: one(mDecided), Excluded: undecided,
			Unit: UnitShare, Native: true, Sources: []string{"EU 2013/11 7(2)(c)"},
		},
		{ID: "refused_by_ground", Kind: KindDistribution, Numerator: one(mDecided, grounds...), Unit: UnitShare, Native: true, Sources: []string{"EU 2013/11 7(2)(c)"}},
		{
			ID: "discontinued_share", Kind: KindShare, Numerator: one(mDiscontinued),
			Denominator: one(mEnded, "agreement", "settlement", "no_agreement", "found_not_acceptable", "withdrawn"),
			Excluded:    []Term{term(mEnded, "prior", "prior_direct", "withdrawn_before", "declined").because("not_accepted")},
			Unit:        UnitShare, Native: true, Sources: []string{"EU 2013/11 7(2)(e)"},
		},
		{ID: "discontinued_by_reason", Kind: KindDistribution, Numerator: one(mDiscontinued), Unit: UnitShare, Native: true, Sources: []string{"EU 2013/11 7(2)(e)"}},
	}
}

// lasting is how long cases take. British bodies print two times to the end, from the
// receipt and from the complete file: both starts are facts.
func lasting() []Metric {
	ended := one(mEnded, "agreement", "settlement", "prior", "prior_direct", "no_agreement", "found_not_acceptable")
	last := func(id string, terms []Term, value, from, to, stops string) Metric {
		return Metric{
			ID: id, Kind: KindDuration, Numerator: terms, Value: value, Unit: UnitCalendarDay, Native: true,
			Clock: Clock{From: from, To: to, Stops: stops},
		}
	}
	receipt := last("time_from_receipt", ended, first, "came_in", "ended", "")
	complete := last("time_from_complete_file", ended, second, "file_complete", "ended", "")
	receipt.Exclusions, complete.Exclusions = []string{"declined_or_withdrawn"}, []string{"declined_or_withdrawn"}
	receipt.Sources, complete.Sources = []string{"EU 2013/11 7(2)(f)"}, []string{"EU 2013/11 7(2)(f)"}
	receipt.Beside, complete.Beside = []string{complete.ID}, []string{receipt.ID}
	return []Metric{
		receipt, complete,
		last("mediation_time", one(mMediated), first, "accepted", "mediation_ended", "appraisal"),
		last("closing_time", one(mClosed), first, "came_in", "closed", ""),
	}
}

// keeping is whether what was agreed was done, what was taken up again, what is public.
func keeping() []Metric {
	kept := term(mPerformance, "performed", "confirmed")
	overdue := term(mPerformance, "due").due(DuePast, 0, false)
	hidden := func(reasons ...Class) (terms []Term) {
		for _, r := range reasons {
			terms = append(terms, term(mDisclosure, string(r)).because(string(r)))
		}
		return terms
	}
	return []Metric{
		{
			ID: "compliance", Kind: KindShare, Numerator: []Term{kept}, Denominator: []Term{kept, term(mPerformance, "broken"), overdue},
			Excluded: []Term{term(mPerformance, "due").due(DueAhead, 0, false).because("not_yet_due")},
			Unit:     UnitShare, AsOf: AsDue, Native: true, Sources: []string{"EU 2013/11 7(2)(g)"},
		},
		{
			ID: "reopened_share", Kind: KindShare, Numerator: one(mReopened), Denominator: []Term{term(mEnded), term(mReopened, "open")},
			Unit: UnitShare, Native: true,
		},
		{
			ID: "disclosed_share", Kind: KindShare, Numerator: one(mDisclosure, "public", "period_over"),
			Denominator: one(mDisclosure, "public", "period_over", "in_review", "objection", "taken_down"),
			Excluded:    hidden(ClassNotEnded, ClassNotAccepted, ClassWithdrawn, ClassNoConsent, ClassPolicy),
			Unit:        UnitShare, Native: true, Whole: true, Sources: []string{"12315"},
		},
	}
}

// imported metrics show what a source states, beside what is computed here.
func imported() []Metric {
	share := func(id string, num, den []Term, excluded ...Term) Metric {
		return Metric{ID: id, Kind: KindShare, Numerator: num, Denominator: den, Excluded: excluded, Unit: UnitShare, Foreign: true, Sources: []string{"CFPB"}}
	}
	closed := one(mResponse, "monetary", "non_monetary", "explanation", "closed", "relief", "no_relief")
	pending := term(mResponse, "in_progress").because("in_progress")
	return []Metric{
		share("timely_stated", one(mTimely, "yes"), one(mTimely)),
		share("untimely_stated", one(mResponse, "untimely"), append(one(mResponse, "untimely"), closed...), pending),
		share("relief_stated", one(mResponse, "monetary", "non_monetary", "relief"), closed, pending, term(mResponse, "untimely").because("untimely")),
		share("disputed_stated", one(mDisputed, "yes"), one(mDisputed, "yes", "no"), term(mDisputed, "not_asked").because("not_asked")),
		{ID: "response_stated", Kind: KindDistribution, Numerator: one(mResponse), Unit: UnitShare, Foreign: true, Sources: []string{"CFPB"}},
		{
			ID: "received_to_sent_time", Kind: KindDuration, Numerator: one(mSent), Value: first, Unit: UnitCalendarDay, Foreign: true,
			Clock: Clock{From: "received", To: "sent_on"}, Sources: []string{"CFPB"},
		},
	}
}
