package httpapi

import (
	"context"
	"io"
	"time"

	"fangxin/api/httpapi/feed"
	"fangxin/api/httpapi/meter"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
	"fangxin/domain/usecase"
)

// Complaints are the use cases of complaints; *usecase.Complaints is one.
type Complaints interface {
	File(ctx context.Context, actor usecase.Actor, in usecase.FileComplaint, o usecase.Options) (usecase.Receipt, usecase.CaseView, error)
	Act(ctx context.Context, actor usecase.Actor, id, action string, in any, o usecase.Options) (usecase.Receipt, usecase.CaseView, error)
	Actions() map[string]func() any
	View(ctx context.Context, actor usecase.Actor, id string, asOf *time.Time) (usecase.CaseView, error)
	History(ctx context.Context, actor usecase.Actor, id string, after es.Revision, limit int) ([]usecase.HistoryEntry, error)
	Clocks(ctx context.Context, actor usecase.Actor, id string) ([]usecase.ClockExplanation, error)
	Numbers(ctx context.Context, actor usecase.Actor, office string, year int, cursor string, limit int) (usecase.NumberPage, error)
	// ClosePeriod makes the figures of a month final; Closings lists what was closed.
	ClosePeriod(ctx context.Context, actor usecase.Actor, month string, in usecase.ClosePeriod, p usecase.Publication, o usecase.Options) (usecase.Receipt, usecase.Closing, error)
	Closings(ctx context.Context) ([]usecase.Closing, error)
	// Access gives the tables of who may do what.
	Access() *usecase.Access
	Signals(ctx context.Context, actor usecase.Actor, id string) (usecase.Signals, error)
	Reads(ctx context.Context, actor usecase.Actor, id string) (list []usecase.Reading, more bool, err error)
	Held(ctx context.Context, actor usecase.Actor, give func(*usecase.CaseData) error) (more bool, err error)
	// ExchangeLink answers who the code of a link stands for, LinkStands whether the link
	// still does: usecase.ErrLink.
	ExchangeLink(ctx context.Context, in usecase.ExchangeLink) (usecase.LinkGrant, error)
	LinkStands(ctx context.Context, actor usecase.Actor) error
	Access
}

// Authenticator checks a bearer token.
type Authenticator interface {
	Verify(token string) (usecase.Actor, error)
}

// Evidence keeps what parties hand in and shows derived copies to those who may see
// them.
type Evidence interface {
	// Offer keeps bytes for the actor. Errors of usecase.Blobs.
	Offer(ctx context.Context, actor usecase.Actor, r io.Reader, limit int64) (usecase.Blob, error)
	// Show opens the original for who offered it, and the derived copy for who may see
	// the evidence of the case named. usecase.ErrNotFound and errors of usecase.Blobs.
	Show(ctx context.Context, actor usecase.Actor, caseID, id string) (io.ReadSeekCloser, usecase.Blob, error)
}

// Feed is the node's own reader of the log, cut to what an actor may see.
type Feed interface {
	Follow(actor usecase.Actor, after es.Position, from feed.From) (*feed.Stream, error)
}

// Check is one part of readiness. Reason is a code, empty where all is well.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Reason string `json:"reason,omitempty"`
}

// Place is what a list has to show: everything up to a position, or, where Stream is
// set, everything of one stream up to there.
type Place struct {
	Position es.Position
	// Stream is the stream's readmodel.StreamHash, nil for the whole log.
	Stream *uint32
}

// Node is what the HTTP surface asks of the node it runs on. Nil functions are left
// out of the surface.
type Node struct {
	// Ready checks the parts; every one must be OK.
	Ready func(ctx context.Context) []Check
	// WaitFor returns when the lists stand at the place or later.
	WaitFor func(ctx context.Context, p Place) error
	// Age is for how long a list that stands at a position has not shown everything;
	// 0 where it does.
	Age func(ctx context.Context, at es.Position) time.Duration
	// Gauges are figures for /metrics.
	Gauges func() []meter.Gauge
	// MoveClock sets the practice clock of a demonstration; false where it would go
	// backwards. Without it the route does not exist.
	MoveClock func(to time.Time) bool
	// OpenNarrative opens a consented narrative of an imported case; "" where it
	// cannot be opened.
	OpenNarrative func(ctx context.Context, v *sealed.Value) string
}
