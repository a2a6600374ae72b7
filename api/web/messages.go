package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"fangxin/domain/calendar"
)

// texts holds the message catalogues; nothing writes it.
//
//go:embed messages/*.json
var texts embed.FS

// Languages of the pages, the default first.
const (
	chinese = "zh-CN"
	english = "en"
)

// messages is the catalogue of one language.
type messages struct {
	lang string
	text map[string]string
}

func loadMessages(lang string) (*messages, error) {
	raw, err := texts.ReadFile("messages/" + lang + ".json")
	if err != nil {
		return nil, fmt.Errorf("message catalogue: %w", err)
	}
	m := &messages{lang: lang}
	if err := json.Unmarshal(raw, &m.text); err != nil {
		return nil, fmt.Errorf("message catalogue %s: %w", lang, err)
	}
	return m, nil
}

// has says whether there is a text of that name.
func (m *messages) has(key string) bool { _, ok := m.text[key]; return ok }

// T returns a text with its {placeholders} filled from pairs of name and value.
// Values are filled in one pass: a value that looks like a placeholder stays as it is.
func (m *messages) T(key string, pairs ...string) string {
	s, ok := m.text[key]
	if !ok {
		return key
	}
	if len(pairs) == 0 {
		return s
	}
	args := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		args = append(args, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(args...).Replace(s)
}

// N returns a text that depends on a number, which fills {n}.
func (m *messages) N(key string, n int64) string {
	if n == 1 && m.has(key+".one") {
		key += ".one"
	}
	return m.T(key, "n", grouped(n))
}

// Name returns the text of a code, or the code itself where the catalogue has none:
// a newer fact may carry a newer code.
func (m *messages) Name(prefix, code string) string {
	if code == "" {
		return m.T("none")
	}
	if m.has(prefix + code) {
		return m.T(prefix + code)
	}
	return code
}

// Date writes a civil date in the manner of the language.
func (m *messages) Date(d calendar.Date) string {
	if d.IsZero() {
		return m.T("none")
	}
	y, mon, day := d.Civil()
	return m.T("date", "y", strconv.Itoa(y), "month", m.T("month."+strconv.Itoa(int(mon))),
		"m", strconv.Itoa(int(mon)), "d", strconv.Itoa(day))
}

// Month writes a month.
func (m *messages) Month(year, month int) string {
	return m.T("month", "y", strconv.Itoa(year), "m", strconv.Itoa(month),
		"month", m.T("month."+strconv.Itoa(month)))
}

// Money writes an amount of fen in yuan, without the fen where they are zero.
func (m *messages) Money(fen int64) string {
	s := grouped(fen / 100)
	if r := fen % 100; r != 0 {
		s += fmt.Sprintf(".%02d", r)
	}
	return m.T("money", "n", s)
}

// grouped writes a number that is not negative with separators of thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// negotiate picks the language: the parameter, else what the browser asks for, else
// Chinese. pinned says that the parameter chose it, so that links keep it.
func negotiate(param, accept string) (lang string, pinned bool) {
	switch param {
	case english:
		return english, true
	case chinese, "zh":
		return chinese, true
	}
	if len(accept) > 200 {
		return chinese, false
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return chinese, false
	}
	for _, t := range tags {
		switch base, _ := t.Base(); base.String() {
		case "zh":
			return chinese, false
		case "en":
			return english, false
		}
	}
	return chinese, false
}
