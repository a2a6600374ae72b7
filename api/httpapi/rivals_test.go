package httpapi_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// rivalry is a decision that two officers take at once, from a stage of a case.
type rivalry struct {
	stage, one, other string
	// facts are those that end the contest: exactly one may be in the log.
	facts []string
}

func rivalries() map[string]rivalry {
	accepted, declined := "complaint.accepted.v1", "complaint.declined.v1"
	agreed, terminated := "complaint.agreed.v1", "complaint.terminated.v1"
	return map[string]rivalry{
		"accept or decline":  {"confirmed", "accept {}", `decline {"ground":"NA1_SCOPE","reason":"不属于市场监管部门职责","routes":["sue"]}`, []string{accepted, declined}},
		"two accepts":        {"confirmed", "accept {}", "accept {}", []string{accepted}},
		"agree or terminate": {"accepted", `agree {"form":"record","record":"双方同意退款。","terms":{"kind":"refund","amount_fen":329900,"perform_by":"2026-07-20"}}`, `terminate {"ground":"TM_REFUSED","reason":"被投诉人明确拒绝调解。"}`, []string{agreed, terminated}},
		"two terminate":      {"accepted", `terminate {"ground":"TM_REFUSED","reason":"被投诉人明确拒绝调解。"}`, `terminate {"ground":"TM_REFUSED","reason":"被投诉人拒绝调解。"}`, []string{terminated}},
	}
}

// Two officers decide at once, each with a key of its own, with and without the version
// they saw: one wins, the other is told what happened, and one fact is in the log.
func TestTwoOfficersDecideAtOnce(t *testing.T) {
	c := newTown(t)
	rounds := 25 // of each kind: 200 in all
	if testing.Short() {
		rounds = 3
	}
	for _, name := range slices.Sorted(maps.Keys(rivalries())) {
		for _, matched := range []bool{false, true} {
			c.inside(t, fmt.Sprintf("%s, If-Match %t", name, matched), func() {
				for n := range rounds {
					c.duel(rivalries()[name], matched, n)
				}
			})
		}
	}
}

func (c *town) duel(r rivalry, matched bool, n int) {
	c.t.Helper()
	id := c.stand(r.stage)
	before := len(c.typesAfter(id, 0))
	tag := ""
	if matched {
		rec, _ := c.send("officer", "GET", complaints+"/"+id, "")
		tag = rec.Header().Get("ETag")
	}
	commands := [2]string{r.one, r.other}
	if n%2 == 1 {
		slices.Reverse(commands[:])
	}
	var answers [2]*httptest.ResponseRecorder
	var start, done sync.WaitGroup
	start.Add(1)
	for i, token := range []string{"officer", "superior"} {
		request := commandOf(token, id, commands[i], fmt.Sprintf("key-%s-%d", token, n), tag)
		done.Go(func() {
			start.Wait()
			answers[i] = httptest.NewRecorder()
			c.e.ServeHTTP(answers[i], request)
		})
	}
	start.Done()
	done.Wait()
	c.oneWon(r, id, before, matched, answers)
}

func commandOf(token, id, command, key, tag string) *http.Request {
	action, body, _ := strings.Cut(command, " ")
	r := httptest.NewRequest(http.MethodPost, complaints+"/"+id+"/"+action, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", key)
	if tag != "" {
		r.Header.Set("If-Match", tag)
	}
	return r
}

// oneWon: one has the case after its command, the other a conflict, or a refusal of law.
// A conflict names the revision that won and the last fact in the log.
func (c *town) oneWon(r rivalry, id string, before int, matched bool, answers [2]*httptest.ResponseRecorder) {
	c.t.Helper()
	winner, loser := answers[0], answers[1]
	if winner.Code >= 300 {
		winner, loser = loser, winner
	}
	if winner.Code != http.StatusOK || loser.Code < 400 {
		c.t.Fatalf("two winners or none: %d %s\n%d %s", winner.Code, winner.Body, loser.Code, loser.Body)
	}
	types := c.typesAfter(id, before)
	decided := slices.DeleteFunc(slices.Clone(types), func(typ string) bool { return !slices.Contains(r.facts, typ) })
	if len(decided) != 1 {
		c.t.Errorf("%v in the log", types)
	}
	now, told := c.json(winner), c.json(loser)
	if told["current_revision"] != now["revision"] {
		c.t.Errorf("the loser is told of revision %v, the case stands at %v: %s", told["current_revision"], now["revision"], loser.Body)
	}
	last, _ := told["last_fact"].(object)
	if last == nil || last["type"] != types[len(types)-1] || last["role"] != "officer" || last["at"] == nil {
		c.t.Errorf("the loser is not told what happened last (%v): %s", types, loser.Body)
	}
	switch told["code"] {
	case "precondition_failed":
		if !matched || loser.Code != http.StatusPreconditionFailed {
			c.t.Errorf("%d %s", loser.Code, loser.Body)
		}
	case "conflict":
		if matched || loser.Code != http.StatusConflict {
			c.t.Errorf("%d %s", loser.Code, loser.Body)
		}
	case "refused":
		if matched || told["rule"] == nil || told["citation"] == nil {
			c.t.Errorf("%d %s", loser.Code, loser.Body)
		}
	default:
		c.t.Errorf("%d %s", loser.Code, loser.Body)
	}
}
