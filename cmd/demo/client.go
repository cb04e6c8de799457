package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	callWithin = 30 * time.Second
	maxAnswer  = 8 << 20 // bytes
	jsonType   = "application/json"
	linesType  = "application/x-ndjson"
)

// client asks the API as one person, or as one machine.
type client struct {
	base               string
	username, password string // empty for a machine
	http               *http.Client

	mu    sync.Mutex
	token string
}

func newClient(base, username, password string) *client {
	return &client{base: base, username: username, password: password, http: &http.Client{Timeout: callWithin}}
}

// newMachine asks with an API key.
func newMachine(base, key string) *client {
	return &client{base: base, token: key, http: &http.Client{Timeout: callWithin}}
}

// problem is an answer that says no.
type problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Field   string `json:"field"`
		Message string `json:"message"`
	} `json:"errors"`
	what string
}

func (p *problem) Error() string {
	text := fmt.Sprintf("%s: %d %s: %s", p.what, p.Status, p.Code, p.Detail)
	for _, one := range p.Errors {
		text += fmt.Sprintf("; %s %s", one.Field, one.Message)
	}
	return text
}

// get, post: path is what comes after /api/v1/; out may be nil.
func (c *client) get(ctx context.Context, path string, out any) error {
	return c.ask(ctx, http.MethodGet, path, "", nil, out)
}

func (c *client) post(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return c.ask(ctx, http.MethodPost, path, jsonType, body, out)
}

// ask makes one request. A person whose token has run out logs in again.
func (c *client) ask(ctx context.Context, method, path, kind string, body []byte, out any) error {
	if c.bearer() == "" {
		if err := c.login(ctx); err != nil {
			return err
		}
	}
	err := c.once(ctx, method, path, kind, body, out)
	var p *problem
	if errors.As(err, &p) && p.Status == http.StatusUnauthorized && c.username != "" {
		if err := c.login(ctx); err != nil {
			return err
		}
		return c.once(ctx, method, path, kind, body, out)
	}
	return err
}

func (c *client) login(ctx context.Context) error {
	c.keep("")
	body, err := json.Marshal(map[string]string{"username": c.username, "password": c.password})
	if err != nil {
		return err
	}
	var tokens struct {
		Access string `json:"access"`
	}
	if err := c.once(ctx, http.MethodPost, "token/", jsonType, body, &tokens); err != nil {
		return err
	}
	c.keep(tokens.Access)
	return nil
}

func (c *client) bearer() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.token
}

func (c *client) keep(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = token
}

func (c *client) once(ctx context.Context, method, path, kind string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if token := c.bearer(); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		p := &problem{Status: res.StatusCode, what: method + " " + path}
		if err := json.Unmarshal(answer, p); err != nil {
			p.Detail = string(answer)
		}
		return p
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}
