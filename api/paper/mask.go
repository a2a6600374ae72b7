package paper

import (
	"strings"
	"unicode"

	"fangxin/domain/sealed"
	"fangxin/domain/statute"
)

// maxValue bounds one value, in bytes: about twenty pages.
const maxValue = 64 << 10

// mask hides a value as the form says. What leaves nothing to show is marked as
// withheld, so that nobody takes it for empty.
func (p *Printer) mask(as, text string) string {
	if text == "" {
		return ""
	}
	switch as {
	case "":
		return text
	case statute.MaskNumbers:
		return sealed.MaskText(text)
	case statute.MaskAll:
		return p.words.Withheld
	}
	if masked := sealed.MaskOf(sealed.Kind(as), text); masked != "" {
		return masked
	}
	return p.words.Withheld
}

// clean leaves out what has no place on paper: control characters, and marks that turn
// the direction of the text and so could make it read otherwise than it is stored.
// Joiners that Mongolian and other scripts need stay.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == 0x200c || r == 0x200d || r == 0x180e:
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == 0x2028, r == 0x2029:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.TrimSpace(text)
}
