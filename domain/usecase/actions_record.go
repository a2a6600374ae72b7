package usecase

import (
	"context"
	"unicode/utf8"

	"fangxin/domain/complaint"
	"fangxin/domain/es"
	"fangxin/domain/sealed"
)

// AddStatement /add-statement: the merchant's statement beside its public record
// (经营者说明).
type AddStatement struct {
	Text string `json:"text" validate:"required,max=2000" pii:"text"`
}

// ReviewStatement /review-statement: an officer lets it stand, word for word, or not.
type ReviewStatement struct {
	Statement string `json:"statement,omitempty" validate:"max=40"`
	Result    string `json:"result" validate:"required,oneof=accepted refused"`
	Reason    string `json:"reason,omitempty" validate:"max=500" pii:"text"`
}

// ReviseDisclosure /revise-disclosure: the public record is put right (更正公示).
type ReviseDisclosure struct {
	Summary string `json:"summary,omitempty" validate:"max=300"`
	Reason  string `json:"reason" validate:"required,max=500" pii:"text"`
}

// recordInputs makes the inputs of what is done about a public record.
func recordInputs() map[string]func() any {
	return map[string]func() any{
		"add-statement":     func() any { return new(AddStatement) },
		"review-statement":  func() any { return new(ReviewStatement) },
		"revise-disclosure": func() any { return new(ReviseDisclosure) },
	}
}

// recordAction maps them.
func (m *mapping) recordAction(command es.ID, in any) later {
	switch in := in.(type) {
	case *AddStatement:
		c := &complaint.AddStatement{
			Statement: es.DeriveID(command, "statement").String(), Length: utf8.RuneCountInString(in.Text),
		}
		m.text(fieldStatement, in.Text, &c.Text)
		return ready(c)
	case *ReviewStatement:
		c := &complaint.ReviewStatement{Statement: in.Statement, Result: in.Result}
		if in.Result == complaint.StatementUnfit { // what stands needs no reason
			m.text(fieldReason, in.Reason, &c.Reason)
		} else if in.Reason != "" {
			m.faults.add("/reason", FaultNotHere)
		}
		return ready(c)
	case *ReviseDisclosure:
		m.public = in.Summary
		c := &complaint.ReviseDisclosure{Summary: in.Summary}
		m.text(fieldReason, in.Reason, &c.Reason)
		return ready(c)
	}
	return nil
}

// opened gives the reviewer the merchant's words, which stand beside the record as they
// were handed in. Words that name a person of the case, or hold personal data, cannot be
// let through: the places are named, and the officer refuses the statement.
func (c *Complaints) opened(ctx context.Context, s *complaint.State, do complaint.ReviewStatement) (complaint.Action, error) {
	offered := s.Disclosure.Offered
	if do.Result != complaint.StatementAccepted || offered == nil {
		return do, nil
	}
	plain, err := c.Keyring.Open(ctx, fieldStatement, *offered.Text)
	if err != nil {
		return do, err
	}
	do.Text = plain
	return do, c.impersonal(ctx, "/statement", plain, s)
}

// personalIn names the places of a text that hold personal data, whosever they are.
func personalIn(pointer, text string) error {
	var found faults
	for _, at := range sealed.PersonalIn(text) {
		found = append(found, Fault{Pointer: pointer, Code: FaultPersonal, From: at.From, To: at.To})
	}
	return found.err()
}
