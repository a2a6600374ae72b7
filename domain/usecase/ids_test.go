package usecase

import (
	"slices"
	"testing"
)

func TestOddCreditCodesAreWarnings(t *testing.T) {
	for code, want := range map[string][]string{
		"91350100M000100Y43":  nil,            // the example of GB 32100-2015
		"91350203M0001QAY9B":  {"uscc_check"}, // a real early code that does not follow the standard
		"1234":                {WarnUSCC},
		"":                    nil,
		"91350100M000100Y432": {WarnUSCC},
	} {
		if got := usccWarnings(code, ""); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
}

func TestMerchantIDs(t *testing.T) {
	same := func(a, b string) {
		t.Helper()
		if a != b {
			t.Errorf("%s, %s", a, b)
		}
	}
	differ := func(a, b string) {
		t.Helper()
		if a == b {
			t.Errorf("%s twice", a)
		}
	}
	same(MerchantID("91350100M000100Y43", "甲", "150102"), MerchantID("91350100m000100y43", "乙", "150103"))
	same(MerchantID("", "甲（呼和浩特） 公司", "150102"), MerchantID("", "甲(呼和浩特)  公司", "150102"))
	differ(MerchantID("", "甲", "150102"), MerchantID("", "甲", "150103"))
	differ(MerchantID("", "甲", "150102"), MerchantID("", "乙", "150102"))
	same(ForeignMerchantID("cfpb", "Example Bank"), ForeignMerchantID("cfpb", "EXAMPLE  BANK"))
	differ(ForeignMerchantID("cfpb", "Example Bank"), ForeignMerchantID("other", "Example Bank"))
	differ(personalMerchantID("a"), personalMerchantID("b"))
	same(identityID("x", &IdentityInput{ID: "given", Name: "甲"}), "given")
}

// Derived ids stand in streams and events for ever: these must never change. They
// were computed by another program from FORMATS.md.
func TestDerivedIDsGoldenVectors(t *testing.T) {
	command, err := (&Complaints{}).command(Actor{ID: "c-1", Role: RoleConsumer}, routeFile, Options{Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string][2]string{
		"command":              {command.String(), "ad485127-d587-52d6-8b86-3ab40ca76f74"},
		"case":                 {caseID(command).String(), "6c8f7f2a-24f7-5f13-af1a-52ff82175c94"},
		"foreign case":         {foreignID("cfpb", "2345678"), "1f14ebdd-98fd-5e7f-bd08-2315f5202920"},
		"subject":              {string(subjectOf("case-1", "consumer")), "26ae2f6e-64e6-5241-8f96-99709ac350d4"},
		"merchant by code":     {MerchantID("91350100M000100Y43", "甲", "150102"), "4c49883a-16ff-5862-aa67-97f2a6096d25"},
		"merchant by name":     {MerchantID("", "甲（呼和浩特）公司", "150102"), "5d6affdb-0011-5895-a3b2-7d5a0475ecb1"},
		"foreign merchant":     {ForeignMerchantID("cfpb", "Example Bank, N.A."), "7ceb498b-7855-5e95-b5f9-a54a3b2c6c8a"},
		"person as respondent": {personalMerchantID("case-1"), "4d869bf1-07cc-5255-bd13-d1a8e73590a7"},
	} {
		if v[0] != v[1] {
			t.Errorf("%s: %s, want %s", name, v[0], v[1])
		}
	}
}
