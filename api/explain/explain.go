// Package explain tells in words, Chinese first, how a legal time limit was counted
// (期限说明). The steps come from the use case as keys and codes; nothing is computed
// here.
package explain

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"fangxin/api/problem"
	"fangxin/domain/calendar"
	"fangxin/domain/usecase"
)

// texts holds the words; embedding needs a variable, nothing ever writes it.
//
//go:embed messages/*.json
var texts embed.FS

// language is one file of words.
type language struct {
	Steps     map[string]string `json:"steps"`
	Reasons   map[string]string `json:"reasons"`
	Causes    map[string]string `json:"causes"`
	Festivals map[string]string `json:"festivals"`
	// Units and One hold a length of time in the plural and the singular.
	Units  map[string]string `json:"units"`
	One    map[string]string `json:"one"`
	Spans  map[string]string `json:"spans"`
	Date   string            `json:"date"`
	Months []string          `json:"months"`
	And    string            `json:"and"`
}

// Words tells steps in a language. It is immutable.
type Words struct{ languages map[problem.Lang]language }

// Load reads the texts compiled into the program.
func Load() (*Words, error) {
	w := &Words{languages: map[problem.Lang]language{}}
	for _, l := range []problem.Lang{problem.Chinese, problem.English} {
		raw, err := texts.ReadFile("messages/" + string(l) + ".json")
		if err != nil {
			return nil, fmt.Errorf("words of clocks: %w", err)
		}
		var m language
		if err := json.Unmarshal(raw, &m); err != nil {
			return nil, fmt.Errorf("words of clocks %s: %w", l, err)
		}
		if len(m.Months) != 12 {
			return nil, fmt.Errorf("words of clocks %s: %d months", l, len(m.Months))
		}
		w.languages[l] = m
	}
	return w, nil
}

// Sentence tells one step. It is empty for a step without words.
func (w *Words) Sentence(lang problem.Lang, s usecase.Step) string {
	l, ok := w.languages[lang]
	if !ok {
		l = w.languages[problem.Chinese]
	}
	pairs := make([]string, 0, 2*len(s.Params)+2)
	for name, value := range s.Params {
		if own, ok := strings.CutSuffix(name, suffix(lang)); ok { // what the law's data say in each language
			pairs = append(pairs, "{"+own+"}", value)
			continue
		}
		pairs = append(pairs, "{"+name+"}", l.value(name, value, s.Params))
	}
	if s.Params["from"] != "" {
		pairs = append(pairs, "{span}", l.span(s))
	}
	return strings.NewReplacer(pairs...).Replace(l.Steps[form(s)])
}

// suffix ends the names of parameters that come worded, one a language.
func suffix(lang problem.Lang) string {
	if lang == problem.English {
		return "_en"
	}
	return "_zh"
}

// form chooses between the forms of a sentence: a pause that has not ended, two due
// dates that are one.
func form(s usecase.Step) string {
	switch p := s.Params; {
	case s.Key == "clock.counted" && p["from"] == "", s.Key == "clock.paused" && p["to"] == "":
		return s.Key + ".open"
	case s.Key == "clock.due" && p["due"] == p["due_wide"]:
		return s.Key + ".same"
	}
	return s.Key
}

// value words one parameter by its name. What has no words stays as it is.
func (l *language) value(name, value string, all map[string]string) string {
	switch name {
	case "date", "from", "to", "due", "due_wide":
		return l.date(value)
	case "days":
		return l.length(value, "day")
	case "period":
		n, unit, _ := strings.Cut(value, " ")
		return l.length(n, unit)
	case "periods":
		return l.each(value, ", ", func(p string) string { return l.value("period", p, all) })
	case "reason":
		return strings.ReplaceAll(known(l.Reasons, value), "{festival}", l.value("festival", all["festival"], all))
	case "festival":
		return l.each(value, "+", func(f string) string { return known(l.Festivals, f) })
	case "cause":
		return known(l.Causes, value)
	case "causes":
		return l.each(value, "+", func(c string) string { return known(l.Causes, c) })
	}
	return value
}

func known(words map[string]string, code string) string {
	if s, ok := words[code]; ok {
		return s
	}
	return code
}

// each words the parts of a list and joins them as the language does.
func (l *language) each(list, separator string, word func(string) string) string {
	parts := strings.Split(list, separator)
	for i := range parts {
		parts[i] = word(parts[i])
	}
	return strings.Join(parts, l.And)
}

func (l *language) length(n, unit string) string {
	text, ok := l.Units[unit]
	switch {
	case !ok:
		return n + " " + unit
	case n == "1":
		return l.One[unit]
	}
	return strings.ReplaceAll(text, "{n}", n)
}

func (l *language) date(s string) string {
	d, err := calendar.ParseDate(s)
	if err != nil {
		return s
	}
	y, m, day := d.Civil()
	return strings.NewReplacer("{year}", strconv.Itoa(y), "{month}", l.Months[m-1], "{day}", strconv.Itoa(day)).Replace(l.Date)
}

// span words the days from..to. A pause ends with the day before its "to", on which
// the clock runs again; every other row of days includes both ends.
func (l *language) span(s usecase.Step) string {
	from, to := s.Params["from"], s.Params["to"]
	if end, err := calendar.ParseDate(to); err == nil && (s.Key == "clock.paused" || s.Key == "clock.ignored") {
		to = (end - 1).String()
	}
	text := l.Spans["days"]
	switch {
	case to == "":
		text = l.Spans["open"]
	case to <= from:
		text = l.Spans["day"]
	}
	return strings.NewReplacer("{from}", l.date(from), "{to}", l.date(to)).Replace(text)
}
