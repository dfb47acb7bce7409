package process

import (
	"os/exec"
	"syscall"
)

// Own gives cmd a process group of its own and lets it die with the thread that starts it.
func Own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
