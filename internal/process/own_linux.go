package process

import (
	"os/exec"
	"syscall"
)

// Own gives cmd its own process group, and ends it when the thread that starts it ends.
func Own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
