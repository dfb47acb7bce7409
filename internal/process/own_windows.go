package process

import (
	"os/exec"
	"strconv"
	"syscall"
)

// Own gives cmd a process group of its own, which Ctrl-C does not reach.
func Own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// Windows has no signal that a console program would take as a wish to end.
func terminateGroup(leader int) { killGroup(leader) }

func killGroup(leader int) {
	_ = exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(leader)).Run() // #nosec G204 - our own child
}
