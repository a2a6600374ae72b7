package statute

// Vocabulary holds closed lists of codes with their names.
type Vocabulary struct {
	Routes         []Word `json:"routes"`          // 解决争议的途径, CRPL 39
	Lanes          []Word `json:"lanes"`           // 受理路径
	RequestKinds   []Word `json:"request_kinds"`   // 投诉请求
	NoticeChannels []Word `json:"notice_channels"` // 告知方式
	Categories     []Word `json:"categories"`      // 商品和服务类别

	// Names holds the words for every other code that rules and explanations carry,
	// by list: fact, pause, day, unit, mark, notice, content, place and so on.
	Names map[string][]Word `json:"names"`
}

// Word is one code of a closed list.
type Word struct {
	Code string `json:"code"`
	Text
	Kind      string     `json:"kind,omitempty"` // of categories: goods, service, any
	Legal     bool       `json:"legal_clocks,omitempty"`
	Citations []Citation `json:"citations,omitempty"`
	Mark      Mark       `json:"mark"`
}

// Find returns the word with the given code.
func Find(list []Word, code string) (Word, bool) {
	for _, w := range list {
		if w.Code == code {
			return w, true
		}
	}
	return Word{}, false
}

// Category returns a category of goods or services by its code.
func (v Vocabulary) Category(code string) (Word, bool) { return Find(v.Categories, code) }

// Lane returns a lane by its code.
func (v Vocabulary) Lane(code string) (Word, bool) { return Find(v.Lanes, code) }

// Route returns a route of CRPL 39 by its code.
func (v Vocabulary) Route(code string) (Word, bool) { return Find(v.Routes, code) }

// RequestKind returns a kind of request by its code.
func (v Vocabulary) RequestKind(code string) (Word, bool) { return Find(v.RequestKinds, code) }

// Name returns the word for a code of one of the lists of Names.
func (v Vocabulary) Name(list, code string) (Word, bool) { return Find(v.Names[list], code) }
