package webhook

import (
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// The vector that the Standard Webhooks project publishes with its libraries.
func TestSign_PublishedVector(t *testing.T) {
	t.Parallel()
	key, err := keyOf(secret.New("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
	if err != nil {
		t.Fatal(err)
	}
	got := sign([]byte(key.Reveal()), "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
