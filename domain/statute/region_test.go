package statute

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestRegions(t *testing.T) {
	r := load(t).Regions()
	count := map[Level]int{}
	for _, x := range r.All() {
		count[x.Level]++
		if x.Level == County && (x.Parent != x.Code[:4]+"00" || r.Name(x.Parent) == "") {
			t.Errorf("%s: parent %s", x.Code, x.Parent)
		}
	}
	if count[Province] != 1 || count[Prefecture] != 12 || count[County] != 103 || r.Version() != "MCA-2024" {
		t.Errorf("%s: %v", r.Version(), count)
	}
	if r.Name("150102") != "新城区" || r.Name("152501") != "二连浩特市" || r.Name("150172") != "" {
		t.Error("names")
	}
	if p, ok := r.Parent("152501"); !ok || p.Name != "锡林郭勒盟" {
		t.Errorf("%+v", p)
	}
	if _, ok := r.Parent("150000"); ok {
		t.Error("the region has a parent")
	}
	if got := r.Children("150300"); len(got) != 3 || got[0].Name != "海勃湾区" {
		t.Errorf("%+v", got)
	}
	if got := len(r.Children("150000")); got != 12 {
		t.Errorf("%d prefectures", got)
	}
}

// TestCompetent: a county's own office and those above it (ORD-121 art 13, 14).
func TestCompetent(t *testing.T) {
	r := load(t).Regions()
	for _, tt := range []struct {
		prefix, code string
		want         bool
	}{
		{"150102", "150102", true}, {"150100", "150102", true}, {"150000", "150102", true},
		{"1501", "150102", true}, {"15", "152923", true}, {"152200", "152223", true},
		{"150103", "150102", false}, {"150200", "150102", false}, {"150102", "150100", false},
		{"150100", "150000", false}, {"", "150102", false}, {"1", "150102", false},
		{"150100", "150172", false}, {"150000", "110101", false}, {"000000", "150102", false},
	} {
		if got := r.Competent(tt.prefix, tt.code); got != tt.want {
			t.Errorf("%q for %s: %v", tt.prefix, tt.code, got)
		}
	}
}

// TestRegionsAgainstExport compares with the ministry's list where it is at hand.
func TestRegionsAgainstExport(t *testing.T) {
	dir := os.Getenv("FANGXIN_REALDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "regions_nm.csv"))
	if errors.Is(err, os.ErrNotExist) {
		t.Log("no export of the divisions at hand")
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	r := load(t).Regions()
	if len(rows)-1 != len(r.All()) {
		t.Errorf("%d rows, %d divisions", len(rows)-1, len(r.All()))
	}
	for _, row := range rows[1:] {
		want := Region{Code: row[0], Name: row[1], Parent: row[2], Level: Level(row[3])}
		if got, ok := r.ByCode(row[0]); !ok || got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

func TestParseRegionsRefuses(t *testing.T) {
	for _, text := range []string{
		"", "version X\n", "version X\nregion 15 内\n", "version X\nregion 150000 内\n  02新城区\n",
		"version X\nregion 150000 内\n150100 呼:\n  02新城区 02回民区\n", "version X\nregion 150000 内\n150100 呼:\n  2x\n",
		"version X\nregion 150000 内\n150100 呼\n", "150100 呼:\n", "region 150000 内\n",
	} {
		if _, err := parseRegions(text); !errors.Is(err, ErrData) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
