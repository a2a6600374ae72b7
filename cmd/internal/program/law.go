package program

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
)

// maxLawFiles bounds a folder of refinements or calendars.
const maxLawFiles = 200

// loadLaw reads the law in force here: what is compiled into the program, with the
// calendar and the regional refinements that the configuration names. Every file is
// checked, and the first fault is told in one line.
func loadLaw(c Config) (complaint.Law, error) {
	law := complaint.Law{}
	files, err := loadRefinements(c.Refinements)
	if err != nil {
		return law, err
	}
	if law.Catalogue, err = statute.LoadWith(files...); err != nil {
		return law, fmt.Errorf("%w: refinements: %w", errConfig, err)
	}
	if law.Calendar, err = loadCalendar(c.Calendar); err != nil {
		return law, err
	}
	if law.Calendars, err = law.Catalogue.Calendars(law.Calendar); err != nil {
		return law, fmt.Errorf("%w: refinements: %w", errConfig, err)
	}
	for lane := range strings.SplitSeq(c.Lanes, ",") {
		switch l := complaint.Lane(strings.TrimSpace(lane)); l {
		case complaint.LaneDirect, complaint.LaneAssociation, complaint.LaneDepartment:
			law.Lanes = append(law.Lanes, l)
		default:
			return law, fmt.Errorf("%w: lanes: no lane %q", errConfig, lane)
		}
	}
	return law, nil
}

// loadRefinements reads the files of a folder in the order of their names.
func loadRefinements(folder string) ([]statute.Refinements, error) {
	names, err := lawFiles(folder, ".json")
	if err != nil {
		return nil, fmt.Errorf("%w: refinements: %w", errConfig, err)
	}
	var files []statute.Refinements
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("%w: refinements: %w", errConfig, err)
		}
		r, err := statute.ReadRefinements(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", errConfig, name, err)
		}
		files = append(files, r)
	}
	return files, nil
}

// lawFiles lists the files of a folder with an ending; none for "".
func lawFiles(folder, ending string) ([]string, error) {
	if folder == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(filepath.Clean(folder))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ending) {
			names = append(names, filepath.Join(folder, e.Name()))
		}
	}
	switch {
	case len(names) == 0:
		return nil, fmt.Errorf("%s: no file *%s", folder, ending)
	case len(names) > maxLawFiles:
		return nil, fmt.Errorf("%s: more than %d files", folder, maxLawFiles)
	}
	slices.Sort(names)
	return names, nil
}

// loadCalendar returns the latest of the program's calendar and those that the path
// names. A file must continue the program's: no day of it may become unknown, and a
// version that is the same must say the same.
func loadCalendar(path string) (*calendar.Calendar, error) {
	own, err := calendar.Load()
	if path == "" || err != nil {
		return own, err
	}
	names := []string{path}
	if at, err := os.Stat(filepath.Clean(path)); err != nil {
		return nil, fmt.Errorf("%w: calendar: %w", errConfig, err)
	} else if at.IsDir() {
		if names, err = lawFiles(path, ".txt"); err != nil {
			return nil, fmt.Errorf("%w: calendar: %w", errConfig, err)
		}
	}
	latest, versions := own, map[string]*calendar.Calendar{own.Version(): own}
	for _, name := range names {
		next, err := readCalendar(name)
		if err == nil {
			err = calendar.Continues(own, next)
		}
		if was := versions[nextVersion(next)]; err == nil && was != nil && !calendar.Same(was, next) {
			err = fmt.Errorf("%w: version %s says other days elsewhere", calendar.ErrTable, next.Version())
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", errConfig, name, err)
		}
		versions[next.Version()] = next
		if later(next, latest) {
			latest = next
		}
	}
	return latest, nil
}

func nextVersion(c *calendar.Calendar) string {
	if c == nil {
		return ""
	}
	return c.Version()
}

// later orders calendars by their last day, and then by their version.
func later(a, b *calendar.Calendar) bool {
	_, lastA := a.Range()
	_, lastB := b.Range()
	return lastA > lastB || lastA == lastB && a.Version() > b.Version()
}

func readCalendar(name string) (*calendar.Calendar, error) {
	f, err := os.Open(filepath.Clean(name))
	if err != nil {
		return nil, err
	}
	c, err := calendar.Parse(f)
	return c, errors.Join(err, f.Close())
}
