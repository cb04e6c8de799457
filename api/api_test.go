package api_test

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/api"
)

func TestOpenAPI_IsADescription(t *testing.T) {
	t.Parallel()
	var doc struct {
		OpenAPI string
		Paths   map[string]any
	}
	require.NoError(t, json.Unmarshal(api.OpenAPI(), &doc))
	require.Equal(t, "3.0.3", doc.OpenAPI)
	require.Contains(t, doc.Paths, "/api/v1/alerts/")
}

// The page works without a network, and tells nobody that it was opened.
func TestUI_LoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"index.html", "start.js"} {
		text, err := fs.ReadFile(api.UI(), name)
		require.NoError(t, err)
		require.NotRegexp(t, `https?://|//[a-z]+\.`, string(text), name)
	}
	index, err := fs.ReadFile(api.UI(), "index.html")
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(`(?:src|href)="([a-z][^"]+)"`).FindAllSubmatch(index, -1) {
		_, err := fs.Stat(api.UI(), string(m[1]))
		require.NoError(t, err)
	}
	for _, name := range []string{"LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"} {
		_, err := fs.Stat(api.UI(), name)
		require.NoError(t, err, "vendored files keep their licence")
	}
}
