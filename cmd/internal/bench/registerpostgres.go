package bench

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"fangxin/domain/calendar"
)

// The same register in PostgreSQL, with an index for each question. Days are whole
// numbers there as here. Statements of a case that were superseded stay, for questions
// as of a day.
const (
	registerTable = `create table register (
		id text collate "C" not null primary key, number text not null, received int not null, sent int not null,
		merchant text not null, merchant_name text not null, product text not null, sub_product text not null,
		issue text not null, sub_issue text not null, state text not null, zip text not null,
		response text not null, timely text not null, public_response text not null, narrative bytea,
		words tsvector not null)`
	statementTable = `create table statement (
		id text not null, merchant text not null, month int not null, received int not null, days int not null,
		timely text not null, response text not null, known int not null, gone int)`
	registerIndexes = `
		create index on register (received desc, id desc);
		create index on register (merchant, received desc, id desc);
		create index on register (product, received desc, id desc);
		create index on register (state, received desc, id desc);
		create index on register (issue, received desc, id desc);
		create index on register (response, received desc, id desc);
		create index on register (state, product, received desc, id desc);
		create index on register using gin (words) with (fastupdate = off);
		create index on statement (merchant, month) include (days, timely, known, gone);
		create index on statement (month) include (merchant, days, timely, known, gone)`
	registerView = `create materialized view by_merchant as
		select merchant, month, count(*) n, percentile_disc(array[0.5,0.9,0.99]) within group (order by days) p, avg(days)::float8 mean
		from statement where gone is null group by 1, 2`
	registerViewIndex = `create unique index on by_merchant (merchant, month)`
)

// registerSettings are those one would give a server of this size; jit only costs here.
const registerSettings = "-c shared_buffers=1GB -c effective_cache_size=3GB -c work_mem=64MB -c maintenance_work_mem=512MB -c max_wal_size=8GB -c random_page_cost=1.1 -c jit=off"

// loadRegister fills both tables and says how long a refresh of the view takes.
func loadRegister(ctx context.Context, r *Run, conn *pgx.Conn, m *market) error {
	begin := time.Now()
	for _, s := range []string{"drop table if exists register; drop table if exists statement cascade", registerTable, statementTable} {
		if _, err := conn.Exec(ctx, s); err != nil {
			return err
		}
	}
	if err := copyRegister(ctx, conn, m); err != nil {
		return err
	}
	if err := copyStatements(ctx, conn, m); err != nil {
		return err
	}
	for s := range strings.SplitSeq(registerIndexes+";"+registerView+";"+registerViewIndex, ";") {
		if _, err := conn.Exec(ctx, s); err != nil {
			return err
		}
	}
	if _, err := conn.Exec(ctx, "vacuum (freeze, analyze)"); err != nil {
		return err
	}
	r.Note("%d cases in PostgreSQL, with indexes, in %s", m.cases, time.Since(begin).Round(time.Millisecond))
	begin = time.Now()
	if _, err := conn.Exec(ctx, "refresh materialized view concurrently by_merchant"); err != nil {
		return err
	}
	r.Record(fmt.Sprintf("postgresql, refresh of the materialised view, %d cases", m.cases), "ms", float64(time.Since(begin).Microseconds())/1e3)
	return nil
}

func copyRegister(ctx context.Context, conn *pgx.Conn, m *market) error {
	if _, err := conn.Exec(ctx, `create temporary table incoming (like register); alter table incoming drop column words`); err != nil {
		return err
	}
	columns := []string{
		"id", "number", "received", "sent", "merchant", "merchant_name", "product", "sub_product", "issue", "sub_issue", "state", "zip",
		"response", "timely", "public_response", "narrative",
	}
	_, err := conn.CopyFrom(ctx, pgx.Identifier{"incoming"}, columns, pgx.CopyFromSlice(m.cases, func(i int) ([]any, error) {
		row := m.row(i)
		e, _ := m.recorded(&row)
		response := row.response
		if later, _ := m.changed(&row); later != nil {
			response = later.Case.Response
		}
		c := &e.Case
		var narrative []byte
		if c.Narrative != nil {
			narrative = c.Narrative.Cipher
		}
		return []any{
			e.ID, c.Number, int32(c.Received), int32(c.Sent), c.Merchant.ID, c.Merchant.Name, c.Product, c.SubProduct, c.Issue, c.SubIssue,
			c.State, c.ZIP, response, c.Timely, c.PublicResponse, narrative,
		}, nil
	}))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `insert into register select *, to_tsvector('simple', merchant_name || ' ' || product || ' ' || sub_product || ' ' || issue || ' ' || sub_issue) from incoming;
		drop table incoming`)
	return err
}

// copyStatements writes what the source stated of each case, from the day it became
// known to the day it was superseded.
func copyStatements(ctx context.Context, conn *pgx.Conn, m *market) error {
	i, second := 0, []any(nil)
	_, err := conn.CopyFrom(ctx, pgx.Identifier{"statement"}, []string{"id", "merchant", "month", "received", "days", "timely", "response", "known", "gone"},
		pgx.CopyFromFunc(func() ([]any, error) {
			if second != nil {
				row := second
				second = nil
				return row, nil
			}
			if i == m.cases {
				return nil, nil
			}
			row := m.row(i)
			i++
			e, known := m.recorded(&row)
			line := func(response string, known calendar.Date, gone any) []any {
				return []any{e.ID, e.Case.Merchant.ID, monthNumber(row.received), int32(row.received), int32(row.sent - row.received), row.timely, response, int32(known), gone}
			}
			later, day := m.changed(&row)
			if later == nil {
				return line(row.response, known, nil), nil
			}
			second = line(later.Case.Response, day, nil)
			return line(row.response, known, int32(day)), nil
		}))
	return err
}

// monthNumber counts months.
func monthNumber(d calendar.Date) int32 {
	y, m, _ := d.Civil()
	return int32(y*12 + int(m) - 1)
}

// postgresRow is a record as the page of a register shows it.
type postgresRow struct {
	id, number, merchant, merchantName, product, subProduct, issue, subIssue, state, zip, response, timely, publicResponse string
	received, sent                                                                                                         int32
	narrative                                                                                                              []byte
}

const postgresColumns = `id, number, received, sent, merchant, merchant_name, product, sub_product, issue, sub_issue, state, zip, response, timely, public_response, narrative`

func postgresPage(ctx context.Context, conn *pgx.Conn, where string, args ...any) ([]postgresRow, error) {
	rows, err := conn.Query(ctx, "select "+postgresColumns+" from register "+where+" order by received desc, id desc limit 20", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := make([]postgresRow, 0, pageRows)
	for rows.Next() {
		var p postgresRow
		if err := rows.Scan(&p.id, &p.number, &p.received, &p.sent, &p.merchant, &p.merchantName, &p.product, &p.subProduct, &p.issue, &p.subIssue,
			&p.state, &p.zip, &p.response, &p.timely, &p.publicResponse, &p.narrative); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// postgresCount is a count under the same conditions.
func postgresCount(ctx context.Context, conn *pgx.Conn, where string, args ...any) (n int64, err error) {
	err = conn.QueryRow(ctx, "select count(*) from register "+where, args...).Scan(&n)
	return n, err
}

// postgresFacet is a value of a facet.
type postgresFacet struct {
	field, value string
	n            int64
}

// postgresFacets counts the values of each facet in one pass over what was found.
func postgresFacets(ctx context.Context, conn *pgx.Conn, where string, args ...any) ([]postgresFacet, error) {
	rows, err := conn.Query(ctx, `select product, sub_product, issue, sub_issue, state, response, count(*)
		from register `+where+` group by grouping sets ((product), (product, sub_product), (issue), (issue, sub_issue), (state), (response))`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	fields := []string{"product", "sub_product", "issue", "sub_issue", "state", "response"}
	var out []postgresFacet
	for rows.Next() {
		var v [6]*string
		var f postgresFacet
		if err := rows.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &f.n); err != nil {
			return nil, err
		}
		for i, value := range v {
			if value != nil {
				f.field, f.value = fields[i], *value
			}
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

// lexemes asks for words by their beginnings.
func lexemes(words string) string { return strings.ReplaceAll(words, " ", ":* & ") + ":*" }

// postgresMonth is one month of a merchant.
type postgresMonth struct {
	month int32
	n     int64
	p     []int32
	mean  float64
}

func postgresMonths(ctx context.Context, conn *pgx.Conn, query string, args ...any) ([]postgresMonth, error) {
	rows, err := conn.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []postgresMonth
	for rows.Next() {
		var m postgresMonth
		if err := rows.Scan(&m.month, &m.n, &m.p, &m.mean); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

const (
	monthsOfMerchant = `select month, count(*), percentile_disc(array[0.5,0.9,0.99]) within group (order by days), avg(days)::float8
		from statement where merchant = $1 and gone is null group by month order by month`
	monthsAsOf = `select month, count(*), percentile_disc(array[0.5,0.9,0.99]) within group (order by days), avg(days)::float8
		from statement where merchant = $1 and known <= $2 and (gone is null or gone > $2) group by month order by month`
	monthsInView = `select month, n, p, mean from by_merchant where merchant = $1 order by month`
)
