package sealed

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Bounds of what may be sealed, in bytes.
const (
	MaxSubject   = 200
	MaxFieldName = 100
	MaxPlain     = 256 << 10
	MaxFields    = 200
)

// KeySize is the length of a subject's data key in suite A1, in bytes.
const KeySize = 32

const (
	nonceSize = 12
	tagSize   = 16
)

// ErrInvalid: the matter or value can never be sealed or opened. It is a fault of
// the caller, found before any key is touched.
var ErrInvalid = errors.New("not a sealable value")

// AssociatedData binds a cipher text to its subject and field: the subject, a NUL
// byte, the field's name. Neither may hold a NUL, so no two pairs share a form.
func AssociatedData(s Subject, field string) []byte {
	b := make([]byte, 0, len(s)+1+len(field))
	return appendAssociated(b, s, field)
}

func appendAssociated(b []byte, s Subject, field string) []byte {
	b = append(b, s...)
	b = append(b, 0)
	return append(b, field...)
}

// DataKey is the unwrapped key of one subject, ready for use from many goroutines.
type DataKey struct {
	subject Subject
	aead    cipher.AEAD
}

// NewDataKey prepares a key of KeySize bytes for its subject.
func NewDataKey(s Subject, key []byte) (*DataKey, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("data key of %d bytes: %w", len(key), ErrInvalid)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &DataKey{subject: s, aead: aead}, nil
}

// Seal seals the fields in order, drawing one nonce each from entropy. An empty
// Plain gives a zero Value. The masks are made by MaskOf.
func (k *DataKey) Seal(entropy io.Reader, fields []Field) ([]Value, error) {
	nonces := make([]byte, nonceSize*len(fields))
	if _, err := io.ReadFull(entropy, nonces); err != nil {
		return nil, fmt.Errorf("no entropy: %w", errors.Join(ErrUnavailable, err))
	}
	var scratch [MaxSubject + 1 + MaxFieldName]byte
	values := make([]Value, len(fields))
	for i, f := range fields {
		if f.Plain == "" {
			continue
		}
		cipherText := make([]byte, nonceSize, nonceSize+len(f.Plain)+tagSize)
		copy(cipherText, nonces[i*nonceSize:])
		aad := appendAssociated(scratch[:0], k.subject, f.Name)
		values[i] = Value{
			Suite:   SuiteA1,
			Subject: k.subject,
			Cipher:  k.aead.Seal(cipherText, cipherText, []byte(f.Plain), aad),
			Mask:    MaskOf(f.Kind, f.Plain),
		}
	}
	return values, nil
}

// Open returns the plain text of a value sealed under the field's name, or
// ErrForged.
func (k *DataKey) Open(field string, v Value) (string, error) {
	if v.Suite != SuiteA1 || v.Subject != k.subject || len(v.Cipher) < nonceSize+tagSize {
		return "", ErrForged
	}
	plain, err := k.aead.Open(nil, v.Cipher[:nonceSize], v.Cipher[nonceSize:], AssociatedData(v.Subject, field))
	if err != nil {
		return "", ErrForged
	}
	return string(plain), nil
}

// Check finds what makes a matter impossible to seal in every keyring. Adapters
// call it first.
func (m Matter) Check() error {
	if err := CheckSubject(m.Subject); err != nil {
		return err
	}
	if len(m.Fields)+len(m.Known) > MaxFields {
		return fmt.Errorf("%d fields, at most %d: %w", len(m.Fields)+len(m.Known), MaxFields, ErrInvalid)
	}
	for _, fields := range [2][]Field{m.Fields, m.Known} {
		for _, f := range fields {
			if err := f.check(); err != nil {
				return err
			}
		}
	}
	return nil
}

// HasData says whether there is anything to seal or to recognise; a matter without
// data makes no key.
func (m Matter) HasData() bool {
	for _, f := range m.Fields {
		if f.Plain != "" {
			return true
		}
	}
	for _, f := range m.Known {
		if f.Plain != "" {
			return true
		}
	}
	return false
}

func (f Field) check() error {
	switch {
	case !wellFormed(f.Name, MaxFieldName):
		return fmt.Errorf("field name %.40q: %w", f.Name, ErrInvalid)
	case len(f.Plain) > MaxPlain:
		return fmt.Errorf("field %s of %d bytes, at most %d: %w", f.Name, len(f.Plain), MaxPlain, ErrInvalid)
	case !utf8.ValidString(f.Plain):
		return fmt.Errorf("field %s is not UTF-8: %w", f.Name, ErrInvalid)
	}
	return nil
}

// CheckSubject refuses subjects no keyring may hold: 1 to MaxSubject bytes of
// UTF-8 without NUL.
func CheckSubject(s Subject) error {
	if !wellFormed(string(s), MaxSubject) {
		return fmt.Errorf("subject %.40q: %w", string(s), ErrInvalid)
	}
	return nil
}

// Check finds what no keyring could have written, for instance in a decoded event:
// a missing subject or a cipher text too short to hold nonce and tag. An unknown
// suite is no fault, a newer program may have sealed it. The zero Value is valid.
func (v Value) Check() error {
	if v.IsZero() {
		if v.Subject != "" || len(v.Cipher) != 0 || v.Mask != "" {
			return fmt.Errorf("value without suite: %w", ErrInvalid)
		}
		return nil
	}
	if err := CheckSubject(v.Subject); err != nil {
		return err
	}
	if len(v.Cipher) < nonceSize+tagSize || len(v.Cipher) > nonceSize+MaxPlain+tagSize {
		return fmt.Errorf("cipher text of %d bytes: %w", len(v.Cipher), ErrInvalid)
	}
	return nil
}

func wellFormed(s string, limit int) bool {
	return s != "" && len(s) <= limit && utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}
