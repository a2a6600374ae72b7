package kurrenttest

import (
	"regexp"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"fangxin/domain/es"
)

// readBatch is how many events the server reads at once, and how many it considers
// at once when the client leaves the search window open.
const readBatch = 32

// filter passes events by their type or their stream's name. A nil filter passes
// all.
type filter struct {
	byType   bool
	prefixes []string
	pattern  *regexp.Regexp
	window   uint64 // events considered at once
	interval uint64 // considered events between two checkpoints
}

func newFilter(o *streams.ReadReq_Options_FilterOptions, subscribes bool) (*filter, error) {
	if o == nil {
		return nil, nil
	}
	f := &filter{window: readBatch}
	expression := o.GetStreamIdentifier()
	if by, ok := o.GetFilter().(*streams.ReadReq_Options_FilterOptions_EventType); ok {
		f.byType, expression = true, by.EventType
	}
	f.prefixes = expression.GetPrefix()
	if text := expression.GetRegex(); text != "" {
		pattern, err := regexp.Compile(text)
		if err != nil {
			return nil, invalid("filter %q: %s", text, err)
		}
		f.pattern = pattern
	}
	if f.pattern == nil && len(f.prefixes) == 0 {
		return nil, invalid("a filter has a regular expression or prefixes")
	}
	switch window := o.GetWindow().(type) {
	case nil:
		return nil, invalid("a filter has a search window")
	case *streams.ReadReq_Options_FilterOptions_Max:
		if f.window = uint64(window.Max); window.Max == 0 {
			return nil, invalid("a search window of 0 events")
		}
	}
	if subscribes && o.GetCheckpointIntervalMultiplier() == 0 {
		return nil, invalid("checkpointIntervalMultiplier ('0') must be a non-zero value")
	}
	f.interval = f.window * uint64(o.GetCheckpointIntervalMultiplier())
	return f, nil
}

func (f *filter) passes(e *es.Envelope) bool {
	if f == nil {
		return true
	}
	text := string(e.Stream)
	if f.byType {
		text = e.Type
	}
	if f.pattern != nil {
		return f.pattern.MatchString(text)
	}
	for _, p := range f.prefixes {
		if strings.HasPrefix(text, p) {
			return true
		}
	}
	return false
}
