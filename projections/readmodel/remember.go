package readmodel

import "context"

// Viewer is a model that reads a page and the views of its rows in one step, both of one
// moment.
type Viewer interface {
	// PageViews is Page with the view of each row, nil where the member has none.
	PageViews(ctx context.Context, s Space, p Page) (Rows, []any, error)
}

// Rememberer is a model that keeps what was worked out of a space as long as nothing is
// committed to it.
type Rememberer interface {
	// Remember returns the value that was kept for the key, or has it worked out; weight
	// is how much of the model's room it takes, one for about 100 bytes. Values are
	// shared: nobody changes them.
	Remember(ctx context.Context, s Space, key string, work func() (value any, weight int, err error)) (any, error)
}

// Remembered returns what was worked out for the key since the space last changed. Where
// the model keeps nothing it is worked out each time. Nobody changes what it returns.
func Remembered[T any](ctx context.Context, m Model, s Space, key string, work func() (value T, weight int, err error)) (T, error) {
	keeps, ok := m.(Rememberer)
	if !ok {
		value, _, err := work()
		return value, err
	}
	value, err := keeps.Remember(ctx, s, key, func() (any, int, error) {
		value, weight, err := work()
		return value, weight, err
	})
	kept, _ := value.(T)
	return kept, err
}
