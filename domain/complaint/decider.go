package complaint

import (
	"time"

	"fangxin/domain/calendar"
)

// Decider decides on complaints. Its methods are pure and safe for use by many
// goroutines.
type Decider struct {
	law Law
	// offers has one action of each route that people take.
	offers []Action
}

// NewDecider returns the decider under this law.
func NewDecider(law Law) Decider { return Decider{law: law, offers: offered()} }

// Initial is the state of a case that does not exist yet.
func (Decider) Initial() State { return State{} }

// Decide answers a command with the facts it leads to, or with a *Refusal. No
// facts and no refusal means that nothing changed.
func (d Decider) Decide(s State, c Command) ([]Event, error) {
	t := &deciding{State: s, Command: c, law: d.law, today: calendar.DateOf(c.At)}
	if c.Do == nil {
		return nil, refuse("no_action")
	}
	if err := t.open(); err != nil {
		return nil, err
	}
	if err := first(t.usable(c.Do), c.Do.may(t)); err != nil {
		return nil, err
	}
	if err := c.Do.decide(t); err != nil {
		return nil, err
	}
	return t.events, nil
}

// Evolve adds a fact to the state. It never fails and checks nothing: what
// happened, happened.
func (Decider) Evolve(s State, e Event) State {
	e.applyTo(&s)
	return s
}

// Apply is Evolve on a state that nobody else holds.
func (Decider) Apply(s *State, e Event) { e.applyTo(s) }

// At returns the command with its time replaced.
func (Decider) At(c Command, at time.Time) Command {
	c.At = at
	return c
}

// Ruleset names the law that the case stands under.
func (Decider) Ruleset(s State) string { return s.Ruleset }

// Allowed lists the routes that the actor may take now, in the order of a case's
// life. Each of them is open to some content; the content itself is judged by Decide.
func (d Decider) Allowed(s State, a Actor, at time.Time) []string {
	routes := []string{}
	t := &deciding{State: s, Command: Command{At: at, Actor: a}, law: d.law, today: calendar.DateOf(at), asking: true}
	if t.open() != nil {
		return routes
	}
	for _, action := range d.offers {
		t.Do = action
		if t.usable(action) == nil && action.may(t) == nil {
			routes = append(routes, action.Route())
		}
	}
	return routes
}

// offered lists one action of each route that people take.
func offered() []Action {
	return []Action{
		ChangeLane{}, Assign{}, ReturnToDesk{}, Forward{}, ReportBack{}, DisputeJurisdiction{}, DecideJurisdiction{}, ConfirmRespondent{}, ReplaceRespondent{}, Accept{}, Decline{},
		Notify{}, Respond{}, MakeOffer{}, AcceptOffer{}, RefuseOffer{}, CommissionAppraisal{}, ReportAppraisal{}, Recuse{}, DecideRecusal{},
		ConsentDelegation{}, Delegate{}, EndDelegation{}, Agree{}, Settle{},
		Withdraw{}, Terminate{}, RequestSupplement{}, Supplement{}, RequestIdentityProof{}, VerifyIdentity{}, Perform{}, ConfirmPerformance{}, BreakPerformance{},
		ScheduleSession{}, CancelSession{}, CannotAttend{}, HoldSession{}, WithdrawOffer{}, Reopen{}, CallBack{},
		RecordDelivery{}, VoidNotice{}, RecordExternalRef{}, RecordSync{},
		FindLead{}, ExtendLeadCheck{}, CheckLead{}, ReferPolice{}, SplitOff{}, Rate{}, Close{},
		JoinComplainant{}, ConsentJoint{}, FormJoint{}, AuthoriseFiler{}, ChangeRequests{}, WithdrawRequest{},
		IssueLink{}, RevokeLink{},
		OfferClaim{}, LinkAccount{}, FlagDuplicate{}, DecideDuplicate{},
		ReviewDisclosure{}, ObjectDisclosure{}, DecideObjection{}, AddStatement{}, ReviewStatement{}, Publish{}, ReviseDisclosure{}, WithdrawDisclosure{},
		OverrideRuleset{}, Correct{},
		CorrectConsumer{}, RefuseCorrection{}, ChangeConsent{}, RequestErasure{}, DecideErasure{}, LiftRestriction{}, PlaceHold{}, ReleaseHold{},
	}
}
