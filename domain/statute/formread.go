package statute

import (
	"fmt"
	"unicode/utf8"
)

// maxFormBytes bounds a file of forms.
const maxFormBytes = 256 << 10

// LoadForms reads the official forms compiled into the program and checks them
// against the law.
func LoadForms(law *Catalogue) (*Forms, error) {
	text, err := data.ReadFile("data/forms.json")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrData, err)
	}
	return ReadForms(text, law)
}

// ReadForms reads a file of forms strictly: at most 256 KiB of UTF-8, no unknown field,
// no field named twice. What it says must agree with the law: forms, notices,
// recipients and grounds of each rule set. ErrData, with all faults found.
func ReadForms(text []byte, law *Catalogue) (*Forms, error) {
	if len(text) > maxFormBytes || !utf8.Valid(text) {
		return nil, fmt.Errorf("%w: forms: longer than %d bytes or not UTF-8", ErrData, maxFormBytes)
	}
	var f Forms
	if err := decodeOutside(text, &f); err != nil {
		return nil, fmt.Errorf("%w: forms: %w", ErrData, err)
	}
	if err := f.check(law); err != nil {
		return nil, fmt.Errorf("%w: forms: %w", ErrData, err)
	}
	return &f, nil
}
