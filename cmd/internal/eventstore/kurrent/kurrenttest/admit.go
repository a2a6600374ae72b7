package kurrenttest

import (
	"context"
	"encoding/base64"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// admit counts a call on streams, checks its credentials and says whether it asks
// for the leader.
func (s *Server) admit(ctx context.Context, call Call) (requiresLeader bool, err error) {
	headers, _ := metadata.FromIncomingContext(ctx)
	requiresLeader = strings.EqualFold(first(headers, "requires-leader"), "true")
	given := first(headers, "authorization")
	s.seen.count(func(n *Counters) {
		switch call {
		case Append:
			n.Append++
		case Read:
			n.Read++
		case Subscribe:
			n.Subscribe++
		}
		if requiresLeader {
			n.RequiresLeader++
		}
		if given != "" {
			n.Authorized++
		}
	})
	if o := s.options; o.User != "" {
		want := "Basic " + base64.StdEncoding.EncodeToString([]byte(o.User+":"+o.Password))
		if given != want {
			return false, status.Error(codes.Unauthenticated, "Unauthenticated")
		}
	}
	return requiresLeader, nil
}

func first(headers metadata.MD, name string) string {
	if all := headers.Get(name); len(all) > 0 {
		return all[0]
	}
	return ""
}
