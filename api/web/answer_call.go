package web

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"fangxin/domain/calendar"
	"fangxin/domain/statute"
)

// caller asks the API inside of the process, as the merchant's own program would.
type caller struct{ api http.Handler }

// maxReply bounds what is read of an answer of the API.
const maxReply = 4 << 20

var errReply = errors.New("the answer of the API is too long")

// reply gathers one answer.
type reply struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *reply) Header() http.Header { return r.header }

func (r *reply) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *reply) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	if r.body.Len()+len(b) > maxReply {
		return 0, errReply
	}
	return r.body.Write(b)
}

// apiProblem is a refusal of the API in the reader's language (RFC 9457).
type apiProblem struct {
	Status   int    `json:"status"`
	Code     string `json:"code"`
	Title    string `json:"title"`
	Detail   string `json:"detail"`
	Citation string `json:"citation"`
	Errors   []struct {
		Pointer string `json:"pointer"`
		Detail  string `json:"detail"`
	} `json:"errors"`

	retryAfter string
}

func (e *apiProblem) Error() string { return fmt.Sprintf("%d %s", e.Status, e.Code) }

// call sends one request with what the API knows its caller by: the address, and the
// proxies that it came through.
func (a caller) call(ctx context.Context, c echo.Context, lang, method, path, token, key string, in, out any) error {
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, path, &body)
	if err != nil {
		return err
	}
	r.RequestURI, r.RemoteAddr, r.Host = path, c.Request().RemoteAddr, c.Request().Host
	r.Header["X-Forwarded-For"] = c.Request().Header["X-Forwarded-For"]
	for name, value := range map[string]string{
		"Accept": "application/json", "Accept-Language": lang, "Idempotency-Key": key,
		"X-Correlation-ID": c.Response().Header().Get("X-Correlation-ID"),
	} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := &reply{header: http.Header{}}
	a.api.ServeHTTP(w, r)
	if w.status >= http.StatusBadRequest {
		told := &apiProblem{retryAfter: w.header.Get("Retry-After")}
		if err := json.Unmarshal(w.body.Bytes(), told); err != nil {
			return fmt.Errorf("status %d: %w", w.status, err)
		}
		told.Status = w.status
		return told
	}
	return json.Unmarshal(w.body.Bytes(), out)
}

func (a caller) exchange(ctx context.Context, c echo.Context, lang, code string) (session, time.Duration, error) {
	var grant struct {
		Token     string `json:"access_token"`
		ExpiresIn int    `json:"expires_in"`
		Case      string `json:"case"`
	}
	err := a.call(ctx, c, lang, http.MethodPost, "/api/v1/links/exchange", "", "", map[string]string{"code": code}, &grant)
	return session{id: grant.Case, token: grant.Token}, time.Duration(grant.ExpiresIn) * time.Second, err
}

// complaintView is what the page shows of a complaint.
type complaintView struct {
	Number   string        `json:"number"`
	Status   string        `json:"status"`
	Revision int64         `json:"revision"`
	FiledAt  time.Time     `json:"filed_at"`
	Region   string        `json:"region"`
	Actions  []string      `json:"actions"`
	Merchant answerParty   `json:"merchant"`
	Consumer answerParty   `json:"consumer"`
	Facts    string        `json:"facts"`
	Requests []answerTerms `json:"requests"`
	Subject  struct {
		Category  string        `json:"category"`
		Name      string        `json:"name"`
		BoughtOn  calendar.Date `json:"bought_on"`
		AmountFen int64         `json:"amount_fen"`
	} `json:"subject"`
	Responses []struct {
		Kind string        `json:"kind"`
		On   calendar.Date `json:"on"`
		Text string        `json:"text"`
	} `json:"responses"`
	Offers []answerOffer `json:"offers"`

	Clocks []answerClock `json:"-"`
}

type answerParty struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

// answerTerms are what one side asks for or offers.
type answerTerms struct {
	Kind      string        `json:"kind"`
	AmountFen int64         `json:"amount_fen"`
	Text      string        `json:"text"`
	PerformBy calendar.Date `json:"perform_by"`
}

type answerOffer struct {
	ID    string      `json:"id"`
	By    string      `json:"by"`
	State string      `json:"state"`
	Terms answerTerms `json:"terms"`
}

// answerClock is a time limit with its name and how it was counted.
type answerClock struct {
	DueWide calendar.Date `json:"due_wide"`
	State   string        `json:"state"`
	Paused  bool          `json:"paused"`
	Law     struct {
		Title statute.Text `json:"title"`
	} `json:"law"`
	Steps []struct {
		Text string `json:"text"`
	} `json:"steps"`
}

// read gets the complaint and its time limits.
func (a caller) read(ctx context.Context, c echo.Context, lang string, s session) (*complaintView, error) {
	v := &complaintView{}
	path := "/api/v1/complaints/" + s.id
	if err := a.call(ctx, c, lang, http.MethodGet, path, s.token, "", nil, v); err != nil {
		return nil, err
	}
	var limits struct {
		Clocks []answerClock `json:"clocks"`
	}
	if err := a.call(ctx, c, lang, http.MethodGet, path+"/clocks", s.token, "", nil, &limits); err != nil {
		return nil, err
	}
	for _, l := range limits.Clocks {
		if l.State == "running" {
			v.Clocks = append(v.Clocks, l)
		}
	}
	return v, nil
}

// act sends one act. Its key follows from what was sent and from the state that was
// looked at, so a form sent twice is done once.
func (a caller) act(ctx context.Context, c echo.Context, lang string, s session, d draft, body map[string]any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	key := s.mac("act\x00" + d.act.name + "\x00" + d.seen + "\x00" + string(text))
	var after struct{}
	return a.call(ctx, c, lang, http.MethodPost, "/api/v1/complaints/"+s.id+"/"+d.act.name, s.token, key, body, &after)
}

func (s session) mac(text string) string {
	m := hmac.New(sha256.New, []byte(s.token))
	m.Write([]byte("answer page 1\x00" + text))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:24])
}

// form marks the forms that this page gave to this session.
func (s session) form() string { return s.mac("form") }

func (s session) made(form string) bool { return hmac.Equal([]byte(form), []byte(s.form())) }
