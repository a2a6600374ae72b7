package sealed

import (
	"strings"
	"unicode"
)

// nameLabels are words that a person's name stands behind. The first may be followed by
// it at once, the others only behind a mark such as a colon: they open many sentences.
func nameLabels() (close, marked []string) {
	return []string{"姓名", "联系人", "收货人", "收件人", "户名", "机主", "车主"}, []string{"投诉人", "举报人", "当事人", "消费者", "顾客"}
}

// Bounds of a name, in characters: behind a mark it is taken up to the next one.
const (
	maxMarkedName = 8
	maxCloseName  = 4
	maxLongName   = 40 // in other scripts
)

// names finds what stands behind a label. A name without a mark before it has no end
// that can be seen: it is four characters where nothing follows them, else three, or
// four behind a surname of two.
func (s *scan) names() {
	close, marked := nameLabels()
	for i := range s.folded {
		for _, label := range close {
			if at, ok := s.labelled(i, label); ok {
				s.name(at, true)
			}
		}
		for _, label := range marked {
			if at, ok := s.labelled(i, label); ok {
				s.name(at, false)
			}
		}
	}
}

// labelled says whether a label stands at i, perhaps with spaces in it, and where it
// ends.
func (s *scan) labelled(i int, label string) (int, bool) {
	for n, r := range label {
		for gap := 0; n > 0 && gap < maxGap && s.at(i) == ' '; gap++ {
			i++
		}
		if s.at(i) != r {
			return 0, false
		}
		i++
	}
	return i, true
}

func (s *scan) name(i int, close bool) {
	from := i
	for from-i < maxGap && strings.ContainsRune(":= \t为是叫【「“\"(", s.at(from)) && s.at(from) != 0 {
		from++
	}
	markless := strings.TrimSpace(string(s.folded[i:from])) == ""
	switch first := s.at(from); {
	case markless && !close, first == 0:
	case unicode.Is(unicode.Han, first) || isMongolian(first):
		s.ownName(from, markless)
	case isLetter(first) && !markless:
		s.latinName(from)
	}
}

// ownName hides a name in Chinese or Mongolian script, with the dot between its parts.
func (s *scan) ownName(from int, markless bool) {
	if markless && strings.ContainsRune("要不未已没有的等和与及或电地联无在被将称说表同拒系信方住姓证处单栏", s.at(from)) {
		return
	}
	to := from
	for r := s.at(to); to-from < maxLongName && (unicode.Is(unicode.Han, r) || isMongolian(r) || isNameDot(r)); r = s.at(to) {
		to++
	}
	n := to - from
	switch {
	case !markless && unicode.Is(unicode.Han, s.at(from)):
		n = min(n, maxMarkedName)
	case markless && n > maxCloseName:
		n = maxCloseName
		if !compoundSurname(s.at(from), s.at(from+1)) {
			n--
		}
	}
	for k := from; k < from+n; k++ {
		if !isNameDot(s.folded[k]) {
			s.hide[k] = true
		}
	}
}

// latinName hides up to three words.
func (s *scan) latinName(from int) {
	words := 1
	for k := from; k-from < maxLongName; k++ {
		switch r := s.at(k); {
		case unicode.IsLetter(r) && !unicode.Is(unicode.Han, r):
			s.hide[k] = true
		case r == ' ' && words < 3 && isLetter(s.at(k+1)):
			words++
		case r == '.' || r == '-' || r == '\'':
		default:
			return
		}
	}
}

func isMongolian(r rune) bool { return unicode.Is(unicode.Mongolian, r) && unicode.IsLetter(r) }

// compoundSurname knows the usual surnames of two characters.
func compoundSurname(a, b rune) bool {
	return strings.Contains("欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 端木 独孤 南宫 宇文 长孙 呼延", string([]rune{a, b}))
}
