package statute

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxDepth bounds how deep the values of a data file nest.
const maxDepth = 16

// decode reads one JSON value strictly: no unknown field, nothing after the value.
func decode(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("text after the value at byte %d", d.InputOffset())
	}
	return nil
}

// decodeOutside is decode for text that is not compiled in: no field named twice or
// in other letters either.
func decodeOutside(text []byte, into any) error {
	if err := checkKeys(text); err != nil {
		return err
	}
	return decode(text, into)
}

// level is an object or a list that is being read.
type level struct {
	seen map[string]bool // of an object
	key  bool            // a key comes next
}

// checkKeys refuses what the decoder of the standard library lets pass: a key that
// comes twice in an object, and capital letters, which it takes for small ones.
func checkKeys(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var open []level
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		here := len(open) - 1
		key, isText := token.(string)
		if here >= 0 && open[here].key && isText {
			if open[here].seen[key] || !plainKey(key) {
				return fmt.Errorf("field %q at byte %d is unknown or named twice", short(key), d.InputOffset())
			}
			open[here].seen[key], open[here].key = true, false
			continue
		}
		switch token {
		case json.Delim('}'), json.Delim(']'):
			open = open[:here]
			continue
		}
		if here >= 0 {
			open[here].key = open[here].seen != nil
		}
		switch token {
		case json.Delim('{'):
			open = append(open, level{seen: map[string]bool{}, key: true})
		case json.Delim('['):
			open = append(open, level{})
		}
		if len(open) > maxDepth {
			return fmt.Errorf("nested deeper than %d at byte %d", maxDepth, d.InputOffset())
		}
	}
}

// plainKey says whether a key is written as all keys of data files are.
func plainKey(s string) bool {
	for _, b := range []byte(s) {
		if !(b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '_') {
			return false
		}
	}
	return s != ""
}
