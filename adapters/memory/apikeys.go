package memory

import (
	"context"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

type apiKeys struct{ u *unit }

func (k apiKeys) shelf() shelf[identity.KeyState] {
	return shelf[identity.KeyState]{
		u: k.u, rows: &k.u.data.keys, noun: "API key",
		company: func(s *identity.KeyState) tenant.ID { return s.Company },
		hidden:  func(s *identity.KeyState) bool { return !s.RevokedAt.IsZero() },
	}
}

func (k apiKeys) Find(_ context.Context, id identity.KeyID) (*identity.APIKey, error) {
	s, err := k.shelf().find(string(id))
	if err != nil {
		return nil, err
	}
	return identity.RestoreAPIKey(s), nil
}

func (k apiKeys) ByHash(ctx context.Context, hash string) (*identity.APIKey, error) {
	for s := range k.shelf().all() {
		if s.Hash == hash {
			return k.Find(ctx, s.ID)
		}
	}
	return nil, k.shelf().missing()
}

func (k apiKeys) List(_ context.Context, company tenant.ID, p page.Request) (page.Result[*identity.APIKey], error) {
	rows := k.shelf().matching(func(s *identity.KeyState) bool { return is(company, s.Company) })
	return list(rows, p, order[identity.KeyState]{
		sorts: named(), fallback: newest("created_at"),
		value: func(s *identity.KeyState, name string) any {
			return nameOrTime(name, string(s.ID), s.Name, s.CreatedAt)
		},
	}, identity.RestoreAPIKey)
}

func (k apiKeys) Add(_ context.Context, key *identity.APIKey) error {
	s := key.State()
	return k.shelf().add(string(s.ID), s)
}

func (k apiKeys) Save(_ context.Context, key *identity.APIKey) error {
	s := key.State()
	return k.shelf().save(string(s.ID), s, nil)
}

// keyUse notes the use of keys of all companies.
type keyUse struct{ u *unit }

func (k keyUse) Touch(_ context.Context, used map[identity.KeyID]time.Time) error {
	rows := apiKeys(k).shelf()
	for id, at := range used {
		stored, ok := rows.get(string(id))
		if !ok || !at.After(stored.LastUsedAt) {
			continue
		}
		s := *stored
		s.LastUsedAt = at
		if err := rows.put(string(id), s); err != nil {
			return err
		}
	}
	return nil
}

// named is the sorts of nouns that are listed by name or by age.
func named() []page.Sort {
	return []page.Sort{{Name: "name", Kind: page.Text}, {Name: "created_at", Kind: page.Time}}
}

func nameOrTime(sort, id, name string, created time.Time) any {
	switch sort {
	case "name":
		return name
	case "created_at":
		return created
	default:
		return id
	}
}
