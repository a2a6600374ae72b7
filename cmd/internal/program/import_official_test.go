package program

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fangxin/cmd/internal/clock"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/reconcile"
	"fangxin/domain/usecase"
)

func importedOfficial(t *testing.T, data, content string, flags ...string) (out, report string) {
	t.Helper()
	file := officialFile(t, content)
	code, out, errs := run(t, append(append([]string{"import", "--format", "12315", "--data", data}, flags...), file)...)
	if code != exitOK {
		t.Fatal(code, out, errs)
	}
	text, err := os.ReadFile(file + ".refused.ndjson")
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return out, string(text)
}

// What is ours is recorded on our case, what is not is taken over once; a later file
// appends only what changed (Order 121 art 40).
func TestImportOfficial(t *testing.T) {
	i := installed(t)
	n := i.numbersOf(t)
	const header = "登记编号,来源编号,登记时间,受理时间,投诉人姓名,处理状态,行政区划代码\n"
	ours := "1150105002026091400000001," + n[0] + ",2026-09-14,2026-09-14,样例,已受理,150105\n"
	theirs := "1150105002026091400000004,,2026-09-12,,张*,待受理,150105\n"
	bad := "1150105002026091400000005,,2026-09-12,,张*,待受理,110101\n"
	for k, c := range []struct{ content, want string }{
		{header + ours + theirs + bad, "read 3: 1 new, 1 changed, 0 unchanged, 1 refused"},
		{header + ours + theirs + bad, "read 3: 0 new, 0 changed, 2 unchanged, 1 refused"},
		{header + ours + strings.Replace(theirs, ",,张*,待受理", ",2026-09-15,张*,已受理", 1), "read 2: 0 new, 1 changed, 1 unchanged, 0 refused"},
	} {
		out, report := importedOfficial(t, i.data, c.content)
		if !strings.Contains(out, c.want) || k < 2 && !strings.Contains(report, `"line":4,"reason":"is no division of this region","record":3`) {
			t.Errorf("file %d: %s\n%s", k+1, out, report)
		}
	}
	if s := i.states(t)[0]; len(s.ExternalRefs) != 1 || s.ExternalRefs[0].System != "12315" {
		t.Errorf("%+v", s.ExternalRefs)
	}
	a, err := openAdapters(t.Context(), configOf(t, i.data), clock.System{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()
	id := ""
	for env, err := range a.store.ReadAll(t.Context(), es.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		if env.Type == "complaint.foreign_changed.v1" {
			id = env.Stream.Key()
		}
	}
	near := usecase.Actor{ID: "o-1", Role: usecase.RoleOfficer, Region: "1501"}
	far := usecase.Actor{ID: "o-2", Role: usecase.RoleOfficer, Region: "1502"}
	if v, err := a.cases.View(t.Context(), near, id, nil); err != nil || v.Foreign.Official == nil || v.Foreign.Response != "accepted" {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := a.cases.View(t.Context(), far, id, nil); err == nil {
		t.Error("an office of another division sees it")
	}
}

// foreignStates folds every case of the platform, by its number.
func foreignStates(t *testing.T, data string) map[string]complaint.ForeignState {
	t.Helper()
	a, err := openAdapters(t.Context(), configOf(t, data), clock.System{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()
	all := map[string]complaint.ForeignState{}
	for env, err := range a.store.ReadAll(t.Context(), es.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		if env.Type != "complaint.foreign_recorded.v1" {
			continue
		}
		s, _, err := a.cases.State(t.Context(), env.Stream.Key())
		if err != nil {
			t.Fatal(err)
		}
		if s.Foreign.Case.System == reconcile.System {
			all[s.Number] = *s.Foreign
		}
	}
	return all
}

// april is a month of the platform: one record that is ours, one as we have it but for a
// day, two that are not ours, one that two of our cases claim, and one tip-off.
func (i *installation) april(t *testing.T) (header []string, rows [][]string) {
	n := i.numbersOf(t)
	header = []string{"登记编号", "来源编号", "行政区划代码", "业务类型", "登记时间", "受理时间", "办结时间", "处理状态", "争议金额", "投诉人姓名"}
	return header, [][]string{
		{"1150105002026091400000001", n[0], "150105", "投诉", "2026-09-14", "2026-09-14", "2026-09-14", "调解成功", "3299", ""},
		{"1150105002026091400000002", n[1], "150105", "投诉", "2026-09-13", "", "", "不予受理", "", ""},
		{"1150105002026091400000003", "", "150203", "投诉", "2026-09-01", "2026-09-03", "2026-09-20", "调解成功", "129.05", "张*"},
		{"1150105002026091400000004", "", "", "投诉", "2026-09-02", "", "", "待受理", "", "李*"},
		{"1150105002026091400000005", n[3], "150105", "投诉", "2026-09-14", "", "", "待受理", "", "欧云*"},
		{"1150105002026091400000006", n[3], "150105", "投诉", "2026-09-14", "", "", "待受理", "", "欧云*"},
		{"1150105002026091400000007", "", "150105", "举报", "2026-09-14", "", "", "待受理", "", "王*"},
	}
}

// sheetOf writes columns in the order given, under the names given.
func sheetOf(header []string, rows [][]string, order []int, names map[string]string) string {
	var b strings.Builder
	line := func(cells []string) {
		for k, c := range order {
			if k > 0 {
				b.WriteByte(',')
			}
			b.WriteString(cells[c])
		}
		b.WriteString("\r\n")
	}
	renamed := slices.Clone(header)
	for k, h := range header {
		if names[h] != "" {
			renamed[k] = names[h]
		}
	}
	line(renamed)
	for _, r := range rows {
		line(r)
	}
	return b.String()
}

// Whatever the order of the columns and whatever their names, the same cases come in,
// and what the reconciliation finds before is what the import does (Order 121 art 40).
func TestImportOfficialAgreesWithReconciliation(t *testing.T) {
	own := officialFile(t, `{"name":"own","fields":[{"field":"number","headers":["No."]},{"field":"our_number","headers":["Source No."]},
		{"field":"region","headers":["Division"]},{"field":"kind","headers":["Type"]},{"field":"filed_on","required":true,"headers":["Filed"]},
		{"field":"accepted_on","headers":["Accepted"]},{"field":"closed_on","headers":["Closed"]},{"field":"state","headers":["State"]},
		{"field":"amount_fen","headers":["Amount"]},{"field":"complainant","headers":["Name"]}],
		"dates":["2006-01-02"],"kinds":[{"complaint":true,"texts":["投诉"]},{"complaint":false,"texts":["举报"]}],
		"states":[{"state":"received","texts":["待受理"]},{"state":"accepted","texts":["已受理"]},{"state":"declined","texts":["不予受理"]},{"state":"agreed","texts":["调解成功"]}]}`)
	english := map[string]string{"登记编号": "No.", "来源编号": "Source No.", "行政区划代码": "Division", "业务类型": "Type", "登记时间": "Filed",
		"受理时间": "Accepted", "办结时间": "Closed", "处理状态": "State", "争议金额": "Amount", "投诉人姓名": "Name"}
	synonyms := map[string]string{"登记编号": "投诉单 编号", "登记时间": "提交日期", "处理状态": "办理状态：", "争议金额": "消费金额（元）", "行政区划代码": "辖区代码"}
	straight := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	var first map[string]complaint.ForeignState
	for k, c := range []struct {
		order []int
		names map[string]string
		flags []string
	}{
		{straight, nil, nil},
		{[]int{9, 4, 7, 0, 8, 3, 1, 6, 2, 5}, synonyms, nil},
		{[]int{3, 9, 2, 8, 0, 1, 7, 5, 4, 6}, english, []string{"--mapping", own}},
	} {
		i := installed(t)
		header, rows := i.april(t)
		content := sheetOf(header, rows, c.order, c.names)
		args := append(append([]string{"reconcile", "--data", i.data}, c.flags...), officialFile(t, content))
		_, found, _ := run(t, args...)
		for _, want := range []string{"theirs 6", "matched     1", "differs     1", "ambiguous   1", "only_there  2"} {
			if !strings.Contains(found, want) {
				t.Errorf("sheet %d: no %q in %s", k, want, found)
			}
		}
		out, report := importedOfficial(t, i.data, content, append(c.flags, "--region", "150102")...)
		if !strings.Contains(out, "read 6: 2 new, 2 changed, 0 unchanged, 2 refused") {
			t.Errorf("sheet %d: %s", k, out)
		}
		lines := strings.SplitAfter(content, "\r\n")
		for n, line := range []int{5, 6} {
			at := len(strings.Join(lines[:line], ""))
			if want := fmt.Sprintf(`{"byte":%d,"column":"record","line":%d,"reason":"ambiguous","record":%d}`, at, line+1, line); !strings.Contains(report, want) {
				t.Errorf("sheet %d, refused %d: no %s in %s", k, n, want, report)
			}
		}
		if again, _ := importedOfficial(t, i.data, content, append(c.flags, "--region", "150102")...); !strings.Contains(again, "0 new, 0 changed, 4 unchanged, 2 refused") {
			t.Errorf("sheet %d again: %s", k, again)
		}
		if _, found, _ := run(t, slices.Insert(args, 1, "--record")...); !strings.Contains(found, "recorded 0 facts") {
			t.Errorf("sheet %d: %s", k, found)
		}
		states := foreignStates(t, i.data)
		if first == nil {
			first = states
		}
		if d := cmp.Diff(first, states); d != "" || len(states) != 2 {
			t.Errorf("sheet %d: %s", k, d)
		}
	}
	closed, open := first["1150105002026091400000003"].Case, first["1150105002026091400000004"].Case
	if closed.State != "150203" || closed.Response != "agreed" || closed.Official.AmountFen != 12905 || closed.Official.ClosedOn.String() != "2026-09-20" ||
		open.State != "150102" || open.Official != nil {
		t.Errorf("%+v %+v, %+v", closed, closed.Official, open)
	}
}

// What the platform publishes is not ours to publish: imported records stand in no public
// list and no public figure (Order 121 art 40).
func TestImportedOfficialRecordsAreNotPublic(t *testing.T) {
	i := installed(t)
	header, rows := i.april(t)
	importedOfficial(t, i.data, sheetOf(header, rows, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, nil))
	if code, out, errs := run(t, "rebuild", "--data", i.data); code != exitOK {
		t.Fatal(code, out, errs)
	}
	base, stop := started(t, i.data)
	defer stop()
	for _, path := range []string{"disclosures?source=12315", "disclosures?source=cfpb&limit=100", "metrics/response-times?stage=filed&by=all&source=12315"} {
		var page map[string]any
		fetch(t, base+"/api/v1/public/"+path, &page)
		text, err := json.Marshal(page)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "11501050020260914") || strings.HasSuffix(path, "12315") && strings.Contains(string(text), `"n":`) {
			t.Errorf("%s: %s", path, text)
		}
	}
}

// Flags that name nothing are refused in a line before anything is opened.
func TestImportOfficialRefusesItsFlags(t *testing.T) {
	good := officialFile(t, officialHeader)
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no such mapping":  {[]string{"--mapping", filepath.Join(t.TempDir(), "none.json"), good}, "no such file"},
		"bad mapping":      {[]string{"--mapping", officialFile(t, "{"), good}, "mapping"},
		"another province": {[]string{"--region", "110101", good}, "--region"},
		"a workbook":       {[]string{officialFile(t, "PK\x03\x04....")}, "xlsx"},
	} {
		data := filepath.Join(t.TempDir(), "data")
		code, out, errs := run(t, append([]string{"import", "--format", "12315", "--data", data}, c.args...)...)
		if _, err := os.Stat(data); code != exitUsage || out != "" || !strings.Contains(errs, c.says) || strings.Count(errs, "\n") != 1 || !os.IsNotExist(err) {
			t.Errorf("%s: %d, %q, %q, %v", name, code, out, errs, err)
		}
	}
}
