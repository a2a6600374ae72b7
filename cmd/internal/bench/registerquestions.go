package bench

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"fangxin/domain/calendar"
	"fangxin/projections/readmodel"
	"fangxin/projections/responsetime"
	"fangxin/projections/search"
)

// pageRows is how many records a page shows.
const pageRows = 20

// question is asked of the register in process and of PostgreSQL. The i-th time it is
// asked of other values; answers hold what both must say.
type question struct {
	name string
	// goal is the ratio of the medians at the largest register, 0 for none.
	goal   float64
	ours   func(ctx context.Context, i int) (func() answer, error)
	theirs func(ctx context.Context, i int) (func() answer, error)
}

// answer is what of an answer is compared: cases in order, a total, figures by name.
type answer struct {
	cases   []string
	total   int64
	figures map[string]int64
}

func (g *register) questions(conn *pgx.Conn) []question {
	return []question{
		{
			"newest page", 0.05, // which tells the total too; PostgreSQL is not asked for it
			g.page(func(int) search.Filter { return g.all() }, false),
			postgresPages(conn, "", func(int) []any { return nil }, false),
		},
		{
			"page at half the depth", 0, g.deepPage(),
			postgresPages(conn, "where (received, id) < ($1, $2)", func(i int) []any {
				row := g.row(g.deep(i))
				return []any{int32(row.received), row.id.String()}
			}, false),
		},
		{
			"page of a merchant, with total", 0.10,
			g.page(func(i int) search.Filter { return g.all().With(search.Merchant, g.merchants[g.some(i)].ID) }, true),
			postgresPages(conn, "where merchant = $1", func(i int) []any { return []any{g.merchants[g.some(i)].ID} }, true),
		},
		{
			"page of a state and product, with total", 0.10,
			g.page(func(i int) search.Filter {
				return g.all().With(search.Region, g.state(i)).With(search.Category, g.product(i))
			}, true),
			postgresPages(conn, "where state = $1 and product = $2", func(i int) []any { return []any{g.state(i), g.product(i)} }, true),
		},
		{"search by words within a product, all facets", 0.10, g.faceted(), postgresFaceted(conn, g)},
		{"a merchant's months: n, p50, p90, p99, mean", 0.02, g.months(false), postgresMonthsOf(conn, monthsOfMerchant, g.monthArgs(false))},
		{"the same, never asked before", 0.02, g.newMonths(), postgresMonthsOf(conn, monthsOfMerchant, g.monthArgs(false))},
		{"the same as of a day", 0, g.months(true), postgresMonthsOf(conn, monthsAsOf, g.monthArgs(true))},
		{"the same, beside a materialised view", 0, g.months(false), postgresMonthsOf(conn, monthsInView, g.monthArgs(false))},
	}
}

// Values of the i-th question.
func (g *register) some(i int) int { return i * 7 % max(1, len(g.merchants)/8) }

func (g *register) state(i int) string { return marketStates()[i%8] }

func (g *register) product(i int) string { return marketProducts()[i/8%6][0] }

func (g *register) words(i int) string {
	return []string{"harbor", "identity theft", "trust escrow", "summit", "fee problem", "evergreen national"}[i%6]
}

func (g *register) deep(i int) int { return g.cases/2 + i%1000 }

func (g *register) asOf(i int) calendar.Date { return g.first + marketDays/2 + calendar.Date(i%365) }

func (g *register) all() search.Filter { return search.Filter{}.With(search.Source, marketSource) }

// page asks for a page with the total.
func (g *register) page(filter func(i int) search.Filter, total bool) func(ctx context.Context, i int) (func() answer, error) {
	return func(ctx context.Context, i int) (func() answer, error) {
		p, err := search.Find(ctx, g.model, filter(i), search.Newest, "", pageRows)
		return func() answer { return answerOf(p, total) }, err
	}
}

func answerOf(p search.Page, total bool) answer {
	var a answer
	for _, r := range p.Records {
		a.cases = append(a.cases, r.Case)
	}
	if total {
		a.total = p.Total.N
	}
	return a
}

// deepPage goes on behind a record in the middle, with a cursor such as a page gives.
func (g *register) deepPage() func(ctx context.Context, i int) (func() answer, error) {
	tag := ""
	return func(ctx context.Context, i int) (func() answer, error) {
		if tag == "" {
			p, err := search.Find(ctx, g.model, g.all(), search.Newest, "", pageRows)
			if err != nil {
				return nil, err
			}
			last := p.Records[len(p.Records)-1]
			of := readmodel.CursorOf(readmodel.Row{Member: "complaint." + last.Case, Score: int64(last.Published)})
			tag = p.Next[:len(p.Next)-len(of)]
		}
		row := g.row(g.deep(i))
		cursor := tag + readmodel.CursorOf(readmodel.Row{Member: "complaint." + row.id.String(), Score: int64(row.received)})
		p, err := search.Find(ctx, g.model, g.all(), search.Newest, cursor, pageRows)
		return func() answer { return answerOf(p, false) }, err
	}
}

func (g *register) faceted() func(ctx context.Context, i int) (func() answer, error) {
	return func(ctx context.Context, i int) (func() answer, error) {
		q, err := search.Parse(g.words(i), nil)
		if err != nil {
			return nil, err
		}
		f := g.all().With(search.Category, g.product(i))
		f.Query = q
		p, err := search.Find(ctx, g.model, f, search.Newest, "", pageRows)
		if err != nil {
			return nil, err
		}
		facets, err := search.Facets(ctx, g.model, f)
		return func() answer {
			a := answerOf(p, true)
			a.figures = map[string]int64{}
			for _, x := range facets.Facets {
				if x.Field == search.Region || x.Field == search.Outcome {
					for _, v := range x.Values {
						a.figures[v.Value] = v.N.N
					}
				}
			}
			return a
		}, err
	}
}

// months asks for the response times of one merchant, month by month.
func (g *register) months(asOf bool) func(ctx context.Context, i int) (func() answer, error) {
	return func(ctx context.Context, i int) (func() answer, error) {
		day := calendar.Date(0)
		if asOf {
			day = g.asOf(i)
		}
		return g.monthsAt(ctx, i, day)
	}
}

// newMonths asks as of another day each time, all of them later than any fact, so that no
// answer can be remembered.
func (g *register) newMonths() func(ctx context.Context, i int) (func() answer, error) {
	day := g.first + 100*marketDays
	return func(ctx context.Context, i int) (func() answer, error) {
		day++
		return g.monthsAt(ctx, i, day)
	}
}

func (g *register) monthsAt(ctx context.Context, i int, asOf calendar.Date) (func() answer, error) {
	q := responsetime.Q{Stage: responsetime.StageReceivedToSent, By: responsetime.ByMonth, Source: marketSource, Merchant: g.merchants[g.some(i)].ID, AsOf: asOf}
	t, err := responsetime.Query(ctx, g.model, q)
	return func() answer {
		a := answer{figures: map[string]int64{}}
		for _, c := range t.Rows {
			a.figures[fmt.Sprintf("%s n", c.Key)], a.figures[fmt.Sprintf("%s p90", c.Key)] = c.N, int64(c.P90)
		}
		return a
	}, err
}

func (g *register) monthArgs(asOf bool) func(i int) []any {
	return func(i int) []any {
		if asOf {
			return []any{g.merchants[g.some(i)].ID, int32(g.asOf(i))}
		}
		return []any{g.merchants[g.some(i)].ID}
	}
}

func postgresPages(conn *pgx.Conn, where string, args func(i int) []any, total bool) func(ctx context.Context, i int) (func() answer, error) {
	return func(ctx context.Context, i int) (func() answer, error) {
		rows, err := postgresPage(ctx, conn, where, args(i)...)
		n := int64(0)
		if err == nil && total {
			n, err = postgresCount(ctx, conn, where, args(i)...)
		}
		return func() answer { return postgresAnswer(rows, n) }, err
	}
}

func postgresAnswer(rows []postgresRow, total int64) answer {
	a := answer{total: total}
	for _, r := range rows {
		a.cases = append(a.cases, r.id)
	}
	return a
}

func postgresFaceted(conn *pgx.Conn, g *register) func(ctx context.Context, i int) (func() answer, error) {
	return func(ctx context.Context, i int) (func() answer, error) {
		args := []any{g.product(i), lexemes(g.words(i))}
		const where = "where product = $1 and words @@ to_tsquery('simple', $2)"
		rows, err := postgresPage(ctx, conn, where, args...)
		if err != nil {
			return nil, err
		}
		facets, err := postgresFacets(ctx, conn, where, args...)
		return func() answer {
			a := postgresAnswer(rows, 0)
			a.figures = map[string]int64{}
			for _, f := range facets {
				if f.field == "state" || f.field == "response" {
					a.figures[f.value] = f.n
				}
				if f.field == "state" {
					a.total += f.n
				}
			}
			return a
		}, err
	}
}

func postgresMonthsOf(conn *pgx.Conn, query string, args func(i int) []any) func(ctx context.Context, i int) (func() answer, error) {
	return func(ctx context.Context, i int) (func() answer, error) {
		rows, err := postgresMonths(ctx, conn, query, args(i)...)
		return func() answer {
			a := answer{figures: map[string]int64{}}
			for _, m := range rows {
				key := fmt.Sprintf("%04d-%02d", m.month/12, m.month%12+1)
				a.figures[key+" n"], a.figures[key+" p90"] = m.n, int64(m.p[1])
			}
			return a
		}, err
	}
}
