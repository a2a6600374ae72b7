// Package kurrent keeps the event log in EventStoreDB or KurrentDB: the event store
// of an installation with many nodes.
//
// # On what it stands
//
// It speaks the server's gRPC protocol through the stubs that the vendor's client
// (EventStore-Client-Go v4.2.0) generates and exports, and reads connection strings
// with that client's own parser. The client itself is left aside: it ends the
// process over a time stamp it cannot read (createdFromProto), it discards the
// status of a refused append, it keeps a connection for every failure that meets a
// second caller, and its callers wait for ever behind a failed discovery. Three of
// these no supervisor can repair from outside. On the stubs a call honours its
// context, an error is the server's own, and a connection belongs to us.
//
// # Connections
//
// A supervisor hands every call the current generation: one connection, to one node
// that was chosen by gossip and node preference. A generation is retired at its
// first failure, or when its connection leaves the ready state; no call begins on
// it any more, and it is closed when its last call has left. The next one is built
// by one builder, for all who wait, after a pause with jitter. Whoever waits waits
// for one attempt and never longer than its context. A node that is not the leader
// names the one that is, and the next generation begins there.
//
// # Appends
//
// The server writes when it has received the end of an append. What fails before
// that has not been written. What fails later is unknown, and is sent again, the
// same bytes, ids and revision, until the server answers: an exact repeat is one
// write, for ever. If time runs out first the answer is es.ErrUnknownOutcome. How a
// repeat is told from a first write is described at Store.Append.
//
// # Reads and subscriptions
//
// Only events of ours exist for a reader: streams whose names begin with "$" are
// filtered out by the server, types that begin with "$" here. Head counts the same
// events, so that a reader that has taken everything has reached the head, however
// much the server writes for itself behind it.
//
// A subscription goes on from the last event it has delivered, over any number of
// connections, and drops what it has delivered before. Checkpoints of the server
// are signs of life and nothing else. A watchdog compares a silent subscription
// with the head. Without any server it ends after Options.Outage.
//
// A stream with holes, where an operator has deleted or truncated it, an event
// that cannot be read, and a tombstone are es.ErrDamaged.
package kurrent
