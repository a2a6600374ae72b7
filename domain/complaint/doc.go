// Package complaint is the decider of consumer complaints (消费投诉).
//
// A complaint is the list of facts in its stream. Decide says what may happen
// next, by the facts, the command and the law in force for the case; Evolve adds
// a fact to the state. Both are pure: time, actor and identifiers come with the
// command, personal data come sealed.
//
// # Two times
//
// The envelope's at is when the fact was entered. Occurred is the day of the act
// itself; legal clocks start from it.
//
// # Three separate facts
//
// The case's status, its outcome and the consumer's own view are kept apart: a
// closed case is not a solved one.
//
// # Names and shapes are fixed for ever
//
// events_*.go holds every event of the whole complaint, also of roads that no
// command walks yet. A changed shape is a new version beside the old.
package complaint
