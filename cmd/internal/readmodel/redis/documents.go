package redis

import (
	"context"
	"fmt"
	"strings"

	"github.com/goccy/go-json"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// keysPerCall bounds how many documents one script reads.
const keysPerCall = 250

func isView(key string) bool { return strings.HasPrefix(key, readmodel.ViewPrefix) }

// Get returns a document.
func (m *Model) Get(ctx context.Context, s readmodel.Space, key string) (any, error) {
	docs, err := m.GetMany(ctx, s, []string{key})
	if err != nil {
		return nil, err
	}
	if docs[0] == nil {
		return nil, readmodel.ErrNotFound
	}
	return docs[0], nil
}

// GetMany returns documents in the order of the keys, nil where there is none. A view
// is asked of the partition of its stream, any other document of all of them.
func (m *Model) GetMany(ctx context.Context, s readmodel.Space, keys []string) ([]any, error) {
	var found []found
	err := m.do(ctx, func() (err error) {
		found, err = m.documents(ctx, s, keys)
		return err
	})
	if err != nil {
		return nil, err
	}
	types := m.types(s)
	out := make([]any, len(keys))
	for i, f := range found {
		if !f.there {
			continue
		}
		if out[i], err = decode(types, keys[i], f.doc); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// found is a stored document and the place of its fact.
type found struct {
	there bool
	doc   string
	at    es.Position
}

func (m *Model) documents(ctx context.Context, s readmodel.Space, keys []string) ([]found, error) {
	calls, which := m.requests(s, keys)
	out := make([]found, len(keys))
	if len(calls) == 0 {
		return out, nil
	}
	answers, err := m.read(ctx, m.scripts.documents, calls)
	if err != nil {
		return nil, err
	}
	for c, answer := range answers {
		if answer == nil {
			continue
		}
		docs, err := listAt(answer, 0)
		if err != nil || len(docs) != len(which[c]) {
			return nil, errAnswer
		}
		for k, i := range which[c] {
			if doc, ok := docs[k].(string); ok {
				if err := out[i].offer(keys[i], doc); err != nil {
					return nil, err
				}
			}
		}
	}
	return out, nil
}

// requests are what partitions are asked for, and the places of the keys of each.
func (m *Model) requests(s readmodel.Space, keys []string) (calls []call, which [][]int) {
	wanted := make([][]int, m.partitions)
	for i, k := range keys {
		if isView(k) {
			p := readmodel.PartitionOf(es.StreamID(k[len(readmodel.ViewPrefix):]), m.partitions)
			wanted[p] = append(wanted[p], i)
			continue
		}
		for p := range wanted {
			wanted[p] = append(wanted[p], i)
		}
	}
	for p, list := range wanted {
		for len(list) > 0 {
			n := min(len(list), keysPerCall)
			c := call{keys: []string{m.head(s, p)}, args: make([]any, n)}
			for k, i := range list[:n] {
				c.args[k] = keys[i]
			}
			calls, which, list = append(calls, c), append(which, list[:n]), list[n:]
		}
	}
	return calls, which
}

// offer keeps the latest of what partitions hold.
func (f *found) offer(key, stored string) error {
	at, doc, ok := placeOf(key, stored)
	if !ok {
		return fmt.Errorf("document %s: %w", key, errAnswer)
	}
	if !f.there || f.at.Before(at) {
		*f = found{there: true, doc: doc, at: at}
	}
	return nil
}

func decode(types []readmodel.DocType, key, doc string) (any, error) {
	t, ok := readmodel.DocTypeOf(types, key)
	if !ok {
		return nil, fmt.Errorf("document %s: %w: no type for it", key, readmodel.ErrUnavailable)
	}
	v := t.New()
	if err := json.Unmarshal([]byte(doc), v); err != nil {
		return nil, fmt.Errorf("document %s: %w: %w", key, readmodel.ErrUnavailable, err)
	}
	return v, nil
}
