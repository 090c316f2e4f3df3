// Package ui is the page: Dist holds what `make ui` built from TypeScript and Svelte, committed so that a user needs only
// Go. It holds no code of the system; package web serves it.
package ui

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var files embed.FS

// Dist is the built page: index.html at its root, everything else under assets.
func Dist() fs.FS {
	sub, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // "dist" is a valid name and embedded
	}
	return sub
}
