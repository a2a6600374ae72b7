package statute_test

import (
	"fmt"
	"os"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// A region's file is read, checked against the law and applied to a case by its
// filing day and region.
func ExampleLoadWith() {
	text, err := os.Open("testdata/refinements.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer text.Close()
	file, err := statute.ReadRefinements(text)
	if err != nil {
		fmt.Println(err)
		return
	}
	law, err := statute.LoadWith(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	national, err := calendar.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	days, err := law.Calendars(national)
	if err != nil {
		fmt.Println(err)
		return
	}
	filed, region := calendar.MustDate("2026-09-18"), "150724"
	rules, err := law.AtIn(filed, region)
	if err != nil {
		fmt.Println(err)
		return
	}
	told, err := statute.Explain(days.For(region), rules.Accepting(), filed, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, d := range told.Periods {
		fmt.Println(d.Period, d.Due, told.By[i])
	}
	fmt.Println(told.Due, told.Calendar)
	// Output:
	// 7 WD 2026-09-29 [ORD-121 15 REG-778 46 CRPL-2013 46]
	// 5 WD 2026-09-24 [HULUN-1 3]
	// 2026-09-24 CN-2026.1+HULUN-TEST.1@150724
}
