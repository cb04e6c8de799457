// Package migrations is the history of the schema, one folder for each
// database. A file that was released is never edited; what it got wrong the
// next number puts right.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// SQLite returns the migrations for SQLite, in goose's format.
func SQLite() (fs.FS, error) { return fs.Sub(files, "sqlite") }

// Postgres returns the migrations for PostgreSQL, in goose's format.
func Postgres() (fs.FS, error) { return fs.Sub(files, "postgres") }
