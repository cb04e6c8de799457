// Package telemetry is what operators see of the service: a structured log and
// metrics for Prometheus.
package telemetry

import (
	"fmt"
	"io"
	"log/slog"
	"os"
)

// Formats of the log. Auto is Text on a terminal and JSON elsewhere.
const (
	Auto = ""
	Text = "text"
	JSON = "json"
)

// NewLogger returns a logger that writes one line a record to w; *slog.Logger is
// a telemetry.Log as it is. Times are in UTC; a secret.Text shows as its mask.
func NewLogger(w io.Writer, format string, level slog.Leveler) (*slog.Logger, error) {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: inUTC}
	switch {
	case format == Text, format == Auto && onTerminal(w):
		return slog.New(slog.NewTextHandler(w, options)), nil
	case format == JSON, format == Auto:
		return slog.New(slog.NewJSONHandler(w, options)), nil
	default:
		return nil, fmt.Errorf("log format %q is none of text, json", format)
	}
}

func inUTC(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindTime {
		a.Value = slog.TimeValue(a.Value.Time().UTC())
	}
	return a
}

// onTerminal reports whether somebody watches: a character device that is not
// the null device.
func onTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok || file.Name() == os.DevNull {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
