package responsetime

import (
	"slices"
	"strconv"
)

// FormulaNames are the formulas by which figures are published, as "id@version" in order
// of text.
func FormulaNames() []string {
	var names []string
	for _, f := range Catalogue() {
		names = append(names, f.ID+"@"+strconv.Itoa(f.Version))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Policy is a version of the rules by which tables that also count undisclosed cases are
// published: which tables there are, and from how many cases on a cell is shown.
type Policy struct {
	ID     string          `json:"id"`
	Least  int             `json:"least"`
	Tables []PublishedKind `json:"tables"`
}

// PublishedKind is one of the tables, as data. There is one for each month and each
// quarter of which all months are closed, with the total and each of its cuts.
type PublishedKind struct {
	ID string `json:"id"`
	// Metric that it counts, in the version of the catalogue.
	Metric  string      `json:"metric"`
	Version int         `json:"version"`
	Cuts    []Dimension `json:"cuts"`
	// Columns of counts, in their order.
	Columns []string `json:"columns"`
}

// IDs of the tables.
const (
	TableReceived    = "received"
	TableUndisclosed = "undisclosed"
	TableChecked     = "initial_check_on_time"
)

// Columns of the tables. A column ending in _public is of the disclosed cases alone.
const (
	ColumnAll               = "all"
	ColumnPublic            = "public"
	ColumnUndisclosed       = "undisclosed"
	ColumnDenominator       = "denominator"
	ColumnNumerator         = "numerator"
	ColumnDenominatorPublic = "denominator_public"
	ColumnNumeratorPublic   = "numerator_public"
)

// TablePolicy is the policy by which periods are closed now.
func TablePolicy() Policy {
	p := Policy{ID: "TABLES-2026.1", Least: leastShown, Tables: []PublishedKind{
		{ID: TableReceived, Metric: "received", Columns: []string{ColumnAll, ColumnPublic, ColumnUndisclosed}},
		{ID: TableUndisclosed, Metric: "received"},
		{ID: TableChecked, Metric: "initial_check_on_time", Columns: []string{
			ColumnDenominator, ColumnNumerator, ColumnDenominatorPublic, ColumnNumeratorPublic,
		}},
	}}
	for _, c := range classes()[1:] {
		p.Tables[1].Columns = append(p.Tables[1].Columns, string(c))
	}
	for i := range p.Tables {
		t := &p.Tables[i]
		m, _ := find(t.Metric, 0)
		t.Version, t.Cuts = m.Version, tableCuts()
	}
	return p
}

// tableCuts are the ways in which each table divides its total.
func tableCuts() []Dimension { return []Dimension{Region, Category} }

// tableKind finds a table.
func tableKind(id string) (PublishedKind, bool) {
	all := TablePolicy().Tables
	i := slices.IndexFunc(all, func(k PublishedKind) bool { return k.ID == id })
	if i < 0 {
		return PublishedKind{}, false
	}
	return all[i], true
}
