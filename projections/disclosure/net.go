package disclosure

import "fangxin/domain/sealed"

// tailLen is how much of a credit code tells two merchants apart: the end of the
// organisation code and the check character.
const tailLen = 6

// CodeTail is the end of a credit code (统一社会信用代码), "" without one.
func CodeTail(uscc string) string {
	if len(uscc) < tailLen {
		return ""
	}
	return uscc[len(uscc)-tailLen:]
}

// Netted is the record with personal data hidden in its free text: the second net under
// what an officer reviewed. It is cast when a record is folded, and again on its way out
// by whoever presents it. A narrative is netted by whoever opens it.
func (r Record) Netted() Record {
	if r.Foreign != nil {
		f := *r.Foreign
		r.Foreign = &f
	}
	r.net()
	return r
}

func (r *Record) net() {
	r.Summary, r.Statement = sealed.MaskText(r.Summary), sealed.MaskText(r.Statement)
	r.Merchant.Name, r.Merchant.Store = sealed.MaskText(r.Merchant.Name), sealed.MaskText(r.Merchant.Store)
	if f := r.Foreign; f != nil {
		f.Issue, f.SubIssue = sealed.MaskText(f.Issue), sealed.MaskText(f.SubIssue)
		f.PublicResponse = sealed.MaskText(f.PublicResponse)
	}
}
