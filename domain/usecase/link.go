package usecase

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
)

const (
	routeIssueLink  = "issue-link"
	routeRevokeLink = "revoke-link"
	// answerPath is the page on which a code is exchanged.
	answerPath = "/answer#"
	// LinkSession is how long a caller may go on without showing the code again.
	LinkSession = 30 * time.Minute
)

// ErrLink: the link is good no more, or the case is not that of its merchant any more.
var ErrLink = errors.New("answer link ended")

// A code is the case's id, the link's number and a MAC over both.
const (
	codeHead = 16 + 1
	codeMAC  = 16
)

// linkInputs makes the inputs of the routes about links.
func linkInputs() map[string]func() any {
	return map[string]func() any{
		routeIssueLink:  func() any { return new(IssueLink) },
		routeRevokeLink: func() any { return new(RevokeLink) },
	}
}

// linkAction maps them.
func (m *mapping) linkAction(in any) later {
	switch in := in.(type) {
	case *IssueLink:
		return ready(&complaint.IssueLink{Channel: in.Channel, Days: in.Days})
	case *RevokeLink:
		c := &complaint.RevokeLink{Link: in.Link}
		m.text(fieldReason, in.Reason, &c.Reason)
		return ready(c)
	}
	return nil
}

// issueLink gives out a link and tells its code in this answer. No event and no log holds
// the code: it follows from the case, the number and the server's key, so a repeat of
// the same command is told the same code while the link stands.
func (c *Complaints) issueLink(ctx context.Context, actor Actor, id string, in *IssueLink, o Options) (Receipt, CaseView, error) {
	before, err := c.enter(ctx, actor, id, routeIssueLink)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	if _, ok := c.linkCode(id, 1); !ok {
		return Receipt{}, CaseView{}, ErrForbidden
	}
	command, err := c.command(actor, routeIssueLink+" "+id, o)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	body, err := c.bodies.hash(routeIssueLink, id, in)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	out, err := c.run(ctx, request{
		actor: actor, route: routeIssueLink, id: id, command: command, body: body, options: o,
		do: complaint.IssueLink{Channel: in.Channel, Days: in.Days, Most: c.LinkDays},
	})
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	issued, err := c.issuedAt(ctx, id, out.Receipt.Revision)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	receipt, view, err := c.answer(ctx, actor, id, before, out)
	c.tell(&view, issued)
	return receipt, view, err
}

// issuedAt is the number of the link that stands at a revision.
func (c *Complaints) issuedAt(ctx context.Context, id string, at es.Revision) (int, error) {
	for env, err := range c.Store.Read(ctx, Stream(id), at) {
		if err != nil {
			return 0, err
		}
		event, err := c.event(&env)
		if err != nil {
			return 0, err
		}
		if e, ok := event.(*complaint.LinkIssued); ok {
			return e.Link, nil
		}
		break
	}
	return 0, nil
}

// tell adds the code to the link that was just given out.
func (c *Complaints) tell(v *CaseView, link int) {
	for i, l := range v.AnswerLinks {
		if l.Link != link || l.State != "in_force" {
			continue
		}
		if code, ok := c.linkCode(v.ID, link); ok {
			v.AnswerLinks[i].Code, v.AnswerLinks[i].Path = code, answerPath+code
		}
	}
}

// linkCode makes the code of a link: 44 characters that stand in a URL as they are.
func (c *Complaints) linkCode(id string, link int) (string, bool) {
	key, err := es.ParseID(id)
	if err != nil || len(c.LinkKey) == 0 || link < 1 || link > 255 {
		return "", false
	}
	head := append(key[:], byte(link))
	return base64.RawURLEncoding.EncodeToString(append(head, c.linkMAC(head)...)), true
}

func (c *Complaints) linkMAC(head []byte) []byte {
	mac := hmac.New(sha256.New, c.LinkKey)
	mac.Write([]byte("answer link 1\x00"))
	mac.Write(head)
	return mac.Sum(nil)[:codeMAC]
}

// readCode checks a code in a time that does not depend on where it is wrong. Who pastes
// the whole address means what stands behind its #.
func (c *Complaints) readCode(text string) (id string, link int, ok bool) {
	text = strings.TrimSpace(text[strings.LastIndexByte(text, '#')+1:])
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != codeHead+codeMAC || len(c.LinkKey) == 0 {
		return "", 0, false
	}
	if !hmac.Equal(raw[codeHead:], c.linkMAC(raw[:codeHead])) {
		return "", 0, false
	}
	return es.ID(raw[:16]).String(), int(raw[16]), true
}

// LinkGrant is what a code is exchanged for: a caller that may act for the respondent in
// one case, and for how long.
type LinkGrant struct {
	Actor Actor
	For   time.Duration
}

// ExchangeLink answers who a code stands for. ErrNotFound for whatever is no code of
// this server, always alike; ErrLink for one that was good once.
func (c *Complaints) ExchangeLink(ctx context.Context, in ExchangeLink) (LinkGrant, error) {
	id, link, ok := c.readCode(in.Code)
	if !ok {
		return LinkGrant{}, ErrNotFound
	}
	f, err := c.load(ctx, id, nil)
	if err != nil {
		return LinkGrant{}, err
	}
	now := c.Now()
	l, known := f.state.AnswerLink(link)
	if !known || !l.Stands(calendar.DateOf(now)) || f.state.Respondent == nil {
		return LinkGrant{}, ErrLink
	}
	r := f.state.Respondent
	return LinkGrant{
		Actor: Actor{
			ID:   "link-" + es.DeriveID(es.Namespace, "answer link", id, strconv.Itoa(link)).String(),
			Role: RoleMerchant, Merchant: r.ID, Store: r.Store, Case: id, Link: link,
		},
		For: min(LinkSession, l.Until.End().Sub(now)),
	}, nil
}

// LinkStands says whether a caller by a link may still act: nil or ErrLink, or the
// store's errors.
func (c *Complaints) LinkStands(ctx context.Context, actor Actor) error {
	f, err := c.load(ctx, actor.Case, nil)
	if errors.Is(err, ErrNotFound) {
		return ErrLink
	}
	if err != nil {
		return err
	}
	return c.stillGood(actor, &f.now)
}

func (c *Complaints) stillGood(actor Actor, s *complaint.State) error {
	if l, known := s.AnswerLink(actor.Link); !known || !l.Stands(calendar.DateOf(c.Now())) {
		return ErrLink
	}
	return nil
}

// byLink: who comes by a link is the respondent of its one case, and nothing else.
func byLink(actor Actor, need Standing, s *complaint.State) error {
	switch l, known := s.AnswerLink(actor.Link); {
	case need != StandingRespondent:
		return ErrForbidden
	case s.ID != actor.Case:
		return ErrNotFound
	case !known, l.Ended != "":
		return ErrLink
	}
	return nil
}
