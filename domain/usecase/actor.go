package usecase

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Role is what an account may act as. One person with several roles has several
// accounts.
type Role string

// The roles of a signed-in account.
const (
	RoleConsumer    Role = "consumer"    // 消费者
	RoleMerchant    Role = "merchant"    // 经营者
	RoleOfficer     Role = "officer"     // 办案人员, of a department or a mediation body
	RoleInstitution Role = "institution" // 第三方质量争议处理机构
	RoleFund        Role = "fund"        // 先行赔付基金
	RoleAuditor     Role = "auditor"     // 监督审计
	RoleAdmin       Role = "admin"       // 系统管理
)

// Actor is who sends a command or asks a question: an opaque account id, never a
// name, with one role and what that role is bound to.
type Actor struct {
	ID   string
	Role Role
	// Merchant binds a merchant's account to the merchant's internal id, Store to
	// one of its stores ("" means all).
	Merchant string
	Store    string
	// Region is the prefix of GB/T 2260 division codes an officer is competent for:
	// two, four or six digits, or nine or twelve for a street or community. Unit is
	// the office inside (科室, 市场监管所).
	Region string
	Unit   string
	// Institution and Fund bind their accounts.
	Institution string
	Fund        string
	// Case and Link bind a merchant without an account to the one case whose link it
	// was given.
	Case string
	Link int
}

// ErrActor is wrapped by every refusal of an actor.
var ErrActor = errors.New("not a valid actor")

// maxActorField bounds each part of an actor, in bytes.
const maxActorField = 128

// Valid says whether r is one of the roles.
func (r Role) Valid() bool {
	switch r {
	case RoleConsumer, RoleMerchant, RoleOfficer, RoleInstitution, RoleFund, RoleAuditor, RoleAdmin:
		return true
	}
	return false
}

// Check finds what makes an actor unusable: an unknown role, a missing binding, a
// region that is no prefix of division codes. ErrActor.
func (a Actor) Check() error {
	for _, f := range [...]struct{ name, value string }{
		{"id", a.ID}, {"merchant", a.Merchant}, {"store", a.Store}, {"unit", a.Unit},
		{"institution", a.Institution}, {"fund", a.Fund}, {"case", a.Case},
	} {
		if !isOpaque(f.value) {
			return fmt.Errorf("%s %.40q: %w", f.name, f.value, ErrActor)
		}
	}
	if a.ID == "" {
		return fmt.Errorf("no id: %w", ErrActor)
	}
	if !a.Role.Valid() {
		return fmt.Errorf("role %.40q: %w", string(a.Role), ErrActor)
	}
	if a.Region != "" && !ValidRegion(a.Region) {
		return fmt.Errorf("region %.40q: %w", a.Region, ErrActor)
	}
	return a.checkBinding()
}

// checkBinding asks for what the role cannot act without.
func (a Actor) checkBinding() error {
	missing := ""
	switch {
	case a.Role == RoleMerchant && a.Merchant == "":
		missing = "merchant"
	case a.Role == RoleOfficer && a.Region == "":
		missing = "region"
	case a.Role == RoleInstitution && a.Institution == "":
		missing = "institution"
	case a.Role == RoleFund && a.Fund == "":
		missing = "fund"
	}
	if (a.Case != "") != (a.Link > 0) || a.Case != "" && a.Role != RoleMerchant {
		return fmt.Errorf("a %s with case or link: %w", a.Role, ErrActor)
	}
	if missing != "" {
		return fmt.Errorf("a %s without %s: %w", a.Role, missing, ErrActor)
	}
	return nil
}

// ValidRegion says whether s can be a division code or the prefix of one
// (GB/T 2260, below the county GB/T 10114): 15 is Inner Mongolia, 150100 Hohhot.
func ValidRegion(s string) bool {
	switch len(s) {
	case 2, 4, 6, 9, 12:
	default:
		return false
	}
	return s[0] != '0' && strings.Trim(s, "0123456789") == ""
}

// Covers says whether the actor's region is or contains the division: trailing
// pairs of zeros name the larger area, so 150100 covers 150102.
func (a Actor) Covers(division string) bool {
	return a.Region != "" && strings.HasPrefix(division, regionPrefix(a.Region))
}

func regionPrefix(region string) string {
	for len(region) > 6 && strings.HasSuffix(region, "000") {
		region = region[:len(region)-3]
	}
	for len(region) > 2 && len(region) <= 6 && strings.HasSuffix(region, "00") {
		region = region[:len(region)-2]
	}
	return region
}

func isOpaque(s string) bool {
	return len(s) <= maxActorField && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return r <= 0x20 || r == 0x7f })
}
