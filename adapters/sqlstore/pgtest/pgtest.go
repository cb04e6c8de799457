// Package pgtest gives tests a PostgreSQL database each: on the server at
// TEST_DATABASE_URL, or on a private one that it starts from the installed
// binaries and removes afterwards.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/sentineliq/sentineliq/ports/system/systemtest"
)

const (
	// ServerVariable is the address of a server on which tests may make
	// databases and roles.
	ServerVariable = "TEST_DATABASE_URL"
	// RequireVariable turns tests that have no server into failures.
	RequireVariable = "REQUIRE_SERVICES"

	noServer  = "SENTINELIQ_TEST_NO_POSTGRES" // why there is none, for the tests of this process
	startTime = 2 * time.Minute
)

// Main runs the tests of a package with a server for all of them. TestMain
// calls it and exits with what it returns.
func Main(m interface{ Run() int }) int {
	if os.Getenv(ServerVariable) != "" {
		return m.Run()
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	s, err := NewServer(ctx)
	if err != nil {
		set(noServer, err.Error())
		code := m.Run()
		fmt.Fprintf(os.Stderr, "NOT TESTED on PostgreSQL: %v\n", err)
		systemtest.Untested("PostgreSQL", err)
		return code
	}
	set(ServerVariable, s.URL)
	code := m.Run()
	if err := s.Remove(context.Background()); err != nil {
		fmt.Fprintf(os.Stderr, "stopping the private PostgreSQL: %v\n", err)
	}
	return code
}

func set(name, value string) {
	if err := os.Setenv(name, value); err != nil {
		panic(err)
	}
}

// Database makes an empty database for a test and returns its URL. The test is
// skipped when there is no server, or fails with REQUIRE_SERVICES=1.
func Database(t testing.TB) string {
	t.Helper()
	server := os.Getenv(ServerVariable)
	if server == "" {
		why := fmt.Sprintf("no PostgreSQL to test on: %s", strings.TrimSpace(os.Getenv(noServer)))
		if os.Getenv(RequireVariable) == "1" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	name := "siq_" + strings.ToLower(rand.Text())
	Exec(t, server, "CREATE DATABASE "+name+" ENCODING 'UTF8' TEMPLATE template0")
	t.Cleanup(func() { Exec(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	return With(t, server, func(u *url.URL) { u.Path = "/" + name })
}

// Role makes a role that may log in and is dropped with the test, after the
// databases that were made later.
func Role(t testing.TB, attributes string) string {
	t.Helper()
	Database(t) // skips without a server
	name := "siq_" + strings.ToLower(rand.Text())
	server := os.Getenv(ServerVariable)
	Exec(t, server, "CREATE ROLE "+name+" LOGIN PASSWORD '"+name+"' "+attributes)
	t.Cleanup(func() { Exec(t, server, "DROP ROLE "+name) })
	return name
}

// As is a URL for another role, as Role makes them.
func As(t testing.TB, base, role string) string {
	t.Helper()
	return With(t, base, func(u *url.URL) { u.User = url.UserPassword(role, role) })
}

// With is a URL with a change.
func With(t testing.TB, base string, edit func(*url.URL)) string {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	edit(u)
	return u.String()
}

// Exec runs statements, each in a transaction of its own.
func Exec(t testing.TB, database string, statements ...string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range statements {
		if _, err := conn.Exec(ctx, one); err != nil {
			t.Errorf("%s: %v", one, err)
		}
	}
	if err := conn.Close(ctx); err != nil {
		t.Error(err)
	}
}

// Open connects to a database past the store.
func Open(t testing.TB, database string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
