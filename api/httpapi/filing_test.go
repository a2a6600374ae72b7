package httpapi_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/projections/casework"
)

// kin answers from the work list, as the program does.
type kin struct{ w *world }

func (k kin) CasesOf(ctx context.Context, subjects []sealed.Subject) ([]string, error) {
	k.w.project()
	streams, err := casework.OfSubjects(ctx, k.w.model, subjects, 40)
	ids := make([]string, len(streams))
	for i, s := range streams {
		ids[i] = s.Key()
	}
	return ids, err
}

func person(name, phone string) string {
	body := strings.Replace(filing, `"乌云·其其格"`, fmt.Sprintf("%q", name), 1)
	return strings.Replace(body, `"13847112233"`, fmt.Sprintf("%q", phone), 1)
}

// Names without surname, with any of the dots between the parts of a Mongolian name, and
// telephones of other countries are taken as they are written (Order 121 art 10).
func TestNamesAndPhonesAsPeopleHaveThem(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"巴特尔", "乌", "乌云·其其格", "乌云•其其格", "乌云・其其格", "乌云‧其其格", "Бат-Эрдэнэ", "ᠪᠠᠲᠤ", "O'Brien Jr."} {
		id := w.json(w.do(201, "consumer", "POST", complaints, person(name, "13847112233")))["id"].(string)
		view := w.json(w.do(200, "officer", "GET", complaints+"/"+id, ""))
		if got := view["consumer"].(object)["name"]; got != name {
			t.Errorf("%q is shown as %q", name, got)
		}
	}
	for _, phone := range []string{"+97699112233", "+1 212 555 0123", "+7 495 123-45-67", "0471-4961234", "+8613847112233"} {
		w.do(201, "consumer", "POST", complaints, person("巴特尔", phone))
	}
}

// A consumer who files twice is shown to the officer, however the dot was written; a
// household that shares a phone is no duplicate. Nothing is refused (art 16(2), 17).
func TestDuplicatesAndSharedPhones_Order121Art17(t *testing.T) {
	w := newWorld(t)
	w.cases.Kin = kin{w}
	first := w.file()
	again := w.json(w.do(201, "consumer", "POST", complaints, person("乌云•其其格", "+86 138 4711 2233")))["id"].(string)
	wife := w.json(w.do(201, "stranger", "POST", complaints, person("萨仁", "13847112233")))["id"].(string)

	view := w.json(w.do(200, "officer", "GET", complaints+"/"+again, ""))
	flags, _ := view["duplicates"].([]any)
	if len(flags) != 1 || flags[0].(object)["case"] != first || flags[0].(object)["by"] != "merchant_and_dates" || view["status"] != "received" {
		t.Fatalf("%v", view["duplicates"])
	}
	if own := w.json(w.do(200, "consumer", "GET", complaints+"/"+again, "")); own["duplicates"] != nil {
		t.Error("the consumer sees the flags")
	}
	if v := w.json(w.do(200, "officer", "GET", complaints+"/"+wife, "")); v["duplicates"] != nil {
		t.Errorf("a shared phone: %v", v["duplicates"])
	}
	counts := map[string]float64{}
	for _, f := range w.json(w.do(200, "officer", "GET", complaints+"/"+again+"/signals", ""))["factors"].([]any) {
		for _, c := range f.(object)["counts"].([]any) {
			counts[c.(object)["of"].(string)] = c.(object)["count"].(float64)
		}
	}
	for of, want := range map[string]float64{"cases": 1, "same_merchant": 1, "same_category": 1, "persons_on_phone": 1, "evidence": 0} {
		if counts[of] != want {
			t.Errorf("%s: %v, want %v", of, counts[of], want)
		}
	}
	w.refused(403, "forbidden", "consumer", "GET", complaints+"/"+again+"/signals", "")
	w.refused(404, "not_found", "elsewhere", "GET", complaints+"/"+again+"/signals", "")
	v := w.act("officer", again, "decide-duplicate", `{"case":"`+first+`","result":"same"}`)
	if v["status"] != "received" || len(v["links"].([]any)) != 1 {
		t.Errorf("%v", v["links"])
	}
	if own := w.json(w.do(200, "consumer", "GET", complaints+"/"+again, "")); len(own["links"].([]any)) != 0 {
		t.Error("the link is shown to the consumer")
	}
}

// The phone of the station that helped is nobody's shared contact (art 17, F4).
func TestAHelpersPhoneIsNotShared_Order121Art17(t *testing.T) {
	w := newWorld(t)
	w.cases.Kin = kin{w}
	var last string
	for _, name := range []string{"巴特尔", "萨仁"} {
		body := strings.Replace(person(name, "0471-4961234"), `"merchant":`, `"filer":{"as":"self","helper":{"kind":"service_station","name":"王站长","phone":"04714961234"}},"merchant":`, 1)
		body = strings.Replace(body, "八十八号", name+"宅", 1)
		last = w.json(w.do(201, "officer", "POST", complaints, body))["id"].(string)
	}
	raw := w.do(200, "officer", "GET", complaints+"/"+last+"/signals", "").Body.String()
	if !strings.Contains(raw, `{"of":"persons_on_phone","count":0}`) {
		t.Error(raw)
	}
}

// A letter is entered with its day and reason; its consumer takes the case over with the
// code on paper, and a stranger learns nothing by guessing.
func TestALetterIsEnteredAndClaimed(t *testing.T) {
	w := newWorld(t)
	letter := strings.Replace(filing, `"everyday_use"`, `"received_on":"2026-09-10","intake":{"channel":"letter","source":"postmark"},"everyday_use"`, 1)
	p := w.refused(422, "refused", "officer", "POST", complaints, letter)
	if p["reason"] != "reason_required" {
		t.Fatal(p)
	}
	w.refused(422, "invalid", "consumer", "POST", complaints, letter)
	letter = strings.Replace(letter, `"source":"postmark"`, `"source":"postmark","reason":"收发室积压"`, 1)
	v := w.json(w.do(201, "officer", "POST", complaints, letter))
	id := v["id"].(string)
	in := v["intake"].(object)
	if in["channel"] != "letter" || in["received_on"] != "2026-09-10" || in["source"] != "postmark" || in["late"] != true ||
		v["clocks"].([]any)[0].(object)["started_on"] != "2026-09-10" {
		t.Fatalf("%v %v", in, v["clocks"])
	}
	w.refused(404, "not_found", "consumer", "GET", complaints+"/"+id, "")
	code := w.act("officer", id, "offer-claim", `{}`)["claim_code"].(string)
	for _, e := range w.stored() {
		if strings.Contains(e, code) || strings.Contains(e, strings.ReplaceAll(code, "-", "")) {
			t.Fatal("an event holds the code")
		}
	}
	w.do(404, "stranger", "POST", complaints+"/"+id+"/claim", `{"code":"0000-0000-0000-0000"}`)
	w.do(403, "merchant", "POST", complaints+"/"+id+"/claim", `{"code":"`+code+`"}`)
	typed := strings.ToLower(strings.ReplaceAll(code, "-", " "))
	if v := w.act("consumer", id, "claim", `{"code":"`+typed+`"}`); v["claim_code"] != nil || v["id"] != id {
		t.Fatal(v)
	}
	w.do(200, "consumer", "GET", complaints+"/"+id, "")
	w.refused(404, "not_found", "stranger", "POST", complaints+"/"+id+"/claim", `{"code":"`+code+`"}`)
	list := w.json(w.do(200, "consumer", "GET", "/api/v1/cases", ""))
	if list["total"] == nil && list["cases"] == nil && !strings.Contains(fmt.Sprint(list), id) {
		t.Errorf("not in the list of who claimed it: %v", list)
	}
}

// Five wrong codes spend the code.
func TestGuessesAreCounted(t *testing.T) {
	w := newWorld(t)
	id := w.json(w.do(201, "officer", "POST", complaints, filing))["id"].(string)
	code := w.act("officer", id, "offer-claim", `{}`)["claim_code"].(string)
	for range 5 {
		w.do(404, "stranger", "POST", complaints+"/"+id+"/claim", `{"code":"guess"}`)
	}
	w.refused(404, "not_found", "consumer", "POST", complaints+"/"+id+"/claim", `{"code":"`+code+`"}`)
	code = w.act("officer", id, "offer-claim", `{}`)["claim_code"].(string)
	w.act("consumer", id, "claim", `{"code":"`+code+`"}`)
}

// A joint complaint from joining to withdrawal; a complainant's own account sees the case
// but not another's phone (art 12).
func TestAJointComplaint_Order121Art12(t *testing.T) {
	w := newWorld(t)
	id := w.accepted()
	document := "sha256:" + strings.Repeat("3f", 32)
	add := func(name, account string) string {
		v := w.act("officer", id, "join-complainant", `{"complainant":{"name":"`+name+`","phone":"13947100000","address":"x","region":"150102","account":"`+account+`"}}`)
		all := v["joint"].(object)["complainants"].([]any)
		return all[len(all)-1].(object)["id"].(string)
	}
	second, third := add("巴特尔", "c-2"), add("萨仁", "")
	w.act("stranger", id, "consent-joint", `{"to":"join","answer":"yes"}`)
	form := `{"representatives":["consumer","` + second + `"],"document":"` + document + `"}`
	p := w.refused(422, "refused", "officer", "POST", complaints+"/"+id+"/form-joint", form)
	if p["reason"] != "joint_consent_missing" || p["rule"] != "ORD-121.12" || len(p["who"].([]any)) != 2 || p["citation"] == "" {
		t.Fatal(p)
	}
	for _, who := range []string{"consumer", third} {
		w.act("officer", id, "consent-joint", `{"complainant":"`+who+`","to":"join","answer":"yes"}`)
	}
	w.act("officer", id, "form-joint", form)
	p = w.refused(422, "refused", "consumer", "POST", complaints+"/"+id+"/withdraw", `{}`)
	if p["reason"] != "represented_consent_missing" || p["who"].([]any)[0] != third {
		t.Fatal(p)
	}
	view := w.json(w.do(200, "stranger", "GET", complaints+"/"+id, ""))
	if c := view["consumer"].(object); c["phone"] != nil || c["address"] != nil || c["name"] != "乌*" {
		t.Errorf("another complainant sees %v", c)
	}
	own := view["joint"].(object)["complainants"].([]any)[1].(object)
	if own["you"] != true || own["person"].(object)["phone"] != "13947100000" {
		t.Errorf("its own: %v", own)
	}
	w.act("officer", id, "consent-joint", `{"complainant":"`+third+`","to":"withdraw","answer":"yes"}`)
	if v := w.act("stranger", id, "withdraw", `{}`); v["status"] != "withdrawn" {
		t.Fatal(v["status"])
	}
}

// An agent's original is asked for, seen, and only then does the agent settle (art 11).
func TestAnAgentThroughHTTP_Order121Art11(t *testing.T) {
	w := newWorld(t)
	body := strings.Replace(filing, `"merchant":`, `"filer":{"as":"agent","name":"李律师","phone":"13700000000"},"merchant":`, 1)
	id := w.json(w.do(201, "consumer", "POST", complaints, body))["id"].(string)
	settle := `{"terms":{"kind":"refund","amount_fen":100}}`
	p := w.refused(422, "refused", "consumer", "POST", complaints+"/"+id+"/settle", settle)
	if p["reason"] != "authority_not_seen" || p["rule"] != "ORD-121.11" {
		t.Fatal(p)
	}
	w.act("officer", id, "request-supplement", `{"items":["power_of_attorney","agent_identity"],"by":"2026-09-21"}`)
	v := w.act("officer", id, "authorise-filer", `{"document":"sha256:`+strings.Repeat("3f", 32)+`","matter":"退款","scope":["settle"],"until":"2026-12-31","signed":true,"id_type":"id_card","id_number":"11010519491231002X"}`)
	if a := v["filer"].(object)["authority"].(object); a["state"] != "seen" || a["until"] != "2026-12-31" {
		t.Fatal(a)
	}
	w.refused(422, "refused", "consumer", "POST", complaints+"/"+id+"/withdraw-request", `{"request":1}`)
	if v := w.act("consumer", id, "settle", settle); v["status"] != "settled" {
		t.Fatal(v["status"])
	}
}

// What is asked for is changed and dropped.
func TestRequestsChangeThroughHTTP(t *testing.T) {
	w := newWorld(t)
	id := w.file()
	v := w.act("consumer", id, "change-requests", `{"requests":[{"kind":"replace"},{"kind":"apologise"}],"reason":"同意换货"}`)
	if len(v["requests"].([]any)) != 2 {
		t.Fatal(v["requests"])
	}
	v = w.act("consumer", id, "withdraw-request", `{"request":2}`)
	if left := v["requests"].([]any); len(left) != 1 || left[0].(object)["kind"] != "replace" {
		t.Fatal(left)
	}
	if p := w.refused(422, "refused", "consumer", "POST", complaints+"/"+id+"/withdraw-request", `{"request":1}`); p["reason"] != "last_request" {
		t.Fatal(p)
	}
}

// stored is every event's data as text.
func (w *world) stored() (list []string) {
	for env, err := range w.store.ReadAll(context.Background(), es.Position{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		list = append(list, string(env.Data)+string(env.Meta))
	}
	return list
}
