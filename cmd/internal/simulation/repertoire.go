package simulation

import (
	"maps"

	"fangxin/domain/usecase"
)

// play is what people can do by one route: how much they feel like it, with what
// body, and what they remember afterwards. A route that nobody takes says why.
type play struct {
	weigh func(*turn) int
	body  func(*turn) any
	done  func(*turn, any)
	why   string
}

// repertoire lists every action of a complaint by its route.
func repertoire() map[string]play {
	all := map[string]play{}
	for _, part := range []map[string]play{intake(), handing(), mediation(), talks(), ends(), publication(), respondent(), people(), sessions(), paper(), joint()} {
		maps.Copy(all, part)
	}
	return all
}

// Simulated says of a route whether people of a town take it, and if not, why.
// known is false for a route that nobody thought of.
func Simulated(route string) (why string, known bool) {
	p, known := repertoire()[route]
	return p.why, known
}

func always(n int) func(*turn) int { return func(*turn) int { return n } }

// only lets a role feel like it.
func only(role usecase.Role, n int) func(*turn) int {
	return func(t *turn) int {
		if t.by(role) {
			return n
		}
		return 0
	}
}

// when weighs n where the case is so.
func when(n int, is func(*turn) bool) func(*turn) int {
	return func(t *turn) int {
		if is(t) {
			return n
		}
		return 0
	}
}

// say is a text with a mark in it.
func (t *turn) say(text string) string { return t.private("样例：" + text) }

// otherRegion is a division of another operator.
func (t *turn) otherRegion() string {
	for range 20 {
		if r := t.traders[t.r.IntN(len(t.traders))].region; r != t.view.Region {
			return r
		}
	}
	return "150104"
}
