package kurrent_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"

	"fangxin/cmd/internal/eventstore/kurrent"
	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es/estest"
)

// TestFollowsTheLeader: a node that is no longer the leader names the one that is.
// Appends, reads and subscriptions go there.
func TestFollowsTheLeader(t *testing.T) {
	log := estest.NewStore()
	a, b := served(t, log, kurrenttest.Options{}), served(t, log, kurrenttest.Options{})
	o := quick(a)
	s := opened(t, o)
	appended(t, s, "case.1", 0)
	// Only who asks for the leader learns that this is not the one.
	a.Fail(kurrenttest.Fault{On: kurrenttest.EveryCall, Times: kurrenttest.Always, OnlyRequiresLeader: true, NotLeader: b.Address()})
	appended(t, s, "case.1", 1)
	if n := b.Seen(); n.Append != 1 {
		t.Fatalf("the new leader has seen %+v", n)
	}
	s = opened(t, o)
	if head, err := s.Head(t.Context()); err != nil || head.Commit != 2 {
		t.Fatalf("head %s, %v", head, err)
	}
	sub := subscribed(t, s, head0)
	if d := next(t, sub); d.Event == nil || b.Seen().Subscribe != 1 {
		t.Fatalf("%+v", d)
	}
	// The old leader is back, the new one gone: the address decides again.
	a.Clear()
	b.Stop()
	if n := count(t, s, "case.1"); n != 2 {
		t.Fatalf("%d events", n)
	}
}

// TestRequiresLeader: the header is sent where the connection string asks for the
// leader, as it does by default, and not otherwise.
func TestRequiresLeader(t *testing.T) {
	for option, want := range map[string]bool{"": true, "&nodePreference=leader": true, "&nodePreference=follower": false, "&nodePreference=random": false} {
		server := served(t, estest.NewStore(), kurrenttest.Options{})
		o := quick(server)
		o.Address += option
		s := opened(t, o)
		appended(t, s, "case.1", 0)
		sub := subscribed(t, s, head0)
		next(t, sub)
		n := server.Seen()
		if calls := n.Append + n.Read + n.Subscribe; want && n.RequiresLeader != calls || !want && n.RequiresLeader != 0 {
			t.Errorf("%q: %+v", option, n)
		}
	}
}

// TestNodePreference: gossip names the members, the connection string what to
// prefer among those that live.
func TestNodePreference(t *testing.T) {
	log := estest.NewStore()
	leader, follower, replica, gone := served(t, log, kurrenttest.Options{}), served(t, log, kurrenttest.Options{}),
		served(t, log, kurrenttest.Options{}), served(t, log, kurrenttest.Options{})
	gone.Stop()
	members := []kurrenttest.Member{
		{Address: gone.Address(), State: gossip.MemberInfo_Leader},
		{Address: follower.Address(), State: gossip.MemberInfo_Follower, Alive: true},
		{Address: leader.Address(), State: gossip.MemberInfo_Leader, Alive: true},
		{Address: replica.Address(), State: gossip.MemberInfo_ReadOnlyReplica, Alive: true},
		{Address: "127.0.0.1:1", State: gossip.MemberInfo_CatchingUp, Alive: true},
	}
	for _, server := range []*kurrenttest.Server{leader, follower, replica} {
		server.SetMembers(members)
	}
	seeds := strings.Join([]string{gone.Address(), follower.Address(), leader.Address()}, ",")
	for preference, want := range map[string]*kurrenttest.Server{"leader": leader, "follower": follower, "readOnlyReplica": replica} {
		for _, address := range []string{"esdb://" + seeds, "esdb+discover://" + follower.Address()} {
			o := quick(leader)
			o.Address = address + "?tls=false&nodePreference=" + preference
			before := want.Seen().Read
			s := opened(t, o)
			if _, err := s.Head(t.Context()); err != nil || want.Seen().Read == before {
				t.Errorf("%s: %v, read %d times", o.Address, err, want.Seen().Read-before)
			}
		}
	}
}

// TestLeaderMoves: the next connection asks gossip again.
func TestLeaderMoves(t *testing.T) {
	log := estest.NewStore()
	leader, follower := served(t, log, kurrenttest.Options{}), served(t, log, kurrenttest.Options{})
	for _, server := range []*kurrenttest.Server{leader, follower} {
		server.SetMembers([]kurrenttest.Member{
			{Address: leader.Address(), State: gossip.MemberInfo_Leader, Alive: true},
			{Address: follower.Address(), State: gossip.MemberInfo_Follower, Alive: true},
		})
	}
	o := quick(leader)
	o.Address = "esdb://" + leader.Address() + "," + follower.Address() + "?tls=false"
	s := opened(t, o)
	appended(t, s, "case.1", 0)
	if n := leader.Seen().Append; n != 1 {
		t.Fatalf("the leader has seen %d appends", n)
	}
	follower.SetMembers([]kurrenttest.Member{
		{Address: leader.Address(), State: gossip.MemberInfo_Leader},
		{Address: follower.Address(), State: gossip.MemberInfo_Leader, Alive: true},
	})
	stopped(t, leader, s)
	appended(t, s, "case.1", 1)
	if n := follower.Seen().Append; n != 1 {
		t.Fatalf("the follower has seen %d appends", n)
	}
	follower.SetMembers([]kurrenttest.Member{{Address: follower.Address(), State: gossip.MemberInfo_CatchingUp, Alive: true}})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := kurrent.Open(ctx, o); !errors.Is(err, kurrent.ErrConnection) {
		t.Fatalf("nobody is ready, and open: %v", err)
	}
}

// TestVersion: nothing depends on the version that a server names.
func TestVersion(t *testing.T) {
	for _, version := range []string{"24.6.0-prerelease", "26.1.0.0", "unknown"} {
		server := served(t, estest.NewStore(), kurrenttest.Options{Version: version})
		appended(t, opened(t, quick(server)), "case.1", 0)
	}
}
