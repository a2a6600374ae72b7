package program

import (
	"context"
	"fmt"
	"os"
	"time"

	"fangxin/cmd/internal/clock"
	"fangxin/cmd/internal/identity"
	"fangxin/domain/usecase"
)

// token mints an access token with the key of the data folder. It needs no running
// node and touches no store.
func token(_ context.Context, in Invocation, args []string) error {
	fs, c, file := newFlags("token", in.Stderr)
	var a usecase.Actor
	role := fs.String("role", "", "consumer, merchant, officer, institution, fund, auditor or admin")
	fs.StringVar(&a.ID, "sub", "", "account, an opaque id")
	fs.StringVar(&a.Merchant, "merchant", "", "merchant's id, for a merchant's account")
	fs.StringVar(&a.Store, "store", "", "one store of the merchant")
	fs.StringVar(&a.Region, "region", "", "division code or its leading digits, for an officer")
	fs.StringVar(&a.Unit, "unit", "", "unit of the office")
	fs.StringVar(&a.Institution, "institution", "", "institution's id")
	fs.StringVar(&a.Fund, "fund", "", "fund's id")
	ttl := fs.Duration("ttl", 12*time.Hour, "how long the token is good")
	if _, err := parse(fs, file, args, in.Env); err != nil {
		return err
	}
	a.Role = usecase.Role(*role)
	if err := a.Check(); err != nil {
		return fmt.Errorf("%w: %w", errConfig, err)
	}
	f := c.folder()
	_, missing := os.Stat(f.tokenKey())
	authority, err := openAuthority(f, clock.System{})
	if err != nil {
		return err
	}
	text, err := authority.Mint(a, *ttl)
	if err != nil {
		return err
	}
	if missing != nil {
		fmt.Fprintf(in.Stderr, "a new key was made: %s; only nodes that use it accept the token (--data or --token-key)\n", f.tokenKey())
	}
	_, err = fmt.Fprintln(in.Stdout, text)
	return err
}

func openAuthority(f folder, now clock.Clock) (*identity.Authority, error) {
	if err := f.make(); err != nil {
		return nil, err
	}
	key, err := identity.LoadKey(f.tokenKey(), nil)
	if err != nil {
		return nil, err
	}
	return identity.New(identity.Options{Key: key, Now: now.Now})
}
