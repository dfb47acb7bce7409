//go:build unix && !linux

package process

import (
	"os/exec"
	"syscall"
)

// Own gives cmd a process group of its own. There is no parent-death signal here.
func Own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
