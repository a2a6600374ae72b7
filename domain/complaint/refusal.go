package complaint

import (
	"strings"

	"fangxin/domain/statute"
)

// Refusal is a decision not to do what was asked. The text for people is found in
// the message catalogue by Code.
type Refusal struct {
	// Code names the reason, for instance respondent_not_confirmed.
	Code string
	// Rule is law and article in short, for instance ORD-121.16.
	Rule string
	// Citation is the law's full title and the article, as the law writes it.
	Citation string
	// Pointer is the JSON pointer of the field at fault, or empty.
	Pointer string
	// Who are the persons that the refusal speaks of, by their ids in the case.
	Who []string
	// Others are further faults of the same request.
	Others []*Refusal
}

func (r *Refusal) Error() string {
	var b strings.Builder
	b.WriteString("refused: " + r.Code)
	if r.Pointer != "" {
		b.WriteString(" at " + r.Pointer)
	}
	if r.Rule != "" {
		b.WriteString(" by " + r.Rule)
	}
	return b.String()
}

// Is matches a refusal with the same code, so that errors.Is(err,
// &Refusal{Code: "ended"}) asks for the reason. A Rule or Pointer in the target must
// match as well.
func (r *Refusal) Is(target error) bool {
	t, ok := target.(*Refusal)
	return ok && t.Code == r.Code && (t.Rule == "" || t.Rule == r.Rule) &&
		(t.Pointer == "" || t.Pointer == r.Pointer)
}

func refuse(code string) error { return &Refusal{Code: code} }

// Places in the law, newest first: the first whose law is in force in the case's
// rule set is cited, else the last. FANGXIN is this project's own rule.
const (
	lawContent      = "ORD-121 10|REG-778 46|ORD-20 9"
	lawCompetence   = "ORD-121 13|ORD-20 12"
	lawAgent        = "ORD-121 11|ORD-20 10"
	lawJoint        = "ORD-121 12|ORD-20 11"
	lawAcceptance   = "ORD-121 15|ORD-20 14"
	lawGrounds      = "ORD-121 16|ORD-20 15"
	lawFactors      = "ORD-121 17|ORD-20 15"
	lawReason       = "REG-778 46|CRPL-2013 46"
	lawRoutes       = "REG-778 46|CRPL-2013 39"
	lawMediation    = "ORD-121 18|ORD-20 16"
	lawDelegation   = "ORD-121 19|REG-778 46|ORD-20 17"
	lawRecusal      = "ORD-121 21|ORD-20 19"
	lawAppraisal    = "ORD-121 22|REG-778 47|ORD-20 20"
	lawEnd          = "ORD-121 23|ORD-20 21"
	lawSession      = "ORD-121 20|ORD-20 18"
	lawCallBack     = "ORD-121 26|FANGXIN case"
	lawLead         = "ORD-121 27|PENPROC 18"
	lawAgreement    = "ORD-121 24|ORD-20 22"
	lawJurisdiction = "ORD-121 33|ORD-20 30"
	lawPolice       = "ORD-121 42|REG-778 49|FANGXIN case"
	lawDesk         = "ORD-121 41|ORD-20 37"
	lawCounting     = "ORD-121 45|CIVIL-CODE 201"
	lawRecord       = "ORD-121 40|FANGXIN record"
	lawPublication  = "ORD-121 38|REG-778 29|FANGXIN disclosure"
	lawErasure      = "PIPL 47"
	lawCorrection   = "PIPL 46"
	lawRefusing     = "PIPL 50"
	lawConsent      = "PIPL 15"
	houseAccess     = "FANGXIN access"
	houseCase       = "FANGXIN case"
	houseFiling     = "FANGXIN filing"
	houseConsent    = "FANGXIN consent"
	houseDates      = "FANGXIN dates"
	houseLanes      = "FANGXIN lanes"
	houseReopen     = "FANGXIN reopening"
	houseObjection  = "FANGXIN disclosure"
	houseImport     = "FANGXIN import"
)

// refuse makes a refusal that cites the law in force for the case.
func (t *deciding) refuse(code, pointer, law string) *Refusal {
	if t.asking {
		return &t.denied
	}
	c := t.cited(law)
	return &Refusal{Code: code, Pointer: pointer, Rule: c.Law + "." + c.Article, Citation: t.citation(c)}
}

func (t *deciding) cited(law string) statute.Citation {
	var c statute.Citation
	for place := range strings.SplitSeq(law, "|") {
		c.Law, c.Article, _ = strings.Cut(place, " ")
		for _, in := range t.rules.Laws {
			if in == c.Law {
				return c
			}
		}
	}
	return c
}

// refuseBy cites a place that the law's data name.
func (t *deciding) refuseBy(code, pointer string, cites []statute.Citation, otherwise string) *Refusal {
	if len(cites) == 0 {
		return t.refuse(code, pointer, otherwise)
	}
	c := cites[0]
	return &Refusal{Code: code, Pointer: pointer, Rule: c.Law + "." + c.Article, Citation: t.citation(c)}
}

// citation writes a place as Chinese law does: 第十六条第（一）项.
func (t *deciding) citation(c statute.Citation) string {
	law, ok := t.law.Catalogue.Law(c.Law)
	if !ok {
		return c.String()
	}
	return CitationZH(law.Title.ZH, c.Article)
}

// CitationZH writes an article of a law as Chinese law does; the title alone where the
// place is no article.
func CitationZH(title, article string) string {
	article, item, _ := strings.Cut(strings.TrimSuffix(article, ")"), "(")
	n, ok := numeral(article)
	if !ok {
		return title
	}
	s := title + " 第" + n + "条"
	if n, ok := numeral(item); ok {
		s += "第（" + n + "）项"
	}
	return s
}

// numeral writes a number of 1 to 999 in Chinese figures.
func numeral(s string) (string, bool) {
	if s == "" || len(s) > 3 || strings.Trim(s, "0123456789") != "" || s[0] == '0' {
		return "", false
	}
	figures := []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	units := []string{"", "十", "百"}
	var b strings.Builder
	gap := false
	for i := range len(s) {
		d, unit := s[i]-'0', units[len(s)-1-i]
		switch {
		case d == 0:
			gap = true
			continue
		case gap:
			b.WriteString(figures[0])
		}
		gap = false
		if d != 1 || unit != "十" || len(s) > 2 {
			b.WriteString(figures[d])
		}
		b.WriteString(unit)
	}
	return b.String(), true
}
