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

// Two appraisals that overlap and one that follows, end to end: no day is taken out twice,
// each is told with its days, and the date can be counted by hand (Order 121 arts 22, 23(5)
// and 45): 60 days from 2026-09-15, 26 and 6 of them out of the count, end on 2026-12-16.
func TestMixedPausesAreTold_Order121Art22(t *testing.T) {
	w := newWorld(t)
	w.at("2026-09-15")
	id := w.accepted()
	mediation := func() object {
		for _, c := range w.json(w.do(200, "officer", "GET", complaints+"/"+id+"/clocks", ""))["clocks"].([]any) {
			if c := c.(object); c["rule"] == "CP.MEDIATE.M3" {
				return c
			}
		}
		t.Fatal("no clock of mediation")
		return nil
	}
	paused := func(c object) (list []string) {
		for _, s := range c["steps"].([]any) {
			if s := s.(object); s["key"] == "clock.paused" {
				p := s["params"].(object)
				list = append(list, p["from"].(string)+" "+p["days"].(string))
			}
		}
		return list
	}
	steps := []struct{ on, action, body string }{
		{"2026-09-16", "pause", `{"institution":"内蒙古质检院","by":"both","fee_payer":"shared"}`},
		{"2026-09-20", "pause", `{"institution":"某检测中心","by":"department","fee_payer":"department"}`},
		{"2026-09-28", "resume", ""}, {"2026-10-12", "resume", ""},
		{"2026-10-20", "pause", `{"institution":"某检测中心","by":"both","fee_payer":"consumer"}`},
		{"2026-10-26", "resume", ""},
	}
	for _, s := range steps {
		w.at(s.on)
		if s.body == "" {
			s.body = w.report(id)
		}
		w.act("officer", id, s.action, s.body)
		if c := mediation(); s.action == "pause" && c["paused"] != true {
			t.Errorf("%s: %v", s.on, c)
		}
	}
	c := mediation()
	if got := strings.Join(paused(c), ", "); c["paused"] != false || c["due"] != "2026-12-16" || c["due_wide"] != "2026-12-16" || got != "2026-09-16 26, 2026-10-20 6" {
		t.Errorf("due %v, %v; paused %s\n%v", c["due"], c["due_wide"], got, c["steps"])
	}
}

// report is the report of the first appraisal that is under way.
func (w *world) report(id string) string {
	w.t.Helper()
	view := w.json(w.do(200, "officer", "GET", complaints+"/"+id, ""))
	for _, a := range view["mediation"].(object)["appraisals"].([]any) {
		if a := a.(object); a["reported_on"] == nil {
			return `{"appraisal":"` + a["id"].(string) + `","result":"defect"}`
		}
	}
	w.t.Fatal("none is under way")
	return ""
}
