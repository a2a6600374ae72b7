package readmodel

import "context"

// selectRounds bounds one Select: as many candidates as rows in the first round, since
// most often all of them belong to the answer, and MaxPage in each of the next.
const selectRounds = 20

// Select pages through views: the members of p.Where are streams, keep reads the
// view of each and says whether it belongs to the answer. It ends with p.Limit
// rows, or early, with a cursor, when it had to look at too many.
func Select[T any](ctx context.Context, m Model, s Space, p Page, keep func(view any) (T, bool)) (rows []T, next string, err error) {
	want := bounded(p.Limit)
	for round := range selectRounds {
		p.Limit = MaxPage
		if round == 0 {
			p.Limit = want
		}
		page, views, err := pageViews(ctx, m, s, p)
		if err != nil {
			return nil, "", err
		}
		if rows == nil && len(views) > 0 {
			rows = make([]T, 0, want)
		}
		for i, v := range views {
			if v == nil {
				continue
			}
			row, ok := keep(v)
			if !ok {
				continue
			}
			if rows = append(rows, row); len(rows) == want {
				if i+1 == len(views) && page.Next == "" {
					return rows, "", nil
				}
				return rows, CursorOf(page.Rows[i]), nil
			}
		}
		if page.Next == "" {
			return rows, "", nil
		}
		p.After = page.Next
	}
	return rows, p.After, nil
}

// CountKept counts the views of a set that keep wants, looking at no more than
// Select does; past that the number is a lower bound.
func CountKept(ctx context.Context, m Model, s Space, p Page, keep func(view any) bool) (Number, error) {
	var n Number
	p.Limit = MaxPage
	for range selectRounds / 2 {
		page, views, err := pageViews(ctx, m, s, p)
		if err != nil {
			return Number{}, err
		}
		for _, v := range views {
			if v != nil && keep(v) {
				n.N++
			}
		}
		if page.Next == "" {
			return n, nil
		}
		p.After = page.Next
	}
	n.AtLeast = true
	return n, nil
}

func pageViews(ctx context.Context, m Model, s Space, p Page) (Rows, []any, error) {
	if v, ok := m.(Viewer); ok {
		return v.PageViews(ctx, s, p)
	}
	page, err := m.Page(ctx, s, p)
	if err != nil || len(page.Rows) == 0 {
		return page, nil, err
	}
	keys := make([]string, len(page.Rows))
	for i, r := range page.Rows {
		keys[i] = ViewPrefix + r.Member
	}
	views, err := m.GetMany(ctx, s, keys)
	return page, views, err
}

// bounded is a page's limit within MaxPage.
func bounded(limit int) int { return min(MaxPage, max(1, limit)) }
