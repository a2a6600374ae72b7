package body

import (
	"errors"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"fangxin/domain/calendar"

	"github.com/go-playground/validator/v10"
)

// embedded marks an embedded struct in a validator's namespace: JSON does not know it.
const embedded = "~"

// newValidator knows the tags that the inputs use beside validator's own.
func newValidator(lists Lists) *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" && f.Anonymous {
			return embedded
		}
		return name
	})
	for tag, ok := range map[string]func(string) bool{
		"person": isLine, "line": isLine, "phone": isPhone, "civil": isCivil, "blob": IsDigest, "uscc_shape": isUSCC,
		"region": lists.Region, "category": lists.Category,
	} {
		err := v.RegisterValidation(tag, func(fl validator.FieldLevel) bool { return ok(fl.Field().String()) })
		if err != nil {
			panic(err) // a tag without a name: a mistake of the program
		}
	}
	return v
}

// isLine: a name on one line, 1 to 100 characters, any script, · allowed, no surname needed
// (Mongolian names), no control characters.
func isLine(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 1 && n <= 100 && strings.TrimSpace(s) != "" && strings.IndexFunc(s, unicode.IsControl) < 0
}

// isPhone: international (ITU-T E.164, with +) or national, written with or without
// separators: 5 to 15 digits, so that service numbers such as 12315 pass.
func isPhone(s string) bool {
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c-'0' <= 9:
			digits++
		case c == '+' && i == 0, digits > 0 && (c == '-' || c == ' ' || c == ')'), c == '(':
		default:
			return false
		}
	}
	return digits >= 5 && digits <= 15 && len(s) <= 30
}

func isCivil(s string) bool {
	_, err := calendar.ParseDate(s)
	return err == nil
}

// IsDigest: sha256: and 64 hexadecimal digits in lower case.
func IsDigest(s string) bool {
	hex, ok := strings.CutPrefix(s, "sha256:")
	return ok && len(hex) == 64 && strings.Trim(hex, "0123456789abcdef") == ""
}

// isUSCC: 18 characters of the alphabet of GB 32100-2015. A wrong check character is
// a warning on the case, not a refusal.
func isUSCC(s string) bool {
	return len(s) == 18 && strings.Trim(s, "0123456789ABCDEFGHJKLMNPQRTUWXY") == ""
}

// shape adds what the validator says of places that have no fault yet.
func (w *walker) shape(err error) {
	var list validator.ValidationErrors
	if !errors.As(err, &list) {
		return
	}
	found := len(w.faults)
	for _, e := range list {
		at := pointerOf(e.Namespace())
		if !covered(w.faults[:found], at) {
			w.faults = append(w.faults, Fault{at, codeOf(e)})
		}
	}
}

// covered says whether a fault was found at the pointer or above it.
func covered(faults []Fault, at string) bool {
	for _, f := range faults {
		if f.Code != UnknownField && strings.HasPrefix(at, f.Pointer) &&
			(len(at) == len(f.Pointer) || at[len(f.Pointer)] == '/') {
			return true
		}
	}
	return false
}

// pointerOf turns Type.a.b[0].c into /a/b/0/c.
func pointerOf(namespace string) string {
	parts := strings.FieldsFunc(namespace, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	var b strings.Builder
	for _, p := range parts[1:] {
		if p != embedded {
			b.WriteByte('/')
			b.WriteString(escapePointer(p))
		}
	}
	return b.String()
}

// codeOf translates a validator tag into our code; validator's own text is never shown.
func codeOf(e validator.FieldError) string {
	kind := text
	switch e.Kind() {
	case reflect.Int, reflect.Int64:
		kind = integer
	case reflect.Slice:
		kind = list
	}
	switch e.Tag() {
	case "required", "required_if":
		return Missing
	case "max":
		return map[form]string{text: TooLong, integer: TooLarge, list: TooMany}[kind]
	case "min":
		if kind == integer && e.Param() == "0" {
			return Negative
		}
		return map[form]string{text: TooShort, integer: TooSmall, list: TooFew}[kind]
	}
	return tagCode(e.Tag())
}

func tagCode(tag string) string {
	switch tag {
	case "oneof":
		return NotAllowed
	case "person", "line":
		return BadName
	case "phone":
		return BadPhone
	case "civil":
		return BadDate
	case "blob":
		return BadDigest
	case "uscc_shape":
		return BadUSCC
	case "url":
		return BadURL
	case "region":
		return UnknownRegion
	case "category":
		return UnknownItem
	}
	return NotAllowed
}
