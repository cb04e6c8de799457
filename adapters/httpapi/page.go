package httpapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/page"
)

// listBody is one page of a list.
type listBody[T any] struct {
	Count    int     `json:"count" example:"1"`                                                       // exact up to 10000
	AtLeast  bool    `json:"count_is_lower_bound,omitempty" extensions:"x-omitempty" example:"false"` // there are more than count
	Next     *string `json:"next" extensions:"x-nullable" format:"uri"`                               // the next page
	Previous *string `json:"previous" extensions:"x-nullable" format:"uri"`                           // the previous page
	Results  []T     `json:"results"`                                                                 // at most page_size of them
}

// cursorBody is what a cursor says, once its seal is checked.
type cursorBody struct {
	Values []string `json:"v"`
	Before bool     `json:"b,omitempty"`
}

// cursors makes and reads the cursors of one list as one asker sees it: path,
// company, order and filters. A cursor of any other list does not open.
type cursors struct {
	key  []byte
	bind string
}

const sealSize = 16 // bytes of HMAC-SHA256 that a cursor carries

// cursorsOf returns the cursors of the list that a request asks for.
func (a *API) cursorsOf(c *call) cursors {
	scope := "none"
	if company, one := c.who.Scope.Company(); one {
		scope = "company " + string(company)
	} else if c.who.Scope.IsAll() {
		scope = "all"
	}
	return cursors{key: a.CursorKey, bind: strings.Join([]string{
		strings.TrimSuffix(c.request.URL.Path, "/"), scope, without(c.params, "cursor", "page_size").Encode(),
	}, "\n")}
}

func (c cursors) seal(payload []byte) []byte {
	mac := hmac.New(sha256.New, c.key)
	mac.Write([]byte("page cursor\n" + c.bind + "\n"))
	mac.Write(payload)
	return mac.Sum(nil)[:sealSize]
}

// write spells a place in the list.
func (c cursors) write(at page.Cursor) string {
	payload, err := json.Marshal(cursorBody{Values: at.Values, Before: at.Before})
	if err != nil {
		return "" // a list of texts always has a spelling
	}
	return base64.RawURLEncoding.EncodeToString(append(c.seal(payload), payload...))
}

// read returns the place that text spells. Whatever write did not write for
// this very list is invalid.
func (c cursors) read(text string) (*page.Cursor, error) {
	refused := fault.Field("cursor", fault.CodeInvalid, "is not a cursor of this list")
	data, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(data) <= sealSize || !hmac.Equal(data[:sealSize], c.seal(data[sealSize:])) {
		return nil, refused
	}
	var body cursorBody
	if err := json.Unmarshal(data[sealSize:], &body); err != nil {
		return nil, refused
	}
	return &page.Cursor{Values: body.Values, Before: body.Before}, nil
}

// list answers with one page.
func list[T, U any](a *API, c *call, found page.Result[T], show func(T) U) reply {
	made := a.cursorsOf(c)
	link := func(at *page.Cursor) *string {
		if at == nil {
			return nil
		}
		query := without(c.params, "cursor")
		query.Set("cursor", made.write(*at))
		text := a.public + strings.TrimSuffix(c.request.URL.Path, "/") + "/?" + query.Encode()
		return &text
	}
	shown := page.Map(found, show)
	return reply{body: listBody[U]{
		Count: shown.Count, AtLeast: shown.CountCapped, Next: link(shown.Next), Previous: link(shown.Prev), Results: shown.Items,
	}}
}

func without(params url.Values, names ...string) url.Values {
	out := maps.Clone(params)
	if out == nil {
		out = url.Values{}
	}
	for _, name := range names {
		out.Del(name)
	}
	return out
}

func sortedKeys(params url.Values) []string { return slices.Sorted(maps.Keys(params)) }
