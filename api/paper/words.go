package paper

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

// files hold everything that is printed beside the forms; nothing ever writes them.
//
//go:embed data/words.json data/sheet.html data/sheet.css
var files embed.FS

// words are how values are written.
type words struct {
	Date            string            `json:"date"`
	BlankDate       string            `json:"blank_date"`
	Time            string            `json:"time"`
	FullHour        string            `json:"full_hour"`
	BlankTime       string            `json:"blank_time"`
	Money           string            `json:"money"`
	Yes             string            `json:"yes"`
	No              string            `json:"no"`
	Unasked         string            `json:"unasked"`
	Pieces          string            `json:"pieces"`
	Request         string            `json:"request"`
	RequestAmount   string            `json:"request_amount"`
	RequestText     string            `json:"request_text"`
	BetweenWords    string            `json:"between_words"`
	BetweenRequests string            `json:"between_requests"`
	Withheld        string            `json:"withheld"`
	BlankNumber     string            `json:"blank_number"`
	Blank           string            `json:"blank"` // of spaces at which no line ends
	BlankShort      string            `json:"blank_short"`
	Notes           string            `json:"notes"`
	Stub            string            `json:"stub"`
	Department      string            `json:"department"` // the office of a division, in full
	Instalment      string            `json:"instalment"`
	Copies          map[string]string `json:"copies"`

	Lists map[string][]statute.Word `json:"lists"`
}

func loadWords(law *statute.Catalogue) (*words, error) {
	text, err := files.ReadFile("data/words.json")
	if err != nil {
		return nil, fmt.Errorf("words of paper: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var w words
	if err := d.Decode(&w); err != nil {
		return nil, fmt.Errorf("words of paper: %w", err)
	}
	for i, v := 0, reflect.ValueOf(w); i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			return nil, fmt.Errorf("words of paper: %s is missing", v.Type().Field(i).Name)
		}
	}
	v := law.Vocabulary()
	for name, list := range map[string][]statute.Word{
		"routes": v.Routes, "request_kinds": v.RequestKinds, "notice_channels": v.NoticeChannels,
	} {
		w.Lists[name] = append(w.Lists[name], list...)
	}
	return &w, nil
}

// word is the name of a code; a code without one is shown as it is, never dropped.
func (w *words) word(list, code string) string {
	if x, ok := statute.Find(w.Lists[list], code); ok {
		return x.ZH
	}
	return code
}

// write writes a value; "" where there is none.
func (w *words) write(f statute.FormField, l statute.FormLayout, value any) string {
	switch v := value.(type) {
	case calendar.Date:
		return w.date(v)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return w.date(calendar.DateOf(v))
	case bool:
		if v {
			return w.Yes
		}
		return w.No
	case int64:
		return w.money(v)
	case int:
		if v == 0 {
			return ""
		}
		return strconv.Itoa(v)
	case []usecase.RequestView:
		return w.requests(v)
	case []string:
		return w.several(f, v)
	case string:
		return w.text(f, l, v)
	}
	return ""
}

func (w *words) text(f statute.FormField, l statute.FormLayout, v string) string {
	switch {
	case v == "":
		return ""
	case f.Kind == statute.FieldWord:
		return w.word(f.Words, v)
	case f.Kind == statute.FieldTime:
		return w.clock(v)
	case f.Kind == statute.FieldItem:
		item, _ := l.Item(v)
		return item.No
	}
	return v
}

func (w *words) several(f statute.FormField, list []string) string {
	if len(list) == 0 {
		return ""
	}
	if f.Kind == statute.FieldCount {
		return fill(w.Pieces, "count", strconv.Itoa(len(list)))
	}
	named := make([]string, len(list))
	for i, code := range list {
		named[i] = w.word(f.Words, code)
	}
	return strings.Join(named, w.BetweenWords)
}

// date writes a day as documents do, without leading zeros (GB/T 9704-2012 7.3.5.4).
func (w *words) date(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	year, month, day := d.Civil()
	return fill(w.Date, "year", strconv.Itoa(year), "month", strconv.Itoa(int(month)), "day", strconv.Itoa(day))
}

// clock writes 09:30; what is no time of day is left as it was given.
func (w *words) clock(s string) string {
	t, err := time.Parse("15:04", s)
	switch {
	case err != nil:
		return s
	case t.Minute() == 0:
		return fill(w.FullHour, "hour", strconv.Itoa(t.Hour()))
	}
	return fill(w.Time, "hour", strconv.Itoa(t.Hour()), "minute", fmt.Sprintf("%02d", t.Minute()))
}

func (w *words) money(fen int64) string {
	if fen == 0 {
		return ""
	}
	yuan, sign := fen/100, ""
	if fen < 0 {
		yuan, fen, sign = -yuan, -fen, "-"
	}
	s := sign + strconv.FormatInt(yuan, 10)
	if rest := fen % 100; rest != 0 {
		s += fmt.Sprintf(".%02d", rest)
	}
	return fill(w.Money, "yuan", s)
}

func (w *words) requests(list []usecase.RequestView) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = fill(w.Request, "kind", w.word("request_kinds", r.Kind))
		if r.AmountFen != 0 {
			out[i] += fill(w.RequestAmount, "amount", w.money(r.AmountFen))
		}
		if r.Text != "" {
			out[i] += fill(w.RequestText, "text", r.Text)
		}
	}
	return strings.Join(out, w.BetweenRequests)
}

// fill puts values, given by name, into a pattern.
func fill(pattern string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(pattern)
}
