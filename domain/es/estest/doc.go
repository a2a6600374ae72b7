// Package estest is what proves an event store and what tests stand on: a
// reference store in memory, the conformance suite every adapter runs, a wrapper
// that injects faults on request, and given/when/then for deciders.
//
// It is imported by tests only.
package estest
