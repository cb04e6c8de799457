package webclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/ports/channel"
)

// maxWait is the longest Retry-After that is believed.
const maxWait = 24 * time.Hour

// judge is the table from status to verdict.
func (c *Client) judge(resp *http.Response) (channel.Receipt, error) {
	status := resp.StatusCode
	refusal := &channel.Refusal{Status: status, Reason: answered(status)}
	switch {
	case status/100 == 2:
		return channel.Receipt{Status: status}, nil
	case status/100 == 3:
		refusal.Reason = fmt.Sprintf("redirect: %s and redirects are not followed", answered(status))
		refusal.Permanent = true
	case passing(status):
		refusal.After = c.retryAfter(resp.Header.Get("Retry-After"))
	default:
		refusal.Permanent = true
	}
	return channel.Receipt{}, refusal
}

func answered(status int) string {
	return strings.TrimSpace(fmt.Sprintf("the receiver answered %d %s", status, http.StatusText(status)))
}

// passing reports whether a status may be another one later.
func passing(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	default:
		return status/100 == 5 || status/100 == 1
	}
}

// retryAfter reads seconds or a date; nonsense and the past are no wish at all.
func (c *Client) retryAfter(text string) time.Duration {
	text = strings.TrimSpace(text)
	var wait time.Duration
	if seconds, err := strconv.ParseUint(text, 10, 63); err == nil {
		wait = time.Duration(min(seconds, uint64(maxWait/time.Second))) * time.Second
	} else if date, err := http.ParseTime(text); err == nil && c.now != nil {
		wait = date.Sub(c.now())
	}
	return min(max(wait, 0), maxWait)
}

// explain is the table from trouble to verdict. Of the error nothing is shown:
// it names the URL, which is a secret for half of all receivers.
func explain(err error) *channel.Refusal {
	var (
		name    *net.DNSError
		cert    *tls.CertificateVerificationError
		record  tls.RecordHeaderError
		alert   tls.AlertError
		op      *net.OpError
		timeout interface{ Timeout() bool }
	)
	switch {
	case errors.Is(err, errAddress):
		return &channel.Refusal{Reason: notAllowed, Permanent: true}
	case errors.As(err, &cert):
		return &channel.Refusal{Reason: "the receiver's certificate is not valid"}
	case errors.As(err, &record), errors.As(err, &alert):
		return &channel.Refusal{Reason: "no secure connection could be agreed on with the receiver"}
	case errors.As(err, &name):
		return &channel.Refusal{Reason: "the receiver's name cannot be resolved"}
	case errors.As(err, &op) && op.Op == "dial":
		return &channel.Refusal{Reason: "the receiver cannot be reached"}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &channel.Refusal{Reason: "the receiver did not answer in time"}
	default:
		return &channel.Refusal{Reason: "the connection broke before the receiver had answered"}
	}
}
