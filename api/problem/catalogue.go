package problem

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// texts holds the words; embedding needs a variable, nothing ever writes it.
//
//go:embed messages/*.json
var texts embed.FS

// Lang is a language of the catalogue.
type Lang string

// Languages; Chinese is the default.
const (
	Chinese Lang = "zh-CN"
	English Lang = "en"
)

// Message is the text of one problem.
type Message struct {
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

// language is one file of the catalogue.
type language struct {
	Problems map[string]Message `json:"problems"`
	// Faults are wrong fields; Refusals are grounds in law or rule. The same code may
	// mean different things in the two.
	Faults   map[string]string `json:"faults"`
	Refusals map[string]string `json:"refusals"`
	// Reasons tell why something is gone.
	Reasons map[string]string `json:"reasons"`
}

// Catalogue holds the texts of problems. It is immutable.
type Catalogue struct{ languages map[Lang]language }

// LoadCatalogue reads the texts compiled into the program.
func LoadCatalogue() (*Catalogue, error) {
	c := &Catalogue{languages: map[Lang]language{}}
	for _, l := range []Lang{Chinese, English} {
		raw, err := texts.ReadFile("messages/" + string(l) + ".json")
		if err != nil {
			return nil, fmt.Errorf("message catalogue: %w", err)
		}
		var m language
		if err := json.Unmarshal(raw, &m); err != nil {
			return nil, fmt.Errorf("message catalogue %s: %w", l, err)
		}
		c.languages[l] = m
	}
	return c, nil
}

// Message returns the text of a problem code.
func (c *Catalogue) Message(l Lang, code string) (Message, bool) {
	m, ok := c.languages[l].Problems[code]
	return m, ok
}

// Fault returns the text of a wrong field, parameter or header.
func (c *Catalogue) Fault(l Lang, code string) (string, bool) {
	s, ok := c.languages[l].Faults[code]
	return s, ok
}

// Refusal returns the text of a complaint.Refusal by its code: what is wrong and what
// can be done.
func (c *Catalogue) Refusal(l Lang, code string) (string, bool) {
	s, ok := c.languages[l].Refusals[code]
	return s, ok
}

// Reason returns the text of the reason for which something is gone.
func (c *Catalogue) Reason(l Lang, code string) (string, bool) {
	s, ok := c.languages[l].Reasons[code]
	return s, ok
}

// Say fills type, title and details in the language.
func (c *Catalogue) Say(p Problem, l Lang) Problem {
	m := c.languages[l].Problems[p.Code]
	p.Type, p.Title, p.Detail = "/problems/"+p.Code, m.Title, m.Detail
	reason, fault := c.Reason, c.Fault
	if p.Code == Refused {
		reason, fault = c.Refusal, c.Refusal
	}
	if s, ok := reason(l, p.Reason); ok {
		p.Detail = s
	}
	faults := make([]Fault, len(p.Errors))
	for i, f := range p.Errors {
		if f.Detail, _ = fault(l, f.Code); f.Detail == "" {
			f.Detail = p.Title
		}
		faults[i] = f
	}
	p.Errors = faults
	return p
}

// Language chooses by Accept-Language (RFC 9110 section 12.5.4): the known language
// with the highest weight, Chinese where nothing fits.
func Language(header string) Lang {
	best, weight := Chinese, 0.0
	if len(header) > 500 {
		return best
	}
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if s, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			q, _ = strconv.ParseFloat(s, 64)
		}
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		l, ok := map[string]Lang{"zh": Chinese, "en": English, "*": Chinese}[primary]
		if ok && q > weight {
			best, weight = l, q
		}
	}
	return best
}
