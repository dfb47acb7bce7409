package process

import (
	"os/exec"
	"strconv"
	"syscall"
)

// Own gives cmd its own process group, which Ctrl-C does not reach.
func Own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// Windows has no terminate signal for console programs, so the group is killed.
func terminateGroup(leader int) { killGroup(leader) }

func killGroup(leader int) {
	_ = exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(leader)).Run() // #nosec G204 - our own child
}
