package doccurl

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

const (
	// Host is what the documents show for the service.
	Host = "http://localhost:8000"
	// Password is what the documents show for the printed password.
	Password = "change-me-in-production"
)

// Reader does what a reader of a document does: puts in the host, the
// password, and the ids and tokens that earlier answers showed.
type Reader struct {
	host, password string
	values         map[string]string // by placeholder, without its brackets
	tokens         map[string]string // by the name that logged in
}

// NewReader returns a reader who knows where the service is and has the
// password that it printed.
func NewReader(host, password string) *Reader {
	return &Reader{host: host, password: password, values: map[string]string{}, tokens: map[string]string{}}
}

var placeholder = regexp.MustCompile(`<([a-z][a-z_]*)>`)

// Fill returns the example as it is typed. A placeholder that no earlier
// answer has explained is an error.
func (r *Reader) Fill(e Example) (string, error) {
	text := strings.ReplaceAll(e.Text, Host, r.host)
	text = strings.ReplaceAll(text, Password, r.password)
	var unknown []string
	text = placeholder.ReplaceAllStringFunc(text, func(mark string) string {
		name := strings.Trim(mark, "<>")
		value, known := r.values[name]
		if name == "access_token" && e.As != "" {
			value, known = r.tokens[e.As]
		}
		if !known {
			unknown = append(unknown, mark)
		}
		return value
	})
	if len(unknown) > 0 {
		return "", fmt.Errorf("nothing above says what %s is", strings.Join(unknown, ", "))
	}
	return text, nil
}

// nouns are the placeholders for the ids of what lives at a path.
var nouns = map[string]string{
	"companies": "company_id", "users": "user_id", "api-keys": "api_key_id", "alerts": "alert_id",
	"incidents": "incident_id", "channels": "channel_id", "rules": "rule_id", "deliveries": "delivery_id",
	"audit-logs": "audit_id", "test": "delivery_id",
}

var (
	address = regexp.MustCompile(`https?://[^\s"']+/api/v1/[^\s"']*`)
	login   = regexp.MustCompile(`"(?:username|email)"\s*:\s*"([^"]+)"`)
)

// Learn remembers what the answer to a filled-in example shows.
func (r *Reader) Learn(typed, etag string, answer []byte) {
	if etag != "" {
		r.values["etag"] = strings.Trim(etag, `"`)
	}
	var body map[string]any
	if json.Unmarshal(answer, &body) != nil {
		return
	}
	if access, ok := body["access"].(string); ok {
		r.values["access_token"] = access
		if m := login.FindStringSubmatch(typed); m != nil {
			r.tokens[m[1]] = access
		}
	}
	for name, mark := range map[string]string{"refresh": "refresh_token", "key": "api_key", "next": "next"} {
		if text, ok := body[name].(string); ok {
			r.values[mark] = text
		}
	}
	r.learnIDs(noun(typed), body)
}

// learnIDs takes the id of the one thing that was answered, or of the first in
// a list, and every field that is named as an id.
func (r *Reader) learnIDs(mark string, body map[string]any) {
	thing := body
	if list, ok := body["results"].([]any); ok {
		if len(list) == 0 {
			return
		}
		if first, ok := list[0].(map[string]any); ok {
			thing = first
		}
	}
	if id, ok := thing["id"].(string); ok && mark != "" {
		r.values[mark] = id
	}
	for name, value := range thing {
		if id, ok := value.(string); ok && strings.HasSuffix(name, "_id") {
			r.values[name] = id
		}
	}
}

// noun is the placeholder for the id of what a call answers with.
func noun(typed string) string {
	u, err := url.Parse(address.FindString(typed))
	if err != nil {
		return ""
	}
	mark := ""
	for part := range strings.SplitSeq(u.Path, "/") {
		if name, ok := nouns[part]; ok {
			mark = name
		}
	}
	if strings.HasSuffix(strings.TrimRight(u.Path, "/"), "/timeline") {
		return "entry_id"
	}
	return mark
}
