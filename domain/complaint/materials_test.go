package complaint

import (
	"slices"
	"strings"
	"testing"
)

// lacks tells which fields a case does not show, with their places.
func lacks(t *testing.T, s State) string {
	t.Helper()
	var out []string
	for _, l := range NewDecider(law(t)).Lacking(s) {
		if l.Citation == "" {
			t.Errorf("%s has no place in the law", l.Code)
		}
		out = append(out, l.Code+" "+l.Rule)
	}
	return strings.Join(out, ", ")
}

func folded(t *testing.T, commands ...Command) State {
	t.Helper()
	d := complaints(t)
	s := d.Initial
	for _, e := range after(t, d, commands...) {
		s = d.Evolve(s, e)
	}
	return s
}

func filedWith(when string, change func(*File)) Command {
	f := filing(LaneDepartment)
	f.Purchase.BoughtOn = day("2023-01-05")
	if change != nil {
		change(&f)
	}
	return by(consumer, when, f)
}

// Order 121 arts 10 to 12, Regulation 778 art 46, Order 20 arts 9 to 11: what must be
// there by the law of the filing day is named to the officer, and refuses nothing.
func TestWhatAComplaintLacks_Order121Art10(t *testing.T) {
	const old, now = "2023-06-01", "2026-06-01"
	whole := func(f *File) {
		f.Respondent.Address, f.Evidence = words(), []string{"sha256:aa"}
	}
	for name, c := range map[string]struct {
		when   string
		change func(*File)
		want   string
	}{
		"ORD-121 10: whole":           {now, whole, ""},
		"ORD-121 10: a division only": {now, func(f *File) { whole(f); f.Respondent.Address = nil }, "respondent_address ORD-121.10"},
		"ORD-121 10: a stall is a place": {now, func(f *File) {
			whole(f)
			f.Respondent.Address, f.Respondent.Market = nil, &Market{Name: "西口市场"}
		}, ""},
		"ORD-121 10: no factual basis":      {now, func(f *File) { whole(f); f.Evidence = nil }, "factual_basis ORD-121.10"},
		"ORD-121 10: an order number is":    {now, func(f *File) { whole(f); f.Evidence, f.Purchase.OrderNo = nil, words() }, ""},
		"ORD-20 9: no factual basis":        {old, func(f *File) { whole(f); f.Evidence = nil }, ""},
		"ORD-121 10: no address of her own": {now, func(f *File) { whole(f); f.Consumer.Address = nil }, "complainant_address ORD-121.10"},
		"ORD-20 9: no address of her own":   {old, func(f *File) { whole(f); f.Consumer.Address = nil }, "complainant_address ORD-20.9"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := lacks(t, folded(t, filedWith(c.when, c.change))); got != c.want {
				t.Errorf("lacks %q, want %q", got, c.want)
			}
		})
	}
}

// Each field that the law asks for, left out of an otherwise whole complaint: it is named at
// its place (Order 121 art 10, Order 20 art 9).
func TestEachRequiredField_Order121Art10_Order20Art9(t *testing.T) {
	for field, without := range map[string]func(*State){
		"complainant_name":    func(s *State) { p := *s.Consumer; p.Name = nil; s.Consumer = &p },
		"complainant_phone":   func(s *State) { p := *s.Consumer; p.Phone = nil; s.Consumer = &p },
		"complainant_address": func(s *State) { p := *s.Consumer; p.Address = nil; s.Consumer = &p },
		"respondent_name":     func(s *State) { f := *s.Filing; f.Respondent.Name = ""; s.Filing = &f },
		"respondent_address":  func(s *State) { f := *s.Filing; f.Respondent.Address = nil; s.Filing = &f },
		"request":             func(s *State) { s.Requests = nil },
		"facts":               func(s *State) { f := *s.Filing; f.Facts = nil; s.Filing = &f },
	} {
		for when, law := range map[string]string{"2023-06-01": "ORD-20.9", "2026-06-01": "ORD-121.10"} {
			s := folded(t, filedWith(when, func(f *File) { f.Respondent.Address, f.Evidence = words(), []string{"sha256:aa"} }))
			without(&s)
			want := field + " " + law
			if got := lacks(t, s); got != want && got != want+", true_identity "+law {
				t.Errorf("filed on %s: lacks %q, want %q", when, got, want)
			}
		}
	}
}

// Three years from the day on which the complainant knew, by the civil code's counting: the
// day itself is not counted, and a last day off rolls on. It refuses nothing by itself.
func TestTheTimeBarIsShown_Order121Art16_4(t *testing.T) {
	d := NewDecider(law(t))
	for _, c := range []struct {
		filed, knew, until, rule string
		over                     bool
	}{
		{"2026-06-01", "2023-06-01", "2026-06-01", "ORD-121.16(4)", false},
		{"2026-06-02", "2023-06-01", "2026-06-01", "ORD-121.16(4)", true},
		{"2026-05-06", "2023-05-01", "2026-05-06", "ORD-121.16(4)", false}, // the last day lies in a holiday
		{"2024-03-01", "2020-02-29", "2023-02-28", "ORD-20.15(4)", true},
	} {
		past := filedWith(c.filed, func(f *File) { f.Purchase.BoughtOn = day("2020-01-05"); f.History = &History{KnewOn: day(c.knew)} })
		b := d.TimeBar(folded(t, past))
		if b == nil || b.Until != day(c.until) || b.Over != c.over || b.Rule != c.rule || b.Citation == "" || b.KnewOn != day(c.knew) {
			t.Errorf("filed on %s, known on %s: %+v", c.filed, c.knew, b)
		}
		after(t, complaints(t), past, by(officer, c.filed, ConfirmRespondent{Merchant: shop, Source: "register"}), by(officer, c.filed, Accept{}))
	}
	if b := d.TimeBar(folded(t, filedWith("2026-06-01", nil))); b != nil {
		t.Errorf("nobody said since when: %+v", b)
	}
}

// Order 121 art 10 para 3, Regulation 778 art 46: an identity that was checked and not
// proven is no true identity; before 2024-07-01 none was asked for.
func TestTrueIdentityIsLackingOnceItWasRefused_Regulation778Art46(t *testing.T) {
	whole := func(f *File) { f.Respondent.Address, f.Evidence = words(), []string{"sha256:aa"} }
	for when, want := range map[string]string{"2026-06-01": "true_identity ORD-121.10", "2025-06-02": "true_identity REG-778.46", "2023-06-01": ""} {
		s := folded(t, filedWith(when, whole))
		s.IdentityResult = "refused"
		if got := lacks(t, s); got != want {
			t.Errorf("filed on %s: lacks %q, want %q", when, got, want)
		}
		s.IdentityResult = "verified"
		if got := lacks(t, s); got != "" {
			t.Errorf("filed on %s, verified: lacks %q", when, got)
		}
	}
}

// Order 121 art 11: an agent's papers are lacking until the original was seen.
func TestAnAgentsPapersAreLackingUntilSeen_Order121Art11(t *testing.T) {
	s := folded(t, filedWith("2026-06-01", func(f *File) {
		f.Respondent.Address, f.Evidence = words(), []string{"sha256:aa"}
		f.Filer = &Filer{As: FilerAgent, Subject: "s-9", Name: words(), PowerOfAttorney: "sha256:aa"}
	}))
	if got := lacks(t, s); got != "power_of_attorney ORD-121.11, agent_identity ORD-121.11" {
		t.Errorf("lacks %q", got)
	}
	s.Behind.Authority = &FilerAuthorised{Document: "sha256:aa", IDNumber: words()}
	if got := lacks(t, s); got != "" {
		t.Errorf("seen, lacks %q", got)
	}
	s.Behind.Joint = &JointFormed{} // Order 121 art 12: chosen in writing
	if got := lacks(t, s); got != "representatives_in_writing ORD-121.12" {
		t.Errorf("joint, lacks %q", got)
	}
}

// What lacks is never refused by the program: the officer accepts it or declines it on
// NA5 (Order 121 art 16(5)).
func TestWhatLacksIsNeverRefusedByItself_Order121Art16_5(t *testing.T) {
	past := []Command{filedWith("2026-06-01", nil), confirm()}
	if got := lacks(t, folded(t, past...)); !strings.Contains(got, "factual_basis") {
		t.Fatalf("lacks %q", got)
	}
	after(t, complaints(t), append(slices.Clip(past), accept())...) // fails where it is refused
	if got := lacks(t, folded(t, append(past, decline("NA5_MATERIALS"))...)); got != "" {
		t.Errorf("after the end: %q", got)
	}
}

// Order 121 art 44, Order 20 art 39: the matters that are no complaint, by the filing day,
// until acceptance is decided.
func TestMattersOutOfScope_Order121Art44(t *testing.T) {
	d := NewDecider(law(t))
	codes := func(s State) (list []string) {
		for _, m := range d.OutOfScope(s) {
			if m.Citation == "" || m.Rule != "ORD-121.44" && m.Rule != "ORD-20.39" {
				t.Errorf("%+v", m)
			}
			list = append(list, m.Code)
		}
		return list
	}
	now, old := codes(folded(t, filedWith("2026-06-01", nil))), codes(folded(t, filedWith("2023-06-01", nil)))
	if len(now) != 4 || slices.Contains(now, "petition") || len(old) != 6 || !slices.Contains(old, "petition") {
		t.Errorf("%v, %v", now, old)
	}
	if got := codes(folded(t, filedWith("2026-06-01", nil), confirm(), accept())); got != nil {
		t.Errorf("after acceptance: %v", got)
	}
	if got := codes(State{}); got != nil || d.Lacking(State{}) != nil {
		t.Errorf("of no case: %v", got)
	}
}
