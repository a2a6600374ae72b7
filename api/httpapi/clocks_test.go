package httpapi_test

import (
	"strings"
	"testing"
)

// Each step of a clock is told in the language asked for, beside its key.
func TestClocksAreToldInWords(t *testing.T) {
	w := newWorld(t)
	id := w.file()
	for lang, word := range map[string]string{"zh-CN": "不计入", "en": "not counted"} {
		rec := w.do(200, "consumer", "GET", complaints+"/"+id+"/clocks", "", header("Accept-Language", lang))
		if rec.Header().Get("Content-Language") != lang || !strings.Contains(strings.Join(rec.Header().Values("Vary"), ","), "Accept-Language") {
			t.Errorf("%v", rec.Header())
		}
		steps := 0
		for _, c := range w.json(rec)["clocks"].([]any) {
			var told []string
			for _, s := range c.(object)["steps"].([]any) {
				s := s.(object)
				text, _ := s["text"].(string)
				if text == "" || strings.Contains(text, "{") || !strings.HasPrefix(s["key"].(string), "clock.") {
					t.Errorf("%v", s)
				}
				told = append(told, text)
			}
			if steps += len(told); len(told) == 0 || !strings.Contains(strings.Join(told, " "), word) {
				t.Errorf("%s: %q", lang, told)
			}
		}
		if steps < 4 {
			t.Errorf("%s: only %d steps", lang, steps)
		}
	}
}

// A refusal says in the language asked for what is wrong and what to do.
func TestRefusalsAreToldInWords(t *testing.T) {
	w := newWorld(t)
	id := w.file()
	seen := map[any]bool{}
	for _, lang := range []string{"zh-CN", "en"} {
		p := w.refused(422, "refused", "consumer", "POST", complaints+"/"+id+"/rate", `{"view":"resolved"}`, header("Accept-Language", lang))
		if p["reason"] != "not_ended" || p["errors"] != nil || p["rule"] == nil || p["citation"] == nil || seen[p["detail"]] {
			t.Errorf("%v", p)
		}
		seen[p["detail"]] = true
	}
}
