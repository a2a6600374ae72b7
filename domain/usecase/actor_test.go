package usecase_test

import (
	"errors"
	"strings"
	"testing"

	"fangxin/domain/usecase"
)

func TestActorCheck(t *testing.T) {
	valid := []usecase.Actor{
		{ID: "c-1", Role: usecase.RoleConsumer},
		{ID: "m-1", Role: usecase.RoleMerchant, Merchant: "mer-1", Store: "st-1"},
		{ID: "o-1", Role: usecase.RoleOfficer, Region: "150100", Unit: "赛罕所"},
		{ID: "i-1", Role: usecase.RoleInstitution, Institution: "ins-1"},
		{ID: "f-1", Role: usecase.RoleFund, Fund: "fund-1"},
		{ID: "a-1", Role: usecase.RoleAuditor},
		{ID: "a-2", Role: usecase.RoleAdmin},
	}
	for _, a := range valid {
		if err := a.Check(); err != nil {
			t.Errorf("%+v: %v", a, err)
		}
	}
	for _, a := range []usecase.Actor{
		{}, {Role: usecase.RoleConsumer}, {ID: "x"}, {ID: "x", Role: "root"}, {ID: "x", Role: "Consumer"},
		{ID: "x y", Role: usecase.RoleConsumer}, {ID: "x\n", Role: usecase.RoleConsumer},
		{ID: strings.Repeat("x", 129), Role: usecase.RoleConsumer}, {ID: "\xff", Role: usecase.RoleConsumer},
		{ID: "m", Role: usecase.RoleMerchant}, {ID: "o", Role: usecase.RoleOfficer},
		{ID: "o", Role: usecase.RoleOfficer, Region: "15x"}, {ID: "o", Role: usecase.RoleOfficer, Region: "150"},
		{ID: "o", Role: usecase.RoleOfficer, Region: "015010"},
		{ID: "i", Role: usecase.RoleInstitution}, {ID: "f", Role: usecase.RoleFund},
	} {
		if err := a.Check(); !errors.Is(err, usecase.ErrActor) {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

func TestActorCovers(t *testing.T) {
	for _, c := range []struct {
		region, division string
		want             bool
	}{
		{"15", "150102", true}, {"150000", "150102", true}, {"1501", "150102", true},
		{"150100", "150102", true}, {"150102", "150102", true}, {"150102", "150102001", true},
		{"150102", "150103", false}, {"150100", "150202", false}, {"", "150102", false},
		{"150102001000", "150102001002", true}, {"150102001", "150102002", false},
	} {
		if got := (usecase.Actor{Region: c.region}).Covers(c.division); got != c.want {
			t.Errorf("%q covers %q: %v", c.region, c.division, got)
		}
	}
}
