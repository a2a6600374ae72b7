// Package problem turns errors into problem details (RFC 9457), in one place. An
// error it does not know becomes an opaque 500: what it says is for the log.
package problem

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"fangxin/domain/es"
)

// ContentType of a problem on the wire.
const ContentType = "application/problem+json"

// Problem is a problem details object. Code is stable and meant for programs;
// Title and Detail come from the message catalogue.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Code   string `json:"code"`
	// Errors lists what is wrong with a request, all of it at once.
	Errors []Fault `json:"errors,omitempty"`
	// Reason is the code of a refusal by law or rule, or the class of the reason for
	// which a public record was withdrawn.
	Reason string `json:"reason,omitempty"`
	// Rule and Citation name the law of a refusal.
	Rule     string `json:"rule,omitempty"`
	Citation string `json:"citation,omitempty"`
	// Who are persons of the case of whom the refusal speaks, by their ids in it.
	Who []string `json:"who,omitempty"`
	// CurrentRevision is where the case stands, after a conflict, and LastFact what
	// happened last, both as the caller may see them.
	CurrentRevision *int64    `json:"current_revision,omitempty"`
	LastFact        *LastFact `json:"last_fact,omitempty"`
	// RetryAfter is in seconds and also stands in the header of that name.
	RetryAfter int `json:"retry_after,omitempty"`
	// Correlation names the request in the log.
	Correlation string `json:"correlation_id,omitempty"`
}

// LastFact is what happened last in a case: its type, when, and in which role somebody
// did it.
type LastFact struct {
	Type string    `json:"type"`
	At   time.Time `json:"at"`
	Role string    `json:"role"`
}

// Fault is one wrong field of a body, by JSON pointer (RFC 6901), or one wrong
// parameter or header, by name.
type Fault struct {
	Pointer   *string `json:"pointer,omitempty"`
	Parameter string  `json:"parameter,omitempty"`
	Code      string  `json:"code"`
	Detail    string  `json:"detail"`
	Rule      string  `json:"rule,omitempty"`
	Citation  string  `json:"citation,omitempty"`
	// From and To say where in a text, in characters.
	From int `json:"from,omitempty"`
	To   int `json:"to,omitempty"`
}

// At is a fault of a field.
func At(pointer, code string) Fault { return Fault{Pointer: &pointer, Code: code} }

// In is a fault of a parameter or header.
func In(parameter, code string) Fault { return Fault{Parameter: parameter, Code: code} }

// Codes of problems.
const (
	NotJSON              = "not_json"
	BadParameter         = "bad_parameter"
	BadHeader            = "bad_header"
	Unauthenticated      = "unauthenticated"
	LinkEnded            = "link_ended"
	Forbidden            = "forbidden"
	NotFound             = "not_found"
	Gone                 = "gone"
	MethodNotAllowed     = "method_not_allowed"
	Conflict             = "conflict"
	PreconditionFailed   = "precondition_failed"
	BodyTooLarge         = "body_too_large"
	UnsupportedMediaType = "unsupported_media_type"
	Invalid              = "invalid"
	Refused              = "refused"
	KeyReused            = "idempotency-key-reused"
	RateLimited          = "rate_limited"
	TooManyStreams       = "too_many_streams"
	Internal             = "internal"
	UnknownOutcome       = "unknown_outcome"
	Unavailable          = "unavailable"
	NewerVersion         = "newer_version"
	Timeout              = "timeout"
)

// statuses is the status of each code.
func statuses() map[string]int {
	return map[string]int{
		NotJSON: http.StatusBadRequest, BadParameter: http.StatusBadRequest, BadHeader: http.StatusBadRequest,
		Unauthenticated: http.StatusUnauthorized, LinkEnded: http.StatusUnauthorized, Forbidden: http.StatusForbidden,
		NotFound: http.StatusNotFound, Gone: http.StatusGone, MethodNotAllowed: http.StatusMethodNotAllowed,
		Conflict: http.StatusConflict, PreconditionFailed: http.StatusPreconditionFailed,
		BodyTooLarge: http.StatusRequestEntityTooLarge, UnsupportedMediaType: http.StatusUnsupportedMediaType,
		Invalid: http.StatusUnprocessableEntity, Refused: http.StatusUnprocessableEntity,
		KeyReused: http.StatusUnprocessableEntity, RateLimited: http.StatusTooManyRequests,
		TooManyStreams: http.StatusTooManyRequests, Internal: http.StatusInternalServerError,
		UnknownOutcome: http.StatusServiceUnavailable, Unavailable: http.StatusServiceUnavailable,
		NewerVersion: http.StatusServiceUnavailable, Timeout: http.StatusServiceUnavailable,
	}
}

// Error is a problem raised by the edge itself; it is an error so that handlers
// return it.
type Error struct {
	Code       string
	Faults     []Fault
	Reason     string
	RetryAfter time.Duration
	Revision   *es.Revision
	// Cause is for the log.
	Cause error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("problem " + e.Code)
	for _, f := range e.Faults {
		b.WriteString(" " + f.Parameter)
		if f.Pointer != nil {
			b.WriteString(*f.Pointer)
		}
		b.WriteString(":" + f.Code)
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Cause }

// New is a problem with faults.
func New(code string, faults ...Fault) *Error { return &Error{Code: code, Faults: faults} }

func (e *Error) problem() Problem {
	p := Problem{Code: e.Code, Status: statuses()[e.Code], Errors: e.Faults, Reason: e.Reason}
	if e.RetryAfter > 0 {
		p.RetryAfter = int((e.RetryAfter + time.Second - 1) / time.Second)
	}
	if e.Revision != nil {
		n := int64(*e.Revision)
		p.CurrentRevision = &n
	}
	return p
}

// SetHeaders writes the headers that go with a problem.
func (p *Problem) SetHeaders(h http.Header) {
	h.Set("Content-Type", ContentType)
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept-Language")
	h.Del("ETag")
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="fangxin"`)
	}
}
