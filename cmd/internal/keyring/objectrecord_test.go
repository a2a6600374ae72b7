package keyring

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fangxin/domain/sealed"
)

func testMaster(t interface{ Fatal(...any) }) *master {
	m, err := newMaster(bytes.Repeat([]byte{1}, masterSize))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The names of objects are fixed for ever: a store of today must open under every
// later version.
func TestGoldenNames(t *testing.T) {
	m := testMaster(t)
	phone, _ := m.markOf(sealed.Phone, "138-1234-1234")
	at := learnt(time.Date(2026, 11, 23, 8, 0, 0, 1, time.UTC))
	got := knownObject(phone.hex(), at, m.name("s-1"))
	const want = "keys/known/c087fd089ce75d9e3823fd181d308534/e715624b81a6fffe-a5c7dbb6d1d9a5532a1ef5ee0bfb2735"
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
	record, err := json.Marshal(subjectRecord{Suite: sealed.SuiteA1, Subject: "s-1", Key: []byte{1, 2}})
	if err != nil || string(record) != `{"suite":"A1","subject":"s-1","key":"AQI="}` {
		t.Errorf("%s, %v", record, err)
	}
}

// The newest has the least name, and each name is taken apart again.
func TestNewestFirst(t *testing.T) {
	m := testMaster(t)
	rapid.Check(t, func(t *rapid.T) {
		early := time.Unix(0, rapid.Int64Range(0, 1<<62).Draw(t, "early"))
		late := early.Add(time.Duration(rapid.Int64Range(1, 1<<61).Draw(t, "later")))
		if learnt(late) >= learnt(early) {
			t.Fatalf("%s is not before %s", learnt(late), learnt(early))
		}
		if at, ok := learntAt(learnt(late)); !ok || !at.Equal(late) {
			t.Fatalf("%v reads as %v", late, at)
		}
		name := m.name(sealed.Subject(rapid.StringN(1, 50, 200).Draw(t, "subject")))
		object := knownObject(m.name("mark"), learnt(late), name)
		if mark, at, n, err := readKnown(object); err != nil || mark != m.name("mark") || at != learnt(late) || n != name {
			t.Fatalf("%s reads as %s %s %s, %v", object, mark, at, n, err)
		}
	})
}

// FuzzObjectRecords: any bytes and names give a record that belongs there or an error.
func FuzzObjectRecords(f *testing.F) {
	m := testMaster(f)
	f.Add(m.name("s-1"), []byte(`{"suite":"A1","subject":"s-1","key":"AQI="}`))
	f.Add(m.name("s-1"), []byte(`{"subject":"s-1","at":"2026-11-23T08:00:00Z"}`))
	f.Add(knownObject(m.name("m"), learnt(time.Unix(1, 2)), m.name("s-1")), []byte(nil))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if r, err := m.readRecord(name, content); err == nil && m.name(r.Subject) != name || err != nil && !isMeaning(err) {
			t.Errorf("%+v, %v", r, err)
		}
		if e, err := m.readErasure(name, content); err == nil && m.name(e.Subject) != name || err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("%+v, %v", e, err)
		}
		if mark, at, n, err := readKnown(name); err == nil && knownObject(mark, at, n) != name || err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("%q %q %q, %v", mark, at, n, err)
		}
	})
}

// A key that was not asked for lately is taken out of memory, used or not.
func TestStaleKeysLeaveMemory(t *testing.T) {
	var now time.Duration
	c := newCache(10)
	c.stale = func(asked time.Duration) bool { return now-asked >= 5 }
	c.put(&entry{subject: "s-1", asked: 0}, nil)
	c.put(&entry{subject: "s-2", asked: 3}, nil)
	now = 5
	if left := c.dropStale(); left != 1 {
		t.Errorf("%d keys left", left)
	}
	if e, _ := c.get("s-2", nil); e == nil {
		t.Error("a fresh key was dropped")
	}
	now = 8
	if e, _ := c.get("s-2", nil); e != nil {
		t.Error("a stale key was used")
	}
	drops := c.dropped()
	c.drop("s-3")
	if c.putSince(drops, &entry{subject: "s-3", asked: 8}, nil); len(c.byName) != 0 {
		t.Error("what was loaded before an erasure came back")
	}
}
