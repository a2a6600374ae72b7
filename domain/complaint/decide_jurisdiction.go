package complaint

import (
	"slices"

	"fangxin/domain/statute"
)

// BasisJurisdiction: the authority was agreed upon or designated.
const BasisJurisdiction = "jurisdiction_decided"

// How a dispute of competence ended.
const (
	ByAgreement   = "agreement"
	ByDesignation = "designation"
)

func (DisputeJurisdiction) may(t *deciding) error {
	if err := first(undecided(t), t.room(t.Handovers.Forwarded+t.Handovers.Returned+t.Disputes)); err != nil {
		return err
	}
	if t.Disputed != nil {
		return t.refuse("dispute_open", "", lawJurisdiction)
	}
	return nil
}

// decide: they have seven working days to agree; the period of acceptance runs on, no
// text stops it.
func (a DisputeJurisdiction) decide(t *deciding) error {
	if _, known := t.law.Catalogue.Regions().ByCode(a.With); !known {
		return t.refuse("region_unknown", "/with", lawJurisdiction)
	}
	if a.With == t.Region {
		return t.refuse("already_there", "/with", lawJurisdiction)
	}
	o, err := t.occurred(a.Occurred, t.ReceivedOn)
	if err != nil {
		return err
	}
	clock, err := t.start(statute.ClockJurisdiction, o.On)
	if err != nil {
		return err
	}
	t.emit(&JurisdictionDisputed{Between: []string{t.Region, a.With}, Occurred: o, Clock: clock})
	return nil
}

// superior says whether the actor's authority stands above that of a division.
func (t *deciding) superior(region string) bool {
	return t.Actor.Region != region && t.law.Catalogue.Regions().Competent(t.Actor.Region, region)
}

func (DecideJurisdiction) may(t *deciding) error {
	if err := undecided(t); err != nil {
		return err
	}
	if t.Disputed == nil && !t.superior(t.Region) {
		return t.refuse("no_dispute", "", lawJurisdiction)
	}
	return nil
}

// decide: the seven working days of acceptance begin with the authority that has the
// case from now on; they run on where it had it already (Order 121 art 15).
func (a DecideJurisdiction) decide(t *deciding) error {
	if _, known := t.law.Catalogue.Regions().ByCode(a.Region); !known {
		return t.refuse("region_unknown", "/region", lawJurisdiction)
	}
	since := t.ReceivedOn
	switch d := t.Disputed; {
	case a.By != ByAgreement && a.By != ByDesignation:
		return t.refuse("decider_unknown", "/by", lawJurisdiction)
	case a.By == ByDesignation && !(t.superior(t.Region) && t.superior(a.Region)):
		return t.refuse("not_superior", "/by", lawJurisdiction)
	case a.By == ByAgreement && d == nil:
		return t.refuse("no_dispute", "/by", lawJurisdiction)
	case a.By == ByAgreement && !slices.Contains(d.Between, a.Region):
		return t.refuse("not_in_dispute", "/region", lawJurisdiction)
	case d == nil && a.Region == t.Region:
		return t.refuse("already_there", "/region", lawJurisdiction)
	case d != nil:
		since = d.Occurred.On
	}
	o, err := t.occurred(a.Occurred, since)
	if err != nil {
		return err
	}
	had := t.Region
	t.emit(&JurisdictionDecided{Region: a.Region, By: a.By, Occurred: o})
	if a.Region == had {
		return nil
	}
	return t.receiveAt(a.Region, BasisJurisdiction, t.now())
}
