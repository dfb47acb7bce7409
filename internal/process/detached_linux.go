package process

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// killDetached ends the processes with mark in their environment, in any process group. Playwright
// starts its browser in a separate group, which survives when Playwright is killed.
func killDetached(mark string) {
	for range 10 { // a process may start children meanwhile
		found := carriers(mark)
		for _, pid := range found {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		if len(found) == 0 {
			return
		}
	}
}

// carriers returns the processes with mark in the variable markVariable. An ended process has no
// environment.
func carriers(mark string) []int {
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		return nil
	}
	var found []int
	for _, file := range files {
		environ, err := os.ReadFile(file) // #nosec G304 - the kernel's list of processes
		if err != nil {
			continue // of another user, or ended
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && pid != os.Getpid() && carries(environ, mark) {
			found = append(found, pid)
		}
	}
	return found
}

func carries(environ []byte, mark string) bool {
	for _, entry := range bytes.Split(environ, []byte{0}) {
		if value, ok := bytes.CutPrefix(entry, []byte(markVariable+"=")); ok {
			for _, one := range bytes.Fields(value) {
				if string(one) == mark {
					return true
				}
			}
		}
	}
	return false
}
