package complaint

// IssueLink: a merchant without an account gets a link with which it answers in this one
// case. Days is how long it is good, 0 for LinkDays; Most the installation's bound of
// days, 0 for MaxLinkDays.
type IssueLink struct {
	Channel string // sms, letter
	Days    int
	Most    int
}

// RevokeLink ends a link before its day.
type RevokeLink struct {
	Link   int
	Reason Text
}

// Route names.
func (IssueLink) Route() string  { return "issue-link" }
func (RevokeLink) Route() string { return "revoke-link" }
