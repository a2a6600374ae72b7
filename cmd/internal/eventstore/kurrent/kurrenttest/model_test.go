package kurrenttest_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es"
)

// model is the server's rule for live streams in a few lines: what is expected,
// what there is, and which ids were seen.
type model struct {
	streams map[es.StreamID][]es.ID
	recent  map[es.ID]seat // newest place of every id
}

type seat struct {
	stream   es.StreamID
	revision int
}

// append is the answer without positions. Impossible expectations do not occur.
func (m *model) append(stream es.StreamID, expected expectation, ids []es.ID) string {
	have := m.streams[stream]
	at := len(have) - 1
	wrong := fmt.Sprintf("wrong, at %d", at)
	if at < 0 {
		wrong = "wrong, no stream"
	}
	switch {
	case expected == streamExists && at < 0:
		return wrong
	case expected == streamExists, expected == anyRevision:
		known := 0
		for _, id := range ids {
			if s, ok := m.recent[id]; !ok || s.stream != stream {
				break
			}
			known++
		}
		switch {
		case known == 0:
			return m.write(stream, ids)
		case known < len(ids):
			return wrong
		}
		return fmt.Sprint(m.recent[ids[known-1]].revision)
	case int(expected) == at:
		return m.write(stream, ids)
	case int(expected) > at || len(ids) == 0:
		return wrong
	}
	from := int(expected) + 1
	if from+len(ids) > len(have) || !slices.Equal(have[from:from+len(ids)], ids) {
		return wrong
	}
	return fmt.Sprint(from + len(ids) - 1)
}

func (m *model) write(stream es.StreamID, ids []es.ID) string {
	for _, id := range ids {
		m.recent[id] = seat{stream, len(m.streams[stream])}
		m.streams[stream] = append(m.streams[stream], id)
	}
	if len(m.streams[stream]) == 0 {
		return "none"
	}
	return fmt.Sprint(len(m.streams[stream]) - 1)
}

// Appends from a small set of ids, so that they meet themselves often, are answered
// as the model answers them.
func TestAppendsObeyTheModel(t *testing.T) {
	b := serve(t, kurrenttest.Options{})
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		m := &model{streams: map[es.StreamID][]es.ID{}, recent: map[es.ID]seat{}}
		for range rapid.IntRange(1, 12).Draw(r, "appends") {
			stream := es.StreamID(fmt.Sprintf("%s.%d", rapid.SampledFrom([]string{"a", "b"}).Draw(r, "stream"), round))
			expected := rapid.SampledFrom([]expectation{noStream, anyRevision, streamExists, 0, 1, 2, 3, 5}).Draw(r, "expected")
			which := rapid.SliceOfNDistinct(rapid.IntRange(0, 6), 0, 3, rapid.ID[int]).Draw(r, "ids")
			var events []es.Pending
			var ids []es.ID
			for _, i := range which {
				events = append(events, pending(fmt.Sprint("round", round), i, i+1)...)
				ids = append(ids, events[len(events)-1].ID)
			}
			want := m.append(stream, expected, ids)
			answer, err := b.append(stream, expected, events...)
			if err != nil {
				r.Fatal(err)
			}
			got := told(answer)
			if s := answer.GetSuccess(); s != nil {
				s.PositionOption = nil
				got = told(answer)
			}
			if got != want {
				r.Fatalf("%s at %d with %v: %q, want %q", stream, expected, which, got, want)
			}
		}
	})
}
