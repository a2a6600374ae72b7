package bench

import (
	"fmt"
	"os"
	"runtime/pprof"
	"strconv"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
	"fangxin/projections"
	"fangxin/projections/casework"
	"fangxin/projections/deadlines"
	"fangxin/projections/disclosure"
	"fangxin/projections/responsetime"
)

func tmpProjections() ([]projections.Projection, error) {
	cal, err := calendar.Load()
	if err != nil {
		return nil, err
	}
	all := func(version string) (statute.DisclosurePolicy, bool) {
		return statute.DisclosurePolicy{Version: version, PublishAll: true, NarrativeByConsent: true}, true
	}
	return []projections.Projection{casework.New(), deadlines.New(), disclosure.New(all), responsetime.New(cal)}, nil
}

func TestTmp(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("N"))
	report := &Report{}
	r := &Run{name: "x", report: report, rounds: 1, log: os.Stderr}
	g, err := buildRegister(t.Context(), r, n, tmpProjections)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(g.memory)
	f, _ := os.Create("/tmp/ben-heap.pprof")
	pprof.WriteHeapProfile(f)
	f.Close()
	_ = g.model.Close()
}
