package usecase

import (
	"errors"
	"fmt"
	"strings"
)

// What a use case may answer beside *InvalidError, *complaint.Refusal and the errors
// of package es and sealed, which pass through.
var (
	// ErrNotFound: there is no such case, or none that the actor may know of.
	ErrNotFound = errors.New("no such case")
	// ErrForbidden: the actor's role may not do this.
	ErrForbidden = errors.New("not allowed")
	// ErrRestricted: the personal data of the case are stored and protected only (PIPL 47).
	ErrRestricted = errors.New("case restricted")
	// ErrUnknownAction: complaints have no such action.
	ErrUnknownAction = errors.New("no such action")
)

// Fault is one wrong field: where, as a JSON pointer (RFC 6901), and why, as a code
// of the message catalogue.
type Fault struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	// From and To say where in the text, in characters, To behind the last; both zero
	// where the whole field is meant.
	From int `json:"from,omitempty"`
	To   int `json:"to,omitempty"`
}

// Codes of faults.
const (
	FaultDate           = "civil"            // not a date between 1900 and 2100
	FaultRequired       = "required"         // absent
	FaultNotHere        = "unknown_field"    // has no place in this request
	FaultRegion         = "unknown_region"   // no such administrative division
	FaultCategory       = "unknown_category" // no such class of goods or services
	FaultUnrecognisable = "unrecognisable"   // nothing says who the merchant is
	FaultPlaceless      = "placeless"        // neither address, region nor platform
	FaultOfficersOnly   = "officers_only"    // only an officer may say this
	FaultUnsealable     = "unsealable"       // too long or not UTF-8
	FaultPersonal       = "personal_data"    // names a party in a text that will be public
	FaultEvidence       = "unknown_evidence" // not handed in by who cites it
)

// InvalidError: the request is well formed, but fields of it mean nothing here.
type InvalidError struct{ Faults []Fault }

func (e *InvalidError) Error() string {
	parts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		parts[i] = fmt.Sprintf("%s: %s", f.Pointer, f.Code)
	}
	return "invalid: " + strings.Join(parts, ", ")
}

// faults collects what is wrong, in the order of the input.
type faults []Fault

func (f *faults) add(pointer, code string) { *f = append(*f, Fault{Pointer: pointer, Code: code}) }

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return &InvalidError{Faults: f}
}
