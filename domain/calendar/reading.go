package calendar

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Further readings of "法定节假日". A calendar with another reading has a version of
// its own, so that every date says under which reading it was computed.

const (
	maxLocalDays  = 400
	maxCalendarID = 200
)

// StatutoryOnly returns a calendar on whose strict reading the end of a period rolls
// over the statutory days of the festivals only, not over the days in lieu beside
// them. ErrTable when the table does not say which those are.
func (c *Calendar) StatutoryOnly() (*Calendar, error) {
	if !slices.ContainsFunc(c.days, func(e dayEntry) bool { return e.legal }) {
		return nil, fmt.Errorf("%w: %s names no statutory days", ErrTable, c.version)
	}
	if c.statutoryOnly {
		return c, nil
	}
	d := *c
	d.statutoryOnly = true
	d.version += "/statutory"
	if c.local != nil {
		l := *c.local
		l.version = d.version
		d.local = &l
	}
	return &d, nil
}

// LocalBreak is a festival of a minority on which a local government gives days off
// (全国年节及纪念日放假办法 art 4).
type LocalBreak struct {
	Festival
	Off []Date
}

// WithLocal returns a calendar that knows local festivals under a version of its
// own. Only the wide reading takes them for days off, so no strict date moves and no
// wide one comes earlier. Days outside the table or not worked anyhow change
// nothing. ErrTable refuses a calendar that has local festivals already, a festival
// code that is taken or cannot be one, a missing name and too many days.
func (c *Calendar) WithLocal(version string, breaks []LocalBreak) (*Calendar, error) {
	if c.local != nil || version == "" || len(c.version)+len(version) >= maxCalendarID {
		return nil, fmt.Errorf("%w: %s with local festivals %q", ErrTable, c.version, bounded(version))
	}
	wide := *c
	wide.version = c.version + "+" + version
	wide.days, wide.groups = slices.Clone(c.days), slices.Clone(c.groups)
	wide.festivals, wide.nth = maps.Clone(c.festivals), nil
	total := 0
	for _, b := range breaks {
		if err := wide.takeOff(b); err != nil {
			return nil, err
		}
		total += len(b.Off)
	}
	if total > maxLocalDays || len(breaks) > maxLocalDays {
		return nil, fmt.Errorf("%w: more than %d local days off", ErrTable, maxLocalDays)
	}
	wide.count()
	base := *c
	base.version, base.festivals, base.local = wide.version, wide.festivals, &wide
	return &base, nil
}

// takeOff makes the days of a local festival days off.
func (c *Calendar) takeOff(b LocalBreak) error {
	_, taken := c.festivals[b.Code]
	if taken || b.Code == "" || strings.ContainsAny(b.Code, "+ ") || b.ZH == "" || b.EN == "" {
		return fmt.Errorf("%w: festival %q without name, or its code is taken", ErrTable, bounded(b.Code))
	}
	c.festivals[b.Code] = b.Festival
	c.groups = append(c.groups, group{code: b.Code, name: b.ZH})
	for _, d := range b.Off {
		if !c.Covers(d) {
			continue
		}
		if e := &c.days[d-c.first]; e.work {
			e.work, e.group = false, uint16(len(c.groups)-1)
		}
	}
	return nil
}

// Local returns the calendar with which the wide reading counts; c itself where no
// local festival is known.
func (c *Calendar) Local() *Calendar {
	if c.local == nil {
		return c
	}
	return c.local
}
