package httpapi_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/usecase"
)

// words are a free text of a case: a number stands in each, for it is masked in what the
// other party reads.
const (
	number = "13847115566"
	said   = "来电号码" + number + "，请联系。"
	digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
)

// everyField is a filing that leaves nothing out.
const everyField = `{"lane":"department","consumer":{"name":"乌云·其其格","phone":"13847112233","address":"新城区中山东路八十八号","region":"150102",
"id_type":"passport","id_number":"E12345678","language":"mn","contact_ways":[{"kind":"email","value":"wuyun@example.com"}]},
"filer":{"as":"agent","name":"巴特尔","phone":"13947112244","power_of_attorney":"` + digest + `","helper":{"kind":"family","name":"阿古拉"}},
"merchant":{"uscc":"91150100MA0000000X","person":"李四","phone":"13747112255","address":"赛罕区大学西路一号","region":"150102","landmark":"大学东门"},
"subject":{"kind":"goods","category":"appliances","name":"冰箱","order_no":"NO-778812","place":"大学西路门店","serial":"SN-90017","bought_on":"2026-05-01","channel":"offline","amount_fen":329900},
"history":{"knew_on":"2026-05-03","told_merchant_on":"2026-05-04","merchant_answer":"` + said + `","filed_elsewhere":[]},
"facts":"` + said + `","requests":[{"kind":"refund","amount_fen":329900,"text":"` + said + `"}],"evidence":["` + digest + `"],
"consent":{"publish":true,"delegate_mediation":false,"wording":"v1"},"everyday_use":true,"truthful":true,
"external_refs":[{"system":"12345","number":"H-1","received_on":"2026-06-01","status":"open"}]}`

// fields are the lines of a part of testdata/fields.txt.
func fields(t testing.TB, part string) (lines []string) {
	t.Helper()
	raw, err := os.ReadFile("testdata/fields.txt")
	if err != nil {
		t.Fatal(err)
	}
	in := false
	for line := range strings.Lines(strings.NewReplacer("$said", said, "$digest", digest).Replace(string(raw))) {
		switch line = strings.TrimSpace(line); {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			in = line == part
		case in:
			lines = append(lines, line)
		}
	}
	return lines
}

// lived is one case in which every field of the table was set, on the way from the filing
// to the end of mediation.
func (c *town) lived() stage {
	c.at("2026-06-01")
	id := c.json(c.do(201, "consumer", "POST", complaints, everyField))["id"].(string)
	notice := ""
	for _, line := range fields(c.t, "[steps]") {
		step := strings.SplitN(line, " ", 3)
		if step[0] == "write" {
			c.write(id, step[1], step[2])
			continue
		}
		view := c.act(step[0], id, step[1], strings.ReplaceAll(step[2], "$notice", notice))
		if list, _ := view["notices"].([]any); step[1] == "notify" {
			notice, _ = list[len(list)-1].(object)["id"].(string)
		}
	}
	return c.stored(id)
}

// stored reads a case back as a stage.
func (c *town) stored(id string) stage {
	c.t.Helper()
	var s stage
	for env, err := range c.store.Read(c.t.Context(), usecase.Stream(id), 0) {
		if err != nil {
			c.t.Fatal(err)
		}
		m, err := c.registry.DecodeMetadata(&env)
		if err != nil {
			c.t.Fatal(err)
		}
		s = append(s, make(stage, 1)...)
		f := &s[len(s)-1]
		f.Type, f.Actor, f.Role, f.At, f.Data = env.Type, m.Actor, m.Role, m.At, env.Data
	}
	return s
}

// without leaves facts out, and moves the case to the direct lane, in which a confirmed
// respondent sees it before anything was accepted.
func (s stage) without(types ...string) stage {
	out := slices.Clone(s)
	out[0].Data = []byte(strings.Replace(string(out[0].Data), `"lane":"department"`, `"lane":"direct"`, 1))
	for i := len(out) - 1; i >= 0; i-- {
		if slices.Contains(types, out[i].Type) {
			out = slices.Delete(out, i, i+1)
		}
	}
	return out
}

// place is where a row of the field table stands in what is answered. open is what it
// says to those who see it open, "" where it is not one text; mask: its mask says
// something. live: a case that has ended does not have it; from, until: nor one before or from
// this stage.
type place struct {
	path, open string
	mask, live bool
	from       int
	until      int
}

// fieldPlaces says of every row of the field table where it stands.
func fieldPlaces(t testing.TB) map[string]place {
	t.Helper()
	places := map[string]place{}
	for _, line := range fields(t, "[places]") {
		line, open, _ := strings.Cut(line, " = ")
		words := strings.Fields(line)
		p := place{path: words[1], open: open}
		for _, option := range words[2:] {
			switch name, n, _ := strings.Cut(option, "="); name {
			case "mask":
				p.mask = true
			case "live":
				p.live = true
			case "from":
				p.from, _ = strconv.Atoi(n)
			case "until":
				p.until, _ = strconv.Atoi(n)
			default:
				t.Fatalf("%s: %s", line, option)
			}
		}
		places[words[0]] = p
	}
	return places
}

// find follows a path: names, indexes, and name=value for the first of a list that has it.
func find(v any, path string) any {
	for key := range strings.SplitSeq(path, "/") {
		switch at := v.(type) {
		case object:
			v = at[key]
		case []any:
			v = element(at, key)
		default:
			return nil
		}
	}
	return v
}

func element(list []any, key string) any {
	name, value, named := strings.Cut(key, "=")
	i, err := strconv.Atoi(key)
	if !named && err == nil && i < len(list) {
		return list[i]
	}
	for _, one := range list {
		if named && fmt.Sprint(one.(object)[name]) == value {
			return one
		}
	}
	return nil
}

func empty(v any) bool { return v == nil || v == "" || v == 0.0 }

// fits says whether a field is shown as a cell says.
func (p place) fits(show byte, v any) bool {
	switch {
	case show == '-':
		return empty(v)
	case p.open == "": // no text: shown or not
		return !empty(v)
	case show == 'o':
		return v == p.open
	case show == 'n':
		text, _ := v.(string)
		return text != "" && !strings.Contains(text, number) && (p.open != said || strings.HasPrefix(text, "来电号码"))
	}
	text, _ := v.(string)
	return !strings.Contains(text, p.open) && !strings.Contains(text, number) && (text != "") == p.mask
}

// Every cell of the field table: role, field and stage, in what is answered over HTTP on a
// case that has every field (design §7; PIPL 6; Order 121 art 37). A new row has to say
// where it stands.
func TestFieldTableOverHTTP(t *testing.T) {
	c := newTown(t)
	all := c.lived()
	early := []string{"complaint.accepted.v1", "complaint.received.v1"}
	c.stages["2 accepted"] = all
	c.stages["1 confirmed"] = all.without(early...)
	c.stages["0 claimed"] = all.without(append(early, "complaint.respondent_confirmed.v1", "complaint.respondent_replaced.v1")...)
	rows, cells := table(t, "[fields]"), 0
	for i, name := range []string{"0 claimed", "1 confirmed", "2 accepted"} {
		c.stages["live"] = c.stages[name].without("complaint.terminated.v1")
		id, live := c.stand(name), c.stand("live")
		for _, role := range []usecase.Role{usecase.RoleConsumer, usecase.RoleMerchant, usecase.RoleOfficer, usecase.RoleAuditor, usecase.RoleAdmin} {
			cells += c.everyField(string(role), i, id, live, func(row string) byte { return rows[row][role][i] })
		}
	}
	t.Logf("%d cells", cells)
}

func (c *town) everyField(role string, at int, id, live string, cell func(row string) byte) (n int) {
	c.t.Helper()
	_, view := c.send(role, "GET", complaints+"/"+id, "")
	_, going := c.send(role, "GET", complaints+"/"+live, "")
	_, history := c.send(role, "GET", complaints+"/"+id+"/history", "")
	places := fieldPlaces(c.t)
	for _, row := range slices.Sorted(maps.Keys(table(c.t, "[fields]"))) {
		p, known := places[row]
		from := view
		switch {
		case row == "narrative": // of foreign cases only, see TestNarrativeOfAForeignCase
			continue
		case !known:
			c.t.Errorf("%s: say in testdata/fields.txt where this row of access.txt stands in an answer, and what sets it", row)
			continue
		case at < p.from || p.until > 0 && at >= p.until:
			continue
		case p.live:
			from = going
		case strings.HasPrefix(row, "history."):
			from = history
		}
		if n++; !p.fits(cell(row), find(from, p.path)) {
			c.t.Errorf("%s × %s at stage %d: shown as %v, the table says %c", role, row, at, find(from, p.path), cell(row))
		}
	}
	return n
}

// A case of another system tells its narrative as its facts: nobody but the office sees
// such a case at all.
func TestNarrativeOfAForeignCase(t *testing.T) {
	c := newTown(t)
	_, out, err := c.cases.RecordForeign(t.Context(), usecase.ForeignInput{
		Ruleset: "CFPB", Narrative: said,
		Case: complaint.ForeignCase{
			System: "cfpb", Number: "2345678", Received: calendar.MustDate("2017-03-01"), Sent: calendar.MustDate("2017-03-02"),
			Merchant: complaint.Identity{Name: "EXAMPLE BANK, N.A."}, Product: "Credit card", Issue: "Billing disputes",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := table(t, "[fields]")["narrative"]
	for role, cell := range rows {
		rec, view := c.send(string(role), "GET", complaints+"/"+out.ID, "")
		show := cell[0]
		if rec.Code != 200 {
			show = '-'
		}
		if p := (place{open: said}); !p.fits(show, view["facts"]) {
			t.Errorf("%s: %v, the table says %s", role, view["facts"], cell)
		}
	}
}
