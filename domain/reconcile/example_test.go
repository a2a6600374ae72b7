package reconcile_test

import (
	"fmt"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/reconcile"
)

func Example() {
	day := calendar.NewDate(2026, 5, 6)
	state := complaint.State{
		ID: "c-1", Number: "2026-1001", Lane: complaint.LaneDepartment, Status: complaint.StatusReceived,
		FiledOn: day, ReceivedOn: day, Filing: &complaint.Filed{},
		ExternalRefs: []complaint.ExternalRef{{System: reconcile.System, Number: "1150105"}},
	}
	run := reconcile.New([]reconcile.Field{reconcile.FieldReceivedOn})
	if ours, ok := reconcile.FromState(&state); ok {
		if err := run.AddOurs(ours); err != nil {
			fmt.Println(err)
		}
	}
	theirs := reconcile.Theirs{Record: 1, Line: 2, Number: "1150105", Dates: reconcile.Dates{ReceivedOn: day + 1}}
	if err := run.AddTheirs(theirs); err != nil {
		fmt.Println(err)
	}
	report := run.Report()
	for e := range report.Entries() {
		fmt.Println(e.Class, e.By, e.Differences)
		for _, s := range reconcile.Syncs(e, report.Stated()) {
			fmt.Println(s.Case, s.Field, s.State)
		}
	}
	// Output:
	// differs external_ref [{received_on 2026-05-06 2026-05-07}]
	// c-1 received_on differs
}
