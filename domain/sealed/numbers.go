package sealed

import "strings"

// block is a run of digits in a scan, from inclusive to exclusive; an X that ends
// an ID number belongs to it.
type block struct {
	from, to int
	digits   string
}

// Bounds of a number written in groups, such as 138 1234 5678.
const (
	maxGroups     = 6
	maxGap        = 3
	maxGroupedLen = 21
	minInside     = 11
	creditCodeLen = 18
)

// numbers hides what whole blocks say, then what groups of blocks say, then what
// stands inside longer blocks. The order matters: a number that is taken is hidden
// and cannot lend its digits to another.
func (s *scan) numbers() {
	for _, b := range s.blocks() {
		if b.isPersonal(s.at(b.from-1) == '+') {
			s.conceal(b.from, b.to)
		}
	}
	s.groups()
	for _, b := range s.blocks() {
		if len(b.digits) >= minInside && !s.inCreditCode(b) {
			s.inside(b)
		}
	}
}

func (s *scan) blocks() []block {
	var found []block
	for i := 0; i < len(s.folded); {
		if !isDigit(s.at(i)) {
			i++
			continue
		}
		b := block{from: i}
		for isDigit(s.at(i)) {
			i++
		}
		if s.endsWithX(b.from, i) {
			i++
		}
		b.to = i
		b.digits = strings.ToUpper(string(s.folded[b.from:b.to]))
		found = append(found, b)
	}
	return found
}

// endsWithX says whether the X at i is the check character of an ID number, whole
// or the last group of one.
func (s *scan) endsWithX(from, i int) bool {
	if r := s.at(i); r != 'x' && r != 'X' {
		return false
	}
	return i-from >= 17 || i-from >= 3 && !isAlnum(s.at(i+1))
}

// isPersonal judges a block as a whole.
func (b block) isPersonal(plus bool) bool {
	if ValidIDNumber(b.digits) {
		return true
	}
	d := strings.TrimSuffix(b.digits, "X")
	switch parsePhone(d, plus).class {
	case mobile, landline:
		return true
	case abroad:
		return plus
	}
	return len(d) >= 12 && len(d) <= 19 && luhn(d) && !isCreditCode(b.digits)
}

// groups looks at neighbouring blocks that only separators divide.
func (s *scan) groups() {
	blocks := s.blocks()
	for i := 0; i < len(blocks); i++ {
		for j := i + 1; j < len(blocks) && j < i+maxGroups && s.separated(blocks[j-1].to, blocks[j].from); j++ {
			group := blocks[i : j+1]
			if joined := join(group); len(joined) > maxGroupedLen {
				break
			} else if isPersonalGroup(group, joined, s.at(blocks[i].from-1) == '+') {
				for _, b := range group {
					s.conceal(b.from, b.to)
				}
				i = j
				break
			}
		}
	}
}

func (s *scan) separated(from, to int) bool {
	if to-from > maxGap {
		return false
	}
	for ; from < to; from++ {
		if r := s.at(from); r == 0 || !strings.ContainsRune(" -–—.·()/_~\t\n", r) {
			return false
		}
	}
	return true
}

func join(group []block) string {
	var b strings.Builder
	for _, g := range group {
		b.WriteString(g.digits)
	}
	return b.String()
}

// isPersonalGroup asks for more than isPersonal does, since prices and dates stand
// in rows too.
func isPersonalGroup(group []block, joined string, plus bool) bool {
	if len(joined) == 18 && validID18(joined) {
		return true
	}
	if !allDigits(joined) {
		return false
	}
	national := group
	if first := group[0].digits; len(group) > 1 && (first == "86" || first == "086" || first == "0086") {
		national, plus = group[1:], true
		joined = join(national)
		return parseNational(joined, plus).class != noPhone
	}
	switch p := parsePhone(joined, plus); p.class {
	case mobile:
		return len(national) <= 3 && shortest(national) >= 3
	case landline:
		return national[0].digits == p.area
	case abroad:
		return plus
	}
	return isCardGroup(group, joined)
}

// isCardGroup knows the two ways card numbers are printed: in fours, or six and
// the rest.
func isCardGroup(group []block, joined string) bool {
	if len(joined) < 12 || len(joined) > 19 || !luhn(joined) {
		return false
	}
	if len(group) == 2 && len(group[0].digits) == 6 {
		return true
	}
	for _, b := range group[:len(group)-1] {
		if len(b.digits) != 4 {
			return false
		}
	}
	return len(group[len(group)-1].digits) <= 4
}

func shortest(group []block) int {
	n := len(group[0].digits)
	for _, b := range group[1:] {
		n = min(n, len(b.digits))
	}
	return n
}

// inside hides ID and mobile numbers that stand in a longer run of digits: written
// without a space, or in an order number, which the register does not show either.
func (s *scan) inside(b block) {
	for i := 0; i+18 <= len(b.digits); i++ {
		if validID18(b.digits[i : i+18]) {
			s.conceal(b.from+i, b.from+i+18)
		}
	}
	for i := 0; i+11 <= len(b.digits); i++ {
		if isMobile(b.digits[i:i+11]) && s.at(b.from+i) != 0 && s.at(b.from+i+10) != 0 {
			s.conceal(b.from+i, b.from+i+11)
		}
	}
}

// inCreditCode says whether the block stands in a unified social credit code,
// which names a merchant.
func (s *scan) inCreditCode(b block) bool {
	from, to := b.from, b.to
	for to-from <= creditCodeLen && isAlnum(s.at(from-1)) {
		from--
	}
	for to-from <= creditCodeLen && isAlnum(s.at(to)) {
		to++
	}
	code := string(s.folded[from:to])
	return isCreditCode(code) && !validID18(code)
}
