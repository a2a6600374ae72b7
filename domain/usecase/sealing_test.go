package usecase

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
)

// marker begins every secret, in clear or escaped.
var marker = regexp.MustCompile(`(Ξ|\\u039e)[0-9]`)

// secrets fills every pii field of an input with text that is found nowhere else,
// and returns these texts.
func secrets(t *rapid.T, in any) []string {
	var all []string
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if _, ok := v.Type().Field(i).Tag.Lookup("pii"); ok && v.Field(i).Kind() == reflect.String {
					s := fmt.Sprintf("Ξ%d·%s", len(all), rapid.StringMatching(`[a-z\p{Han}0-9"\\<& ]{3,20}`).Draw(t, "secret"))
					if strings.TrimSpace(v.Field(i).String()) != "" || rapid.Bool().Draw(t, "present") {
						v.Field(i).SetString(s)
						all = append(all, s)
					}
					continue
				}
				walk(v.Field(i))
			}
		}
	}
	walk(reflect.ValueOf(in))
	return all
}

// fullComplaint has every optional part.
func fullComplaint() FileComplaint {
	in := complaintOf("暖阳家电")
	in.Consumer.ContactWays = []ContactInput{{Kind: "wechat", Value: "x"}, {Kind: "email", Value: "x"}}
	in.Filer = &FilerInput{As: "agent", Name: "x", Phone: "x", Helper: &HelperInput{Kind: "family", Name: "x", Phone: "x", Address: "x"}}
	in.Merchant.Person, in.Merchant.Landmark = "x", "x"
	in.Merchant.Platform = &PlatformInput{Name: "平台", Shop: "店", URL: "https://x.example/", AddressShown: "x"}
	in.Merchant.Payee = &PayeeInput{Name: "x", Channel: "wechat"}
	in.Merchant.Market = &MarketInput{Name: "市场", Stall: "1"}
	in.Subject.Place, in.Subject.Serial = "x", "x"
	in.Subject.Prepaid = &PrepaidInput{PaidFen: 1}
	in.History = &HistoryInput{KnewOn: "2026-09-05", MerchantAnswer: "x", FiledElsewhere: []ElsewhereInput{{Where: "消协", State: "closed"}}}
	in.Harm = &HarmInput{Injury: "none"}
	in.ExternalRefs = []ExternalRefInput{{System: "12345", Number: "7"}}
	return in
}

// No personal text of any input is found in any stored byte, also not escaped, and
// the consumer reads back what was filed.
func TestNoPlainPersonalDataIsStored(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		in := fullComplaint()
		plain := secrets(rt, &in)
		v := w.file(in)
		if v.Facts != in.Facts || v.Consumer.Name != in.Consumer.Name || v.Requests[0].Text != in.Requests[0].Text || v.Subject.Place != in.Subject.Place {
			rt.Fatalf("%+v", v)
		}
		w.confirm(v.ID)
		w.do(desk, v.ID, "accept", &Accept{})
		act := func(actor Actor, action string, body any) {
			plain = append(plain, secrets(rt, body)...)
			if _, _, err := w.Act(t.Context(), actor, v.ID, action, body, Options{Key: action}); err != nil {
				rt.Fatalf("%s: %v", action, err)
			}
		}
		act(desk, "notify", &Notify{About: "acceptance", Recipient: "consumer", Channel: "sms", Text: "x"})
		act(anyConsumer, "supplement", &Supplement{Text: "x"})
		act(shop, "respond", &Respond{Kind: "final", Text: "x"})
		act(shop, "offer", &Offer{Terms: TermsInput{Kind: "refund", Text: "x"}})
		act(anyConsumer, "refuse-offer", &AnswerOffer{Offer: w.view(anyConsumer, v.ID).Offers[0].ID, Reason: "x"})
		act(desk, "schedule-session", &ScheduleSession{Form: "video", On: "2026-09-14", Place: "x"})
		act(shop, "cannot-attend", &CannotAttend{Reason: "x"})
		act(desk, "hold-session", &HoldSession{Present: []string{"consumer", "merchant"}, Result: "no_agreement", Record: "x"})
		act(desk, "terminate", &Terminate{Ground: "TM_NO_AGREEMENT", Reason: "x", Occurred: &OccurredInput{Reason: "x"}})
		act(anyConsumer, "rate", &Rate{View: "not_resolved", Text: "x"})
		act(desk, "call-back", &CallBack{Kind: "call_back", Asked: "consumer", Reached: true, Result: "x"})
		act(desk, "review-disclosure", &ReviewDisclosure{Summary: "冰箱"})
		act(shop, "object-disclosure", &ObjectDisclosure{Text: "x"})
		act(shop, "add-statement", &AddStatement{Text: "x"})
		act(desk, "review-statement", &ReviewStatement{Result: "refused", Reason: "x"})
		act(desk, "decide-objection", &DecideObjection{Result: "dismissed", Reason: "x"})
		act(desk, "reopen", &Reopen{Basis: "error", Reason: "x"})
		for _, e := range w.envelopes() {
			for _, stored := range [][]byte{e.Data, e.Meta, []byte(e.Stream)} {
				// A mask may begin with the first character; the number never shows.
				if found := marker.Find(stored); found != nil {
					rt.Fatalf("%s holds %s of %q: %s", e.Type, found, plain, stored)
				}
			}
		}
	})
}

// Every field that is tagged as personal is sealed: none is forgotten when an input
// grows.
func TestEveryPersonalFieldOfAFilingIsSealed(t *testing.T) {
	w := newWorld(t)
	in := fullComplaint()
	n := 0
	var count func(v reflect.Value)
	count = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				count(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				count(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if _, ok := v.Type().Field(i).Tag.Lookup("pii"); ok {
					n++
					if v.Field(i).String() == "" {
						t.Errorf("the full complaint lacks %s.%s", v.Type(), v.Type().Field(i).Name)
					}
					continue
				}
				count(v.Field(i))
			}
		}
	}
	count(reflect.ValueOf(in))
	m := mapping{sealing: newSealing("x"), law: w.Law}
	m.file(anyConsumer, &in, caseID([16]byte{1}), 1)
	sealedFields := 0
	for who := range persons {
		sealedFields += len(m.matters[who].Fields)
	}
	if sealedFields != n {
		t.Errorf("%d of %d personal fields are sealed", sealedFields, n)
	}
	if known := m.matters[whoConsumer].Known; len(known) != 3 || known[0].Kind != sealed.Phone || known[1].Kind != sealed.Address || known[2].Kind != sealed.IDNumber {
		t.Errorf("recognised by %+v", known)
	}
	if len(m.matters[whoFiler].Known)+len(m.matters[whoRespondent].Known) != 0 {
		t.Error("a helper's phone counts as shared contact")
	}
	in.Filer.Helper.Phone, in.Filer.Helper.Address = in.Consumer.Phone, in.Consumer.Address
	m = mapping{sealing: newSealing("x"), law: w.Law}
	m.file(anyConsumer, &in, caseID([16]byte{1}), 1)
	if known := m.matters[whoConsumer].Known; len(known) != 1 || known[0].Kind != sealed.IDNumber {
		t.Errorf("with the helper's phone and address, recognised by %+v", known)
	}
}

func TestTheSamePhoneIsRecognisedInTheKeyringOnly(t *testing.T) {
	w := newWorld(t)
	a, b := w.file(complaintOf("甲")), w.file(complaintOf("乙"))
	same, err := w.keyring.Same(t.Context(), sealed.Phone, "+86 138-4711-2233", 10)
	if err != nil || len(same) != 2 || same[0] != subjectOf(b.ID, "consumer") || same[1] != subjectOf(a.ID, "consumer") {
		t.Error(same, err)
	}
}

func TestSubjectsBelongToOneCase(t *testing.T) {
	seen := map[sealed.Subject]bool{}
	for _, id := range []string{"a", "b"} {
		for who := range persons {
			s := subjectOf(id, whoName(who))
			if seen[s] {
				t.Error("shared subject", id, who)
			}
			seen[s] = true
		}
	}
}

func TestBodyHashKnowsNoPersonalData(t *testing.T) {
	var b bodies
	hash := func(action, id string, in any) string {
		t.Helper()
		h, err := b.hash(action, id, in)
		if err != nil || len(h) != 64 {
			t.Fatal(h, err)
		}
		return h
	}
	rapid.Check(t, func(rt *rapid.T) {
		one, two := fullComplaint(), fullComplaint()
		secrets(rt, &one)
		secrets(rt, &two)
		if hash("file", "x", &one) != hash("file", "x", &two) {
			rt.Fatal("personal data change the hash")
		}
	})
	base := complaintOf("甲")
	h := hash("file", "x", &base)
	for name, change := range map[string]func(*FileComplaint){
		"amount": func(in *FileComplaint) { in.Subject.AmountFen++ }, "merchant": func(in *FileComplaint) { in.Merchant.Name = "乙" },
		"consent": func(in *FileComplaint) { in.Consent.Publish = false }, "a request more": func(in *FileComplaint) { in.Requests = append(in.Requests, RequestInput{}) },
		"another everyday use": func(in *FileComplaint) { no := false; in.EverydayUse = &no }, "harm": func(in *FileComplaint) { in.Harm = &HarmInput{OthersAffected: true} },
	} {
		in := complaintOf("甲")
		change(&in)
		if hash("file", "x", &in) == h {
			t.Errorf("%s does not change the hash", name)
		}
	}
	empty := complaintOf("甲")
	empty.Evidence, empty.ExternalRefs = []string{}, []ExternalRefInput{}
	if hash("file", "x", &empty) != h {
		t.Error("an empty list is not the absent one")
	}
	if hash("file", "y", &base) == h || hash("rate", "x", &base) == h {
		t.Error("case and action take no part")
	}
	for name, mk := range (&Complaints{}).Actions() {
		hash(name, "x", mk())
	}
	if _, err := b.hash("x", "x", 7); err == nil {
		t.Error("a number has a hash")
	}
	embedded := IdentifyMerchant{Candidates: []CandidateInput{{IdentityInput: IdentityInput{Name: "甲"}}}}
	other := IdentifyMerchant{Candidates: []CandidateInput{{IdentityInput: IdentityInput{Name: "乙"}}}}
	if hash("i", "x", &embedded) == hash("i", "x", &other) {
		t.Error("embedded fields take no part")
	}
}

// The hash is stored for ever: this one must never change.
func TestBodyHashVector(t *testing.T) {
	var b bodies
	in := complaintOf("暖阳家电")
	got, err := b.hash("file", "case-1", &in)
	if want := "3a43b5b7f8b01553efc736f9370a670ba589707e84b541a92a1acf2b122afb72"; err != nil || got != want {
		t.Errorf("%s, want %s (%v)", got, want, err)
	}
}

func TestEveryActionHasItsInput(t *testing.T) {
	w := newWorld(t)
	for route, mk := range w.Actions() {
		in := mk()
		if i, ok := in.(*IdentifyMerchant); ok {
			i.State = "unknown"
		}
		m := mapping{sealing: newSealing("x"), law: w.Law}
		if do := m.action(route, [16]byte{1}, in); do == nil || do().Route() != route {
			t.Errorf("%s: its own input is not taken", route)
		}
		if w.access.Standing(RoleConsumer, route) == StandingNone && w.access.Standing(RoleMerchant, route) == StandingNone && w.access.Standing(RoleOfficer, route) == StandingNone {
			t.Errorf("%s: nobody may take it", route)
		}
	}
	var refusal *complaint.Refusal
	if _, err := complaint.NewDecider(w.Law).Decide(complaint.State{}, complaint.Command{At: day("2026-01-01"), Do: complaint.Accept{}}); !errors.As(err, &refusal) {
		t.Error(err)
	}
}

// A verifier and an export open values by trying these names: none may be missing.
func TestEverySealedValueOpensUnderAListedName(t *testing.T) {
	w := newWorld(t)
	v := w.file(fullComplaint())
	w.confirm(v.ID)
	w.do(desk, v.ID, "accept", &Accept{})
	w.do(anyConsumer, v.ID, "supplement", &Supplement{Text: "补充"})
	w.do(shop, v.ID, "respond", &Respond{Kind: "final", Text: "答复"})
	w.do(shop, v.ID, "offer", &Offer{Terms: TermsInput{Kind: "refund", Text: "方案"}})
	w.do(desk, v.ID, "schedule-session", &ScheduleSession{Form: "video", On: "2026-09-14", Place: "线上会议室"})
	w.do(desk, v.ID, "hold-session", byPhone())
	w.at("2026-09-18")
	w.do(desk, v.ID, "terminate", &Terminate{Ground: "TM_OTHER", Reason: "原因", Occurred: &OccurredInput{On: "2026-09-15", Reason: "补录"}})
	w.do(anyConsumer, v.ID, "rate", &Rate{View: "not_resolved", Text: "不满意"})
	w.do(desk, v.ID, "call-back", &CallBack{Kind: "spot_check", Reached: true, Result: "材料齐全"})
	w.foreign(foreignCase(), true, len(w.envelopes())+1)
	names, used := SealedFields(), map[string]bool{}
	var open func(v reflect.Value)
	open = func(v reflect.Value) {
		if value, ok := v.Interface().(sealed.Value); ok {
			for _, name := range names {
				if _, err := w.keyring.Open(t.Context(), name, value); err == nil {
					used[name] = true
					return
				}
			}
			t.Errorf("a value of %s opens under no listed name", value.Subject)
			return
		}
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				open(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				open(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					open(v.Field(i))
				}
			}
		}
	}
	for _, e := range w.envelopes() {
		event, err := w.Registry.Decode(&e)
		if err != nil {
			t.Fatal(err)
		}
		open(reflect.ValueOf(event))
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(names))); len(unique) != len(names) {
		t.Error("a name is listed twice")
	}
	if len(used) < len(names)-9 { // the objection, the statement, the notice, the report, the lead, the part of a split, the agent, the proof and the record take no part here
		t.Errorf("only %d of %d names are used: %v", len(used), len(names), used)
	}
}
