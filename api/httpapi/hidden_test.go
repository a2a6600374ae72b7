package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fangxin/domain/es"
	"fangxin/domain/usecase"

	"github.com/google/go-cmp/cmp"
)

// hiddenYetShown names, for each role and type of fact that is not in its history, the
// fields of the view that tell of it in another way; see testdata/shown.txt.
func hiddenYetShown(t testing.TB) map[usecase.Role]map[string][]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/shown.txt")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[usecase.Role]map[string][]string{usecase.RoleConsumer: {}, usecase.RoleMerchant: {}}
	for line := range strings.Lines(string(raw)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		for role := range shown {
			if words[0] == "both" || words[0] == string(role) {
				shown[role][words[1]] = words[2:]
			}
		}
	}
	return shown
}

// samples are the stored form of every type that a complaint's stream can hold, from the
// golden files of the registry.
func samples(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../domain/usecase/testdata/events/*.json")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d golden events, %v", len(files), err)
	}
	all := map[string]string{}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		// Where the shape grew, the newer one says it all.
		typ, grown := strings.CutSuffix(strings.TrimSuffix(filepath.Base(name), ".json"), ".grown")
		if _, there := all[typ]; grown || !there {
			all[typ] = string(raw)
		}
	}
	delete(all, "access.read.v1")
	delete(all, "evidence.offered.v1")
	delete(all, "number.taken.v1") // stand in the rows of numbers
	delete(all, "number.voided.v1")
	delete(all, "period.closed.v1") // concerns no case
	return all
}

// office says that the office did it today, about a clock that the parties do not see.
func officeToday(data, today string) string {
	data = regexp.MustCompile(`"on":"[0-9-]+"`).ReplaceAllString(data, `"on":"`+today+`"`)
	return regexp.MustCompile(`"rule":"rule-[^"]*"`).ReplaceAllString(data, `"rule":"CP.LEAD_CHECK"`)
}

// write puts a fact into a case, as the program would have.
func (w *world) write(id, typ, data string) {
	w.t.Helper()
	last := es.None
	for env, err := range w.store.Read(w.t.Context(), usecase.Stream(id), 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		last = env.Revision
	}
	command := es.DeriveID(es.Namespace, "hidden", id, fmt.Sprint(last))
	meta, err := w.registry.EncodeMetadata(&es.Metadata{
		At: w.now(), Actor: "o-1", Role: "officer", Command: command, Name: "hidden", Body: strings.Repeat("0", 64),
		Schema: 1, Source: "native", Salt: "AAAAAAAAAAAAAAAAAAAAAA==",
	})
	if err == nil {
		_, err = w.store.Append(w.t.Context(), usecase.Stream(id), last, []es.Pending{
			{ID: es.EventID(command, 0), Type: typ, Data: []byte(data), Meta: meta},
		})
	}
	if err != nil {
		w.t.Fatalf("%s: %v", typ, err)
	}
}

// seen is all that a party can learn: bodies, tags and statuses, ids and positions aside.
type seen struct{ Name, Status, Tag, Body string }

var places = regexp.MustCompile(`[0-9a-f]{32}(-[0-9a-f]{8})?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|id-[0-9]+`)

func (w *world) look(name string, rec *httptest.ResponseRecorder) seen {
	body := places.ReplaceAllString(rec.Body.String(), "ID")
	return seen{name, fmt.Sprint(rec.Code), rec.Header().Get("ETag"), body}
}

// afterwards is what a party meets: it looks, pages, lists, and acts with the tag it has
// seen and with a day of the day before.
func (w *world) afterwards(token, id, tag string) (list []seen) {
	see := func(name, method, path, body string, head ...string) {
		var set []func(r *http.Request)
		if len(head) > 0 {
			set = append(set, header("If-Match", head[0]))
		}
		list = append(list, w.look(name, w.request(token, method, path, body, set...)))
	}
	here := complaints + "/" + id
	see("view", "GET", here, "")
	see("clocks", "GET", here+"/clocks", "")
	see("history", "GET", here+"/history", "")
	see("page", "GET", here+"/history?limit=2", "")
	see("next page", "GET", here+"/history?limit=2&cursor=1", "")
	w.project()
	for _, q := range []string{"", "?limit=1", "?status=accepted", "?status=closed", "?due_before=2026-09-20", "?due_before=2027-12-01", "?q=冰箱"} {
		see("cases"+q, "GET", "/api/v1/cases"+q, "")
	}
	see("stale tag", "POST", here+"/recuse", `{"reason":"近亲属"}`, `"0"`)
	see("recuse", "POST", here+"/recuse", `{"reason":"近亲属"}`, tag)
	see("dated", "POST", here+"/offer", `{"terms":{"kind":"refund","amount_fen":100}}`)
	if token == "merchant" {
		see("yesterday", "POST", here+"/respond", `{"kind":"final","text":"同意","occurred":{"on":"2026-09-15"}}`)
	} else {
		see("yesterday", "POST", here+"/supplement", `{"text":"补充","occurred":{"on":"2026-09-15"}}`)
	}
	see("view again", "GET", here, "")
	see("history again", "GET", here+"/history", "")
	return append(list, w.streamed(token, list))
}

// streamed is the live stream of a party from the beginning to the last fact of its
// history.
func (w *world) streamed(token string, list []seen) seen {
	var h struct{ Events []struct{ Type string } }
	if err := json.Unmarshal([]byte(list[len(list)-1].Body), &h); err != nil {
		w.t.Fatal(err)
	}
	server := httptest.NewServer(w.e)
	defer server.Close()
	lines, stop := w.follow(server.URL, token, strings.Repeat("0", 32))
	defer stop()
	var text strings.Builder
	for range h.Events {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				text.WriteString(places.ReplaceAllString(data, "ID") + "\n")
				break
			}
		}
	}
	return seen{Name: "stream", Body: text.String()}
}

// told leaves out of a view the fields that may tell.
func told(list []seen, fields []string) []seen {
	out := slices.Clone(list)
	for i := range out {
		var v object
		if json.Unmarshal([]byte(out[i].Body), &v) != nil {
			continue
		}
		cut(v, fields)
		raw, _ := json.Marshal(v)
		out[i].Body = string(raw)
	}
	return out
}

func cut(v any, fields []string) {
	switch v := v.(type) {
	case map[string]any:
		for _, f := range fields {
			delete(v, f)
		}
		for _, inner := range v {
			cut(inner, fields)
		}
	case []any:
		for _, inner := range v {
			cut(inner, fields)
		}
	}
}

// Order 121 art 37: what a party sees is the same, byte for byte, whether or not
// something happened that is hidden from it. Every type of fact that the history table
// hides from a party happens once, in a case that is otherwise the same.
func TestWhatIsHiddenLeavesNoTrace(t *testing.T) {
	access, err := usecase.LoadAccess()
	if err != nil {
		t.Fatal(err)
	}
	shown, events := hiddenYetShown(t), samples(t)
	for token, role := range map[string]usecase.Role{"merchant": usecase.RoleMerchant, "consumer": usecase.RoleConsumer} {
		plain := hiddenWorld(t, "", "")
		want := plain.afterwards(token, plain.id, plain.tags[token])
		if strings.Contains(want[len(want)-1].Body, "hidden") || want[0].Status != "200" {
			t.Fatalf("%s: %+v", token, want[0])
		}
		for typ, data := range events {
			if access.InHistory(role, typ) || strings.HasPrefix(typ, "complaint.foreign") || slices.Contains(shown[role][typ], "*") {
				continue
			}
			t.Run(token+"/"+typ, func(t *testing.T) {
				w := hiddenWorld(t, typ, data)
				got := w.afterwards(token, w.id, w.tags[token])
				fields := shown[role][typ]
				if d := cmp.Diff(told(want, fields), told(got, fields)); d != "" {
					t.Errorf("a %s can tell that %s happened. Hide what it changes, or name the field in testdata/shown.txt:\n%s", role, typ, d)
				}
			})
		}
	}
}

type hiddenCase struct {
	*world
	id   string
	tags map[string]string
}

// hiddenWorld has one accepted case, in which a fact may have happened on 2026-09-16, after
// the parties had looked at it.
func hiddenWorld(t *testing.T, typ, data string) hiddenCase {
	w := newWorld(t)
	c := hiddenCase{w, w.accepted(), map[string]string{}}
	for _, token := range []string{"merchant", "consumer"} {
		c.tags[token] = w.do(200, token, "GET", complaints+"/"+c.id, "").Header().Get("ETag")
	}
	w.at("2026-09-16")
	if typ != "" {
		w.write(c.id, typ, officeToday(data, "2026-09-16"))
	}
	return c
}

// The same for facts whose type is shown, about clocks that the parties do not see.
func TestClocksOfTheOfficeLeaveNoTrace(t *testing.T) {
	plain := hiddenWorld(t, "", "")
	want := plain.afterwards("merchant", plain.id, plain.tags["merchant"])
	events := samples(t)
	for _, typ := range []string{"complaint.deadline_passed.v1", "complaint.clock_recomputed.v1"} {
		w := hiddenWorld(t, typ, events[typ])
		if d := cmp.Diff(want, w.afterwards("merchant", w.id, w.tags["merchant"])); d != "" {
			t.Errorf("%s: %s", typ, d)
		}
	}
}
