// Package api holds the description of the HTTP surface (OpenAPI 3.1), the source of
// truth that its tests check requests and answers against.
package api

import _ "embed"

//go:embed openapi.yaml
var document string

// OpenAPI is the document as YAML.
func OpenAPI() string { return document }
