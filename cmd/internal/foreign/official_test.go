package foreign

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"fangxin/domain/complaint"
	"fangxin/domain/reconcile"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func mapping(t testing.TB) *Mapping {
	t.Helper()
	m, err := OfficialMapping()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

type officialResult struct {
	rows    []OfficialRow
	refused []string
	end     error
	notes   OfficialNotes
}

func readOfficial(t testing.TB, m *Mapping, in io.Reader) officialResult {
	t.Helper()
	f, err := OpenOfficial(in, m)
	if err != nil {
		return officialResult{end: err}
	}
	var out officialResult
	for row, err := range f.Rows() {
		var refused *RefusedError
		switch {
		case err == nil:
			out.rows = append(out.rows, row)
		case errors.As(err, &refused):
			out.refused = append(out.refused, refused.Error())
		default:
			out.end = err
		}
	}
	out.notes = f.Notes()
	return out
}

const april = "全国12315平台　投诉数据导出,2026年5月\r\n" +
	"序号,登 记 编 号,业务类型,登记时间,接收时间,受理时间,办结时间,处理状态,争议金额（万元）,社会信用代码,投诉人姓名,联系电话,投诉内容\r\n" +
	"1,=\"1150105002026050600000001\",投诉,2026-05-06 09:30:00,2026/5/6,2026年5月11日,20260602,调解成功,0.0129,91150105MA0N1XK83R,巴特尔,13812341234,\"第一行\r\n第二行，\"\"引号\"\"\"\r\n" +
	"2,'1150105002026050600000002,投诉,2026-05-06 23:59:59,2026-05-07,-,,已受理,无,,王小明,13812341234,x\r\n" +
	"3,1150105002026050600000003,举报,2026-05-06,2026-05-07,,,处理中,,,李四,13812341234,x\r\n" +
	"4,1150105002026050600000002,投诉,2026-05-06,2026-05-07,,,转了,,,王小明,13812341234,x,,\r\n"

func TestOfficialExport(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(april)
	if err != nil {
		t.Fatal(err)
	}
	for encoding, text := range map[string]string{encodingUTF8: "\ufeff" + april, encodingGB18030: gb} {
		got := readOfficial(t, mapping(t), iotest.HalfReader(strings.NewReader(text)))
		if got.end != nil || got.refused != nil || len(got.rows) != 3 {
			t.Fatalf("%s: %+v", encoding, got)
		}
		row := got.rows[0]
		if row.Number != "1150105002026050600000001" || row.Line != 3 || row.AmountFen != 12900 || row.State != complaint.StatusAgreed ||
			row.Merchant != "91150105MA0N1XK83R" || row.Complainant != "巴*" ||
			row.FiledOn.String() != "2026-05-06" || row.AcceptedOn.String() != "2026-05-11" || row.ClosedOn.String() != "2026-06-02" {
			t.Errorf("%s: %+v", encoding, row)
		}
		if row = got.rows[1]; row.Line != 5 || !row.AcceptedOn.IsZero() || row.AmountFen != 0 || row.FiledOn.String() != "2026-05-06" {
			t.Errorf("%s: %+v", encoding, row)
		}
		n := got.notes
		if n.Encoding != encoding || n.Skipped != 1 || n.Others != 1 || fmt.Sprint(n.Words) != "[转了]" || n.Duplicates != 1 ||
			fmt.Sprint(n.Repeats) != "[{4 7 2 1150105002026050600000002}]" || fmt.Sprint(n.Unknown) != "[序号 联系电话 投诉内容]" ||
			fmt.Sprint(n.Absent) != "[number declined_on ended_on]" ||
			fmt.Sprint(n.Stated) != "[filed_on received_on accepted_on closed_on state amount_fen merchant complainant]" {
			t.Errorf("%s: %+v", encoding, n)
		}
	}
}

func TestHeadersAreFoundHoweverTheyAreWritten(t *testing.T) {
	for _, header := range []string{
		"登记编号,登记时间", "＊登记 编号：,　登记时间　", "\"登记\n编号\",登记日期", "登记编号\t投诉时间", "登记时间;投诉编号", "登记编号,登记时间,,,",
		"标题，一行\n\n登记编号,登记时间", "a,b,c,d\n登记编号\t登记时间",
	} {
		f, err := OpenOfficial(strings.NewReader(header), mapping(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range f.Rows() {
			t.Errorf("%q: %v", header, err)
		}
		if !slices.Contains(f.Notes().Stated, reconcile.FieldFiledOn) {
			t.Errorf("%q: %+v", header, f.Notes())
		}
	}
}

func TestOneFieldInSeveralColumns(t *testing.T) {
	got := readOfficial(t, mapping(t), strings.NewReader("编号,登记编号,登记时间,登记日期,登记编号\n1,10001,2026-05-06,2026-05-09,2\n"))
	if got.end != nil || len(got.rows) != 1 || got.rows[0].Number != "10001" || got.rows[0].FiledOn.String() != "2026-05-06" {
		t.Fatalf("%+v", got)
	}
	if fmt.Sprint(got.notes.Shadowed) != "[编号 登记日期 登记编号]" {
		t.Errorf("%v", got.notes.Shadowed)
	}
}

func TestMissingHeadersRefuseTheFile(t *testing.T) {
	var h *HeaderError
	got := readOfficial(t, mapping(t), strings.NewReader("登记编号,处理状态\n10001,办结\n"))
	if !errors.As(got.end, &h) || h.Line != 1 || fmt.Sprint(h.Missing) != "[登记时间]" {
		t.Errorf("%v", got.end)
	}
	for _, text := range []string{"", "no such file", strings.Repeat("x\n", 100), "登记编号\n1\n", "\x00\x00,\x00"} {
		if got := readOfficial(t, mapping(t), strings.NewReader(text)); !errors.As(got.end, &h) || h.Missing != nil {
			t.Errorf("%q: %v", text, got.end)
		}
	}
}

func TestOtherFormatsAreNamed(t *testing.T) {
	for kind, text := range map[string]string{
		"xlsx": "PK\x03\x04...", "xls": "\xd0\xcf\x11\xe0\xa1", "html": "\r\n<table><tr>", "utf-16": "\xff\xfe{v",
	} {
		var f *FormatError
		if got := readOfficial(t, mapping(t), strings.NewReader(text)); !errors.As(got.end, &f) || f.Kind != kind || f.Error() == "" {
			t.Errorf("%s: %v", kind, got.end)
		}
	}
}

func TestFaultyRowsDoNotStopTheOthers(t *testing.T) {
	good := func(n int) string { return fmt.Sprintf("1150%06d,2026-05-06,1.00\n", n) }
	long := strings.Repeat("长", 1<<20/3)
	rows := []struct{ text, column, reason string }{
		{"10001,2026-13-06,\n", "登记时间", "is not a date in a form that the mapping names"},
		{"10001,1066-01-01,\n", "登记时间", "lies outside 1900 to 2100"},
		{"10001,,\n", "登记时间", "is empty"},
		{",2026-05-06,\n", "登记编号", "is empty"},
		{"1.15E+24,2026-05-06,\n", "登记编号", "was shortened by a spreadsheet; export the column as text"},
		{"1150105002026050000000000,2026-05-06,\n", "", ""},
		{"115010500202605000000000,2026-05-06,\n", "", ""},
		{"1150105002026050000000000000,2026-05-06,\n", "", ""},
		{"13812341234,2026-05-06,\n", "登记编号", "is a person's number"},
		{"号,2026-05-06,\n", "登记编号", "is no number of a case"},
		{"10001,2026-05-06,0.001\n", "争议金额", "has parts of a fen"},
		{"10001,2026-05-06,-1\n", "争议金额", "is not an amount"},
		{"10001,2026-05-06,=1+1\n", "争议金额", "is not an amount"},
		{"10001,2026-05-06\n", "record", "has 2 fields where the header has 3"},
		{"10001,2026-05-06,1,x\n", "record", "has 4 fields where the header has 3"},
		{"10001,2026-05-06,1\x00\n", "争议金额", "contains a NUL byte"},
		{"1\xff001,2026-05-06,1\n", "登记编号", "is not UTF-8"},
		{"\"10001\"x,2026-05-06,1\n", "record", "has text behind a closing quotation mark"},
		{"10001,2026-05-06," + long + "\n", "record", "is longer than 256 KiB"},
		{"10001,2026-05-06," + strings.Repeat("x", 100<<10) + "\n", "争议金额", "is longer than 64 KiB"},
	}
	in := "登记编号,登记时间,争议金额\n" + good(0)
	var want []string
	for i, r := range rows {
		in += r.text + good(i+1)
		if r.column != "" {
			want = append(want, fmt.Sprintf("record %d (line %d), %s: %s", 2*i+2, 2*i+3, r.column, r.reason))
		}
	}
	// Mixed encodings show after the beginning, by which the encoding is chosen.
	pad := strings.Repeat(good(999999), 3000)
	in = strings.Replace(in, "登记编号,登记时间,争议金额\n", "登记编号,登记时间,争议金额\n"+pad, 1)
	got := readOfficial(t, mapping(t), strings.NewReader(in))
	for i, r := range got.refused {
		var n, line int
		if _, err := fmt.Sscanf(r, "record %d (line %d)", &n, &line); err != nil {
			t.Fatal(err)
		}
		got.refused[i] = strings.Replace(r, fmt.Sprintf("record %d (line %d)", n, line), fmt.Sprintf("record %d (line %d)", n-3000, line-3000), 1)
	}
	var kept []string
	for _, r := range got.refused {
		if !strings.Contains(r, "rounded") {
			kept = append(kept, r)
		}
	}
	if d := cmp.Diff(want, kept); d != "" {
		t.Error(d)
	}
	if rounded := len(got.refused) - len(kept); got.end != nil || rounded+len(kept)+len(got.rows) != 3000+1+2*len(rows) || rounded != 3 {
		t.Errorf("%d rows, %d refused, %d rounded, %v", len(got.rows), len(got.refused), rounded, got.end)
	}
}

func TestGB18030WithOtherBytes(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("登记编号,登记时间,投诉人\n10001,2026-05-06,巴特尔\n10002,2026-05-06,")
	if err != nil {
		t.Fatal(err)
	}
	got := readOfficial(t, mapping(t), strings.NewReader(gb+"\xff\xff\n10003,2026-05-06,x\n"))
	if got.end != nil || len(got.rows) != 2 || len(got.refused) != 1 ||
		got.refused[0] != "record 2 (line 3), 投诉人: is not in the encoding of the file (GB18030)" {
		t.Errorf("%+v", got)
	}
}

// The place of a record is that of its first byte in the file as it lies on the disk,
// whatever its encoding.
func TestRecordsAreFoundByTheirBytes(t *testing.T) {
	const head, first, second = "登记编号,登记时间,投诉人\r\n", "10001,2026-05-06,\"乌兰\r\n图雅\"\r\n", "10002,某日,巴特尔\r\n10003,2026-05-06,娜仁\n"
	gb := func(s string) string {
		out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	plain := func(s string) string { return s }
	for name, c := range map[string]struct {
		mark  string
		write func(string) string
	}{"UTF-8": {"", plain}, "with a mark": {"\ufeff", plain}, "GB18030": {"", gb}} {
		f, err := OpenOfficial(strings.NewReader(c.mark+c.write(head+first+second)), mapping(t))
		if err != nil {
			t.Fatal(err)
		}
		at := []int64{int64(len(c.mark + c.write(head))), int64(len(c.mark + c.write(head+first)))}
		at = append(at, at[1]+int64(len(c.write("10002,某日,巴特尔\r\n"))))
		var got []int64
		for row, err := range f.Rows() {
			var refused *RefusedError
			if errors.As(err, &refused) != (row.Record == 2) || refused != nil && refused.Offset != row.Offset {
				t.Errorf("%s: %+v, %v", name, row, err)
			}
			got = append(got, row.Offset)
		}
		if d := cmp.Diff(at, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestQuotationMarkThatIsNeverClosed(t *testing.T) {
	for _, tail := range []string{"", strings.Repeat("10009,2026-05-06,x\n", 20000)} {
		got := readOfficial(t, mapping(t), strings.NewReader("登记编号,登记时间,投诉人\n10001,2026-05-06,\"张\n10002,2026-05-06,李\n"+tail))
		if got.end != nil || len(got.refused) != 1 || !strings.HasPrefix(got.refused[0], "record 1 (line 2), record: has a quotation mark") ||
			len(got.rows) != 1+strings.Count(tail, "\n") || got.rows[0].Line != 3 || got.rows[0].Complainant != "*" {
			t.Errorf("%d rows, %v, %v", len(got.rows), got.refused, got.end)
		}
	}
}

func TestFileThatBreaksOff(t *testing.T) {
	broken := errors.New("disk")
	got := readOfficial(t, mapping(t), io.MultiReader(strings.NewReader("登记编号,登记时间\n10001,2026-05-06\n10002,20"), iotest.ErrReader(broken)))
	if !errors.Is(got.end, broken) {
		t.Errorf("%+v", got)
	}
}

func TestFileWithTooManyRecords(t *testing.T) {
	f, err := OpenOfficial(strings.NewReader("登记编号,登记时间\n\n10001,2026-05-06\n\n10002,2026-05-06\n10003,2026-05-06\n10004,2026-05-06\n"), mapping(t))
	if err != nil {
		t.Fatal(err)
	}
	f.most = 2
	rows := 0
	for _, err = range f.Rows() {
		rows++
	}
	if rows != 3 || !errors.Is(err, ErrTooManyRows) {
		t.Errorf("%d rows, %v", rows, err)
	}
}

// Of a tip-off nothing is read, and a clear name does not leave the reader
// (Order 121 art 37, PIPL 6).
func TestNothingPersonalLeavesTheReader(t *testing.T) {
	in := "登记编号,登记时间,业务类型,投诉人姓名,社会信用代码,来源编号,状态\n" +
		"10001,2026-05-06,投诉,欧阳娜娜,11010519491231002X,13812341234,联系13812341234\n" +
		"10002,2026-05-06,举报,诸葛亮亮,,,\n10003,2026-05-06,诸葛亮亮,,,,\n"
	got := readOfficial(t, mapping(t), strings.NewReader(in))
	text, err := json.Marshal(struct {
		Rows    any
		Names   []string
		Refused []string
		Notes   OfficialNotes
	}{got.rows, []string{got.rows[0].Complainant}, got.refused, got.notes})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"阳", "葛", "娜", "亮", "13812341234", "11010519491231002X", "10002"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%s in %s", secret, text)
		}
	}
	if len(got.rows) != 1 || got.notes.Others != 1 || got.notes.OtherTexts != 1 || len(got.refused) != 1 {
		t.Errorf("%s", text)
	}
}

// The headers of real files of another system are found by a mapping of their own.
func TestMappingOfRealFiles(t *testing.T) {
	m, err := ReadMapping(strings.NewReader(cfpbMapping))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name                string
		rows, skipped, lost int
	}{
		{"cfpb_18col_2015-2020_6623.csv", 6623, 2, 0},
		{"cfpb_sample_5000.csv", 5000, 0, 0},
		{"cfpb_complaints_2012-2023_18col_truncated.csv", 2067, 0, 1},
	} {
		path := realdata(c.name)
		if path == "" {
			t.Logf("%s is not here", c.name)
			continue
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		got := readOfficial(t, m, file)
		file.Close()
		if got.end != nil || len(got.rows) != c.rows || got.notes.Skipped != c.skipped || got.notes.Duplicates != 0 || len(got.refused) < c.lost {
			t.Errorf("%s: %d rows, %+v, refused %v", c.name, len(got.rows), got.notes, got.refused)
		}
		compareWithItself(t, got)
	}
}

const cfpbMapping = `{"name": "cfpb", "fields": [
	{"field": "number", "headers": ["Complaint ID"]},
	{"field": "filed_on", "required": true, "headers": ["Date received"]},
	{"field": "received_on", "headers": ["Date sent to company"]},
	{"field": "state", "headers": ["Company response to consumer"]}],
	"dates": ["2006-01-02"], "empty": ["N/A"],
	"states": [{"state": "closed", "texts": ["Closed", "Closed with explanation", "Closed with monetary relief", "Closed with non-monetary relief", "Untimely response"]},
		{"state": "accepted", "texts": ["In progress"]}]}`

func compareWithItself(t *testing.T, got officialResult) {
	t.Helper()
	r := reconcile.New(got.notes.Stated)
	for _, row := range got.rows {
		if err := r.AddTheirs(row); err != nil {
			t.Fatal(err)
		}
		if err := r.AddOurs(reconcile.Ours{Case: "case-" + row.Number, Refs: []string{row.Number}, Dates: row.Dates, State: row.State}); err != nil {
			t.Fatal(err)
		}
	}
	if c := r.Report().Counts(); c.Entries[reconcile.Matched] != len(got.rows) || len(c.Entries) != 1 {
		t.Errorf("%+v", c)
	}
}

func FuzzOfficial(f *testing.F) {
	f.Add([]byte(april))
	f.Add([]byte("登记编号,登记时间\n\"10001\n\",2026-05-06\n\"\"\"x\",\"\n"))
	f.Add([]byte("\xb5\xc7\xbc\xc7\xb1\xe0\xba\xc5,\xb5\xc7\xbc\xc7\xca\xb1\xbc\xe4\n10001,2026-05-06\n"))
	m, err := OfficialMapping()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := OpenOfficial(strings.NewReader(string(text)), m)
		if err != nil {
			return
		}
		records := 0
		for row, err := range file.Rows() {
			records++
			if err != nil {
				continue
			}
			if !reconcile.Usable(row.Number) || reconcile.Personal(row.Number) || row.FiledOn.IsZero() || row.AmountFen < 0 || row.Line < 2 {
				t.Fatalf("%+v", row)
			}
		}
		if most := strings.Count(string(text), "\n") + 2; records > most {
			t.Fatalf("%d records of %d lines", records, most)
		}
	})
}

func BenchmarkOfficial(b *testing.B) {
	line := "1,1150105002026050600000001,投诉,2026-05-06 09:30:00,2026-05-06 10:00:00,2026-05-11 10:00:00,2026-06-02 10:00:00,调解成功,129.00,91150105MA0N1XK83R,巴特尔,13812341234,\"一段不长的投诉内容\"\n"
	text := strings.SplitN(april, "\r\n", 3)[1] + "\n" + strings.Repeat(line, 20000)
	m, err := OfficialMapping()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		f, err := OpenOfficial(strings.NewReader(text), m)
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range f.Rows() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
