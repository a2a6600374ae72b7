// Package kurrenttest serves the EventStoreDB gRPC protocol over any event store:
// a server for the tests, the demonstrations and the bench of the adapter beside
// it, with faults on request.
//
// What it serves it serves as EventStoreDB 24.6 does, read from its sources and
// those of the client: Append, Read and Subscribe on streams and on $all with
// filters, the list of features, and gossip. Delete, Tombstone, BatchAppend,
// persistent subscriptions and projections answer unimplemented. It narrows the
// server where the port narrows it: names, types and batches that es.CheckAppend
// refuses are invalid arguments, every event is application/json, regular
// expressions are Go's, and any position may be read from.
//
// Positions are the store's own, commit and prepare as they are.
package kurrenttest
