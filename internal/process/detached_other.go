//go:build !linux

package process

// killDetached does nothing: processes outside of the group cannot be found on this system.
func killDetached(string) {}
