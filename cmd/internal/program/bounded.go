package program

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fangxin/domain/es"
	"fangxin/projections/readmodel"
)

// readWithin bounds one question to a shared read model: who asks for a list is told
// soon that it cannot be had, and not when the connection gives up.
const readWithin = 2 * time.Second

// boundedReads is a read model as the HTTP surface asks it.
type boundedReads struct{ readmodel.Model }

// lists are the read models as pages and API read them. Embedded ones answer from
// memory.
func (n *node) lists() readmodel.Model {
	if n.model.shared == nil {
		return n.model
	}
	return boundedReads{n.model}
}

// answered gives the answer within readWithin. A read model that took longer is away.
func answered[T any](ctx context.Context, question func(context.Context) (T, error)) (T, error) {
	bound, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	out, err := question(bound)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = fmt.Errorf("%w: no answer within %s", readmodel.ErrUnavailable, readWithin)
	}
	return out, err
}

// Current asks the model, as all others below do.
func (m boundedReads) Current(ctx context.Context, projection string, version int) (int, error) {
	return answered(ctx, func(ctx context.Context) (int, error) { return m.Model.Current(ctx, projection, version) })
}

// Lowest checkpoint.
func (m boundedReads) Lowest(ctx context.Context, s readmodel.Space) (es.Position, error) {
	return answered(ctx, func(ctx context.Context) (es.Position, error) { return m.Model.Lowest(ctx, s) })
}

// Get returns a document.
func (m boundedReads) Get(ctx context.Context, s readmodel.Space, key string) (any, error) {
	return answered(ctx, func(ctx context.Context) (any, error) { return m.Model.Get(ctx, s, key) })
}

// GetMany returns documents.
func (m boundedReads) GetMany(ctx context.Context, s readmodel.Space, keys []string) ([]any, error) {
	return answered(ctx, func(ctx context.Context) ([]any, error) { return m.Model.GetMany(ctx, s, keys) })
}

// Page returns rows of a set.
func (m boundedReads) Page(ctx context.Context, s readmodel.Space, p readmodel.Page) (readmodel.Rows, error) {
	return answered(ctx, func(ctx context.Context) (readmodel.Rows, error) { return m.Model.Page(ctx, s, p) })
}

// Count counts a set.
func (m boundedReads) Count(ctx context.Context, s readmodel.Space, where readmodel.Expr, least, most int64) (readmodel.Number, error) {
	return answered(ctx, func(ctx context.Context) (readmodel.Number, error) { return m.Model.Count(ctx, s, where, least, most) })
}

// Indexes lists names.
func (m boundedReads) Indexes(ctx context.Context, s readmodel.Space, prefix, after string, limit int) ([]string, error) {
	return answered(ctx, func(ctx context.Context) ([]string, error) { return m.Model.Indexes(ctx, s, prefix, after, limit) })
}

// Counters lists counters.
func (m boundedReads) Counters(ctx context.Context, s readmodel.Space, from, to string, limit int) ([]readmodel.Counter, error) {
	return answered(ctx, func(ctx context.Context) ([]readmodel.Counter, error) {
		return m.Model.Counters(ctx, s, from, to, limit)
	})
}
