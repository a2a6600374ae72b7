// Package api holds the description of the HTTP surface (OpenAPI 3.1), the source of
// truth that its tests check requests and answers against.
package api

import _ "embed"

//go:embed openapi.yaml
var document string

// examples ends the document: what the program answered to sample cases, written by its
// tests. It stands beside the document so that this can be read.
//
//go:embed examples.yaml
var examples string

// OpenAPI is the document as YAML.
func OpenAPI() string { return document + examples }
