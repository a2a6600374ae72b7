package sealed

import (
	"strings"
	"unicode"
)

// MaskText hides personal data that stand in free text: ID numbers, mobile and
// landline numbers, bank cards, plates, e-mail addresses, and names behind words such
// as 姓名 and 联系人. It is the second net
// under a text an officer has already reviewed for the public register, so nothing
// of what it finds stays visible: every digit and letter becomes a star. Where a
// text could be read both ways, it hides. Checksums spare order and credit codes;
// hotlines (12315, 400-…) are no one's own. Characters without width hide nothing
// from it.
//
// The answer is valid UTF-8 and has as many characters as the text. Masking twice
// is masking once.
func MaskText(text string) string {
	if !suspicious(text) {
		return strings.ToValidUTF8(text, "\uFFFD")
	}
	s := newScan(text)
	s.search()
	for i, hidden := range s.hide {
		if hidden {
			s.text[s.place[i]] = '*'
		}
	}
	return string(s.text)
}

// Span is a part of a text, in characters: From is the first, To the one behind the last.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// PersonalIn says where MaskText would hide something: nil where it would leave the text
// as it is. A reviewer is shown the places.
func PersonalIn(text string) []Span {
	if !suspicious(text) {
		return nil
	}
	s := newScan(text)
	s.search()
	var found []Span
	for i, hidden := range s.hide {
		at := s.place[i]
		switch n := len(found); {
		case !hidden:
		case n > 0 && at-found[n-1].To <= maxGap:
			found[n-1].To = at + 1
		default:
			found = append(found, Span{From: at, To: at + 1})
		}
	}
	return found
}

// search hides what is found. What was hidden may leave a number standing alone that
// was part of a longer run before, so it goes on until nothing more is found.
func (s *scan) search() {
	for before := -1; before != s.hidden(); {
		before = s.hidden()
		s.emails()
		s.plates()
		s.numbers()
		s.names()
	}
}

// suspicious is a cheap test that many texts fail: no digit, no at sign, and none of
// the characters with which a word ends that a name may follow.
func suspicious(text string) bool {
	for _, r := range text {
		if f := foldRune(r); f >= '0' && f <= '9' || f == '@' || f == '名' || f == '人' || f == '者' || f == '客' || f == '主' || r == 0xfffd {
			return true
		}
	}
	return false
}

// scan is a text, rune by rune, as written; and folded, without what has no width: place
// is where each of these stands in the text, hide whether it is to be hidden.
type scan struct {
	text   []rune
	folded []rune
	place  []int
	hide   []bool
}

func newScan(text string) *scan {
	s := &scan{text: []rune(text)}
	s.folded = make([]rune, 0, len(s.text))
	s.place = make([]int, 0, len(s.text))
	for i, r := range s.text {
		if unicode.Is(unicode.Cf, r) {
			continue
		}
		s.folded, s.place = append(s.folded, foldRune(r)), append(s.place, i)
	}
	s.hide = make([]bool, len(s.folded))
	return s
}

func (s *scan) at(i int) rune {
	if i < 0 || i >= len(s.folded) || s.hide[i] {
		return 0
	}
	return s.folded[i]
}

func (s *scan) hidden() int {
	n := 0
	for _, h := range s.hide {
		if h {
			n++
		}
	}
	return n
}

// conceal hides the letters and digits from i to j.
func (s *scan) conceal(i, j int) {
	for ; i < j; i++ {
		if isAlnum(s.folded[i]) {
			s.hide[i] = true
		}
	}
}

func (s *scan) emails() {
	for i := range s.folded {
		if s.at(i) != '@' {
			continue
		}
		from, to := i, i+1
		for isMailbox(s.at(from - 1)) {
			from--
		}
		for isHost(s.at(to)) {
			to++
		}
		for to > i+1 && !isAlnum(s.folded[to-1]) {
			to-- // a full stop that ends the sentence
		}
		if from < i && hasDomain(s.folded[i+1:to]) {
			for k := from; k < to; k++ {
				s.hide[k] = true
			}
		}
	}
}

// hasDomain asks only for a dot and two letters after it: a number may stand right
// behind an address.
func hasDomain(host []rune) bool {
	for i := 1; i+2 < len(host); i++ {
		if host[i] == '.' && isLetter(host[i+1]) && isLetter(host[i+2]) {
			return true
		}
	}
	return false
}

// isEmail asks for a mailbox and a host with a dot and a top domain of letters.
func isEmail(a string) bool {
	mailbox, host, ok := strings.Cut(a, "@")
	dot := strings.LastIndexByte(host, '.')
	if !ok || mailbox == "" || dot < 1 || len(host)-dot < 3 {
		return false
	}
	for _, r := range mailbox {
		if !isMailbox(r) {
			return false
		}
	}
	for i, r := range host {
		if !isHost(r) || i > dot && !isLetter(r) {
			return false
		}
	}
	return true
}

// plates finds number plates (GA 36): a province, a letter, perhaps a dot, then
// five characters, six for new energy, the last may be 警, 学, 挂, 港, 澳.
func (s *scan) plates() {
	for i, r := range s.folded {
		if !isProvince(r) || !isLetter(s.at(i+1)) {
			continue
		}
		from := i + 2
		if strings.ContainsRune("·•・. -", s.at(from)) && s.at(from) != 0 {
			from++
		}
		to, digits := from, 0
		for isAlnum(s.at(to)) {
			if isDigit(s.at(to)) {
				digits++
			}
			to++
		}
		n := to - from
		if n == 4 && s.at(to) != 0 && strings.ContainsRune("警学挂港澳", s.at(to)) {
			n, s.hide[to] = 5, true
		}
		if (n == 5 || n == 6) && digits > 0 {
			s.conceal(i+1, to)
		}
	}
}

func isProvince(r rune) bool {
	return strings.ContainsRune("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼", r)
}

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isLetter(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }
func isAlnum(r rune) bool  { return isDigit(r) || isLetter(r) }
func isHost(r rune) bool   { return isAlnum(r) || r == '.' || r == '-' }
func isMailbox(r rune) bool {
	return isHost(r) || r == '_' || r == '%' || r == '+'
}
