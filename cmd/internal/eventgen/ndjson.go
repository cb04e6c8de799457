package eventgen

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// WriteNDJSON writes one event a line, the form the batch endpoint takes. It
// leaves < > & as they are, like most senders.
//
// A line has about two kilobytes on average, so ten thousand of them, the most
// the endpoint takes in one call, may exceed its limit of 16 MiB.
func WriteNDJSON(w io.Writer, events []Event) error {
	buffered := bufio.NewWriter(w)
	lines := json.NewEncoder(buffered)
	lines.SetEscapeHTML(false)

	for i, event := range events {
		if err := lines.Encode(event); err != nil {
			return fmt.Errorf("write event %d: %w", i, err)
		}
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("flush events: %w", err)
	}

	return nil
}
