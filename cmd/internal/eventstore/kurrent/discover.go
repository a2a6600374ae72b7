package kurrent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// reach connects to a node of the cluster: to the hint first, which a server gave
// as the leader's address, then as the connection string says. Every candidate is
// tried once.
func reach(ctx context.Context, conf *esdb.Configuration, hint string, random func() float64) (*grpc.ClientConn, *contact, error) {
	var failed error
	if hint != "" {
		conn, c, err := greet(ctx, conf, hint)
		if err == nil {
			return conn, c, nil
		}
		failed = err
	}
	all := candidates(conf)
	shuffle(all, random)
	for _, address := range all {
		conn, c, err := through(ctx, conf, address, random)
		if err == nil {
			return conn, c, nil
		}
		// A node that answers and refuses says more than one that is away.
		if failed == nil || !errors.Is(failed, ErrCertificate) && !errors.Is(failed, ErrCredentials) {
			failed = err
		}
	}
	return nil, nil, failed
}

// through connects to the address itself, or, with several seeds or a name to
// discover, to the member of the cluster that it names as the best.
func through(ctx context.Context, conf *esdb.Configuration, address string, random func() float64) (*grpc.ClientConn, *contact, error) {
	if !conf.DnsDiscover && len(conf.GossipSeeds) == 0 {
		return greet(ctx, conf, address)
	}
	member, err := ask(ctx, conf, address, random)
	if err != nil {
		return nil, nil, err
	}
	return greet(ctx, conf, member)
}

// ask reads the gossip of one node.
func ask(ctx context.Context, conf *esdb.Configuration, address string, random func() float64) (member string, err error) {
	c := &contact{address: address}
	conn, err := c.connect(conf)
	if err != nil {
		return "", c.explain(err)
	}
	defer func() { _ = conn.Close() }()
	ctx, cancel := context.WithTimeout(ctx, gossipTimeout(conf))
	defer cancel()
	info, err := gossip.NewGossipClient(conn).Read(ctx, &shared.Empty{})
	if err != nil {
		return "", c.explain(err)
	}
	best := pick(info.GetMembers(), conf.NodePreference, random)
	if best == nil {
		return "", fmt.Errorf("%w: %s knows no node that is ready", ErrConnection, address)
	}
	end := best.GetHttpEndPoint()
	return net.JoinHostPort(end.GetAddress(), strconv.FormatUint(uint64(end.GetPort()), 10)), nil
}

// rank is the order in which states are preferred. States that are not listed
// serve nobody.
func rank(preference esdb.NodePreference) []gossip.MemberInfo_VNodeState {
	readOnly := []gossip.MemberInfo_VNodeState{
		gossip.MemberInfo_ReadOnlyReplica, gossip.MemberInfo_PreReadOnlyReplica, gossip.MemberInfo_ReadOnlyLeaderless,
	}
	switch preference {
	case esdb.NodePreferenceFollower:
		return append([]gossip.MemberInfo_VNodeState{gossip.MemberInfo_Follower, gossip.MemberInfo_Leader}, readOnly...)
	case esdb.NodePreferenceReadOnlyReplica:
		return append(readOnly, gossip.MemberInfo_Follower, gossip.MemberInfo_Leader)
	}
	return append([]gossip.MemberInfo_VNodeState{gossip.MemberInfo_Leader, gossip.MemberInfo_Follower}, readOnly...)
}

// pick chooses a living member by preference, at random among equals.
func pick(members []*gossip.MemberInfo, preference esdb.NodePreference, random func() float64) *gossip.MemberInfo {
	order := rank(preference)
	var able []*gossip.MemberInfo
	for _, m := range members {
		if m.GetIsAlive() && m.GetHttpEndPoint().GetAddress() != "" && slices.Contains(order, m.GetState()) {
			able = append(able, m)
		}
	}
	shuffle(able, random)
	if preference != esdb.NodePreferenceRandom {
		slices.SortStableFunc(able, func(a, b *gossip.MemberInfo) int {
			return slices.Index(order, a.GetState()) - slices.Index(order, b.GetState())
		})
	}
	if len(able) == 0 {
		return nil
	}
	return able[0]
}

// shuffle is Fisher and Yates', on the source that was passed in.
func shuffle[T any](all []T, random func() float64) {
	for i := len(all) - 1; i > 0; i-- {
		j := int(random() * float64(i+1))
		all[i], all[j] = all[j], all[i]
	}
}

// greet connects and asks for the features, as the vendor's client does: the
// answer proves that the node is up and speaks the protocol. Nodes too old to know
// the question are accepted, and nothing depends on the version they name.
func greet(ctx context.Context, conf *esdb.Configuration, address string) (*grpc.ClientConn, *contact, error) {
	c := &contact{address: address}
	conn, err := c.connect(conf)
	if err != nil {
		return nil, nil, c.explain(err)
	}
	ctx, cancel := context.WithTimeout(ctx, gossipTimeout(conf))
	defer cancel()
	_, err = serverfeatures.NewServerFeaturesClient(conn).GetSupportedMethods(ctx, &shared.Empty{})
	if code := status.Code(err); err == nil || code == codes.Unimplemented || code == codes.NotFound {
		return conn, c, nil
	}
	err = c.explain(err)
	_ = conn.Close()
	return nil, nil, err
}
