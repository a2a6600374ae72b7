package paper

import (
	"slices"
	"strconv"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

// Added is what a form asks for and no case holds: it is told by who prints. What
// stays empty is a blank on the paper, to be completed by hand.
type Added struct {
	Contact, Phone, Address string // of the office
	Session                 Session
	Materials               string // form 4: what is asked for
}

// CaseFacts gathers what a form is filled from: the case as its reader may see it, and
// of its notices the one that is printed, nil for none.
func (p *Printer) CaseFacts(v *usecase.CaseView, n *usecase.NoticeView, regions *statute.Regions, added Added) Facts {
	f := Facts{
		Case: v, Sides: &Sides{}, Session: &added.Session,
		Office: &Office{Name: p.officeName(regions, v.Region), Contact: added.Contact, Phone: added.Phone, Address: added.Address},
		Notice: &Notice{Materials: added.Materials},
		Transfer: &Transfer{
			Kind: "complaint", SubmittedOn: calendar.DateOf(v.FiledAt), Materials: len(v.Evidence),
		},
	}
	if v.Consumer != nil {
		f.Transfer.Person = v.Consumer.Name
	}
	if v.Subject != nil {
		f.Transfer.Subject = v.Subject.Name
	}
	if c, ok := f.clock(statute.DateReportBack); ok {
		f.Transfer.ReportBy = c.Due
	}
	f.sides(v)
	f.agreed(p.words, v)
	if n != nil {
		f.notice(n)
	}
	return f
}

// sides fills in the consumer's agent, and where the respondent does business as the
// consumer told it: of a merchant that was put in the place of another nobody told it.
func (f *Facts) sides(v *usecase.CaseView) {
	if a := v.Filer; a != nil && a.As == complaint.FilerAgent {
		f.Sides.ComplainantAgent, f.Sides.ComplainantAgentPhone = a.Name, a.Phone
	}
	if v.Told != nil && len(v.Former) == 0 {
		f.Sides.Premises = v.Told.Address
	}
}

// agreed writes terms without words of their own by what they are, and instalments one by
// one: the day on which the last is due is the term of the whole.
func (f *Facts) agreed(w *words, v *usecase.CaseView) {
	a := v.Agreement
	if a == nil || a.Text != "" && len(a.Instalments) == 0 {
		return
	}
	agreed, terms := *v, *a
	if terms.Text == "" {
		terms.Text = w.word("request_kinds", a.Kind)
	}
	for i, part := range a.Instalments {
		terms.Text += fill(w.Instalment, "n", strconv.Itoa(i+1), "amount", w.money(part.AmountFen), "date", w.date(part.Due))
		terms.PerformBy = max(terms.PerformBy, part.Due)
	}
	agreed.Agreement, f.Case = &terms, &agreed
}

// Forwarded makes the paper that of the department that sent the case on, addressed to the
// one that has it now (分送).
func (p *Printer) Forwarded(f *Facts, regions *statute.Regions) {
	if h := f.Case.Handovers; h != nil && h.From != "" {
		f.Notice.Addressee, f.Office.Name = f.Office.Name, p.officeName(regions, h.From)
	}
}

// notice fills in the document itself.
func (f *Facts) notice(n *usecase.NoticeView) {
	f.Notice.Number, f.Notice.Dated = n.Number, n.SentOn
	f.Notice.Channel, f.Notice.SentOn = n.Channel, n.SentOn
	switch complaint.Party(n.Recipient) {
	case complaint.Consumer:
		if f.Case.Consumer != nil {
			f.Notice.Addressee = f.Case.Consumer.Name
		}
	case complaint.Merchant:
		f.Notice.Addressee = f.Case.Merchant.Name
	}
}

// officeName is the department of a division in full: 呼和浩特市新城区市场监督管理局.
func (p *Printer) officeName(regions *statute.Regions, code string) string {
	r, ok := regions.ByCode(code)
	if !ok {
		return ""
	}
	place := r.Name
	if above, ok := regions.ByCode(r.Parent); ok && above.Parent != "" {
		place = above.Name + place
	}
	return fill(p.words.Department, "place", place)
}

// NoticeOn picks the notice that a form prints: the one named by its id, else the
// last valid one on this form for the recipient of the copy.
func NoticeOn(v *usecase.CaseView, form int, id, copyFor string) *usecase.NoticeView {
	for i := range slices.Backward(v.Notices) {
		n := &v.Notices[i]
		switch {
		case n.Form != strconv.Itoa(form):
		case id != "" && n.ID == id:
			return n
		case id == "" && n.State != complaint.NoticeInvalid && (copyFor == statute.CopyOffice || CopyOf(n.Recipient) == copyFor):
			return n
		}
	}
	return nil
}

// CopyOf is the copy (联) of a side.
func CopyOf(side string) string {
	switch complaint.Party(side) {
	case complaint.Consumer:
		return statute.CopyComplainant
	case complaint.Merchant:
		return statute.CopyRespondent
	}
	return statute.CopyOffice
}
