package usecase

import (
	"slices"
	"strings"

	"fangxin/domain/es"
	"fangxin/domain/merchant"
	"fangxin/domain/sealed"
)

// Stream names the stream of a complaint.
func Stream(id string) es.StreamID { return es.StreamID("complaint." + id) }

// caseID is derived from the command that opens the case, so that a retry meets the
// same stream.
func caseID(command es.ID) es.ID { return es.DeriveID(command, "complaint") }

// foreignID is the case of another system's number: the same in every import.
func foreignID(system, number string) string {
	return es.DeriveID(es.Namespace, "foreign", system, number).String()
}

// subjectOf names a person in one case: consumer, respondent or filer. The name is
// derived from the case, never from the person.
func subjectOf(id, who string) sealed.Subject {
	return sealed.Subject(es.DeriveID(es.Namespace, "subject", id, who).String())
}

// MerchantID is the internal id of a registered operator: derived from its unified
// social credit code (统一社会信用代码) if it has one, else from its registered name
// and region, so that the same operator has the same id in every case.
func MerchantID(uscc, name, region string) string {
	if uscc != "" {
		return es.DeriveID(es.Namespace, "merchant", "uscc", merchant.NormaliseUSCC(uscc)).String()
	}
	return es.DeriveID(es.Namespace, "merchant", "name", normalMerchant(name), region).String()
}

// ForeignMerchantID is the id of an operator that another system names; it is stable
// for the name that the system uses.
func ForeignMerchantID(system, name string) string {
	return es.DeriveID(es.Namespace, "merchant", "foreign", system, normalMerchant(name)).String()
}

// personalMerchantID is the id of a natural person as respondent. It belongs to one
// case: an id made from the person's name would be personal data itself.
func personalMerchantID(id string) string {
	return es.DeriveID(es.Namespace, "merchant", "person", id).String()
}

// normalMerchant reads full-width letters, brackets and spaces as their plain forms.
func normalMerchant(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 0xff01 && r <= 0xff5e:
			return r - 0xff01 + '!'
		case r == 0x3000:
			return ' '
		}
		return r
	}, name)
	return strings.ToUpper(strings.Join(strings.Fields(name), " "))
}

// identityID fills in the id of an operator that was entered without one.
func identityID(id string, in *IdentityInput) string {
	switch {
	case in.ID != "":
		return in.ID
	case in.USCC == "" && in.Name == "":
		return personalMerchantID(id)
	}
	return MerchantID(in.USCC, in.Name, in.Region)
}

// WarnUSCC marks a credit code that has not even the shape of one.
const WarnUSCC = "uscc_shape"

// usccWarnings says what is odd about credit codes, as codes; never a refusal (GB
// 32100-2015, GB 11714).
func usccWarnings(codes ...string) []string {
	var warnings []string
	for _, code := range codes {
		if code == "" {
			continue
		}
		ok, odd := merchant.CheckUSCC(code)
		if !ok {
			odd = WarnUSCC
		}
		if odd != merchant.USCCSound {
			warnings = append(warnings, string(odd))
		}
	}
	return slices.Compact(warnings)
}
