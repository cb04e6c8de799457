package rabbitmq

import (
	"encoding/json"
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/bus"
)

const (
	// bodyVersion is raised when an older program would misread a body. A new
	// field that it may ignore needs no new version.
	bodyVersion = 1
	// maxBody is far above what the relay makes of a hundred ids.
	maxBody     = 256 << 10
	contentType = "application/json"
)

// Bodies that no repetition makes readable.
var (
	errGarbage = errors.New("the body is not a message")
	errNewer   = errors.New("the body is of a newer version of this program")
)

// body is a message on the wire: ids and nothing else, for a broker is read by
// more people than the database.
type body struct {
	Version int      `json:"v"`
	Company string   `json:"company"`
	Events  []string `json:"events"`
}

// sound reports whether the body names events of a company.
func (b body) sound() bool {
	return b.Company != "" && utf8.ValidString(b.Company) && len(b.Events) > 0 &&
		!slices.ContainsFunc(b.Events, func(id string) bool { return id == "" || !utf8.ValidString(id) })
}

func encode(m bus.Message) ([]byte, error) {
	out := body{Version: bodyVersion, Company: string(m.Company), Events: m.Events}
	if !out.sound() {
		return nil, errors.New("a message names a company and events, in UTF-8")
	}
	text, err := json.Marshal(out)
	if err == nil && len(text) > maxBody {
		return nil, errors.New("the message names too many events")
	}
	return text, err
}

func decode(text []byte) (bus.Message, error) {
	if len(text) > maxBody {
		return bus.Message{}, errGarbage
	}
	var version struct {
		Version int `json:"v"`
	}
	if json.Unmarshal(text, &version) != nil || version.Version < 1 {
		return bus.Message{}, errGarbage
	}
	if version.Version > bodyVersion {
		return bus.Message{}, errNewer
	}
	var in body
	if json.Unmarshal(text, &in) != nil || !in.sound() {
		return bus.Message{}, errGarbage
	}
	return bus.Message{Company: tenant.ID(in.Company), Events: in.Events}, nil
}
