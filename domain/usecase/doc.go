// Package usecase carries a request through: may this actor do this, seal what is
// personal, read the stream, decide, append, answer with a receipt. It knows the
// domain and the event store port, nothing of HTTP and nothing of a driver.
package usecase
