package httpapi

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/api"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// healthBody says that the process is alive.
type healthBody struct {
	Status string `json:"status" example:"ok"`
} //	@name	Health

// readyBody says what works and what does not, without saying why.
type readyBody struct {
	Status string            `json:"status" enums:"ok,degraded,unavailable,stopping"`
	Checks map[string]string `json:"checks"` // by name: ok, degraded, failed or stopping
} //	@name	Readiness

// healthz says that the process is alive.
//
//	@Summary	Alive?
//	@Tags		service
//	@Success	200	{object}	healthBody
//	@Router		/healthz [get]
func (a *API) healthz(w http.ResponseWriter, _ *http.Request) {
	_ = write(w, reply{body: healthBody{Status: "ok"}}, http.StatusOK) //nolint:errcheck // a constant can be written
}

// readyz says whether the service can do its work. Why not is in the log.
//
//	@Summary	Ready?
//	@Tags		service
//	@Success	200	{object}	readyBody
//	@Failure	503	{object}	readyBody
//	@Router		/readyz [get]
func (a *API) readyz(w http.ResponseWriter, r *http.Request) {
	body, status := readyBody{Status: "ok", Checks: map[string]string{}}, http.StatusOK
	for name, err := range a.Health.Ready(r.Context()) {
		body.Checks[name] = "ok"
		if degraded := (driving.Degraded{}); errors.As(err, &degraded) {
			body.Checks[name] = "degraded"
			if status == http.StatusOK {
				body.Status = "degraded"
			}
		} else if err != nil {
			body.Status, body.Checks[name], status = "unavailable", "failed", http.StatusServiceUnavailable
		}
		if errors.Is(err, driving.ErrStopping) {
			body.Status, body.Checks[name] = "stopping", "stopping"
		} else if err != nil {
			a.Log.WarnContext(r.Context(), "not ready", slog.String("check", name), slog.String("error", err.Error()))
		}
	}
	if status != http.StatusOK {
		w.Header().Set("Retry-After", wait(nil))
	}
	_ = write(w, reply{body: body}, status) //nolint:errcheck // two words a check can be written
}

// metrics shows the service's own numbers.
//
//	@Summary		Metrics
//	@Description	In the text format of Prometheus. With METRICS_ADDR set they are on that listener alone.
//	@Tags			service
//	@Produce		plain
//	@Success		200	{string}	string
//	@Router			/metrics [get]
func (a *API) metrics(w http.ResponseWriter, r *http.Request) { a.Metrics.ServeHTTP(w, r) }

// openapi shows this description.
//
//	@Summary	This description
//	@Tags		service
//	@Success	200	{object}	map[string]any
//	@Router		/api/v1/openapi.json [get]
func (a *API) openapi(w http.ResponseWriter, r *http.Request) { a.docs.serve(w, r, "openapi.json") }

// docsPage shows this description as a page.
//
//	@Summary	This description, as a page
//	@Tags		service
//	@Produce	html
//	@Success	200	{string}	string
//	@Router		/api/v1/docs/ [get]
func (a *API) docsPage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "+
		"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'")
	if strings.HasSuffix(r.URL.Path, "/") {
		a.docs.serve(w, r, "index.html")
		return
	}
	a.docs.serve(w, r, "index.html without slash")
}

// docsFile serves what the page is made of.
func (a *API) docsFile(w http.ResponseWriter, r *http.Request) {
	if name := path.Base(r.URL.Path); name != "openapi.json" && a.docs.has(name) && !strings.HasSuffix(r.URL.Path, "/") {
		a.docs.serve(w, r, name)
		return
	}
	a.refuse(w, r, nothingHere())
}

// docs is the description and its page, by file name.
type docs map[string][]byte

// readDocs takes the embedded files. Without its last slash the address of the
// page is one level up, so there the page says where its files are.
func readDocs() (docs, error) {
	files := docs{"openapi.json": api.OpenAPI()}
	entries, err := fs.ReadDir(api.UI(), ".")
	if err != nil {
		return nil, fmt.Errorf("httpapi: reading the page of the description: %w", err)
	}
	for _, entry := range entries {
		if files[entry.Name()], err = fs.ReadFile(api.UI(), entry.Name()); err != nil {
			return nil, fmt.Errorf("httpapi: reading the page of the description: %w", err)
		}
	}
	page := files["index.html"]
	files["index.html without slash"] = bytes.Replace(page, []byte(`<base href="./">`), []byte(`<base href="docs/">`), 1)
	return files, nil
}

func (d docs) has(name string) bool {
	_, ok := d[name]
	return ok
}

func (d docs) serve(w http.ResponseWriter, r *http.Request, name string) {
	ext := path.Ext(strings.Fields(name)[0])
	kind := mime.TypeByExtension(ext)
	if ext == ".txt" || kind == "" {
		kind = "text/plain; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(d[name]))
}
