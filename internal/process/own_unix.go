//go:build unix && !linux

package process

import (
	"os/exec"
	"syscall"
)

// Own gives cmd its own process group. This system has no parent-death signal.
func Own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
