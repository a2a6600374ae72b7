package calendar

import (
	"fmt"
	"slices"
)

// Continues refuses a table that cannot stand in for an older one: it must know every
// date that the older one knows, say otherwise only under another version, and name
// every festival that the older one names. What is known may change: the State Council
// changed a year that had begun (2020). ErrTable.
func Continues(older, newer *Calendar) error {
	switch {
	case newer.first > older.first || newer.last < older.last:
		return fmt.Errorf("%w: %s knows %s to %s, less than %s with %s to %s", ErrTable,
			bounded(newer.version), newer.first, newer.last, older.version, older.first, older.last)
	case newer.version == older.version && !Same(older, newer):
		return fmt.Errorf("%w: version %s says other days here", ErrTable, older.version)
	}
	for code := range older.festivals {
		if _, ok := newer.festivals[code]; !ok {
			return fmt.Errorf("%w: %s does not name the festival %s", ErrTable, bounded(newer.version), code)
		}
	}
	return nil
}

// Same says whether two tables say the same of the same dates.
func Same(a, b *Calendar) bool {
	if a.first != b.first || a.last != b.last {
		return false
	}
	for d := a.first; d <= a.last; d++ {
		x, y := a.days[d-a.first], b.days[d-b.first]
		if x.work != y.work || x.legal != y.legal || a.groups[x.group].code != b.groups[y.group].code {
			return false
		}
	}
	return slices.Equal(a.nth, b.nth)
}
