// Package es is the event store port: what an event is on its way to and from
// the log, what a store promises, which errors it may answer, and how a command
// is run against one stream.
//
// It imports the standard library only. Adapters live in cmd/internal/eventstore
// and prove themselves with estest.
//
// # Streams
//
// A stream is named "<kind>.<id>" or, where a long life is cut into periods,
// "<kind>.<id>.<period>". Names are case-sensitive UTF-8, 1 to 250 bytes, without
// control characters, and never begin with "$". Revisions count from 0 without
// gaps.
//
// # Positions
//
// A Position is a place in the whole log. Positions are totally ordered in commit
// order and opaque to everyone but the store; the zero Position lies before the
// first event. Every "after" is exclusive.
//
// # Repeats
//
// Only two expectations exist: None (the stream has no events) and an exact
// revision. Sending the same event ids again at the same expected revision is one
// write, for ever, and answers the first receipt. Ids are compared, nothing else.
// At the current revision nothing is compared: ids that stand earlier in the
// stream are written again.
package es
