package usecase

import (
	"context"
	"errors"
	"strconv"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/numbering"
)

// numbers gives notices their numbers (文号). The row of an office is a stream of its
// own, so a notice and its number are two appends; each step can be repeated, and
// what stays behind when a process dies between them is settled later.
type numbers struct {
	decider numbering.Decider
	styles  *numbering.Styles
	// folds keeps the rows, which grow for a year.
	folds es.Folds[numbering.State]
}

// taken is a number that a notice got and that is not issued yet.
type taken struct {
	row    numbering.Row
	notice string
}

// numbered gives a notice on an official form its number before the notice is written.
// A request that would be refused, or that is a repeat, takes none: what the case says
// decides. nil where no number was taken.
func (c *Complaints) numbered(ctx context.Context, q *request, f *folded) (*taken, error) {
	do, ok := q.do.(complaint.Notify)
	if !ok || do.Number != "" || q.options.IfMatch != nil && *q.options.IfMatch != f.seenBy(q.actor.Role, c.access) {
		return nil, nil
	}
	form := c.formOf(ctx, *q, &f.now)
	row := numbering.RowOf(caseRegion(&f.now), calendar.DateOf(c.Now()))
	if form == 0 || !row.Valid() {
		return nil, nil
	}
	text, err := c.take(ctx, q.actor, row, numbering.Take{
		Notice: do.Notice, Case: q.id, Form: form, Dated: calendar.DateOf(c.Now()), Style: c.styleOf(row.Office),
	})
	if err != nil {
		return nil, err
	}
	do.Number = text
	q.do = do
	return &taken{row: row, notice: do.Notice}, nil
}

// formOf is the official form that a notice would be made out on, 0 for none: a plain
// letter has no number.
func (c *Complaints) formOf(ctx context.Context, q request, s *complaint.State) int {
	facts, err := c.guarded(ctx, q)(*s, complaint.Command{At: c.Now(), Actor: speaker(q.actor), Do: q.do})
	if err != nil {
		return 0
	}
	for _, fact := range facts {
		if n, ok := fact.(*complaint.NoticeIssued); ok {
			form, _ := strconv.Atoi(n.Form)
			return form
		}
	}
	return 0
}

func (c *Complaints) styleOf(office string) numbering.Style {
	name := ""
	if r, ok := c.Law.Catalogue.Regions().ByCode(office); ok {
		name = r.Name
	}
	return c.numbers.styles.For(office, name)
}

// take takes the number of a notice, or finds the one it has.
func (c *Complaints) take(ctx context.Context, actor Actor, row numbering.Row, do numbering.Take) (string, error) {
	state, err := c.inRow(ctx, actor, row, do.Notice, "take-number", do)
	if err != nil {
		return "", err
	}
	entry, ok := state.Of(do.Notice)
	switch {
	case !ok:
		return "", es.ErrUnavailable
	case entry.Void != nil: // it came too late; a new request takes a new number
		return "", &complaint.Refusal{Code: "number_voided", Rule: numbering.HouseRule, Pointer: "/notice"}
	}
	return entry.Text, nil
}

// void voids the number of a notice; nothing where it has none or it is voided.
func (c *Complaints) void(ctx context.Context, actor Actor, row numbering.Row, do numbering.Void) error {
	_, err := c.inRow(ctx, actor, row, do.Notice, "void-number", do)
	var refusal *complaint.Refusal
	if errors.As(err, &refusal) && refusal.Code == "number_unknown" {
		return nil
	}
	return err
}

func (c *Complaints) rows() *es.Runner[numbering.State, numbering.Command, numbering.Event] {
	d := c.numbers.decider
	return &es.Runner[numbering.State, numbering.Command, numbering.Event]{
		Store: c.Store, Registry: c.Registry, Salt: c.entropy.salt, Wait: c.Wait, Queue: &c.queue, Folds: &c.numbers.folds,
		Decider: es.Decider[numbering.State, numbering.Command, numbering.Event]{
			Initial: d.Initial, Decide: d.Decide, Evolve: d.Evolve, At: d.At, Ruleset: d.Ruleset,
		},
	}
}

// inRow runs one command on a row. Its id comes from the notice, so a repeat meets the
// first; nodes that meet in one row give way to each other.
func (c *Complaints) inRow(ctx context.Context, actor Actor, row numbering.Row, notice, name string, do numbering.Action) (numbering.State, error) {
	runner := c.rows()
	body, err := c.bodies.hash(name, notice, &struct{}{})
	if err != nil {
		return numbering.State{}, err
	}
	request := es.Request{
		Stream: es.StreamID(row.Stream()), Command: es.DeriveID(es.Namespace, name, row.Stream(), notice), Body: body, At: c.Now(),
		Meta: es.Metadata{Actor: actor.ID, Role: string(actor.Role), Name: name, Source: sourceNative},
	}
	for try := 0; ; try++ {
		out, err := runner.Run(ctx, request, numbering.Command{Row: row, Do: do})
		var conflict *es.ConflictError
		if errors.As(err, &conflict) && try < maxWriters {
			continue
		}
		return out.State, refusedNumber(err)
	}
}

// NumberRefusals lists the codes with which a row of numbers refuses what people ask.
func NumberRefusals() []string { return []string{"number_voided", "row_full", "style_unknown"} }

// refusedNumber tells a refusal of a row as one of the case.
func refusedNumber(err error) error {
	var r *numbering.Refusal
	if errors.As(err, &r) {
		return &complaint.Refusal{Code: r.Code, Rule: r.Rule, Pointer: r.Pointer}
	}
	return err
}

// runNumbered runs a command with what it does to the row of numbers: a notice takes
// its number first, and loses it where it was refused after all; a voided notice's
// number is voided after it.
func (c *Complaints) runNumbered(ctx context.Context, q request, f *folded) (outcome, error) {
	number, err := c.numbered(ctx, &q, f)
	if err != nil {
		return outcome{}, err
	}
	out, err := c.run(ctx, q)
	if err != nil {
		if number != nil && definite(err) {
			err = errors.Join(err, c.void(ctx, q.actor, number.row, numbering.Void{Notice: number.notice, Why: numbering.WhyNotIssued}))
		}
		return out, err
	}
	if number != nil {
		// What another process left behind is no reason to refuse this notice.
		_ = c.settle(ctx, number.row)
	}
	return out, c.voidedWith(ctx, q.actor, q.do, &out)
}

// definite says of an error that the command was refused: nothing was written, and
// sending the same again cannot write it under the same number.
func definite(err error) bool {
	var refusal *complaint.Refusal
	var invalid *InvalidError
	return errors.As(err, &refusal) || errors.As(err, &invalid) || errors.Is(err, ErrForbidden) || errors.Is(err, ErrNotFound)
}

// voidedWith voids the numbers of the notices that a command voided. The notices come
// first: a number of a notice that stands is never voided. A repeat voids what the
// first try may have left.
func (c *Complaints) voidedWith(ctx context.Context, actor Actor, do complaint.Action, out *outcome) error {
	voided, why := map[string]numbering.Void{}, numbering.WhyRevoked
	if _, wrong := do.(complaint.ReplaceRespondent); wrong {
		why = numbering.WhyWrongRecipient
	}
	for _, e := range out.Events {
		if v, ok := e.(*complaint.NoticeVoided); ok {
			voided[v.Notice] = numbering.Void{Notice: v.Notice, Why: why}
		}
	}
	for _, n := range out.State.Notices {
		if out.Receipt.Repeated && n.State == complaint.NoticeInvalid {
			voided[n.Notice] = numbering.Void{Notice: n.Notice, Why: why}
		}
	}
	if v, ok := do.(complaint.VoidNotice); ok {
		voided[v.Notice] = numbering.Void{Notice: v.Notice, Why: numbering.Why(v.Why), Reason: v.Reason}
	}
	for _, n := range out.State.Notices {
		void, ok := voided[n.Notice]
		if !ok || n.Number == "" || n.State != complaint.NoticeInvalid {
			continue
		}
		row, ok, err := c.rowOf(ctx, &out.State, n.Number, n.Notice)
		if err != nil {
			return err
		}
		if !ok {
			continue // given by hand
		}
		if err := c.void(ctx, actor, row, void); err != nil {
			return err
		}
	}
	return nil
}

// rowOf finds the row from which a notice has its number: of this year or the one
// before, of the case's office or, where the case went on, of one that had it.
func (c *Complaints) rowOf(ctx context.Context, s *complaint.State, text, notice string) (numbering.Row, bool, error) {
	today := calendar.DateOf(c.Now())
	for _, office := range append([]string{caseRegion(s)}, s.Handovers.Offices()...) {
		for year := 0; year <= 1; year++ {
			row := numbering.RowOf(office, today)
			row.Year -= year
			if !row.Valid() {
				continue
			}
			state, err := c.row(ctx, row)
			if err != nil {
				return row, false, err
			}
			if e, ok := state.Of(notice); ok && e.Text == text {
				return row, true, nil
			}
		}
	}
	return numbering.Row{}, false, nil
}

// row folds a row; one of which nothing was taken is empty.
func (c *Complaints) row(ctx context.Context, row numbering.Row) (numbering.State, error) {
	return c.rows().Fold(ctx, es.StreamID(row.Stream()))
}

func (c *Complaints) numberEvent(env *es.Envelope) (numbering.Event, error) {
	v, err := c.Registry.Decode(env)
	if err != nil {
		return nil, err
	}
	e, ok := v.(numbering.Event)
	if !ok {
		return nil, &es.DecodeError{Type: env.Type, Stream: env.Stream, At: env.Revision, Err: es.ErrUnknownType}
	}
	return e, nil
}

// Bounds of settling a row: how far back it looks, and how long a number may wait for
// its notice.
const (
	settleBack  = 64
	settleAfter = 10 * time.Minute
)

// settle voids numbers at the end of a row whose notice was never issued, because the
// process died between the two steps and the request was not sent again, and those
// whose notice was voided. No number is a gap: it is a document or it is voided.
func (c *Complaints) settle(ctx context.Context, row numbering.Row) error {
	voided, seen := map[int]bool{}, 0
	for env, err := range c.Store.ReadBack(ctx, es.StreamID(row.Stream()), es.Last) {
		if errors.Is(err, es.ErrStreamNotFound) || seen == settleBack {
			return nil
		}
		if err != nil {
			return err
		}
		seen++
		event, err := c.numberEvent(&env)
		if err != nil {
			return err
		}
		switch e := event.(type) {
		case *numbering.Voided:
			voided[e.Number] = true
		case *numbering.Taken:
			if voided[e.Number] {
				continue
			}
			m, err := c.Registry.DecodeMetadata(&env)
			if err != nil || c.Now().Sub(m.At) < settleAfter {
				continue
			}
			if err := c.settleOne(ctx, row, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Complaints) settleOne(ctx context.Context, row numbering.Row, e *numbering.Taken) error {
	why, err := c.invalid(ctx, e)
	if err != nil || why == "" {
		return err
	}
	return c.void(ctx, Actor{ID: "numbers", Role: roleSystem}, row, numbering.Void{Notice: e.Notice, Why: why})
}

// invalid says why a number stands for no valid document, "" where it does.
func (c *Complaints) invalid(ctx context.Context, e *numbering.Taken) (numbering.Why, error) {
	f, err := c.load(ctx, e.Case, nil)
	if errors.Is(err, ErrNotFound) {
		return numbering.WhyNotIssued, nil
	}
	if err != nil {
		return "", err
	}
	for _, n := range f.now.Notices {
		switch {
		case n.Notice != e.Notice:
		case n.State == complaint.NoticeInvalid:
			return numbering.WhyRevoked, nil
		default:
			return "", nil
		}
	}
	return numbering.WhyNotIssued, nil
}
