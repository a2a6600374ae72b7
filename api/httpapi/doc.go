// Package httpapi is the program's HTTP surface: it parses requests, asks the use
// cases and read models, and presents the answers. Handlers decide nothing.
package httpapi
