package responsetimetest

import (
	"slices"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
)

// verdict is what one case gives to one metric.
type verdict struct {
	num, den bool
	value    int
	valued   bool
	fen      int64
	code     string
	excluded string
}

// rule is a metric written down by hand.
type rule func(l *life, asOf calendar.Date) verdict

func share(den, num bool) verdict { return verdict{den: den, num: den && num} }

func except(reason string) verdict { return verdict{excluded: reason} }

func days(n int) verdict { return verdict{num: true, den: true, value: n, valued: true} }

func coded(code string) verdict { return verdict{num: code != "", den: code != "", code: code} }

// rules of this program's cases.
func rules() map[string]rule {
	all := map[string]rule{
		"received":       func(*life, calendar.Date) verdict { return share(true, true) },
		"amount_claimed": func(l *life, _ calendar.Date) verdict { return money(l.state.Filing.Purchase.AmountFen) },
		"amount_agreed": func(l *life, _ calendar.Date) verdict {
			if l.state.Agreement == nil {
				return verdict{}
			}
			return money(l.state.Agreement.Terms.AmountFen)
		},
		"amount_paid":                  func(l *life, _ calendar.Date) verdict { return money(l.paid()) },
		"initial_check_on_time":        func(l *life, d calendar.Date) verdict { return checkRule(l, d, "strict wide") },
		"initial_check_on_time_strict": func(l *life, d calendar.Date) verdict { return checkRule(l, d, "strict") },
		"initial_check_time": func(l *life, _ calendar.Date) verdict {
			if flag, n, _ := l.check(); flag != "" {
				return days(n)
			}
			return verdict{}
		},
		"first_response_time":    func(l *life, _ calendar.Date) verdict { return answerDays(l, false) },
		"first_response_time_wd": func(l *life, _ calendar.Date) verdict { return answerDays(l, true) },
		"response_rate_10d":      func(l *life, d calendar.Date) verdict { return answerRule(l, d, 10, false) },
		"response_rate_15d":      func(l *life, d calendar.Date) verdict { return answerRule(l, d, 15, false) },
		"untimely_outcome":       func(l *life, d calendar.Date) verdict { return answerRule(l, d, 15, true) },
	}
	for _, more := range []map[string]rule{closingRules(), ratingRules(), endRules(), foreignRules()} {
		for name, r := range more {
			all[name] = r
		}
	}
	return all
}

func money(fen int64) verdict { return verdict{num: fen != 0, den: fen != 0, fen: fen} }

func checkRule(l *life, asOf calendar.Date, good string) verdict {
	flag, _, open := l.check()
	if open == nil {
		return share(flag != "", oneOf(flag, good))
	}
	last := open.DueWide
	if good == "strict" {
		last = open.Due
	}
	if asOf > last {
		return share(true, false)
	}
	return except("not_yet_due")
}

func answerDays(l *life, working bool) verdict {
	on := l.answered()
	switch {
	case on == 0:
		return verdict{}
	case working:
		return days(l.working(l.cameIn(), on))
	}
	return days(int(on - l.cameIn()))
}

func answerRule(l *life, asOf calendar.Date, limit int, never bool) verdict {
	on, end := l.answered(), l.ended()
	switch {
	case on != 0:
		return share(true, !never && int(on-l.cameIn()) <= limit)
	case end != "" && end != "no_agreement":
		return except("ended_before_answer")
	case asOf > l.cameIn()+calendar.Date(limit):
		return share(true, never)
	}
	return except("not_yet_due")
}

func closingRules() map[string]rule {
	closed := func(l *life) bool { return l.state.Status == complaint.StatusClosed }
	onTime := func(l *life, asOf calendar.Date, good string) verdict {
		if closed(l) {
			if _, flag, ok := l.mediated(); ok && flag != "none" {
				return share(true, oneOf(flag, good))
			}
			return except("no_limit")
		}
		c, ok := l.clock("CP.MEDIATE.")
		if !ok || l.state.EndedAs != complaint.StatusNone || l.state.AcceptedOn == 0 || c.Paused() {
			return verdict{}
		}
		if good == "strict" && asOf > c.Due || good != "strict" && asOf > c.DueWide {
			return except("overdue_open")
		}
		return except("not_yet_due")
	}
	return map[string]rule{
		"closed_on_time":        func(l *life, d calendar.Date) verdict { return onTime(l, d, "strict wide") },
		"closed_on_time_strict": func(l *life, d calendar.Date) verdict { return onTime(l, d, "strict") },
		"mediation_success_closed": func(l *life, _ calendar.Date) verdict {
			return share(closed(l), oneOf(l.ended(), "agreement settlement"))
		},
		"mediation_success_accepted": func(l *life, _ calendar.Date) verdict {
			switch {
			case closed(l) && l.ended() == "found":
				return except("found_not_acceptable")
			case closed(l) && l.state.AcceptedOn == 0:
				return except("not_accepted")
			}
			return share(closed(l), oneOf(l.ended(), "agreement settlement"))
		},
		"prior_settlement": func(l *life, _ calendar.Date) verdict {
			return share(l.state.Filing.Lane == complaint.LaneDirect, l.ended() == "prior_direct")
		},
		"relief": func(l *life, _ calendar.Date) verdict {
			a := l.state.Agreement
			switch {
			case !closed(l):
				return verdict{}
			case a != nil && (a.Terms.AmountFen > 0 || oneOf(a.Terms.Kind, "refund compensate")):
				return coded("monetary")
			case a != nil:
				return coded("other")
			case l.answered() != 0:
				return coded("explanation")
			}
			return coded("none")
		},
		"closing_time": func(l *life, _ calendar.Date) verdict {
			if !closed(l) {
				return verdict{}
			}
			return days(int(l.state.ClosedOn - l.cameIn()))
		},
		"mediation_time": func(l *life, _ calendar.Date) verdict {
			if n, _, ok := l.mediated(); ok {
				return days(n)
			}
			return verdict{}
		},
	}
}

const solvable = "agreement settlement prior prior_direct no_agreement"

func ratingRules() map[string]rule {
	grade := func(l *life, of func(*complaint.Rated) int) verdict {
		if r := l.rated(); r != nil && oneOf(l.ended(), solvable) && of(r) > 0 {
			return days(of(r))
		}
		return verdict{}
	}
	solution := func(good, counts func(r *complaint.Rated) bool) rule {
		return func(l *life, _ calendar.Date) verdict {
			switch end, r := l.ended(), l.rated(); {
			case end == "":
				return verdict{}
			case !oneOf(end, solvable):
				return except("declined_or_withdrawn")
			case !counts(r):
				return except("not_rated")
			default:
				return share(true, good(r))
			}
		}
	}
	any := func(*complaint.Rated) bool { return true }
	is := func(r *complaint.Rated) bool { return r != nil }
	resolved := func(r *complaint.Rated) bool { return r != nil && r.View == complaint.ViewResolved }
	return map[string]rule{
		"solution_br_official": solution(func(r *complaint.Rated) bool { return r == nil || resolved(r) }, any),
		"solution_rated":       solution(resolved, is),
		"solution_confirmed":   solution(resolved, any),
		"rating_coverage":      solution(is, any),
		"satisfaction": func(l *life, _ calendar.Date) verdict {
			return grade(l, func(r *complaint.Rated) int { return r.Merchant })
		},
		"satisfaction_office": func(l *life, _ calendar.Date) verdict {
			return grade(l, func(r *complaint.Rated) int { return r.Office })
		},
	}
}

func endRules() map[string]rule {
	lasted := func(from func(*life) calendar.Date) rule {
		return func(l *life, _ calendar.Date) verdict {
			if !oneOf(l.ended(), solvable+" found") {
				return verdict{}
			}
			return days(int(l.state.EndedOn - from(l)))
		}
	}
	reason := func(l *life) string {
		switch {
		case l.state.Terminated != nil && l.state.EndedAs == complaint.StatusTerminated:
			return l.state.Terminated.Ground
		case l.ended() == "withdrawn":
			return "TM_WITHDRAW"
		}
		return ""
	}
	return map[string]rule{
		"refused_share": func(l *life, _ calendar.Date) verdict {
			if l.decision() == "" {
				return except("not_decided")
			}
			return share(true, l.decision() != "accepted")
		},
		"refused_by_ground": func(l *life, _ calendar.Date) verdict {
			if l.decision() == "accepted" {
				return verdict{}
			}
			return coded(l.decision())
		},
		"discontinued_share": func(l *life, _ calendar.Date) verdict {
			switch {
			case l.ended() == "":
				return verdict{}
			case oneOf(l.ended(), "prior prior_direct withdrawn_before declined"):
				return except("not_accepted")
			}
			return share(true, reason(l) != "")
		},
		"discontinued_by_reason": func(l *life, _ calendar.Date) verdict { return coded(reason(l)) },
		"time_from_receipt":      lasted((*life).cameIn), "time_from_complete_file": lasted((*life).complete),
		"compliance": complied,
		"reopened_share": func(l *life, _ calendar.Date) verdict {
			again := len(l.state.Earlier) > 0
			return share(again || l.ended() != "", again)
		},
		"disclosed_share": func(l *life, _ calendar.Date) verdict {
			if c := l.class(); !oneOf(c, "public period_over in_review objection taken_down") {
				return except(c)
			}
			return share(true, oneOf(l.class(), "public period_over"))
		},
	}
}

func complied(l *life, asOf calendar.Date) verdict {
	s := &l.state
	switch s.Performance {
	case complaint.PerformanceNone:
		return verdict{}
	case complaint.PerformanceDone, complaint.PerformanceSeen:
		return share(true, true)
	case complaint.PerformanceNotInTime:
		return share(true, false)
	}
	due := s.Agreement.Terms.PerformBy
	for _, i := range s.Agreement.Terms.Instalments {
		due = max(due, i.Due)
	}
	if due != 0 && asOf > due {
		return share(true, false)
	}
	return except("not_yet_due")
}

// foreignRules are of imported cases.
func foreignRules() map[string]rule {
	answers := map[string]string{
		"Closed with monetary relief": "monetary", "Closed with non-monetary relief": "non_monetary",
		"Closed with explanation": "explanation", "Closed": "closed", "Closed with relief": "relief",
		"Closed without relief": "no_relief", "In progress": "in_progress", "Untimely response": "untimely",
	}
	answer := func(l *life) string {
		word := l.state.Foreign.Case.Response
		if a, ok := answers[word]; ok || word == "" {
			return a
		}
		return "other"
	}
	closed := func(a string) bool {
		return oneOf(a, "monetary non_monetary explanation closed relief no_relief")
	}
	return map[string]rule{
		"timely_stated": func(l *life, _ calendar.Date) verdict {
			word := l.state.Foreign.Case.Timely
			return share(word != "", word == "Yes")
		},
		"untimely_stated": func(l *life, _ calendar.Date) verdict {
			a := answer(l)
			if a == "in_progress" {
				return except(a)
			}
			return share(closed(a) || a == "untimely", a == "untimely")
		},
		"relief_stated": func(l *life, _ calendar.Date) verdict {
			a := answer(l)
			if oneOf(a, "in_progress untimely") {
				return except(a)
			}
			return share(closed(a), oneOf(a, "monetary non_monetary relief"))
		},
		"disputed_stated": func(l *life, _ calendar.Date) verdict {
			switch word := l.state.Foreign.Case.Disputed; word {
			case "Yes", "No":
				return share(true, word == "Yes")
			}
			return except("not_asked")
		},
		"response_stated": func(l *life, _ calendar.Date) verdict { return coded(answer(l)) },
		"received_to_sent_time": func(l *life, _ calendar.Date) verdict {
			c := l.state.Foreign.Case
			if c.Sent == 0 {
				return verdict{}
			}
			return days(int(c.Sent - c.Received))
		},
	}
}

// sortedKeys of a map.
func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
