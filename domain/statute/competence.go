package statute

import "slices"

// CompetenceRule says which places make a department competent for a kind of
// respondent (管辖). Each of the places does; of several competent departments the
// one that received the complaint first handles it.
type CompetenceRule struct {
	Entry
	Places []string `json:"places"`
	// Unreachable replaces Places where no address is lawfully shown on the
	// platform or the operator cannot be reached there (Order 121 art 13).
	Unreachable []string `json:"unreachable,omitempty"`
}

// Kinds of respondents, as rules of competence name them.
const (
	RespondentOrdinary   = "ordinary"          // 一般经营者
	RespondentPlatform   = "platform_operator" // 电子商务平台经营者
	RespondentOwnSite    = "own_website"       // 自建网站
	RespondentNetwork    = "network_service"   // 其他网络服务
	RespondentOnPlatform = "on_platform"       // 平台内经营者
)

// Places that make a department competent.
const (
	PlaceBusiness         = "business"          // 实际经营地
	PlaceDomicile         = "domicile"          // 住所地
	PlaceShownAddress     = "shown_address"     // 平台公示地址所在地
	PlacePlatformDomicile = "platform_domicile" // 平台经营者住所地
)

// Whereabouts is what is known of a respondent: division codes by place, empty
// where unknown. Unreachable says that the operator cannot be reached at the
// address shown on the platform.
type Whereabouts struct {
	Business         string
	Domicile         string
	ShownAddress     string
	PlatformDomicile string
	Unreachable      bool
}

func (w Whereabouts) at(place string) string {
	switch place {
	case PlaceBusiness:
		return w.Business
	case PlaceDomicile:
		return w.Domicile
	case PlaceShownAddress:
		return w.ShownAddress
	case PlacePlatformDomicile:
		return w.PlatformDomicile
	}
	return ""
}

// Hint is a place whose county-level department is competent. Region is empty when
// the law names the place and nobody has said where it is.
type Hint struct {
	Place     string     `json:"place"`
	Region    string     `json:"region,omitempty"`
	Citations []Citation `json:"citations"`
	// Instead says that this place stands in for an address that is not shown or
	// where nobody is found.
	Instead bool `json:"instead,omitempty"`
}

// CompetenceRules returns the rules on competence in the order of the law.
func (rs RuleSet) CompetenceRules() []CompetenceRule { return slices.Clone(rs.in().competence) }

// Hints returns the places that make a department competent for a respondent of the
// kind, in the order of the law; a region that two places share appears once. It is
// a hint for an officer, who decides. Nothing for an unknown kind.
func (rs RuleSet) Hints(kind string, w Whereabouts) []Hint {
	rule, ok := find(rs.in().competence, kind)
	if !ok {
		return nil
	}
	places, instead := rule.Places, false
	if len(rule.Unreachable) > 0 && (w.Unreachable || w.ShownAddress == "") {
		places, instead = rule.Unreachable, true
	}
	var out []Hint
	for _, place := range places {
		region := w.at(place)
		if region != "" && slices.ContainsFunc(out, func(h Hint) bool { return h.Region == region }) {
			continue
		}
		out = append(out, Hint{Place: place, Region: region, Citations: rule.Citations, Instead: instead})
	}
	return out
}
