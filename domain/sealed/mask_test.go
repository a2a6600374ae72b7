package sealed_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"fangxin/domain/sealed"
)

func TestMaskOf(t *testing.T) {
	for _, c := range []struct {
		kind        sealed.Kind
		plain, want string
	}{
		{sealed.Name, "张三", "张*"},
		{sealed.Name, "欧阳娜娜", "欧*"},
		{sealed.Name, "巴特尔·孟克", "巴*"},
		{sealed.Name, " 乌兰 ", "乌*"},
		{sealed.Name, "ᠪᠠᠭᠠᠲᠤᠷ", "ᠪ*"},
		{sealed.Name, "ᠭ᠋ᠠ", "ᠭ᠋*"},
		{sealed.Name, "John Smith", "J*"},
		{sealed.Name, "𠮷田", "𠮷*"},
		{sealed.Name, "张", "*"},
		{sealed.Name, "", ""},
		{sealed.Phone, "13812341234", "138****1234"},
		{sealed.Phone, "+86 138-1234-1234", "138****1234"},
		{sealed.Phone, "１３８１２３４１２３４", "138****1234"},
		{sealed.Phone, "0471-1234567", "***"},
		{sealed.Phone, "0471-6234567", "0471-******7"},
		{sealed.Phone, "(010) 62345678", "010-*******8"},
		{sealed.Phone, "0471-6234567转801", "0471-******7"},
		{sealed.Phone, "+976 9912 3456", "+*******3456"},
		{sealed.Phone, "12315", "***"},
		{sealed.Phone, "call me", "***"},
		{sealed.IDNumber, "11010519491231002X", "110***********002X"},
		{sealed.IDNumber, "11010519491231002x", "110***********002X"},
		{sealed.IDNumber, "150102 491231 002", "150********1002"},
		{sealed.IDNumber, "E12345678", "E***"},
		{sealed.IDNumber, "", ""},
		{sealed.BankCard, "6222 0212 3456 7890 123", "***************0123"},
		{sealed.BankCard, "123", "***"},
		{sealed.Email, "zhang@example.cn", "z***"},
		{sealed.Email, "z", "***"},
		{sealed.Plate, "蒙A·12345", "蒙A****5"},
		{sealed.Plate, "蒙AD12345", "蒙A*****5"},
		{sealed.Plate, "12345", "***"},
		{sealed.Contact, "weixin_wulan", "w***"},
		{sealed.Contact, "13812341234", "138****1234"},
		{sealed.Address, "呼和浩特市赛罕区", ""},
		{sealed.Text, "退款", ""},
		{"unknown", "secret", ""},
	} {
		if got := sealed.MaskOf(c.kind, c.plain); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.kind, c.plain, got, c.want)
		}
	}
}

func TestNormal(t *testing.T) {
	for _, c := range []struct {
		kind  sealed.Kind
		plain string
		want  sealed.Kind
		text  string
	}{
		{sealed.Phone, "138 1234 1234", sealed.Phone, "8613812341234"},
		{sealed.Phone, "+8613812341234", sealed.Phone, "8613812341234"},
		{sealed.Phone, "008613812341234", sealed.Phone, "8613812341234"},
		{sealed.Phone, "013812341234", sealed.Phone, "8613812341234"},
		{sealed.Phone, "8613812341234", sealed.Phone, "8613812341234"},
		{sealed.Phone, "１３８-１２３４-１２３４", sealed.Phone, "8613812341234"},
		{sealed.Phone, "᠑᠓᠘᠑᠒᠓᠔᠑᠒᠓᠔", sealed.Phone, "8613812341234"},
		{sealed.Phone, "（0471）6234567", sealed.Phone, "864716234567"},
		{sealed.Phone, "+86 471 623 4567 ext 8", sealed.Phone, "864716234567"},
		{sealed.Phone, "010-62345678", sealed.Phone, "861062345678"},
		{sealed.Phone, "+976 99123456", sealed.Phone, "97699123456"},
		{sealed.Phone, "6234567", sealed.Phone, "6234567"},
		{sealed.Phone, "", sealed.Phone, ""},
		{sealed.IDNumber, "11010519491231002x", sealed.IDNumber, "11010519491231002X"},
		{sealed.IDNumber, "110105491231002", sealed.IDNumber, "11010519491231002X"},
		{sealed.IDNumber, "e12345678", sealed.IDNumber, "E12345678"},
		{sealed.Email, " Wulan@Example.CN ", sealed.Email, "wulan@example.cn"},
		{sealed.Contact, "+86-138-1234-1234", sealed.Phone, "8613812341234"},
		{sealed.Contact, "Wulan@Example.CN", sealed.Email, "wulan@example.cn"},
		{sealed.Contact, "WeiXin_1", sealed.Contact, "weixin_1"},
		{sealed.Plate, "蒙a·12345", sealed.Plate, "蒙A12345"},
		{sealed.BankCard, "6222-0212", sealed.BankCard, "62220212"},
		{sealed.Name, " 巴特尔 • 孟克", sealed.Name, "巴特尔·孟克"},
		{sealed.Name, "JOHN  Smith", sealed.Name, "john smith"},
		{sealed.Address, " 赛罕区　大学西街 ", sealed.Address, "赛罕区 大学西街"},
	} {
		if kind, text := sealed.Normal(c.kind, c.plain); kind != c.want || text != c.text {
			t.Errorf("%s %q: %s %q, want %s %q", c.kind, c.plain, kind, text, c.want, c.text)
		}
	}
}

// Writing a value in its normal form a second time changes nothing.
func TestNormalIsStable(t *testing.T) {
	kinds := []sealed.Kind{sealed.IDNumber, sealed.BankCard, sealed.Plate, sealed.Email, sealed.Name, sealed.Text}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		_, once := sealed.Normal(kind, rapid.String().Draw(t, "plain"))
		if _, twice := sealed.Normal(kind, once); twice != once {
			t.Fatalf("%q became %q", once, twice)
		}
	})
}

// GB 11643-1999: the standard's own example, and one wrong digit.
func TestValidIDNumber(t *testing.T) {
	for s, want := range map[string]bool{
		"11010519491231002X": true, "11010519491231002x": true, "110105194912310021": false,
		"440524188001010014": true, "11010519491331002X": false, "11010519490229002X": false,
		"110105491231002": true, "110105491331002": false, "": false, "1101051949123100": false,
		"01010519491231002X": false, "1101051949123100XX": false,
	} {
		if got := sealed.ValidIDNumber(s); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}

func TestMaskText(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "",
		"商家拒绝退款。":                       "商家拒绝退款。",
		"电话13812341234，":                "电话***********，",
		"+86 138-1234-1234 找我":          "+** ***-****-**** 找我",
		"86 13812341234":                "86 ***********",
		"１３８１２３４１２３４":                   "***********",
		"᠑᠓᠘᠑᠒᠓᠔᠑᠒᠓᠔":                   "***********",
		"身份证11010519491231002X号":        "身份证******************号",
		"110105 19491231 002x":          "****** ******** ****",
		"旧证110105491231002":             "旧证***************",
		"座机0471-6234567":                "座机****-*******",
		"（0471）6234567":                 "（****）*******",
		"卡号 4111 1111 1111 1111":        "卡号 **** **** **** ****",
		"卡4111111111111111":             "卡****************",
		"车牌蒙A12345、蒙A·D12345":           "车牌蒙******、蒙*·******",
		"写信wulan@example.com.":          "写信*****************.",
		"13812341234@qq.com":            "******************",
		"1381234123411010519491231002X": "*****************************",
		"12315、12345、400-123-4567":      "12315、12345、400-123-4567",
		"2026年11月23日付款12800元":           "2026年11月23日付款12800元",
		"2026-11-23 10:30":              "2026-11-23 10:30",
		"价格 1299 元，第 3 次":               "价格 1299 元，第 3 次",
		"信用代码91350100M000100Y43":        "信用代码91350100M000100Y43",
		"京东商城":                          "京东商城",
		"a@b":                           "a@b",
		"坏\xff字":                        "坏\uFFFD字",
		"2024-01-15 13812341234":        "2024-01-15 ***********",
		"138\u200b1234\u200b1234":       "***\u200b****\u200b****",
		"手机138_1234_5678":               "手机***_****_****",
		"姓名：张三，要求退款":                    "姓名：**，要求退款",
		"姓名张三，":                         "姓名**，",
		"姓 名: 欧阳娜娜":                     "姓 名: ****",
		"联系人：巴特尔·孟克 电话见附件":              "联系人：***·** 电话见附件",
		"收货人为阿拉坦其其格":                    "收货人为******",
		"姓名张三丰已退款给消费者":                  "姓名***已退款给消费者",
		"姓名欧阳娜娜已退款给消费者":                 "姓名****已退款给消费者",
		"姓名：阿拉坦其其格要求退款吧":                "姓名：********退款吧",
		"Name 姓名: Ann Lee":              "Name 姓名: *** ***",
		"商家未登记联系人姓名和电话":                 "商家未登记联系人姓名和电话",
		"联系人要求退款":                       "联系人要求退款",
		"消费者要求退款":                       "消费者要求退款",
		"消费者：王小明":                       "消费者：***",
		"品名：冰箱；店名：青城家电":                 "品名：冰箱；店名：青城家电",
	} {
		if got := sealed.MaskText(text); got != want {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

var (
	loneMobile = regexp.MustCompile(`(?:^|[^0-9A-Za-z])(?:86|0)?1[3-9][0-9]{9}(?:$|[^0-9A-Za-z])`)
	idShape    = regexp.MustCompile(`[1-9][0-9]{16}[0-9Xx]`)
	loneMail   = regexp.MustCompile(`[A-Za-z0-9]@[A-Za-z0-9]+\.[A-Za-z]{2,}`)
)

// wantClean says that nothing personal is left: every ID number with its checksum
// wherever it stands, every mobile number that stands alone.
func wantClean(t interface{ Fatalf(string, ...any) }, text string) {
	got := sealed.MaskText(text)
	if !utf8.ValidString(got) {
		t.Fatalf("%q: not UTF-8: %q", text, got)
	}
	if m := loneMobile.FindString(got); m != "" {
		t.Fatalf("%q: mobile %q left in %q", text, m, got)
	}
	if m := loneMail.FindString(got); m != "" {
		t.Fatalf("%q: address %q left in %q", text, m, got)
	}
	for i := range got {
		if m := idShape.FindString(got[i:min(i+18, len(got))]); m != "" && sealed.ValidIDNumber(m) {
			t.Fatalf("%q: ID number %q left in %q", text, m, got)
		}
	}
	if left := sealed.PersonalIn(got); left != nil {
		t.Fatalf("%q: found again in %q: %v", text, got, left)
	}
	before, after := []rune(text), []rune(got)
	for _, place := range sealed.PersonalIn(text) {
		if slices.Equal(before[place.From:place.To], after[place.From:place.To]) || after[place.From] != '*' || after[place.To-1] != '*' {
			t.Fatalf("%q: found at %v and left in %q", text, place, got)
		}
	}
	if again := sealed.MaskText(got); again != got {
		t.Fatalf("%q: masked twice: %q, then %q", text, got, again)
	}
	if utf8.RuneCountInString(got) != utf8.RuneCountInString(strings.ToValidUTF8(text, "\uFFFD")) && utf8.ValidString(text) {
		t.Fatalf("%q: another length: %q", text, got)
	}
}

func FuzzMaskText(f *testing.F) {
	for _, s := range []string{
		"电话13812341234", "11010519491231002X", "0471-6234567", "4111 1111 1111 1111", "蒙A12345",
		"wulan@example.com", "91350100M000100Y43", "1381234123411010519491231002X", "+86 138 1234 1234", "\xff@a.cn", "姓名：张三", "联系人巴特尔·孟克", "138\u200b1234\u200b1234",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { wantClean(t, text) })
}

// Personal data hidden between any pieces of text is found.
func TestMaskTextProperty(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"13812341234", "11010519491231002X", "440524188001010014", "0471-6234567", "4111111111111111", "蒙A12345",
		"a1@b.cn", "，", " ", "-", "电话", "A", "x", "9", "2026-11-23", "12", "91350100M000100Y43", "+86", "(", "@", ".", "\n", "·", "姓名", "联系人：", "消费者:", "张三", "阿拉坦", "\u200b", "Ann Lee",
	})
	rapid.Check(t, func(t *rapid.T) {
		wantClean(t, strings.Join(rapid.SliceOfN(piece, 1, 12).Draw(t, "pieces"), ""))
	})
}

// The cost of masking grows with the text alone, also where it was made to hurt.
func TestMaskTextIsLinear(t *testing.T) {
	for _, piece := range []string{"1a", "a@", "1 ", "蒙A", "13812341234x", "1", "123456789012 ", "姓名", "姓 ", "姓名：", "顾客：ab "} {
		sealed.MaskText(strings.Repeat(piece, sealed.MaxPlain/len(piece)))
	}
}

// A reviewer is told where.
func TestPersonalIn(t *testing.T) {
	got := sealed.PersonalIn("电话 138 1234 1234，姓名：张三")
	if want := []sealed.Span{{From: 3, To: 16}, {From: 20, To: 22}}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if got := sealed.PersonalIn("冰箱不制冷，已退款 3299 元"); got != nil {
		t.Errorf("%v", got)
	}
}
