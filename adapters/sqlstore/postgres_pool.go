package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

const (
	acquirePatience = 2 * time.Second  // for a connection that is free
	commitPatience  = 10 * time.Second // for the answer to COMMIT
)

// postgresPool opens transactions that the end of the caller's context does not
// cut off in the middle of a COMMIT.
type postgresPool struct{ *sql.DB }

// GetDBConn implements gorm.GetDBConnector.
func (p postgresPool) GetDBConn() (*sql.DB, error) { return p.DB, nil }

// BeginTx implements gorm.ConnPoolBeginner. When no connection is free in time,
// callers hear so at once instead of queueing up.
func (p postgresPool) BeginTx(ctx context.Context, opts *sql.TxOptions) (gorm.ConnPool, error) {
	if opts != nil && opts.ReadOnly {
		opts = &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
	}
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	given := context.AfterFunc(ctx, end)
	timer := time.AfterFunc(acquirePatience, end)
	tx, err := p.DB.BeginTx(life, opts)
	inTime := timer.Stop()
	given()
	switch {
	case err == nil && life.Err() == nil:
		return &postgresTx{Tx: tx, end: end}, nil
	case err == nil:
		err = errors.Join(life.Err(), tx.Rollback())
	}
	end()
	if !inTime && ctx.Err() == nil {
		return nil, fault.Wrap(fault.Unavailable, "the database has no connection free", err).After(pause)
	}
	return nil, err
}

// postgresTx is a transaction with a life of its own.
type postgresTx struct {
	*sql.Tx
	end context.CancelFunc
}

// Commit implements gorm.TxCommitter.
func (t *postgresTx) Commit() error {
	defer t.end()
	timer := time.AfterFunc(commitPatience, t.end)
	defer timer.Stop()
	return t.Tx.Commit()
}

// Rollback implements gorm.TxCommitter.
func (t *postgresTx) Rollback() error {
	defer t.end()
	timer := time.AfterFunc(commitPatience, t.end)
	defer timer.Stop()
	return t.Tx.Rollback()
}
