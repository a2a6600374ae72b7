package kurrenttest

import (
	"context"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"fangxin/domain/es"
)

type featuresService struct {
	serverfeatures.UnimplementedServerFeaturesServer
	*Server
	run *running
}

// GetSupportedMethods answers what is served, without credentials. The client
// refuses a version whose first three parts are not numbers.
func (h *featuresService) GetSupportedMethods(ctx context.Context, _ *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	h.seen.count(func(n *Counters) { n.Features++ })
	version := h.options.Version
	if m := h.take(ctx, Features, before, false, h.run); m != nil {
		if err := m.whole(ctx); err != nil {
			return nil, err
		}
		if m.Version != "" {
			version = m.Version
		}
	}
	all := &serverfeatures.SupportedMethods{EventStoreServerVersion: version}
	for _, method := range [][2]string{
		{"event_store.client.streams.streams", "append"},
		{"event_store.client.streams.streams", "read"},
		{"event_store.client.gossip.gossip", "read"},
		{"event_store.client.server_features.serverfeatures", "getsupportedmethods"},
	} {
		all.Methods = append(all.Methods, &serverfeatures.SupportedMethod{ServiceName: method[0], MethodName: method[1]})
	}
	return all, nil
}

// whole is the fault in a call of one question and one answer.
func (m *met) whole(ctx context.Context) error {
	if err := m.delay(ctx); err != nil {
		return err
	}
	return m.strike(ctx, "")
}

// Member is a node as gossip names it.
type Member struct {
	Address string // host:port
	State   gossip.MemberInfo_VNodeState
	Alive   bool
}

// SetMembers makes gossip name these members, itself only if it is among them.
// Nil is back to the options: itself as the leader, Nodes as followers.
func (s *Server) SetMembers(all []Member) {
	if all == nil {
		s.members.Store(nil)
		return
	}
	s.members.Store(&all)
}

type gossipService struct {
	gossip.UnimplementedGossipServer
	*Server
	run *running
}

// Read names the members, without credentials.
func (h *gossipService) Read(ctx context.Context, _ *shared.Empty) (*gossip.ClusterInfo, error) {
	h.seen.count(func(n *Counters) { n.Gossip++ })
	if m := h.take(ctx, Gossip, before, false, h.run); m != nil {
		if err := m.whole(ctx); err != nil {
			return nil, err
		}
	}
	all := []Member{{Address: h.address, State: gossip.MemberInfo_Leader, Alive: true}}
	for _, node := range h.options.Nodes {
		all = append(all, Member{Address: node, State: gossip.MemberInfo_Follower, Alive: true})
	}
	if set := h.members.Load(); set != nil {
		all = *set
	}
	info := &gossip.ClusterInfo{}
	for _, m := range all {
		info.Members = append(info.Members, m.info())
	}
	return info, nil
}

func (m Member) info() *gossip.MemberInfo {
	host, port, err := net.SplitHostPort(m.Address)
	if err != nil {
		host, port = strings.TrimSuffix(m.Address, ":"), "2113"
	}
	n, _ := strconv.ParseUint(port, 10, 16) // 0 cannot be dialled, and says so
	return &gossip.MemberInfo{
		InstanceId:   structured(es.DeriveID(es.Namespace, "kurrenttest", m.Address)),
		TimeStamp:    ticks(time.Now()),
		State:        m.State,
		IsAlive:      m.Alive,
		HttpEndPoint: &gossip.EndPoint{Address: host, Port: uint32(n)},
	}
}
