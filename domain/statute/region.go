package statute

import (
	"fmt"
	"slices"
	"strings"
)

// Level is the level of an administrative division.
type Level string

// The levels.
const (
	Province   Level = "province"   // 自治区
	Prefecture Level = "prefecture" // 地级市、盟
	County     Level = "county"     // 县、旗、市、区
)

// Region is an administrative division (行政区划) by its six-digit code.
type Region struct {
	Code   string
	Name   string // in Chinese, as published
	Level  Level
	Parent string // empty for the province
}

// Regions is the table of divisions, immutable.
type Regions struct {
	version  string
	list     []Region // by code
	index    map[string]int
	children map[string][]Region
}

// LoadRegions reads the divisions of Inner Mongolia compiled into the program.
func LoadRegions() (*Regions, error) {
	text, err := data.ReadFile("data/regions-nm.txt")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrData, err)
	}
	return parseRegions(string(text))
}

// parseRegions reads the table: a version, the region, and for each prefecture a line
// "code name:" followed by indented lines of two-digit endings with names.
func parseRegions(text string) (*Regions, error) {
	r := &Regions{index: map[string]int{}, children: map[string][]Region{}}
	n := 0
	for line := range strings.Lines(text) {
		n++
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if err := r.line(f, line[0] == ' '); err != nil {
			return nil, fmt.Errorf("%w: regions, line %d: %w", ErrData, n, err)
		}
	}
	if r.version == "" || len(r.list) == 0 {
		return nil, fmt.Errorf("%w: regions: version or region missing", ErrData)
	}
	slices.SortFunc(r.list, func(a, b Region) int { return strings.Compare(a.Code, b.Code) })
	for i, x := range r.list {
		r.index[x.Code] = i
		r.children[x.Parent] = append(r.children[x.Parent], x)
	}
	return r, nil
}

func (r *Regions) line(f []string, indented bool) error {
	last := len(r.list) - 1
	switch {
	case indented:
		if last < 0 || r.list[last].Level == Province {
			return fmt.Errorf("counties without prefecture")
		}
		return r.counties(f)
	case f[0] == "version" && len(f) == 2:
		r.version = f[1]
		return nil
	case f[0] == "region" && len(f) == 3 && last < 0:
		return r.add(Region{Code: f[1], Name: f[2], Level: Province})
	case len(f) == 2 && last >= 0 && strings.HasSuffix(f[1], ":"):
		return r.add(Region{Code: f[0], Name: strings.TrimSuffix(f[1], ":"), Level: Prefecture, Parent: r.list[0].Code})
	}
	return fmt.Errorf("cannot read %q", f[0])
}

func (r *Regions) counties(f []string) error {
	parent := r.list[len(r.list)-1].Code[:4] + "00"
	for _, w := range f {
		if len(w) < 3 {
			return fmt.Errorf("cannot read %q", w)
		}
		if err := r.add(Region{Code: parent[:4] + w[:2], Name: w[2:], Level: County, Parent: parent}); err != nil {
			return err
		}
	}
	return nil
}

func (r *Regions) add(x Region) error {
	if _, dup := r.index[x.Code]; dup || !sixDigits(x.Code) || x.Name == "" {
		return fmt.Errorf("division %q named twice or not six digits", x.Code)
	}
	r.index[x.Code] = len(r.list)
	r.list = append(r.list, x)
	return nil
}

// Version names the table and its date, for example MCA-2024.
func (r *Regions) Version() string { return r.version }

// ByCode returns a division.
func (r *Regions) ByCode(code string) (Region, bool) {
	i, ok := r.index[code]
	if !ok {
		return Region{}, false
	}
	return r.list[i], true
}

// Name returns the name of a division, or "" when the table does not have it.
func (r *Regions) Name(code string) string {
	x, _ := r.ByCode(code)
	return x.Name
}

// Parent returns the division above.
func (r *Regions) Parent(code string) (Region, bool) {
	x, ok := r.ByCode(code)
	if !ok || x.Parent == "" {
		return Region{}, false
	}
	return r.ByCode(x.Parent)
}

// Children returns the divisions directly below code, by code; those of "" are the
// provinces of the table.
func (r *Regions) Children(code string) []Region { return slices.Clone(r.children[code]) }

// All returns every division by code.
func (r *Regions) All() []Region { return slices.Clone(r.list) }

// Competent says whether an office whose area is prefix is competent for a case in
// the division code: its own area or one below it. The prefix is a division code
// (150100) or its leading digits (1501). A code that the table does not have has no
// competent office here.
func (r *Regions) Competent(prefix, code string) bool {
	if _, ok := r.index[code]; !ok {
		return false
	}
	if len(prefix) == 6 {
		prefix = strings.TrimSuffix(strings.TrimSuffix(prefix, "00"), "00")
	}
	switch len(prefix) {
	case 2, 4, 6:
		return strings.HasPrefix(code, prefix)
	}
	return false
}

func sixDigits(s string) bool {
	if len(s) != 6 {
		return false
	}
	for _, b := range []byte(s) {
		if b < '0' || b > '9' {
			return false
		}
	}
	return true
}
