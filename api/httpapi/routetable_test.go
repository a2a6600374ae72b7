package httpapi_test

import (
	"bufio"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fangxin/api/httpapi"
	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/usecase"
)

// table reads a section of the tables of access: row, then a cell for each role.
func table(t testing.TB, section string) map[string]map[usecase.Role]string {
	t.Helper()
	file, err := os.Open("../../domain/usecase/access.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	roles := []usecase.Role{usecase.RoleConsumer, usecase.RoleMerchant, usecase.RoleOfficer, usecase.RoleAuditor, usecase.RoleAdmin}
	rows, in := map[string]map[usecase.Role]string{}, false
	for lines := bufio.NewScanner(file); lines.Scan(); {
		f := strings.Fields(lines.Text())
		switch {
		case len(f) == 0 || strings.HasPrefix(f[0], "#"):
		case len(f) == 1:
			in = f[0] == section
		case in:
			rows[f[0]] = map[usecase.Role]string{}
			for i, role := range roles {
				rows[f[0]][role] = f[i+1]
			}
		}
	}
	if len(rows) == 0 {
		t.Fatalf("no %s in access.txt", section)
	}
	return rows
}

// standings are the callers of every kind, by what makes them differ.
func standings() map[string]usecase.Actor {
	officer := func(id, region, unit string) usecase.Actor {
		return usecase.Actor{ID: id, Role: usecase.RoleOfficer, Region: region, Unit: unit}
	}
	merchant := func(id, of, store string) usecase.Actor {
		return usecase.Actor{ID: id, Role: usecase.RoleMerchant, Merchant: of, Store: store}
	}
	return map[string]usecase.Actor{
		"own consumer": {ID: "c-1", Role: usecase.RoleConsumer}, "another consumer": {ID: "c-2", Role: usecase.RoleConsumer},
		"merchant": merchant("m-1", "mch-1", ""), "its store": merchant("m-2", "mch-1", "s-1"), "another store of the chain": merchant("m-3", "mch-1", "s-2"),
		"another merchant": merchant("m-4", "mch-9", ""), "county": officer("o-1", "150102", ""), "city": officer("o-2", "150100", ""),
		"region": officer("o-3", "15", ""), "street": officer("o-4", "150102001", ""), "another county": officer("o-5", "150103", ""), "another city": officer("o-6", "150200", ""),
		"its unit": officer("o-7", "150102", "u"), "another unit": officer("o-8", "150102", "v"),
		"auditor": {ID: "a-1", Role: usecase.RoleAuditor}, "admin": {ID: "x-1", Role: usecase.RoleAdmin},
		"institution": {ID: "i-1", Role: usecase.RoleInstitution, Institution: "i"}, "fund": {ID: "f-1", Role: usecase.RoleFund, Fund: "f"},
		"wrong role": {ID: "c-1", Role: "root"}, "no role": {ID: "c-1"}, "calls itself the program": {ID: "timers", Role: "system"},
	}
}

// situation is a case and who stands in which relation to it.
type situation struct {
	stage string
	// store of the confirmed respondent; replaced by another merchant.
	store    string
	replaced bool
	// respondents and offices are the callers to whom the case belongs.
	respondents, offices string
}

const (
	countyUp = "county|city|region"
	anyUnit  = countyUp + "|its unit|another unit"
)

// situations (Order 121 arts 13, 15, 41): before acceptance the department's case does not
// concern the merchant; a replaced merchant loses it at once; a case that was given to a
// unit is the unit's and the desk's; one that was forwarded is the other office's.
func situations() map[string]situation {
	return map[string]situation{
		"claimed":             {stage: "received", offices: anyUnit},
		"confirmed":           {stage: "confirmed", offices: anyUnit},
		"accepted":            {stage: "accepted", respondents: "merchant|its store|another store of the chain", offices: anyUnit},
		"accepted, one store": {stage: "accepted", store: "s-1", respondents: "merchant|its store", offices: anyUnit},
		"direct":              {stage: "direct, confirmed", respondents: "merchant|its store|another store of the chain", offices: anyUnit},
		"replaced":            {stage: "accepted", replaced: true, respondents: "another merchant", offices: anyUnit},
		"assigned":            {stage: "assigned", offices: countyUp + "|its unit"},
		"forwarded":           {stage: "forwarded", offices: "another city|region"},
	}
}

func (s situation) stands(caller, need string) bool {
	among := func(list string) bool { return slices.Contains(strings.Split(list, "|"), caller) }
	switch need {
	case "own", "joint": // joint: one of several complainants; here there is one
		return caller == "own consumer"
	case "respondent":
		return among(s.respondents)
	case "competent":
		return among(s.offices)
	case "any":
		return true
	}
	return false
}

// put makes a case of the situation.
func (c *town) put(s situation) string {
	was := c.stages[s.stage]
	facts := slices.Clone(was)
	if s.store != "" {
		for i := range facts {
			facts[i].Data = []byte(strings.Replace(string(facts[i].Data), `"id":"mch-1"`, `"id":"mch-1","store":"`+s.store+`"`, 1))
		}
	}
	c.stages[s.stage] = facts
	id := c.stand(s.stage)
	c.stages[s.stage] = was
	if s.replaced {
		c.write(id, "complaint.respondent_replaced.v1", `{"from":{"id":"mch-1","region":"150102"},"to":{"id":"mch-9","name":"别家","region":"150102"},"source":"register"}`)
	}
	return id
}

// operation is where a row of the route table is reached: the part of a case of the same
// name, or the operation whose x-access names it.
func (d document) operation(row string) (method, path string) {
	d.t.Helper()
	own := map[string]string{"file": "/api/v1/complaints", "view": "/api/v1/complaints/{id}"}
	all, _ := d.at(d.root, "paths").(object)
	for path, operations := range all {
		for _, method := range []string{"get", "post"} {
			o, _ := d.at(operations, method).(object)
			if o != nil && (path == caseRoute+row || path == own[row] || o["x-access"] == row) {
				return strings.ToUpper(method), path
			}
		}
	}
	d.t.Errorf("access.txt has the route %q; the document has no operation %s%s, and none that says x-access: %s", row, caseRoute, row, row)
	return "GET", "/api/v1/no-such-route"
}

// call is a sound call of an operation in a case.
func (d document) call(c *town, row, id string) (method, path, body string) {
	d.t.Helper()
	if row == "file" {
		return "POST", complaints, filing
	}
	method, path = d.operation(row)
	if method == "POST" {
		body = "{}"
		if list := d.bodies(row, object{}, calendar.DateOf(c.now())); len(list) > 0 {
			body = d.text(list[0])
		}
	}
	return method, strings.NewReplacer("{id}", id, "{form}", "1").Replace(path), body
}

// Every cell of the route table, by every caller in every situation, over HTTP: who has no
// such right at all is told so (403), who does not stand in the case is not told that it
// is there (404), without a token nobody comes in (401), and everybody else does.
func TestRouteTableOverHTTP(t *testing.T) {
	law, err := lawOf()
	if err != nil {
		t.Fatal(err)
	}
	law.Lanes = []complaint.Lane{complaint.LaneDirect, complaint.LaneAssociation, complaint.LaneDepartment}
	c, d := newTown(t), openDocument(t)
	c.world = newWorldUnder(t, law, func(c *httpapi.Config) { c.Auth = tokens(standings()) })
	rows, cells := table(t, "[routes]"), 0
	for name, s := range situations() {
		c.inside(t, name, func() {
			id := c.put(s)
			for _, row := range slices.Sorted(maps.Keys(rows)) {
				for caller, actor := range standings() {
					need := rows[row][actor.Role]
					got, want := c.answers(d, row, id, caller), d.expected(s, row, caller, need)
					// Where no standing in the case is asked for, and of paper, there can be nothing to find.
					if nothing := got == http.StatusNotFound && (need == "signed" || !d.inCase(row) || row == "print"); got != want && !(want == http.StatusOK && nothing) {
						c.t.Errorf("%s by %s (%s): %d, want %d", row, caller, need, got, want)
					}
					if id2 := c.typesAfter(id, 0); len(id2) != len(c.stages[s.stage])+len(map[bool][]int{true: {1}}[s.replaced]) {
						id = c.put(s) // the command was taken
					}
					cells++
				}
				for _, token := range []string{"", "expired"} {
					if got := c.answers(d, row, id, token); got != http.StatusUnauthorized {
						c.t.Errorf("%s with token %q: %d", row, token, got)
					}
				}
			}
		})
	}
	t.Logf("%d cells", cells)
}

// answers gives the status, with 200 for every answer to one who was let in.
func (c *town) answers(d document, row, id, caller string) int {
	method, path, body := d.call(c, row, id)
	rec, v := c.send(caller, method, path, body)
	if rec.Code == http.StatusTooManyRequests { // some routes are for now and then
		c.clock.Add(int64(time.Hour))
		rec, v = c.send(caller, method, path, body)
	}
	switch rec.Code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		code := map[int]string{401: "unauthenticated", 403: "forbidden", 404: "not_found"}[rec.Code]
		if v["code"] != code {
			c.t.Errorf("%s by %s: %v", row, caller, v)
		}
		return rec.Code
	}
	if rec.Code >= 500 || v["code"] == "invalid" {
		c.t.Errorf("%s by %s: %d %v", row, caller, rec.Code, v)
	}
	return http.StatusOK
}

func (d document) inCase(row string) bool {
	_, path := d.operation(row)
	return strings.Contains(path, "{id}")
}

func (d document) expected(s situation, row, caller, need string) int {
	switch {
	case need == "" || need == "-":
		return http.StatusForbidden
	case !d.inCase(row): // of no case: cut to what the caller is bound to
		return http.StatusOK
	case need == "signed" || s.stands(caller, need):
		return http.StatusOK
	}
	return http.StatusNotFound
}

// Every action that the program knows stands in the table, and every row of the table is
// an operation of the document.
func TestTheTableTheProgramAndTheDocumentAgree(t *testing.T) {
	rows, d := table(t, "[routes]"), openDocument(t)
	for _, action := range routes() {
		if rows[action] == nil {
			t.Errorf("access.txt has no route %s", action)
		}
		d.form(action)
	}
	for row := range rows {
		d.operation(row)
	}
}
