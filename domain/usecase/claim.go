package usecase

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fangxin/domain/complaint"
	"fangxin/domain/sealed"
)

const (
	routeClaim      = "claim"
	routeOfferClaim = "offer-claim"
	fieldClaim      = "claim"
)

// claimAlphabet is Crockford's base 32: no letter that is read as a digit.
const claimAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// offerClaim gives out a code with which the consumer's account takes a case over that an
// officer filed. The code, 80 random bits, is told once, in this answer; the keyring
// keeps a keyed hash of it, the event only the subject under which it does. A new code
// ends the one before.
func (c *Complaints) offerClaim(ctx context.Context, actor Actor, id string, in any, o Options) (Receipt, CaseView, error) {
	before, err := c.enter(ctx, actor, id, routeOfferClaim)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	command, err := c.command(actor, routeOfferClaim+" "+id, o)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	body, err := c.bodies.hash(routeOfferClaim, id, in)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	code, err := c.claimCode()
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	subject := subjectOf(id, "claim "+command.String())
	known := sealed.Field{Name: fieldClaim, Kind: sealed.Text, Plain: claimKey(code)}
	if _, err := c.Keyring.Seal(ctx, sealed.Matter{Subject: subject, Known: []sealed.Field{known}}); err != nil {
		return Receipt{}, CaseView{}, err
	}
	out, err := c.run(ctx, request{
		actor: actor, route: routeOfferClaim, id: id, command: command, body: body, options: o, do: complaint.OfferClaim{Claim: subject},
	})
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	receipt, view, err := c.answer(ctx, actor, id, before, out)
	if err == nil && !receipt.Repeated {
		view.ClaimCode = code
	}
	return receipt, view, err
}

// claim gives a case to the account that knows its code. Whoever does not learns nothing:
// a wrong code, a case without one and a case that is not there answer alike. A wrong
// code is counted in the case; after five the code is spent.
func (c *Complaints) claim(ctx context.Context, actor Actor, id string, in *Claim, o Options) (Receipt, CaseView, error) {
	if c.access.Standing(actor.Role, routeClaim) != StandingSigned || actor.ID == "" {
		return Receipt{}, CaseView{}, ErrForbidden
	}
	before, err := c.load(ctx, id, nil)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	command, err := c.command(actor, routeClaim+" "+id, o)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	body, err := c.bodies.hash(routeClaim, id, in)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	holders, err := c.Keyring.Same(ctx, sealed.Text, claimKey(in.Code), 4)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	right := slices.Contains(holders, before.state.Behind.Claim.Claim)
	out, err := c.run(ctx, request{
		actor: actor, route: routeClaim, id: id, command: command, body: body, options: o, do: complaint.Claim{Right: right},
	})
	var refused *complaint.Refusal
	if errors.As(err, &refused) {
		err = ErrNotFound
	}
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	now, err := c.load(ctx, id, nil)
	if err == nil && now.state.Account != actor.ID {
		err = ErrNotFound
	}
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	return c.answer(ctx, actor, id, before, out)
}

// claimCode is 16 characters in groups of four.
func (c *Complaints) claimCode() (string, error) {
	var random [16]byte
	if err := c.entropy.draw(random[:]); err != nil {
		return "", err
	}
	var code strings.Builder
	for i, b := range random {
		if i > 0 && i%4 == 0 {
			code.WriteByte('-')
		}
		code.WriteByte(claimAlphabet[b%32])
	}
	return code.String(), nil
}

// claimKey is a code as the keyring knows it, however it was typed.
func claimKey(typed string) string {
	return "claim " + strings.Map(func(r rune) rune {
		switch r {
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		if strings.ContainsRune(claimAlphabet, r) {
			return r
		}
		return -1
	}, strings.ToUpper(typed))
}
