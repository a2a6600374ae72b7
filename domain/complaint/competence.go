package complaint

import (
	"slices"
	"strings"

	"fangxin/domain/statute"
)

const lawFirst = "ORD-121 14|ORD-20 13"

// Competence (管辖) is what the law says of who is competent for a case, for the officer
// who decides. It moves nothing by itself.
type Competence struct {
	// Kind of the respondent, as statute.CompetenceRule.
	Kind   string
	Places []CompetentPlace
	// First cites that of several competent departments the one that received the
	// complaint first handles it; empty where one alone is competent.
	First Cited
	// Closed lists bodies that have the same dispute, and what that closes here.
	Closed []ClosedBy
}

// CompetentPlace is a place whose county-level department is competent. Region is empty
// where nobody has said where it is; Here: the case lies within it.
type CompetentPlace struct {
	statute.Hint
	Here bool
	Cited
}

// ClosedBy is a body that has the same dispute already; on Ground the department need
// not accept it (Order 121 art 16(2)). It is shown, never a refusal by itself.
type ClosedBy struct {
	Body   string
	Number string
	Ground statute.Ground
	Cited
}

// Cited is a place in the law, as in a Refusal.
type Cited struct {
	Rule     string
	Citation string
}

// Competence of a native case; nil where no department acts.
func (d Decider) Competence(s State) *Competence {
	t := &deciding{State: s, law: d.law, asking: true}
	if s.Filing == nil || t.open() != nil {
		return nil
	}
	c := &Competence{Kind: t.kindOfRespondent(), Closed: t.closedElsewhere()}
	law := t.citedAs(lawCompetence)
	for _, hint := range t.rules.Hints(c.Kind, t.whereabouts(c.Kind)) {
		c.Places = append(c.Places, CompetentPlace{Hint: hint, Here: within(s.Region, hint.Region), Cited: law})
	}
	if len(c.Places) > 1 {
		c.First = t.citedAs(lawFirst)
	}
	return c
}

func (t *deciding) citedAs(law string) Cited {
	c := t.cited(law)
	return Cited{Rule: c.Law + "." + c.Article, Citation: t.citation(c)}
}

// kindOfRespondent follows from what was told: sold on a platform, by the platform
// itself, on line without one, or in the ordinary way.
func (t *deciding) kindOfRespondent() string {
	told := t.Filing.Respondent
	uscc, name := told.USCC, told.Name
	if r := t.Respondent; r != nil {
		uscc, name = r.USCC, r.Name
	}
	p := told.Platform
	switch {
	case p != nil && (uscc != "" && uscc == p.USCC || name != "" && name == p.Name):
		return statute.RespondentPlatform
	case p != nil:
		return statute.RespondentOnPlatform
	case t.Filing.Purchase.Channel == "online":
		return statute.RespondentOwnSite
	}
	return statute.RespondentOrdinary
}

// whereabouts: where the consumer met the respondent is its place of business. A credit
// code (GB 32100) names the division of the registering authority in its third to eighth
// places, which stands for the domicile until the register is looked up [design].
func (t *deciding) whereabouts(kind string) statute.Whereabouts {
	told := t.Filing.Respondent
	w := statute.Whereabouts{Business: told.Region, Domicile: registered(told.USCC)}
	if r := t.Respondent; r != nil {
		w.Domicile = registered(r.USCC)
		if r.Region != "" {
			w.Domicile = r.Region
		}
	}
	if p := told.Platform; p != nil {
		w.PlatformDomicile = registered(p.USCC)
		if kind == statute.RespondentPlatform && w.Domicile == "" {
			w.Domicile = w.PlatformDomicile
		}
		if p.AddressShown != nil {
			w.ShownAddress = told.Region
		}
	}
	return w
}

func registered(uscc string) string {
	if len(uscc) != 18 || strings.Trim(uscc[2:8], "0123456789") != "" {
		return ""
	}
	return uscc[2:8]
}

// within says whether the division a lies in b or b in a: a county knows its city.
func within(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	a, b = strings.TrimRight(a, "0"), strings.TrimRight(b, "0")
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

// closedElsewhere: courts, arbitration bodies, associations and others that have the
// dispute. 12315 and 12345 hold the record of this very complaint and close nothing.
func (t *deciding) closedElsewhere() []ClosedBy {
	var list []ClosedBy
	note := func(body, number string) {
		ground, closes := t.rules.Closes(body)
		if !closes || slices.ContainsFunc(list, func(c ClosedBy) bool { return c.Body == body && c.Number == number }) {
			return
		}
		c := ClosedBy{Body: body, Number: number, Ground: ground}
		if cites := ground.Citations; len(cites) > 0 {
			c.Cited = Cited{Rule: cites[0].Law + "." + cites[0].Article, Citation: t.citation(cites[0])}
		}
		list = append(list, c)
	}
	for _, r := range t.ExternalRefs {
		note(r.System, r.Number)
	}
	if h := t.Filing.History; h != nil {
		for _, e := range h.FiledElsewhere {
			note(e.Where, e.Number)
		}
	}
	return list
}
