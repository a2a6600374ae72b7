// Package paper prints the official forms (文书式样) as pages for A4 paper: HTML in
// Chinese, black on white, without script. What a form says and where its blanks are
// filled from is data of the law (statute.Forms); how dates, sums and boxes are
// written is data/words.json. No text stands in code.
//
// A copy (联) is printed for one recipient: personal data are masked as the form's
// fields say. What is printed was opened by the caller and is not kept here.
//
// Sources: 市场监督管理部门处理投诉举报文书式样 (April 2026); GB/T 9704-2012 for margins,
// type sizes and dates.
package paper

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNotRecipient says that the form has no copy for this recipient: a tip-off's
// paper never goes to its target (Order 121 art 37).
var ErrNotRecipient = errors.New("the form has no copy for this recipient")

// ErrTooLong says that a value is longer than any paper should hold.
var ErrTooLong = errors.New("value too long for paper")

// Missing says which required fields of a form are empty.
type Missing struct {
	Form   int
	Fields []string // keys, in the order of the form
}

func (m *Missing) Error() string {
	return fmt.Sprintf("form %d lacks %s", m.Form, strings.Join(m.Fields, ", "))
}
