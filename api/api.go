// Package api is the description of the HTTP API, generated from the comments
// in adapters/httpapi, and the page that shows it.
package api

import (
	"embed"
	"io/fs"
)

//go:embed openapi.json
var openAPI []byte

//go:embed ui
var ui embed.FS

// OpenAPI returns the description as OpenAPI 3 in JSON.
func OpenAPI() []byte { return openAPI }

// UI returns the files of the page that shows the description: Swagger UI, and
// an index of our own that loads nothing from elsewhere.
func UI() fs.FS {
	files, err := fs.Sub(ui, "ui")
	if err != nil {
		return ui // "ui" is a valid path, so this is never reached
	}
	return files
}
