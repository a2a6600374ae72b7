// Package keyring is sealed.Keyring, in one SQLite file for one process or in an
// object store for many nodes: data keys, a master key apart from them, and a list of
// erasures apart from both.
//
// # Keys
//
// Each subject owns 32 random bytes, stored wrapped with AES-256-GCM under a key
// derived from the master key, with the subject as associated data. Phones and ID
// numbers are stored as HMAC-SHA-256 of their normal form under another derived
// key, cut to 16 bytes (RFC 2104, section 5): who holds the store without the master
// key cannot test a guess.
//
// # One file, one writer
//
// One goroutine owns the only connection. It takes everything that is queued,
// writes it in one transaction with one fsync and answers all callers. A key that
// is cached and durable is used without going there.
//
// # Erasure in a file
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
//
// # Many nodes, one object store
//
// Every subject has one object, named by a keyed hash of the subject:
//
//	keys/check                          the check value of the master key
//	keys/subject/NAME                   the wrapped key, or a tombstone
//	keys/restricted/NAME                stored and protected only (PIPL 47)
//	keys/marks/NAME/HASH                when this hash was learnt of the subject
//	keys/known/HASH/TIME-NAME           who is recognised by the hash, newest first
//	keys/unfinished/NAME                an erasure under way
//	erasures/NAME                       the list of erasures
//
// A subject's object goes one way: it is created where none stands, and overwritten
// at most once, by a tombstone. So of two nodes that make a key at the same time one
// wins and both use that key; and no late writer can bring back a key that was
// destroyed. All else is created only where it is absent, or removed: every step can
// be repeated, and a node may die between any two.
//
// # Erasure in an object store
//
// The erasure is noted, entered in the list, the key overwritten, the hashes and the
// note removed. A note that a crash left is gone on with at the next open. The
// bucket keeps no versions, so what was overwritten is gone (objects.ErrVersioned).
// Who learns a hash looks at the subject afterwards and takes the hash back if it was
// erased meanwhile; a hash whose writer died just then is removed when a search or
// Verify meets it. The list is asked whenever a key is loaded: keys put back from an
// older backup stay unusable and are destroyed when they are met, all of them by
// Verify.
//
// A node keeps a key in memory for Options.Staleness at most without asking again,
// 5 seconds if nothing else is said. That long after Erase or Restrict has returned
// elsewhere it may still open and seal with the key; it cannot store a hash or make a
// new key. On the node itself they hold at once.
package keyring
