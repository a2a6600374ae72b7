package usecase

import (
	"context"
	"errors"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/numbering"
)

// NumberView is one number of an office's row. State is valid, voided, or pending
// while its document is not written yet.
type NumberView struct {
	Number int             `json:"number"`
	Text   string          `json:"text"`
	State  string          `json:"state"`
	Notice string          `json:"notice"`
	Case   string          `json:"case"`
	Form   int             `json:"form,omitempty"`
	Dated  calendar.Date   `json:"dated"`
	Voided *NumberVoidView `json:"voided,omitempty"`
}

// NumberVoidView says why and when a number was voided (作废).
type NumberVoidView struct {
	Why string        `json:"why"` // misprint, wrong_recipient, revoked, not_issued, other
	On  calendar.Date `json:"on"`
}

// NumberPage is a page of a row, newest first. Next is the cursor of the following
// one, "" at the end.
type NumberPage struct {
	Office  string       `json:"office"`
	Year    int          `json:"year"`
	Last    int          `json:"last"` // the last number taken
	Voids   int          `json:"voids"`
	Numbers []NumberView `json:"numbers"`
	Next    string       `json:"next,omitempty"`
}

// MaxNumbers bounds one page of numbers.
const MaxNumbers = 100

// ErrCursor: the cursor is none that a page of numbers gave.
var ErrCursor = errors.New("no such cursor")

// ErrNoOffice: a row was asked for without its office, by one who has none of its own.
var ErrNoOffice = errors.New("no office named")

// Numbers lists the numbers of an office and a year, voided ones with the others, so
// that the row shows itself to have no gap. Numbers whose documents never came are
// voided first. Officers see offices in their region, auditors all.
// ErrForbidden, ErrNoOffice, ErrNotFound, ErrCursor, errors of the store.
func (c *Complaints) Numbers(ctx context.Context, actor Actor, office string, year int, cursor string, limit int) (NumberPage, error) {
	row := numbering.Row{Office: office, Year: year}
	switch need := c.access.Standing(actor.Role, "numbers"); {
	case need == StandingNone:
		return NumberPage{}, ErrForbidden
	case office == "":
		return NumberPage{}, ErrNoOffice
	case !row.Valid(), need == StandingCompetent && !actor.Covers(office):
		return NumberPage{}, ErrNotFound
	}
	from, err := numberCursor(cursor)
	if err != nil {
		return NumberPage{}, err
	}
	if err := c.settle(ctx, row); err != nil {
		return NumberPage{}, err
	}
	state, err := c.row(ctx, row)
	if err != nil {
		return NumberPage{}, err
	}
	if limit <= 0 || limit > MaxNumbers {
		limit = MaxNumbers
	}
	page := NumberPage{Office: office, Year: year, Last: state.Last(), Voids: state.Voids(), Numbers: []NumberView{}}
	for e := range state.Before(from) {
		if len(page.Numbers) == limit {
			page.Next = strconv.Itoa(page.Numbers[limit-1].Number)
			break
		}
		v, err := c.numberView(ctx, e)
		if err != nil {
			return NumberPage{}, err
		}
		page.Numbers = append(page.Numbers, v)
	}
	return page, nil
}

func numberCursor(cursor string) (int, error) {
	if cursor == "" {
		return numbering.MaxNumber + 1, nil
	}
	n, err := strconv.Atoi(cursor)
	if err != nil || n < 1 || n > numbering.MaxNumber {
		return 0, ErrCursor
	}
	return n, nil
}

func (c *Complaints) numberView(ctx context.Context, e numbering.Entry) (NumberView, error) {
	v := NumberView{
		Number: e.Number, Text: e.Text, State: "valid", Notice: e.Notice, Case: e.Case, Form: e.Form, Dated: e.Dated,
	}
	if e.Void != nil {
		v.State, v.Voided = "voided", &NumberVoidView{Why: string(e.Void.Why), On: e.Void.On}
		return v, nil
	}
	why, err := c.invalid(ctx, e.Taken)
	if why != "" {
		v.State = "pending"
	}
	return v, err
}
