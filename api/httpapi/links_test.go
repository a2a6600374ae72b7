package httpapi_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fangxin/domain/usecase"
)

// granted knows the accounts, and mints tokens that expire.
type granted struct {
	accounts tokens
	made     map[string]usecase.Actor
	until    map[string]time.Time
	now      func() time.Time
}

func (g granted) Mint(actor usecase.Actor, ttl time.Duration) (string, error) {
	if err := actor.Check(); err != nil || ttl <= 0 {
		return "", errors.Join(err, fmt.Errorf("for %s", ttl))
	}
	token := fmt.Sprintf("minted-%d", len(g.made))
	g.made[token], g.until[token] = actor, g.now().Add(ttl)
	return token, nil
}

func (g granted) Verify(token string) (usecase.Actor, error) {
	if actor, ok := g.made[token]; ok && g.now().Before(g.until[token]) {
		return actor, nil
	}
	return g.accounts.Verify(token)
}

const exchange = "/api/v1/links/exchange"

// issued gives out a link and answers its code.
func (w *world) issued(id string, body string) string {
	w.t.Helper()
	links := w.act("officer", id, "issue-link", body)["answer_links"].([]any)
	last := links[len(links)-1].(object)
	code, _ := last["code"].(string)
	if len(code) != 44 || last["path"] != "/answer#"+code || last["state"] != "in_force" {
		w.t.Fatalf("%v", last)
	}
	return code
}

func (w *world) exchanged(code string) string {
	w.t.Helper()
	v := w.json(w.do(200, "", "POST", exchange, `{"code":"`+code+`"}`))
	if v["token_type"] != "Bearer" || v["expires_in"].(float64) > 1800 {
		w.t.Fatalf("%v", v)
	}
	return v["access_token"].(string)
}

// A merchant that never enrolled reads its part, answers, offers, and nothing else.
func TestAnsweringByALink(t *testing.T) {
	w := newWorld(t)
	id, other := w.accepted(), w.accepted()
	by := w.exchanged(w.issued(id, `{"channel":"sms"}`))
	for _, path := range []string{"", "/history", "/clocks"} {
		w.do(200, by, "GET", complaints+"/"+id+path, "")
		w.refused(404, "not_found", by, "GET", complaints+"/"+other+path, "")
	}
	for _, action := range []string{"respond", "offer", "recuse"} {
		w.refused(404, "not_found", by, "POST", complaints+"/"+other+"/"+action,
			map[string]string{"respond": `{"kind":"final","text":"不属实"}`, "offer": `{"terms":{"kind":"refund"}}`, "recuse": `{"reason":"亲属"}`}[action])
	}
	v := w.act(by, id, "respond", `{"kind":"final","text":"同意退一半"}`)
	if v["answer_links"] != nil || strings.Contains(fmt.Sprint(v["actions"]), "issue-link") {
		t.Errorf("the merchant sees %v", v["answer_links"])
	}
	v = w.act(by, id, "offer", `{"terms":{"kind":"refund","amount_fen":160000}}`)
	offer := v["offers"].([]any)[0].(object)["id"]
	w.act("consumer", id, "refuse-offer", fmt.Sprintf(`{"offer":%q}`, offer))
	w.act(by, id, "consent-delegation", `{"answer":"yes"}`)
	w.act(by, id, "recuse", `{"reason":"调解员是对方亲属"}`)
	for _, path := range []string{"/api/v1/cases", "/api/v1/me/data", "/api/v1/numbers", "/api/v1/deadlines", "/api/v1/forms/1", "/api/v1/cases/transfer-sheet.csv"} {
		w.refused(403, "forbidden", by, "GET", path, "")
	}
	w.refused(403, "forbidden", by, "POST", complaints, filing)
	w.refused(403, "forbidden", by, "POST", complaints+"/"+id+"/issue-link", `{"channel":"sms"}`)
	w.refused(403, "forbidden", by, "POST", complaints+"/"+id+"/accept", `{}`)
	w.do(201, by, "POST", "/api/v1/evidence", "收据", header("Content-Type", "text/plain"))
}

// Who may give a link out and end it, and who sees that there is one.
func TestWhoIssuesLinks(t *testing.T) {
	w := newWorld(t)
	id := w.accepted()
	for token, status := range map[string]int{"consumer": 403, "merchant": 403, "auditor": 403, "admin": 403, "elsewhere": 404, "": 401} {
		w.do(status, token, "POST", complaints+"/"+id+"/issue-link", `{"channel":"sms"}`)
		w.do(status, token, "POST", complaints+"/"+id+"/revoke-link", `{"link":1}`)
	}
	code := w.issued(id, `{"channel":"letter","days":14}`)
	for token, sees := range map[string]bool{"officer": true, "auditor": true, "consumer": false, "merchant": false} {
		raw := w.do(200, token, "GET", complaints+"/"+id, "").Body.String() + w.do(200, token, "GET", complaints+"/"+id+"/history", "").Body.String()
		if strings.Contains(raw, "answer_links") != sees || strings.Contains(raw, "link_issued") != sees || strings.Contains(raw, code) {
			t.Errorf("%s: %s", token, raw)
		}
	}
	w.refused(422, "refused", "officer", "POST", complaints+"/"+w.file()+"/issue-link", `{"channel":"sms"}`)
	w.refused(422, "invalid", "officer", "POST", complaints+"/"+id+"/issue-link", `{"channel":"sms","days":91}`)
}

// The code follows from case and number: a repeat shows the same one, and makes no other.
func TestIssuingAgainWithTheSameKey(t *testing.T) {
	w := newWorld(t)
	id := w.accepted()
	send := func(key string) []any {
		rec := w.do(200, "officer", "POST", complaints+"/"+id+"/issue-link", `{"channel":"sms"}`, header("Idempotency-Key", key))
		return w.json(rec)["answer_links"].([]any)
	}
	first, again, second := send("k-1"), send("k-1"), send("k-2")
	if fmt.Sprint(first) != fmt.Sprint(again) || len(second) != 2 || second[0].(object)["code"] != nil {
		t.Errorf("%v\n%v\n%v", first, again, second)
	}
	if again := send("k-1"); again[0].(object)["code"] != first[0].(object)["code"] || again[1].(object)["code"] != nil {
		t.Errorf("%v", again)
	}
}

// A token ends with its time, with the link's day, and at once when the link is revoked,
// the merchant was the wrong one, or the case is closed.
func TestLinksEnd(t *testing.T) {
	right := `{"merchant":{"name":"别家","region":"150102"},"source":"register","reason":"认定有误"}`
	ends := map[string]func(w *world, id string){
		"revoked":  func(w *world, id string) { w.act("officer", id, "revoke-link", `{"link":1,"reason":"号码有误"}`) },
		"expired":  func(w *world, _ string) { w.at("2026-09-29") },
		"replaced": func(w *world, id string) { w.act("officer", id, "replace-merchant", right) },
		"closed": func(w *world, id string) {
			w.act("officer", id, "terminate", `{"ground":"TM_REFUSED"}`)
			for _, to := range []string{"consumer", "merchant"} {
				w.act("officer", id, "notify", `{"about":"termination","recipient":"`+to+`","channel":"sms","text":"终止"}`)
			}
			w.act("officer", id, "close", `{}`)
		},
	}
	for name, end := range ends {
		w := newWorld(t)
		id := w.accepted()
		code := w.issued(id, `{"channel":"sms","days":14}`)
		if name == "expired" {
			w.at("2026-09-28")
			w.clock.Store(w.now().Add(13*time.Hour + 50*time.Minute).UnixNano())
		}
		by := w.exchanged(code)
		w.do(200, by, "GET", complaints+"/"+id, "")
		end(w, id)
		want := "link_ended"
		if name == "expired" {
			want = "unauthenticated"
		}
		w.refused(401, want, by, "GET", complaints+"/"+id, "")
		w.refused(401, want, by, "POST", complaints+"/"+id+"/respond", `{"kind":"final","text":"不属实"}`)
		w.refused(401, want, by, "POST", "/api/v1/evidence", "x", header("Content-Type", "text/plain"))
		w.refused(401, want, by, "GET", "/api/v1/events", "")
		w.refused(401, "link_ended", "", "POST", exchange, `{"code":"`+code+`"}`)
	}
}

// The token lasts half an hour; the code gives another.
func TestTokenOfALinkIsShort(t *testing.T) {
	w := newWorld(t)
	id := w.accepted()
	code := w.issued(id, `{"channel":"sms"}`)
	by := w.exchanged(code)
	w.clock.Store(w.now().Add(31 * time.Minute).UnixNano())
	w.refused(401, "unauthenticated", by, "GET", complaints+"/"+id, "")
	w.do(200, w.exchanged("https://fangxin.example/answer#"+code), "GET", complaints+"/"+id, "")
}

// Whatever is no code is answered alike, and tries are counted by address.
func TestWrongCodes(t *testing.T) {
	w := newWorld(t)
	id := w.accepted()
	code := w.issued(id, `{"channel":"sms"}`)
	raw, err := base64.RawURLEncoding.DecodeString(code)
	if err != nil {
		t.Fatal(err)
	}
	var wrong []string
	for _, i := range []int{0, 16, 17, 32} {
		raw[i] ^= 1
		wrong = append(wrong, base64.RawURLEncoding.EncodeToString(raw))
		raw[i] ^= 1
	}
	wrong = append(wrong, "x", "#", code[:43], code+"A", strings.Repeat("A", 44), "💥")
	var said string
	for _, c := range wrong {
		w.clock.Store(w.now().Add(time.Minute).UnixNano())
		p := w.refused(404, "not_found", "", "POST", exchange, `{"code":"`+c+`"}`)
		delete(p, "correlation_id")
		if said == "" {
			said = fmt.Sprint(p)
		}
		if fmt.Sprint(p) != said {
			t.Errorf("%q: %v", c, p)
		}
	}
	w.refused(422, "invalid", "", "POST", exchange, `{}`)
	for range 10 {
		w.request("", "POST", exchange, `{"code":"x"}`)
	}
	w.refused(429, "rate_limited", "", "POST", exchange, `{"code":"`+code+`"}`)
}
