package fault

import (
	"errors"
	"fmt"
)

// UserError is a mistake that the user can correct. The plugin returns it as a downstream error
// with status 400.
type UserError struct {
	Field   string // of the query or the settings, e.g. "metrics[1]"; "" for the whole
	Message string // the mistake, and the correction
}

// UserErrorf returns a UserError with a formatted message.
func UserErrorf(field, format string, args ...any) error {
	return &UserError{Field: field, Message: fmt.Sprintf(format, args...)}
}

func (e *UserError) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// IsUserError reports whether err is, wraps or joins a UserError.
func IsUserError(err error) bool {
	var user *UserError
	return errors.As(err, &user)
}
