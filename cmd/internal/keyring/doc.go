// Package keyring is the embedded sealed.Keyring: one SQLite file of data keys,
// one file with the master key, and a list of erasures kept apart from both.
//
// # Keys
//
// Each subject owns 32 random bytes, stored wrapped with AES-256-GCM under a key
// derived from the master key, with the subject as associated data. Phones and ID
// numbers are stored as HMAC-SHA-256 of their normal form under another derived
// key, cut to 16 bytes (RFC 2104, section 5): who holds the file without the master
// key cannot test a guess.
//
// # One writer
//
// One goroutine owns the only connection. It takes everything that is queued,
// writes it in one transaction with one fsync and answers all callers. A key that
// is cached and durable is used without going there.
//
// # Erasure
//
// An erasure is first appended to the list and synced; then the wrapped key and the
// hashes are overwritten in place, and the write-ahead log is emptied. The layout
// serves this: rows that hold secrets are only ever appended in rowid order and
// overwritten at the same size, so the tree never moves them and leaves no copy in
// a page's free space. The indexes hold no secret: subjects, and three bytes of a
// hash. What a disk keeps of overwritten sectors is beyond a program's reach; the
// wrapped key is of no use there without the master key.
//
// A crash between the list and the key repeats the erasure at the next open. A
// restored backup is older than the list, so opening it erases again.
package keyring
