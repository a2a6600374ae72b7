package words

// maxNames bounds an Interner: beyond it names are forgotten and made again.
const maxNames = 1 << 17

// Interner makes names of indexes of a prefix and a value, each once. It is used
// by one goroutine at a time.
type Interner struct {
	prefix string
	names  map[string]string
}

// NewInterner returns an interner of one prefix.
func NewInterner(prefix string) *Interner {
	return &Interner{prefix: prefix, names: map[string]string{}}
}

// Of returns prefix + value.
func (n *Interner) Of(value string) string {
	if s, ok := n.names[value]; ok {
		return s
	}
	return n.keep(value)
}

// OfBytes returns prefix + value.
func (n *Interner) OfBytes(value []byte) string {
	if s, ok := n.names[string(value)]; ok {
		return s
	}
	return n.keep(string(value))
}

func (n *Interner) keep(value string) string {
	if len(n.names) >= maxNames {
		clear(n.names)
	}
	s := n.prefix + value
	n.names[s[len(n.prefix):]] = s
	return s
}
