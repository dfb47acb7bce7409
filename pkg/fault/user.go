package fault

import "errors"

// UserError is a mistake the user can fix. The plugin answers it with a downstream 400.
type UserError struct {
	Field   string // of the query or the settings, e.g. "metrics[1]"; "" for the whole
	Message string // what was wrong and what would work
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
