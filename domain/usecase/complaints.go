package usecase

import (
	"context"
	"errors"
	"io"
	"time"

	"fangxin/domain/calendar"
	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/numbering"
	"fangxin/domain/sealed"
)

// Deps is what the use cases of complaints stand on.
type Deps struct {
	Store    es.Store
	Registry *es.Registry
	Keyring  sealed.Keyring
	// Blobs keeps the words of notices. Without it a notice's hash binds its sealed
	// form, and the words are kept by whoever sent them.
	Blobs Blobs
	// Lookup finds cases of an account and of a file. Without it nobody is told what is
	// held about them, and no other case is asked before a file's key is destroyed.
	Lookup Lookup
	Law    complaint.Law
	// Kin finds other cases of the same person. Without it none are found.
	Kin Kin
	// LinkKey authenticates the codes of answer links; without it none are given out.
	// LinkDays is the most days one is good for, 0 for complaint.MaxLinkDays.
	LinkKey  []byte
	LinkDays int
	// Now is the clock: the machine's, or the practice clock of a demonstration.
	Now func() time.Time
	// Entropy gives salts, and ids of commands that come without a key.
	Entropy io.Reader
	// Wait sleeps between tries of an append whose outcome is unknown; it returns
	// the context's error when that ends first.
	Wait func(ctx context.Context, attempt int) error
}

// Complaints are the use cases of consumer complaints. It is safe for use by many
// goroutines.
type Complaints struct {
	Deps
	access   *Access
	decider  complaint.Decider
	numbers  numbers
	queue    es.Queue
	bodies   bodies
	closings closings
	entropy  *entropy
	// remembered are the cases used last.
	remembered memory
}

// NewComplaints checks what it is given and reads the access tables.
func NewComplaints(d Deps) (*Complaints, error) {
	if d.Store == nil || d.Registry == nil || d.Keyring == nil || d.Now == nil || d.Entropy == nil || d.Wait == nil ||
		d.Law.Catalogue == nil || d.Law.Calendar == nil || len(d.Law.Lanes) == 0 {
		return nil, errors.New("complaints: store, registry, keyring, law with lanes, clock, entropy and wait are required")
	}
	access, err := LoadAccess()
	if err != nil {
		return nil, err
	}
	styles, err := numbering.LoadStyles()
	if err != nil {
		return nil, err
	}
	return &Complaints{
		Deps: d, access: access, decider: complaint.NewDecider(d.Law), entropy: &entropy{from: d.Entropy},
		numbers: numbers{styles: styles},
	}, nil
}

// Access gives the tables, for pages that show them and for other use cases.
func (c *Complaints) Access() *Access { return c.access }

// Options are what a request brings beside its body.
type Options struct {
	// Key is the client's idempotency key; without one the command is new.
	Key string
	// IfMatch is the revision the caller saw.
	IfMatch *es.Revision
	// Correlation is the same for everything that grew from one request.
	Correlation string
}

// command derives the command's id: a repeat by the same actor in the same role on the
// same route with the same key is the same command.
func (c *Complaints) command(actor Actor, route string, o Options) (es.ID, error) {
	if o.Key != "" {
		return es.DeriveID(es.Namespace, "command", string(actor.Role), actor.ID, route, o.Key), nil
	}
	return c.entropy.id()
}

// File opens a case. *InvalidError, ErrForbidden, *complaint.Refusal, errors of the
// keyring and of the store.
func (c *Complaints) File(ctx context.Context, actor Actor, in FileComplaint, o Options) (Receipt, CaseView, error) {
	if c.access.Standing(actor.Role, routeFile) != StandingSigned || actor.ID == "" {
		return Receipt{}, CaseView{}, ErrForbidden
	}
	command, err := c.command(actor, routeFile, o)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	key := caseID(command)
	id := key.String()
	body, err := c.bodies.hash(routeFile, id, &in)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	m := mapping{sealing: newSealing(id), law: c.Law, command: command}
	now := c.Now()
	file := m.file(actor, &in, key, calendar.DateOf(now))
	if err := m.faults.err(); err != nil {
		return Receipt{}, CaseView{}, err
	}
	q := request{actor: actor, route: routeFile, id: id, command: command, body: body, options: o, opens: true, at: now, do: *file}
	if err := c.foresee(ctx, q); err != nil {
		return Receipt{}, CaseView{}, err
	}
	file.Alike = c.alike(ctx, &in, file)
	if err := m.seal(ctx, c.Keyring); err != nil {
		return Receipt{}, CaseView{}, err
	}
	q.do = *file
	out, err := c.run(ctx, q)
	if err == nil && out.Receipt.Repeated {
		err = c.sameWords(ctx, id, command, m.sealing)
	}
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	return c.answer(ctx, actor, id, folded{filedAt: out.At, source: sourceNative}, out)
}

// foresee refuses a filing that would be refused, before anything is sealed: no key
// and no keyed hash of a phone stays behind for a case that never was. A repeat of one
// that was filed goes on to its receipt.
func (c *Complaints) foresee(ctx context.Context, q request) error {
	command := complaint.Command{At: q.at, Actor: speaker(q.actor), Do: q.do}
	_, refused := c.guarded(ctx, q)(c.decider.Initial(), command)
	if refused == nil {
		return nil
	}
	if _, err := c.load(ctx, q.id, nil); errors.Is(err, ErrNotFound) {
		return refused
	}
	return nil
}

// Act takes one action in a case. in is what Actions made for the route.
// ErrUnknownAction, ErrForbidden, ErrNotFound, *InvalidError, *complaint.Refusal,
// errors of the keyring and of the store.
func (c *Complaints) Act(ctx context.Context, actor Actor, id, action string, in any, o Options) (Receipt, CaseView, error) {
	none := CaseView{}
	switch in := in.(type) {
	case *OfferClaim:
		return c.offerClaim(ctx, actor, id, in, o)
	case *Claim:
		return c.claim(ctx, actor, id, in, o)
	case *IssueLink:
		return c.issueLink(ctx, actor, id, in, o)
	}
	// A key belongs to one case: the same key on another case is another command.
	command, err := c.command(actor, action+" "+id, o)
	if err != nil {
		return Receipt{}, none, err
	}
	before, err := c.enter(ctx, actor, id, action)
	if errors.Is(err, ErrNotFound) && o.Key != "" && c.wrote(ctx, id, command) {
		err = nil // it lost the case by what it did, and asks whether that was done
	}
	if err != nil {
		return Receipt{}, none, err
	}
	m := mapping{sealing: newSealing(id), law: c.Law, command: command}
	do := m.action(action, command, in)
	if do == nil {
		return Receipt{}, none, ErrUnknownAction
	}
	if err := m.faults.err(); err != nil {
		return Receipt{}, none, err
	}
	body, err := c.bodies.hash(action, id, in)
	if err != nil {
		return Receipt{}, none, err
	}
	if err := c.impersonal(ctx, "/summary", m.public, &before.state); err != nil {
		return Receipt{}, none, err
	}
	m.aside(&before.now)
	if err := m.seal(ctx, c.Keyring); err != nil {
		return Receipt{}, none, err
	}
	if err := c.keepNotice(ctx, m.notice, subjectOf(id, "consumer")); err != nil {
		return Receipt{}, none, err
	}
	q := request{actor: actor, route: action, id: id, command: command, body: body, options: o, do: do()}
	if err := c.openPart(ctx, q, &m, &before); err != nil {
		return Receipt{}, none, err
	}
	if err := c.release(ctx, q, &before); err != nil {
		return Receipt{}, none, err
	}
	out, err := c.runNumbered(ctx, q, &before)
	if err == nil && out.Receipt.Repeated {
		err = c.sameWords(ctx, id, command, m.sealing)
	}
	if err == nil {
		err = c.follow(ctx, id, action)
	}
	if err != nil {
		return Receipt{}, none, err
	}
	return c.answer(ctx, actor, id, before, out)
}

// enter folds the case and checks that the actor may take the route in it.
func (c *Complaints) enter(ctx context.Context, actor Actor, id, route string) (folded, error) {
	if c.access.Standing(actor.Role, route) == StandingNone {
		return folded{}, ErrForbidden
	}
	f, err := c.load(ctx, id, nil)
	if err != nil {
		return folded{}, err
	}
	return f, c.access.Check(c.Law.Catalogue.Regions(), actor, route, &f.state)
}

type outcome = es.Outcome[complaint.State, complaint.Event]

// request is one command on its way to the decider.
type request struct {
	actor   Actor
	route   string
	id      string
	command es.ID
	body    string
	options Options
	opens   bool
	source  string
	at      time.Time
	do      complaint.Action
}

const (
	routeFile    = "file"
	sourceNative = "native"
)

func (c *Complaints) run(ctx context.Context, q request) (outcome, error) {
	if q.at.IsZero() {
		q.at = c.Now()
	}
	if q.source == "" {
		q.source = sourceNative
	}
	runner := es.Runner[complaint.State, complaint.Command, complaint.Event]{
		Store: c.Store, Registry: c.Registry, Salt: c.entropy.salt, Wait: c.Wait, Queue: &c.queue,
		Counts: c.counts(q.actor.Role), Past: c.past(q),
		Decider: es.Decider[complaint.State, complaint.Command, complaint.Event]{
			Initial: c.decider.Initial, Decide: c.guarded(ctx, q), Evolve: c.decider.Evolve,
			At: c.decider.At, Ruleset: c.decider.Ruleset,
		},
	}
	out, err := runner.Run(ctx, es.Request{
		Stream: Stream(q.id), Command: q.command, Body: q.body, IfMatch: q.options.IfMatch, Opens: q.opens, At: q.at,
		Meta: es.Metadata{
			Actor: q.actor.ID, Role: string(q.actor.Role), Name: q.route,
			Correlation: q.options.Correlation, Calendar: c.Law.Calendar.Version(), Source: q.source,
		},
	}, complaint.Command{Actor: speaker(q.actor), Do: q.do})
	return out, c.movedOn(ctx, q.actor, q.id, err)
}

// guarded checks access again on the state that is decided upon: the case may have
// moved on since it was first looked at.
func (c *Complaints) guarded(ctx context.Context, q request) func(complaint.State, complaint.Command) ([]complaint.Event, error) {
	return func(s complaint.State, cmd complaint.Command) ([]complaint.Event, error) {
		if !q.opens && q.actor.Role != roleSystem {
			if err := c.access.Check(c.Law.Catalogue.Regions(), q.actor, q.route, &s); err != nil {
				return nil, err
			}
		}
		do, err := c.named(ctx, &s, cmd.Do)
		if err != nil {
			return nil, err
		}
		cmd.Do = do
		if err := c.citable(ctx, q.actor, q.do, &s); err != nil {
			return nil, err
		}
		return c.decider.Decide(s, cmd)
	}
}

// speaker is the actor as the decider knows it: on which side it stands.
func speaker(a Actor) complaint.Actor {
	side := complaint.Office
	switch a.Role {
	case RoleConsumer:
		side = complaint.Consumer
	case RoleMerchant:
		side = complaint.Merchant
	}
	return complaint.Actor{
		ID: a.ID, Role: string(a.Role), Side: side,
		Merchant: a.Merchant, Store: a.Store, Region: a.Region, Unit: a.Unit,
	}
}

// answer presents the case after a command. A repeat is answered with the first
// receipt and the case as it is now: that is a reading like any other, and who lost
// the case since gets the receipt alone.
func (c *Complaints) answer(ctx context.Context, actor Actor, id string, f folded, out outcome) (Receipt, CaseView, error) {
	receipt := Receipt{ID: id, Revision: out.Receipt.Revision, Position: out.Receipt.Position, Repeated: out.Receipt.Repeated}
	if receipt.Repeated || out.State.Gone() != "" {
		now, err := c.load(ctx, id, nil)
		if err != nil {
			return Receipt{}, CaseView{}, err
		}
		f = now
		if c.access.Check(c.Law.Catalogue.Regions(), actor, "view", &f.state) != nil {
			return receipt, bare(actor.Role, c.access, &f), nil
		}
		if err := c.recordRead(ctx, actor, id, "view", fieldsOpen); err != nil {
			return Receipt{}, CaseView{}, err
		}
	} else {
		f.state, f.now, f.revision, f.trail, f.seen = out.State, out.State, out.Receipt.Revision, nil, out.Seen
	}
	view, err := c.present(ctx, actor, &f)
	if err != nil {
		return Receipt{}, CaseView{}, err
	}
	return receipt, view, nil
}
