package program

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// realFile is the path of a real file, or "" where it is not on this machine.
func realFile(name string) string {
	dir := os.Getenv("FANGXIN_REALDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// madeFile writes a file with the quirks of the real one: lines before the header,
// narratives over several lines with doubled quotes, characters beyond ASCII, a
// formula, late and unanswered rows, consent withdrawn.
func madeFile(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("Archive:  /tmp/complaints.csv.zip\n  inflating: complaints.csv          \n")
	b.WriteString("Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,Company public response,Company,State,ZIP code,Tags,Consumer consent provided?,Submitted via,Date sent to company,Company response to consumer,Timely response?,Consumer disputed?,Complaint ID\n")
	companies := []string{`"EQUIFAX, INC."`, "ACME\u00a0BANK", "TRANSWORLD SYSTEMS INC", `"O""NEIL & CO"`, "Crédit Prairie"}
	narratives := []string{"", `"They said ""no"".` + "\n\n" + `XX/XX/XXXX {$100.00}"`, `"=1+1 is what they owe me"`, `"It’s not mine"`}
	consents := []string{"", "Consent provided", "Consent provided", "Consent withdrawn", "Other", "N/A"}
	for i := range 400 {
		day := time.Date(2018, 11, 3, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i*2)
		narrative, consent := narratives[i%len(narratives)], consents[i%len(consents)]
		if consent != "Consent provided" {
			narrative = ""
		}
		timely := []string{"Yes", "Yes", "Yes", "No"}[i%4]
		response := []string{"Closed with explanation", "Closed with monetary relief", "In progress", "Untimely response"}[i*7%4]
		fmt.Fprintf(&b, "%s,Debt collection,I do not know,Attempts to collect,,%s,,%s,FL,335XX,,%s,Web,%s,%s,%s,N/A,%d\n",
			day.Format(time.DateOnly), narrative, companies[i*i%len(companies)], consent, day.AddDate(0, 0, i%5*i%9).Format(time.DateOnly), response, timely, 7000000+i)
	}
	path := filepath.Join(t.TempDir(), "made.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// tally is what the independent calculation finds for one company and month.
type tally struct {
	n, timely int
	lags      []int
}

// cellKey names a company and a month.
type cellKey struct{ company, month string }

// countByHand reads the file without any of the program's code: its own reading of
// quotes, of the header and of dates.
func countByHand(t *testing.T, path string) (cells map[cellKey]*tally, narratives int) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	text = text[strings.Index(text, "Date received,"):]
	var table [][]string
	var row []string
	var cell []byte
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '"' && i+1 < len(text) && text[i+1] == '"':
			cell = append(cell, '"')
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			row, cell = append(row, string(cell)), nil
		case c == '\n' && !quoted:
			row, cell = append(row, string(cell)), nil
			table, row = append(table, row), nil
		default:
			cell = append(cell, c)
		}
	}
	at := map[string]int{}
	for i, name := range table[0] {
		at[name] = i
	}
	cells = map[cellKey]*tally{}
	for _, r := range table[1:] {
		received, sent := r[at["Date received"]], r[at["Date sent to company"]]
		k := cellKey{r[at["Company"]], received[:7]}
		if cells[k] == nil {
			cells[k] = &tally{}
		}
		cells[k].n++
		if r[at["Timely response?"]] == "Yes" {
			cells[k].timely++
		}
		from, err1 := time.Parse("2006-01-02", received)
		to, err2 := time.Parse("2006-01-02", sent)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		cells[k].lags = append(cells[k].lags, int(to.Sub(from).Hours()/24))
		if r[at["Consumer complaint narrative"]] != "" && r[at["Consumer consent provided?"]] == "Consent provided" {
			narratives++
		}
	}
	return cells, narratives
}

// nearest is the percentile by nearest rank.
func nearest(values []int, share float64) int {
	s := slices.Sorted(slices.Values(values))
	rank := 0
	for float64(rank) < share*float64(len(s)) {
		rank++
	}
	return s[max(rank, 1)-1]
}

// fetch reads a JSON answer.
func fetch(t *testing.T, address string, into any) {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s %v", address, res.StatusCode, body, err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		t.Fatalf("%s: %v: %s", address, err, body)
	}
}

// awaitReady polls until the lists stand where the log does.
func awaitReady(t *testing.T, base string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		res, err := http.Get(base + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-ctx.Done():
			t.Fatal("the node does not become ready")
		case <-tick.C:
		}
	}
}

func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(t.Context(), Invocation{Args: args, Stdout: &out, Stderr: &errs})
	return code, out.String(), errs.String()
}

type figures struct {
	Rows []struct {
		Label  string                 `json:"label"`
		N      int                    `json:"n"`
		OnTime struct{ Num, Den int } `json:"on_time"`
		P50    int                    `json:"p50"`
		P90    int                    `json:"p90"`
		TooFew bool                   `json:"too_few"`
	} `json:"rows"`
}

func TestRegisterAndMetricsAgreeWithAnIndependentCount(t *testing.T) {
	files := map[string]string{"made": madeFile(t)}
	if path := realFile("cfpb_18col_2015-2020_6623.csv"); path != "" {
		files["real"] = path
	}
	for name, path := range files {
		t.Run(name, func(t *testing.T) { compareWithHand(t, path) })
	}
}

func compareWithHand(t *testing.T, path string) {
	cells, narratives := countByHand(t, path)
	total, months, companies := 0, map[string]bool{}, map[string]int{}
	for k, c := range cells {
		total += c.n
		months[k.month] = true
		companies[k.company] += c.n
	}
	data := filepath.Join(t.TempDir(), "data")
	imported := fmt.Sprintf("read %d: %d new, 0 changed, 0 unchanged, 0 refused\n", total, total)
	again := fmt.Sprintf("read %d: 0 new, 0 changed, %d unchanged, 0 refused\n", total, total)
	for _, want := range []string{imported, again} {
		if code, out, errs := run(t, "import", "--format", "cfpb", path, "--data", data); code != 0 || out != want {
			t.Fatalf("exit %d, %q, want %q: %s", code, out, want, errs)
		}
	}
	base, _ := started(t, data)
	got := map[cellKey]*tally{}
	for month := range months {
		for _, stage := range []string{"filed", "timely_stated", "received_to_sent"} {
			var f figures
			fetch(t, base+"/api/v1/public/metrics/response-times?source=cfpb&by=merchant&stage="+stage+"&month="+month, &f)
			compareStage(t, stage, month, f, cells, got)
		}
	}
	for k, c := range cells {
		if g := got[k]; g == nil || g.n != c.n || g.timely != c.timely {
			t.Errorf("%v: program %+v, by hand %+v", k, g, c)
		}
	}
	compareRegister(t, base, total, narratives, companies)
}

func compareStage(t *testing.T, stage, month string, f figures, cells map[cellKey]*tally, got map[cellKey]*tally) {
	t.Helper()
	for _, row := range f.Rows {
		k := cellKey{row.Label, month}
		hand := cells[k]
		if hand == nil {
			t.Errorf("%s: the program has %v, the file has not", stage, k)
			continue
		}
		if got[k] == nil {
			got[k] = &tally{}
		}
		switch stage {
		case "filed":
			got[k].n = row.N
		case "timely_stated":
			got[k].timely = row.OnTime.Num
			if row.OnTime.Den != hand.n {
				t.Errorf("%v: timely of %d, by hand of %d", k, row.OnTime.Den, hand.n)
			}
		case "received_to_sent":
			few := hand.n < 30
			if row.N != hand.n || row.TooFew != few || !few && (row.P50 != nearest(hand.lags, 0.5) || row.P90 != nearest(hand.lags, 0.9)) {
				t.Errorf("%v: days n=%d p50=%d p90=%d, by hand n=%d p50=%d p90=%d", k, row.N, row.P50, row.P90,
					hand.n, nearest(hand.lags, 0.5), nearest(hand.lags, 0.9))
			}
		}
	}
}

func compareRegister(t *testing.T, base string, total, narratives int, companies map[string]int) {
	t.Helper()
	type page struct {
		Disclosures []struct {
			Merchant struct{ Name string }
			Foreign  struct{ Narrative string }
		}
		Next string
	}
	seen, withText, by := 0, 0, map[string]int{}
	for cursor := ""; ; {
		var p page
		fetch(t, base+"/api/v1/public/disclosures?source=cfpb&limit=200&cursor="+url.QueryEscape(cursor), &p)
		for _, d := range p.Disclosures {
			seen++
			by[d.Merchant.Name]++
			if d.Foreign.Narrative != "" {
				withText++
			}
		}
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	if seen != total || withText != narratives {
		t.Errorf("register shows %d rows and %d narratives, by hand %d and %d", seen, withText, total, narratives)
	}
	for company, n := range companies {
		if by[company] != n {
			t.Errorf("%s: register %d, by hand %d", company, by[company], n)
		}
	}
	var native page
	fetch(t, base+"/api/v1/public/disclosures", &native)
	if len(native.Disclosures) != 0 {
		t.Error("imported rows stand among native ones by default")
	}
}
