package usecase

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"fangxin/domain/complaint"
	"fangxin/domain/statute"
)

//go:embed access.txt
var accessTables string

// ErrTable is wrapped by every refusal of an access table.
var ErrTable = errors.New("access table")

// roleSystem is the program itself: timers and imports. No account has it.
const roleSystem Role = "system"

// Standing is what ties a caller to a case.
type Standing string

// Standings that the route table asks for.
const (
	StandingNone       Standing = "-"
	StandingSigned     Standing = "signed"
	StandingOwn        Standing = "own"
	StandingJoint      Standing = "joint"
	StandingRespondent Standing = "respondent"
	StandingCompetent  Standing = "competent"
	StandingAny        Standing = "any"
)

// Show is how much of a field is shown.
type Show byte

// Ways of showing a field.
const (
	ShowNothing Show = '-'
	ShowMask    Show = 'm' // the mask made when it was sealed
	ShowNet     Show = 'n' // open, with numbers masked inside the text
	ShowOpen    Show = 'o'
)

// Stage is how far a case has come for the purpose of the field table.
type Stage int

// Stages of a case.
const (
	StageClaimed   Stage = iota // the respondent is not confirmed
	StageConfirmed              // it is, and nothing was accepted (受理)
	StageAccepted
	stages
)

// StageOf is the stage of a case.
func StageOf(s *complaint.State) Stage {
	switch {
	case s.Identity != complaint.IdentityConfirmed:
		return StageClaimed
	case s.AcceptedOn.IsZero():
		return StageConfirmed
	}
	return StageAccepted
}

// Access is the tables of access.txt, ready to be asked. It is immutable.
type Access struct {
	roles   []Role
	routes  map[accessKey]Standing
	fields  map[string]*[places][stages]Show
	history map[accessKey]bool
}

// places are the columns of the tables, by role: the field table is asked some hundred
// times a view, so that a row is found once and the role by its place.
const places = 5

func place(role Role) int {
	switch role {
	case RoleConsumer:
		return 0
	case RoleMerchant:
		return 1
	case RoleOfficer:
		return 2
	case RoleAuditor:
		return 3
	case RoleAdmin:
		return 4
	}
	return -1
}

type accessKey struct {
	role Role
	row  string
}

// LoadAccess reads the tables compiled into the program.
func LoadAccess() (*Access, error) { return parseAccess(accessTables) }

func parseAccess(text string) (*Access, error) {
	a := &Access{
		roles:  []Role{RoleConsumer, RoleMerchant, RoleOfficer, RoleAuditor, RoleAdmin},
		routes: map[accessKey]Standing{}, fields: map[string]*[places][stages]Show{}, history: map[accessKey]bool{},
	}
	section, n := "", 0
	for line := range strings.Lines(text) {
		n++
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || strings.HasPrefix(f[0], "#"):
			continue
		case len(f) == 1:
			section = f[0]
			continue
		case len(f) != 1+len(a.roles):
			return nil, fmt.Errorf("line %d: %d cells: %w", n, len(f)-1, ErrTable)
		}
		for i, role := range a.roles {
			if err := a.cell(section, accessKey{role, f[0]}, f[i+1]); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
		}
	}
	return a, nil
}

func (a *Access) cell(section string, k accessKey, text string) error {
	switch section {
	case "[routes]":
		switch s := Standing(text); s {
		case StandingNone, StandingSigned, StandingOwn, StandingJoint, StandingRespondent, StandingCompetent, StandingAny:
			a.routes[k] = s
			return nil
		}
	case "[fields]":
		if len(text) == int(stages) && strings.Trim(text, "-mno") == "" {
			if a.fields[k.row] == nil {
				a.fields[k.row] = &[places][stages]Show{}
			}
			a.fields[k.row][place(k.role)] = [stages]Show{Show(text[0]), Show(text[1]), Show(text[2])}
			return nil
		}
	case "[history]":
		if text == "yes" || text == "-" {
			a.history[k] = text == "yes"
			return nil
		}
	}
	return fmt.Errorf("%s of %s: cell %q: %w", k.row, k.role, text, ErrTable)
}

// Standing is what a role needs for a route; StandingNone where the table has no
// such row or role.
func (a *Access) Standing(role Role, route string) Standing {
	if s, ok := a.routes[accessKey{role, route}]; ok {
		return s
	}
	return StandingNone
}

// Show is how much of a field a role sees at a stage.
func (a *Access) Show(role Role, field string, stage Stage) Show {
	row, at := a.fields[field], place(role)
	if row == nil || at < 0 || stage < 0 || stage >= stages {
		return ShowNothing
	}
	return row[at][stage]
}

// ShowsClock says whether a role sees a clock: some lie between offices, some between the
// office and the consumer.
func (a *Access) ShowsClock(role Role, rule string, stage Stage) bool {
	switch {
	case complaint.OfficeOnly(rule):
		return a.Show(role, "clocks.office", stage) != ShowNothing
	case complaint.ConsumerOnly(rule):
		return a.Show(role, "clocks.consumer", stage) != ShowNothing
	}
	return true
}

// InHistory says whether events of a type stand in the history that a role sees.
func (a *Access) InHistory(role Role, eventType string) bool {
	return a.history[accessKey{role, eventType}]
}

// Check says whether the actor may take the route in this case: nil, ErrForbidden
// where the role may never, ErrNotFound where it may not even know of the case,
// ErrLink where it came by a link that ended,
// ErrRestricted where the case is stored and protected only.
func (a *Access) Check(regions *statute.Regions, actor Actor, route string, s *complaint.State) error {
	need := a.Standing(actor.Role, route)
	if need == StandingNone {
		return ErrForbidden
	}
	if actor.Case != "" {
		if err := byLink(actor, need, s); err != nil {
			return err
		}
	}
	if s.ID == "" || !stands(regions, actor, need, s) {
		return ErrNotFound
	}
	if isRestricted(s) && (actor.Role == RoleOfficer || actor.Role == RoleMerchant) && !protects(route) {
		return ErrRestricted
	}
	return nil
}

// protects names the routes that an office keeps in a case whose consumer's data are
// restricted: storage and protection only (PIPL 47). An auditor sees the skeleton.
func protects(route string) bool {
	switch route {
	case "request-erasure", "decide-erasure", "lift-restriction", "hold", "release-hold", "withdraw-disclosure":
		return true
	}
	return false
}

func stands(regions *statute.Regions, actor Actor, need Standing, s *complaint.State) bool {
	switch need {
	case StandingAny:
		return true
	case StandingOwn:
		return s.Speaks(actor.ID)
	case StandingJoint:
		return s.ComplainantOf(actor.ID) != ""
	case StandingSigned: // what comes of it is judged by the route itself
		return true
	case StandingRespondent:
		return isRespondent(actor, s)
	case StandingCompetent:
		return isCompetent(regions, actor, s)
	}
	return false
}

// isRespondent says whether the case is the merchant's: its respondent was confirmed
// and is this merchant, and the case concerns it already: in the department's lane
// from acceptance on (受理), or when it is shown its record for the register; in the
// other lanes at once.
func isRespondent(actor Actor, s *complaint.State) bool {
	r := s.Respondent
	if actor.Merchant == "" || r == nil || s.Identity != complaint.IdentityConfirmed || r.ID != actor.Merchant {
		return false
	}
	if actor.Store != "" && r.Store != "" && actor.Store != r.Store {
		return false
	}
	return s.Lane != complaint.LaneDepartment || !s.AcceptedOn.IsZero() || s.Disclosure.Record != nil
}

// isCompetent says whether an office is competent: its region covers the case's, and
// the case lies at its desk or with the officer's unit. Cases of other systems have
// no division here, every office may look at them; internal ones have one.
func isCompetent(regions *statute.Regions, actor Actor, s *complaint.State) bool {
	if s.Foreign != nil && !s.Foreign.Internal {
		return actor.Region != ""
	}
	region := caseRegion(s)
	if _, known := regions.ByCode(region); !known || !actor.Covers(region) {
		return false
	}
	return actor.Unit == "" || s.Unit == "" || actor.Unit == s.Unit
}

// caseRegion is the division of the office that has the case, or of the respondent
// as told before any has.
func caseRegion(s *complaint.State) string {
	switch {
	case s.Region != "":
		return s.Region
	case s.Filing != nil:
		return s.Filing.Respondent.Region
	}
	return ""
}
