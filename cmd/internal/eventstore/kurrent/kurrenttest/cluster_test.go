package kurrenttest_test

import (
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"google.golang.org/grpc/codes"

	"fangxin/cmd/internal/eventstore/kurrent/kurrenttest"
	"fangxin/domain/es/estest"
)

// last asks for the newest event: the cheapest question there is.
func (b *bench) last(client *esdb.Client) error {
	read, err := client.ReadAll(b.ctx, esdb.ReadAllOptions{Direction: esdb.Backwards, From: esdb.End{}}, 1)
	if err != nil {
		return err
	}
	defer read.Close()
	_, err = read.Recv()
	return err
}

func TestDiscovery(t *testing.T) {
	other, err := kurrenttest.Start(estest.NewStore(), kurrenttest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	b := serve(t, kurrenttest.Options{Nodes: []string{other.Address()}})
	b.mixed()
	if err := b.last(b.dial("esdb+discover://" + b.server.Address() + "?tls=false")); err != nil {
		t.Error(err)
	}
	if err := b.last(b.dial("esdb://" + b.server.Address() + "," + b.server.Address() + "?tls=false")); err != nil {
		t.Error(err)
	}
	if n := other.Seen().Read; n != 0 {
		t.Errorf("the follower was read %d times", n)
	}
	follower := b.dial("esdb+discover://" + b.server.Address() + "?tls=false&nodePreference=follower")
	if err := b.last(follower); err == nil || other.Seen().Read != 1 {
		t.Errorf("%v, %+v", err, other.Seen()) // its store is another, and empty
	}
	if seen := b.server.Seen(); seen.Gossip != 3 || seen.Features != 2 || seen.Read != 2 {
		t.Errorf("%+v", seen)
	}
}

// A node that is told to be a follower sends the client to the leader.
func TestSetMembers(t *testing.T) {
	leader, err := kurrenttest.Start(estest.NewStore(), kurrenttest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer leader.Close()
	b := serve(t, kurrenttest.Options{})
	b.server.SetMembers([]kurrenttest.Member{
		{Address: b.server.Address(), State: gossip.MemberInfo_Follower, Alive: true},
		{Address: leader.Address(), State: gossip.MemberInfo_Leader, Alive: true},
	})
	b.last(b.dial("esdb+discover://" + b.server.Address() + "?tls=false"))
	if leader.Seen().Read != 1 || b.server.Seen().Read != 0 {
		t.Errorf("%+v", leader.Seen())
	}
	b.server.SetMembers([]kurrenttest.Member{{Address: b.server.Address(), State: gossip.MemberInfo_Leader}})
	if err := b.last(b.dial("esdb+discover://" + b.server.Address() + "?tls=false&maxDiscoverAttempts=1")); err == nil {
		t.Error("a dead member was chosen")
	}
	b.server.SetMembers(nil)
	if b.last(b.dial("esdb+discover://" + b.server.Address() + "?tls=false")); b.server.Seen().Read != 1 {
		t.Errorf("%+v", b.server.Seen())
	}
}

// The client follows a not-leader answer to the leader it names.
func TestNotLeaderReconnects(t *testing.T) {
	leader, err := kurrenttest.Start(estest.NewStore(), kurrenttest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer leader.Close()
	b := serve(t, kurrenttest.Options{})
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Read, NotLeader: leader.Address()})
	client := b.client()
	var failed *esdb.Error
	if err := b.last(client); !errors.As(err, &failed) || failed.Code() != esdb.ErrorCodeNotLeader {
		t.Fatal(err)
	}
	b.last(client)
	if leader.Seen().Read != 1 || b.server.Seen().Read != 1 {
		t.Errorf("%+v", leader.Seen())
	}
}

func TestFeatures(t *testing.T) {
	b := serve(t, kurrenttest.Options{Version: "23.10.1"})
	v, err := b.client().GetServerVersion()
	if err != nil || v.Major != 23 || v.Minor != 10 || v.Patch != 1 {
		t.Errorf("%+v, %v", v, err)
	}
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Features, Version: "24.6.0-prerelease", Times: kurrenttest.Always})
	if err := b.last(b.client("maxDiscoverAttempts=1")); err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("%v", err)
	}
	b.server.Clear()
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Features, Code: codes.Unavailable})
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Gossip, Stall: true})
	if _, err := b.client("maxDiscoverAttempts=1").GetServerVersion(); err == nil {
		t.Error("no error")
	}
	b.server.Clear()
	b.server.Fail(kurrenttest.Fault{On: kurrenttest.Features, Code: codes.Unimplemented}) // as old servers do
	if v, err := b.client("maxDiscoverAttempts=1").GetServerVersion(); err != nil || v.Major != 0 {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestTLSAndCredentials(t *testing.T) {
	config, ca, err := kurrenttest.SelfSigned(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b := serve(t, kurrenttest.Options{TLS: config, User: "fangxin", Password: "p@ss:word/1"})
	b.mixed()
	if err := b.last(b.client("tlsCAFile=" + ca)); err != nil {
		t.Fatal(err)
	}
	if seen := b.server.Seen(); seen.Authorized != 1 {
		t.Errorf("%+v", seen)
	}
	var failed *esdb.Error
	for _, who := range []string{"", "fangxin:wrong@", "other:p%40ss%3Aword%2F1@"} {
		client := b.dial("esdb://" + who + b.server.Address() + "?tls=true&tlsCAFile=" + ca)
		if err := b.last(client); !errors.As(err, &failed) || failed.Code() != esdb.ErrorCodeUnauthenticated {
			t.Errorf("%q: %v", who, err)
		}
	}
	if err := b.last(b.client("maxDiscoverAttempts=1")); err == nil {
		t.Error("an unknown authority was trusted")
	}
	if !strings.HasPrefix(b.server.ConnectionString(), "esdb://fangxin:p%40ss%3Aword%2F1@127.0.0.1:") {
		t.Error(b.server.ConnectionString())
	}
}

// A stop does not wait for those who connect and say nothing.
func TestStopCutsSilentConnections(t *testing.T) {
	config, _, err := kurrenttest.SelfSigned(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b := serve(t, kurrenttest.Options{TLS: config})
	silent, err := net.Dial("tcp", b.server.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	if err := silent.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	stopped := make(chan struct{})
	go func() { b.server.Stop(); close(stopped) }()
	if _, err := silent.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	<-stopped
}
