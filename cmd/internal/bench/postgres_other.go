//go:build !unix

package bench

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

type postgres struct{}

func startPostgres(context.Context, string, int, string) (*postgres, error) {
	return nil, fmt.Errorf("postgresql: %w", ErrMissing)
}

func (*postgres) connect(context.Context) (*pgx.Conn, error) { return nil, ErrMissing }
func (*postgres) stop() error                                { return nil }
