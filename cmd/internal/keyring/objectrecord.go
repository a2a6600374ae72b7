package keyring

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fangxin/domain/sealed"
)

// Where the objects lie. Names hold keyed hashes and times only.
const (
	checkObject     = "keys/check"
	subjectFolder   = "keys/subject/"    // + name: key or tombstone
	restrictFolder  = "keys/restricted/" // + name: PIPL 47
	marksFolder     = "keys/marks/"      // + name/mark: when it was learnt
	knownFolder     = "keys/known/"      // + mark/time-name: who is recognised by it
	unfinished      = "keys/unfinished/" // + name: an erasure under way
	erasuresFolder  = "erasures/"        // + name: the erasure list
	nameLength      = 2 * markSize
	learntLength    = 16
	maxRecord       = 16 << 10
	knownNameLength = nameLength + 1 + learntLength + 1 + nameLength
)

// name is what stands for a subject in the names of objects.
func (m *master) name(s sealed.Subject) string {
	mac := hmac.New(sha256.New, m.names)
	mac.Write([]byte(s))
	return hex.EncodeToString(mac.Sum(nil)[:markSize])
}

func (m mark) hex() string { return hex.EncodeToString(m[:]) }

// subjectRecord is the object of one subject. It is created once, with a key, and may
// be overwritten once, by a tombstone without; it never gets a key again.
type subjectRecord struct {
	Suite   sealed.Suite   `json:"suite"`
	Subject sealed.Subject `json:"subject"`
	Key     []byte         `json:"key,omitempty"`
}

func (r subjectRecord) tombstone() bool { return len(r.Key) == 0 }

// readRecord decodes and makes sure that the record belongs where it lies.
func (m *master) readRecord(name string, content []byte) (subjectRecord, error) {
	var r subjectRecord
	err := json.Unmarshal(content, &r)
	switch {
	case err != nil, sealed.CheckSubject(r.Subject) != nil, m.name(r.Subject) != name:
		return r, fmt.Errorf("%s%s: %w", subjectFolder, name, ErrDamaged)
	case r.Suite != sealed.SuiteA1:
		return r, fmt.Errorf("%s%s: suite %.20q: %w", subjectFolder, name, r.Suite, ErrNewerSchema)
	}
	return r, nil
}

func (m *master) readErasure(name string, content []byte) (Erasure, error) {
	var e Erasure
	if json.Unmarshal(content, &e) != nil || sealed.CheckSubject(e.Subject) != nil || m.name(e.Subject) != name {
		return e, fmt.Errorf("%s%s: %w", erasuresFolder, name, ErrDamaged)
	}
	return e, nil
}

// learnt writes a time so that the newest comes first in a listing.
func learnt(at time.Time) string { return fmt.Sprintf("%016x", ^uint64(at.UnixNano())) }

// learntAt reads it back; false where it is none.
func learntAt(text string) (time.Time, bool) {
	n, err := strconv.ParseUint(text, 16, 64)
	return time.Unix(0, int64(^n)), err == nil && len(text) == learntLength
}

func readMark(text string) (mark, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != markSize {
		return mark{}, fmt.Errorf("hash %.40q: %w", text, ErrDamaged)
	}
	return mark(raw), nil
}

func isName(s string) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == markSize && hex.EncodeToString(raw) == s
}

// knownObject names the object by which a subject is recognised.
func knownObject(mark, learnt, name string) string {
	return knownFolder + mark + "/" + learnt + "-" + name
}

// readKnown takes such a name apart.
func readKnown(object string) (mark, learnt, name string, err error) {
	rest := strings.TrimPrefix(object, knownFolder)
	mark, rest, _ = strings.Cut(rest, "/")
	learnt, name, _ = strings.Cut(rest, "-")
	if _, ok := learntAt(learnt); !ok || !isName(mark) || !isName(name) || len(object) != len(knownFolder)+knownNameLength {
		return "", "", "", fmt.Errorf("object %.120q: %w", object, ErrDamaged)
	}
	return mark, learnt, name, nil
}
