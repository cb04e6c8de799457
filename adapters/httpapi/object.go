package httpapi

import (
	"context"
	"net/http"

	"github.com/sentineliq/sentineliq/ports/driving"
)

// What is the same for every kind of object. show makes the whole answer of
// one, ETag and all.

// link returns the address of an object.
func (a *API) link(collection, id string) string {
	return a.public + base + collection + "/" + id + "/"
}

// one answers with the object in the path.
func one[ID ~string, T any](c *call, find func(context.Context, ID) (T, error), show func(T) reply) (reply, error) {
	found, err := find(c.ctx, ID(c.id))
	if err != nil {
		return reply{}, err
	}
	return show(found), nil
}

// change binds an In, makes a P of it, and updates the object in the path.
func change[In, P, T any, ID ~string](c *call, read func(*In) P, find func(context.Context, ID) (T, error),
	update func(context.Context, ID, P, driving.IfVersion) (T, error), show func(T) reply,
) (reply, error) {
	in := new(In)
	if whole, ok := any(in).(replacer); ok && c.route.method == http.MethodPut {
		whole.replace()
	}
	if err := c.bind(in); err != nil {
		return reply{}, err
	}
	version, err := matching(c, find, show)
	if err != nil {
		return reply{}, err
	}
	changed, err := update(c.ctx, ID(c.id), read(in), version)
	if err != nil {
		return reply{}, err
	}
	return show(changed), nil
}

// erase removes the object in the path.
func erase[T any, ID ~string](c *call, find func(context.Context, ID) (T, error),
	remove func(context.Context, ID, driving.IfVersion) error, show func(T) reply,
) (reply, error) {
	version, err := matching(c, find, show)
	if err != nil {
		return reply{}, err
	}
	return reply{}, remove(c.ctx, ID(c.id), version)
}

// matching returns the version that If-Match asks for.
func matching[T any, ID ~string](c *call, find func(context.Context, ID) (T, error), show func(T) reply) (driving.IfVersion, error) {
	return c.ifVersion(func() (string, error) {
		now, err := one(c, find, show)
		return now.etag, err
	})
}
