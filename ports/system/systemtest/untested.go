package systemtest

import (
	"fmt"
	"os"
)

// UntestedVariable names the file in which tests note what they could not be
// held against, so that make test can say so at its end, where it is seen.
// Without it nothing is noted.
const UntestedVariable = "UNTESTED"

// Untested notes what was not tested, and why.
func Untested(what string, why error) {
	path := os.Getenv(UntestedVariable)
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintf(f, "%s: %v\n", what, why)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "remembering what was not tested:", err)
	}
}
