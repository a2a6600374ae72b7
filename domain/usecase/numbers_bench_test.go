package usecase

import (
	"context"
	"fmt"
	"testing"

	"fangxin/domain/calendar"
	"fangxin/domain/es"
	"fangxin/domain/numbering"
)

// BenchmarkTakeNumber takes and voids in rows of ten and of ten thousand numbers, in
// one run: the cost must not grow with the row.
func BenchmarkTakeNumber(b *testing.B) {
	for _, size := range []int{10, 10_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			c := benchComplaints(b, es.StdCodec{})
			row, style := numbering.RowOf(office, calendar.DateOf(c.Now())), c.styleOf(office)
			take := func(n int) {
				notice := fmt.Sprintf("n-%d", n)
				if _, err := c.take(context.Background(), desk, row, numbering.Take{
					Notice: notice, Case: "c", Form: 5, Dated: calendar.DateOf(c.Now()), Style: style,
				}); err != nil {
					b.Fatal(err)
				}
			}
			for n := range size {
				take(n)
			}
			n := size
			for b.Loop() {
				take(n)
				n++
			}
		})
	}
}
