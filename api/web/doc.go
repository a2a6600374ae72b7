// Package web serves the public register (消费投诉信息公示) as pages: server-rendered,
// without scripts, in Chinese by default and in English.
//
// Pages ask the read model through Source and show what the disclosure policy made
// public, nothing else. All texts are in messages/*.json, none in code or templates.
package web

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.977 generate
