package service

import (
	"context"
	"fmt"
	"io"

	"github.com/sentineliq/sentineliq/ports/driving"
)

// passwordBytes is the entropy of a generated password.
const passwordBytes = 18

// superuser lets make create a superuser under the configured name and says so,
// with the password if it had to be generated. This is the one time it is shown.
func (a *App) superuser(ctx context.Context, out io.Writer, make func(context.Context, driving.NewUser) (bool, error)) error {
	password, generated := a.cfg.AdminPassword, false
	if password.Empty() {
		token, err := a.random.Token(passwordBytes)
		if err != nil {
			return err
		}
		password, generated = token, true
	}
	made, err := make(ctx, driving.NewUser{
		Username: a.cfg.AdminUsername, Email: a.cfg.AdminEmail, Password: password,
	})
	if err != nil {
		return fmt.Errorf("making superuser %s: %w", a.cfg.AdminUsername, err)
	}
	if !made {
		return nil
	}
	if _, err := fmt.Fprintf(out, "First superuser: %s\n", a.cfg.AdminUsername); err != nil {
		return err
	}
	if generated {
		_, err = fmt.Fprintf(out, "Password (shown once): %s\n", password.Reveal())
	}
	return err
}
