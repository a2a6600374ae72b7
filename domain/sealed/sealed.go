// Package sealed holds personal data as it may stand in an event: cipher text
// under a key that belongs to one subject and can be destroyed, beside a mask
// that people may see. It also holds the keyring PORT.
//
// Sources: 个人信息保护法 (PIPL) 4, 6, 47, 73.
package sealed

import (
	"context"
	"errors"
)

// Subject is one person in one matter (a case and the cases that grow from it):
// an opaque id that owns a key. It is derived from the command that first names
// the person, never from the person.
type Subject string

// Suite names the algorithms of a sealed value, so that values of several suites
// can stand side by side for ever.
type Suite string

// SuiteA1 is AES-256-GCM with a random 96-bit nonce, keys wrapped by the same
// under the master key, keyed hashes by HMAC-SHA-256.
const SuiteA1 Suite = "A1"

// Value is one sealed field. Its form in JSON is fixed for ever.
type Value struct {
	Suite   Suite   `json:"suite"`
	Subject Subject `json:"subject"`
	// Cipher is nonce, cipher text and tag. The associated data are the subject,
	// a NUL byte and the field's name, so a value cannot be moved to another field
	// or person, but can be carried to a linked case unopened.
	Cipher []byte `json:"cipher"`
	// Mask is what may be shown in place of the value; "" shows nothing.
	Mask string `json:"mask,omitempty"`
}

// IsZero says whether nothing is sealed here.
func (v Value) IsZero() bool { return v.Suite == "" }

// Kind says how a plain value is masked and how it is normalised before it is
// hashed with the keyring's key.
type Kind string

// Kinds of personal data.
const (
	Name     Kind = "name"
	Phone    Kind = "phone"
	IDNumber Kind = "id_number"
	Address  Kind = "address"
	Email    Kind = "email"
	BankCard Kind = "bank_card"
	Plate    Kind = "plate"
	Contact  Kind = "contact"
	Text     Kind = "text"
)

// Field is a plain value on its way to be sealed.
type Field struct {
	// Name is the field's name in associated data, for instance "consumer.phone".
	Name  string
	Kind  Kind
	Plain string
}

// Matter asks for the fields of one subject to be sealed together. Known lists the
// fields by which the same person or contact can be recognised later; the keyring
// keeps a keyed hash of each.
type Matter struct {
	Subject Subject
	Fields  []Field
	Known   []Field
}

// What a keyring may answer.
var (
	// ErrErased: the subject's key was destroyed.
	ErrErased = errors.New("personal data erased")
	// ErrRestricted: the data are stored and protected only (PIPL 47).
	ErrRestricted = errors.New("personal data restricted")
	// ErrNoKey: the keyring never held a key for this subject.
	ErrNoKey = errors.New("no key for this subject")
	// ErrForged: the value was not sealed by this keyring for this field.
	ErrForged = errors.New("sealed value does not open")
	// ErrUnavailable: the keyring cannot answer now.
	ErrUnavailable = errors.New("keyring unavailable")
)

// State of a subject's key.
type State string

// States of a subject.
const (
	Active     State = "active"
	Restricted State = "restricted"
	Erased     State = "erased"
)

// Keyring is the port to the store of keys, a store of its own outside the event
// log. All methods may be called from many goroutines.
type Keyring interface {
	// Seal seals the fields of one or more subjects, making keys that do not exist
	// yet. When it returns, every key it used is durable. values[i][j] belongs to
	// matters[i].Fields[j]; an empty Plain gives a zero Value. ErrErased and
	// ErrRestricted where a subject may take no new data.
	Seal(ctx context.Context, matters ...Matter) (values [][]Value, err error)
	// Open returns the plain text of a value sealed under the field's name.
	// ErrErased, ErrRestricted, ErrNoKey, ErrForged.
	Open(ctx context.Context, field string, v Value) (string, error)
	// Same lists the subjects that were sealed with this phone, ID number or other
	// contact among their known fields, newest first, at most limit.
	Same(ctx context.Context, kind Kind, plain string, limit int) ([]Subject, error)
	// StateOf says whether a subject is active, restricted or erased. ErrNoKey.
	StateOf(ctx context.Context, s Subject) (State, error)
	// Restrict stops all but storage and protection; Lift undoes it (PIPL 47).
	Restrict(ctx context.Context, s Subject) error
	Lift(ctx context.Context, s Subject) error
	// Forget takes one known field out of a subject's keyed hashes: it was corrected,
	// and nobody is recognised by it any more. What is not known is no error. ErrNoKey.
	Forget(ctx context.Context, s Subject, kind Kind, plain string) error
	// Erase destroys the subject's key and keyed hashes and enters the subject in
	// the erasure list, which is kept apart from the keys. Erasing twice is once.
	Erase(ctx context.Context, s Subject) error
}
