package responsetime

import (
	"testing"

	"pgregory.net/rapid"
)

// A reader who knows the total of a table cannot work out a hidden cell.
func TestNoHiddenCellCanBeSubtracted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.Int64Range(0, 12), 0, 8).Draw(t, "sizes")
		var table Table
		for _, n := range sizes {
			table.Rows = append(table.Rows, Cell{Key: "k", Label: "l", N: n, P50: int(n), OnTime: Rate{n, n}})
		}
		const least = 5
		shown, hidden, total, under := int64(0), 0, int64(0), int64(0)
		for i, c := range table.Withhold(least).Rows {
			total += sizes[i]
			switch {
			case c.Withheld:
				hidden++
				under += sizes[i]
				if c != (Cell{Key: "k", Label: "l", Withheld: true}) {
					t.Fatalf("hidden cell tells %+v", c)
				}
			case c.N > 0 && c.N < least:
				t.Fatalf("cell of %d is shown", c.N)
			default:
				shown += c.N
			}
		}
		if table.Rows != nil && table.Rows[0].Withheld {
			t.Fatal("the table itself was changed")
		}
		if hidden > 0 && under < least && shown > 0 {
			t.Fatalf("%d hidden cells of %d cases together", hidden, under)
		}
		if hidden == 1 && len(sizes) > 1 && shown > 0 {
			t.Fatalf("the total of %d gives the only hidden cell away", total)
		}
	})
}
