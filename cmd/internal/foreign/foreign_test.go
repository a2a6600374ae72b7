package foreign

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Realdata returns the path of a real file, or "" where it is not on this machine.
func realdata(name string) string {
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

const header = `Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,Company public response,Company,State,ZIP code,Tags,Consumer consent provided?,Submitted via,Date sent to company,Company response to consumer,Timely response?,Consumer disputed?,Complaint ID`

type result struct {
	rows    []Row
	refused []*RefusedError
	end     error
	notes   Notes
}

func readAll(t *testing.T, format string, in io.Reader) result {
	t.Helper()
	r, err := Open(format, in)
	if err != nil {
		t.Fatal(err)
	}
	var out result
	for row, err := range r.Rows() {
		var refused *RefusedError
		switch {
		case err == nil:
			out.rows = append(out.rows, row)
		case errors.As(err, &refused):
			out.refused = append(out.refused, refused)
		default:
			out.end = err
		}
	}
	out.notes = r.Notes()
	return out
}

func TestJunkBeforeHeaderIsSkippedAndCounted(t *testing.T) {
	in := "Archive:  x.zip\n  inflating: complaints.csv\n" + header + "\n" +
		"2019-09-24,Debt collection,I do not know,\"Issue, one\",Sub,\"line one\n\n\"\"quoted\"\" line two\",,ACME INC,FL,335XX,,Consent provided,Web,2019-09-25,Closed with explanation,Yes,N/A,3384392\n"
	got := readAll(t, "cfpb", strings.NewReader(in))
	if got.end != nil || len(got.rows) != 1 || got.notes.Skipped != 2 {
		t.Fatalf("%+v", got)
	}
	row := got.rows[0]
	if row.Line != 4 || row.Narrative != "line one\n\n\"quoted\" line two" || row.Case.Sent-row.Case.Received != 1 ||
		row.Case.Merchant.Name != "ACME INC" || row.Case.Number != "3384392" {
		t.Fatalf("%+v", row)
	}
	if in[row.Offset:row.Offset+10] != "2019-09-24" {
		t.Fatalf("offset %d", row.Offset)
	}
}

func TestColumnsAreFoundByNameInAnyOrder(t *testing.T) {
	in := "\ufeffComplaint ID,Company,Mood,DATE  RECEIVED,Issue\r\n7,ACME,sad,03/18/2020,Fees\r\n"
	got := readAll(t, "cfpb", strings.NewReader(in))
	if got.end != nil || len(got.rows) != 1 || got.rows[0].Case.Received.String() != "2020-03-18" {
		t.Fatalf("%+v", got)
	}
	if fmt.Sprint(got.notes.Unknown) != "[Mood]" || len(got.notes.Absent) != 14 {
		t.Fatalf("notes %+v", got.notes)
	}
}

func TestMissingColumnsAreNamed(t *testing.T) {
	got := readAll(t, "cfpb", strings.NewReader("Date received,Product,Issue\n"))
	var h *HeaderError
	if !errors.As(got.end, &h) || fmt.Sprint(h.Missing) != "[company complaint id]" {
		t.Fatalf("%v", got.end)
	}
	got = readAll(t, "cfpb", strings.NewReader("this is\nno such file\n"))
	if !errors.As(got.end, &h) || h.Line != 1 {
		t.Fatalf("%v", got.end)
	}
}

func TestRefusedRowsDoNotStopTheReading(t *testing.T) {
	row := func(received, company, sent, id string) string {
		return received + ",P,,I,,,," + company + ",FL,,,N/A,Web," + sent + ",Closed,Yes,N/A," + id + "\n"
	}
	in := header + "\n" + row("2019-13-01", "A", "", "1") + row("2019-01-02", "", "", "2") + row("2019-01-02", "A", "2019-01-01", "3") +
		row("2019-01-02", "A\x00", "", "4") + row("2019-01-02", "A\xff", "", "5") + "a,b\n" + row("2019-01-02", "A", "", "") + row("2019-01-02", "A", "2019-01-02", "9")
	got := readAll(t, "cfpb", strings.NewReader(in))
	if got.end != nil || len(got.rows) != 1 || got.rows[0].Case.Number != "9" || got.rows[0].Record != 8 {
		t.Fatalf("%+v", got)
	}
	want := []string{"Date received", "Company", "Date sent to company", "Company", "Company", "record", "Complaint ID"}
	for i, r := range got.refused {
		if r.Column != want[i] || r.Record != i+1 || r.Line != i+2 {
			t.Errorf("%d: %v", i, r)
		}
	}
}

func TestCutFileNamesRecordAndByte(t *testing.T) {
	whole := header + "\n2019-01-02,P,,I,,,,A,FL,,,N/A,Web,,Closed,Yes,N/A,1\n"
	for _, tail := range []string{"2019-01-03,\"open quote", "2019-01-03,P,,I"} {
		got := readAll(t, "cfpb", strings.NewReader(whole+tail))
		var cut *CutError
		if !errors.As(got.end, &cut) || cut.Record != 2 || cut.Line != 3 || cut.Offset != int64(len(whole)) || len(got.rows) != 1 {
			t.Errorf("%q: %v %+v", tail, got.end, got.rows)
		}
	}
}

func TestNDJSON(t *testing.T) {
	line := `{"system":"cfpb","number":"1","received_on":"2019-01-02","merchant":{"id":"","name":"A"},"narrative":"text"}`
	in := line + "\n\n" + `{"system":"cfpb","number":"2","colour":"red"}` + "\n" + `{"system":"x","number":"3","received_on":"2019-01-02","merchant":{"name":"A"}`
	got := readAll(t, "ndjson", strings.NewReader(in))
	var cut *CutError
	if len(got.rows) != 1 || got.rows[0].Narrative != "text" || len(got.refused) != 1 || got.refused[0].Line != 3 ||
		!errors.As(got.end, &cut) || cut.Line != 4 || cut.Record != 3 {
		t.Fatalf("%+v %v", got, got.end)
	}
}

func TestRealFiles(t *testing.T) {
	for _, c := range []struct {
		name            string
		rows, skipped   int
		cutRecord       int
		narratives, neg int
	}{
		{name: "cfpb_18col_2015-2020_6623.csv", rows: 6623, skipped: 2, narratives: 1532},
		{name: "cfpb_sample_5000.csv", rows: 5000, narratives: 1532},
		{name: "cfpb_complaints_2012-2023_18col_truncated.csv", rows: 2067, cutRecord: 2068, narratives: 389},
	} {
		path := realdata(c.name)
		if path == "" {
			t.Logf("%s is not here; the generated file in this package has its quirks", c.name)
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		got := readAll(t, "cfpb", f)
		f.Close()
		narratives := 0
		for _, r := range got.rows {
			if r.Narrative != "" {
				narratives++
			}
		}
		if len(got.rows) != c.rows || got.notes.Skipped != c.skipped || len(got.refused) != 0 || narratives != c.narratives {
			t.Errorf("%s: %d rows, %d skipped, %d narratives, refused %v", c.name, len(got.rows), got.notes.Skipped, narratives, got.refused)
		}
		var cut *CutError
		if c.cutRecord > 0 && (!errors.As(got.end, &cut) || cut.Record != c.cutRecord) {
			t.Errorf("%s: end %v", c.name, got.end)
		} else if c.cutRecord == 0 && got.end != nil {
			t.Errorf("%s: end %v", c.name, got.end)
		}
	}
}

func FuzzReaders(f *testing.F) {
	f.Add(header + "\n2019-01-02,P,,I,,,,A,FL,,,N/A,Web,,Closed,Yes,N/A,1\n")
	f.Add("\ufeffCompany,Complaint ID,Date received\r\nA,\"1\n\",01/02/2019\r\n")
	f.Add(`{"system":"x","number":"3","received_on":"2019-01-02","merchant":{"name":"A"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, format := range []string{"cfpb", "ndjson"} {
			r, err := Open(format, strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			last := int64(-1)
			for row, err := range r.Rows() {
				if err != nil {
					continue
				}
				if row.Offset <= last || row.Case.Number == "" || row.Case.Received.IsZero() {
					t.Fatalf("%s: %+v", format, row)
				}
				last = row.Offset
			}
		}
	})
}
