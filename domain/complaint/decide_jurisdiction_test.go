package complaint

import "testing"

func disputed() []Command {
	return append(received(), by(officer, "2026-06-04", DisputeJurisdiction{With: "150103"}))
}

// Seven working days to agree, else the common superior designates.
func TestDisputesOfCompetence_Order121Art33(t *testing.T) {
	walk(t, received()...).When(disputed()[1]).Then(t, &JurisdictionDisputed{
		Between: []string{"150102", "150103"}, Occurred: Occurred{On: day("2026-06-04"), Source: "record"},
		Clock: Clock{Rule: "CP.JURIS_DISPUTE", StartedOn: day("2026-06-04"), Due: day("2026-06-15"), DueWide: day("2026-06-15"), Calendar: "CN-2026.1"},
	})
	decided := func(a Actor, region, how string) Command {
		return by(a, "2026-06-08", DecideJurisdiction{Region: region, By: how})
	}
	for _, how := range []string{ByAgreement, ByDesignation} {
		s := walk(t, disputed()...).When(decided(officer, "150103", how)).Then(t,
			&JurisdictionDecided{Region: "150103", By: how, Occurred: Occurred{On: day("2026-06-08"), Source: "record"}},
			&Received{
				Region: "150103", Basis: BasisJurisdiction, Occurred: Occurred{On: day("2026-06-08"), Source: "record"},
				Clock: acceptClock("2026-06-08", "2026-06-17", "2026-06-17"),
			}).State()
		if c, _ := s.Clock("CP.JURIS_DISPUTE"); c.State != ClockMet || s.Disputed != nil {
			t.Fatalf("%+v", c)
		}
	}
	// Who had the case keeps it, and its days run on.
	s := walk(t, disputed()...).When(decided(officer, "150102", ByAgreement)).State()
	if c, _ := s.Clock("CP.ACCEPT"); c.StartedOn != day("2026-06-01") {
		t.Fatalf("%+v", c)
	}
	// The superior may designate directly.
	if err := walk(t, received()...).When(decided(officer, "150103", ByDesignation)).Err(); err != nil {
		t.Fatal(err)
	}
	county := officer
	county.Region = "150102"
	refused(t, disputed(), decided(county, "150103", ByDesignation), "not_superior", "ORD-121.33")
	refused(t, disputed(), decided(officer, "150202", ByDesignation), "not_superior", "ORD-121.33")
	refused(t, disputed(), decided(officer, "150104", ByAgreement), "not_in_dispute", "ORD-121.33")
	refused(t, disputed(), decided(officer, "150103", "lot"), "decider_unknown", "ORD-121.33")
	refused(t, disputed(), decided(officer, "000000", ByAgreement), "region_unknown", "ORD-121.33")
	refused(t, received(), decided(county, "150103", ByAgreement), "no_dispute", "ORD-121.33")
	refused(t, received(), decided(officer, "150102", ByDesignation), "already_there", "ORD-121.33")
	refused(t, disputed(), by(officer, "2026-06-05", DisputeJurisdiction{With: "150104"}), "dispute_open", "ORD-121.33")
	refused(t, received(), by(officer, "2026-06-05", DisputeJurisdiction{With: "150102"}), "already_there", "ORD-121.33")
	refused(t, received(), by(officer, "2026-06-05", DisputeJurisdiction{With: "1"}), "region_unknown", "ORD-121.33")
	refused(t, mediated(), by(officer, "2026-06-05", DisputeJurisdiction{With: "150103"}), "already_accepted", "ORD-121.15")
	refused(t, under20(), by(officer, "2024-06-05", DecideJurisdiction{Region: "x"}), "region_unknown", "ORD-20.30")
}
