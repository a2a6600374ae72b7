package numbering

// index finds entries by a key of 64 bits. It is persistent: adding makes a new one
// that shares all but the way to the new entry, so that states stay values and a
// lookup costs the same in a row of ten numbers and of ten thousand.
type index[T any] struct {
	root *branch[T]
}

type branch[T any] struct {
	below [1 << indexBits]*branch[T]
	leaf  *leaf[T]
}

// leaf is one entry; entries of one key are chained, the newest first.
type leaf[T any] struct {
	key   uint64
	value T
	next  *leaf[T]
}

const indexBits = 4

// with returns an index that has the value as well.
func (x index[T]) with(key uint64, value T) index[T] {
	return index[T]{root: x.root.with(key, 0, &leaf[T]{key: key, value: value})}
}

// with copies the way down to a free place. A leaf of another key moves down by the
// next bits of its own.
func (b *branch[T]) with(key uint64, shift uint, l *leaf[T]) *branch[T] {
	if b == nil {
		return &branch[T]{leaf: l}
	}
	if b.leaf != nil && b.leaf.key == key {
		l.next = b.leaf
		return &branch[T]{leaf: l, below: b.below}
	}
	copied := *b
	if moved := b.leaf; moved != nil {
		copied.leaf = nil
		slot := moved.key >> shift & (1<<indexBits - 1)
		copied.below[slot] = &branch[T]{leaf: moved}
	}
	slot := key >> shift & (1<<indexBits - 1)
	copied.below[slot] = copied.below[slot].with(key, shift+indexBits, l)
	return &copied
}

// find returns the newest entry of the key for which is says yes.
func (x index[T]) find(key uint64, is func(T) bool) (value T, ok bool) {
	for b, rest := x.root, key; b != nil; b, rest = b.below[rest&(1<<indexBits-1)], rest>>indexBits {
		if b.leaf == nil || b.leaf.key != key {
			continue
		}
		for l := b.leaf; l != nil; l = l.next {
			if is(l.value) {
				return l.value, true
			}
		}
	}
	return value, false
}

// keyOf spreads a notice's id over 64 bits (FNV-1a).
func keyOf(notice string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(notice) {
		h = (h ^ uint64(notice[i])) * 1099511628211
	}
	return h
}
