package responsetime

import (
	"slices"
	"strconv"
)

// FormulaNames are the formulas by which figures are published, as "id@version" in order
// of text.
func FormulaNames() []string {
	var names []string
	for _, f := range Formulas() {
		names = append(names, f.ID+"@"+strconv.Itoa(f.Version))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Policy is a version of the rules by which tables that also count undisclosed cases are
// published.
type Policy struct {
	ID string
}

// TablePolicy is the policy by which periods are closed now.
func TablePolicy() Policy { return Policy{ID: "TABLES-2026.1"} }
