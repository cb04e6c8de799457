package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/once"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/credential"
)

const maxIdempotencyKey = 255

// readKey takes the Idempotency-Key of a POST that somebody is logged in for.
func (c *call) readKey() error {
	if c.request.Method != http.MethodPost || c.route.action == "" {
		return nil
	}
	values := c.request.Header.Values("Idempotency-Key")
	if len(values) == 0 {
		return nil
	}
	key := values[0]
	printable := strings.IndexFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) < 0
	if len(values) > 1 || key == "" || len(key) > maxIdempotencyKey || !printable {
		return fault.Newf(fault.Invalid, "the Idempotency-Key must be one text of 1 to %d printable ASCII characters",
			maxIdempotencyKey).WithCode("invalid_idempotency_key")
	}
	c.key = key
	return nil
}

// digest sums up all that the request asks for.
func (c *call) digest() string {
	sum := sha256.New()
	for _, part := range []string{c.request.Method, strings.TrimSuffix(c.request.URL.Path, "/"), c.params.Encode()} {
		sum.Write([]byte(part + "\x00"))
	}
	sum.Write(c.body)
	return hex.EncodeToString(sum.Sum(nil))
}

// perform does what a POST asks for and answers with what show makes of the
// result. With an idempotency key it does so once: the answer is kept in the
// transaction of the change, and later requests get it again.
func perform[T any](c *call, show func(T) reply, do func(context.Context) (T, error)) (reply, error) {
	ctx := c.ctx
	if c.key != "" {
		ctx = once.With(ctx, once.Request{Key: c.key, Digest: c.digest(), Render: func(result any) (int, []byte, error) {
			done, ok := result.(T)
			if !ok {
				return 0, nil, fmt.Errorf("the change returned a %T, its answer is made from a %T", result, done)
			}
			return c.box.seal(c.who, show(done), c.route.status)
		}})
	}
	done, err := do(ctx)
	if replay, kept := replayOf(err); kept {
		return c.box.open(c.who, replay)
	}
	if err != nil {
		return reply{}, err
	}
	return show(done), nil
}

// sealer keeps answers encrypted: some of them show a secret for the only time.
type sealer struct{ box credential.Box }

// keptBody is an answer as it is kept.
type keptBody struct {
	Body     json.RawMessage `json:"body"`
	Location string          `json:"location,omitempty"`
	ETag     string          `json:"etag,omitempty"`
}

func label(who actor.Actor) string { return "idempotency:" + string(who.Type) + ":" + who.ID }

func (s sealer) seal(who actor.Actor, r reply, usual int) (int, []byte, error) {
	if r.status == 0 {
		r.status = usual
	}
	body, err := encode(r.body)
	if err != nil {
		return 0, nil, err
	}
	plain, err := json.Marshal(keptBody{Body: body, Location: r.location, ETag: r.etag})
	if err != nil {
		return 0, nil, fmt.Errorf("writing the answer to keep: %w", err)
	}
	sealed, err := s.box.Seal(plain, label(who))
	if err != nil {
		return 0, nil, fmt.Errorf("sealing the answer to keep: %w", err)
	}
	return r.status, []byte(sealed.Reveal()), nil
}

func (s sealer) open(who actor.Actor, kept *once.Replay) (reply, error) {
	plain, err := s.box.Open(secret.New(string(kept.Body)), label(who))
	if err != nil {
		return reply{}, fmt.Errorf("opening the kept answer: %w", err)
	}
	var k keptBody
	if err := json.Unmarshal(plain, &k); err != nil {
		return reply{}, fmt.Errorf("reading the kept answer: %w", err)
	}
	if len(k.Body) == 0 {
		return reply{}, errors.New("the kept answer is empty")
	}
	return reply{status: kept.Status, body: k.Body, location: k.Location, etag: k.ETag, replayed: true}, nil
}
