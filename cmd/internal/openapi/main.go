// Command openapi turns the description that swag generates, which speaks
// OpenAPI 2, into the OpenAPI 3 that the service shows and clients are
// generated from. Run it in the root of the module, after swag.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run("api"); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

// run reads swagger.json in a folder and writes openapi.json beside it.
func run(folder string) error {
	from, err := os.ReadFile(filepath.Join(folder, "swagger.json")) //nolint:gosec // the folder is a constant
	if err != nil {
		return err
	}
	to, err := convert(from)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "openapi.json"), to, 0o644) //nolint:gosec // the world may read it
}
