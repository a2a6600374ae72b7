package es

// Entry is one append among several that are written in their order.
type Entry struct {
	Stream   StreamID
	Expected Revision
	Events   []Pending
}
