package program

import (
	"os"
	"strings"
	"testing"

	"fangxin/cmd/internal/clock"
	"fangxin/domain/es"
	"fangxin/domain/usecase"
)

func importedOfficial(t *testing.T, data, content string) (out, report string) {
	t.Helper()
	file := officialFile(t, content)
	code, out, errs := run(t, "import", "--format", "12315", "--data", data, file)
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
