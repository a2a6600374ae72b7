// Package simulation plays a town at work: consumers, merchants and officers with
// habits file complaints and carry them through the real use cases, day by day on a
// clock that somebody else moves. The same seed plays the same town.
//
// Everybody in it is made up and marked as a sample (样例).
package simulation
