// Package process starts and ends the programs of the demo and the tests.
//
// Every program runs in its own process group. A Ctrl-C in the terminal reaches only this program,
// which ends the others in order. Where the system supports it, they also end when this program is
// killed.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Spec describes a program to run.
type Spec struct {
	Name    string    // for messages: "Prometheus"
	Command []string  // program and arguments
	Dir     string    // working directory; empty is ours
	Env     []string  // NAME=value, added to our environment
	Log     string    // file for stdout and stderr; truncated first
	Echo    io.Writer // also gets both, for a person who watches; may be nil
}

// Process is a started program. The caller of Start owns it and must call Stop.
type Process struct {
	spec Spec
	cmd  *exec.Cmd
	mark string // in the environment of the program and of all its children
	done chan struct{}
	err  error // reason of its end; valid when done is closed
}

// markVariable marks the environment of started programs, so that Stop finds descendants outside of
// the group.
const markVariable = "BURNLINE_STARTED"

// Start runs spec and returns once the program has started.
func Start(spec Spec) (*Process, error) {
	if err := os.MkdirAll(filepath.Dir(spec.Log), 0o750); err != nil {
		return nil, fmt.Errorf("log folder of %s: %w", spec.Name, err)
	}
	log, err := os.Create(spec.Log)
	if err != nil {
		return nil, fmt.Errorf("log of %s: %w", spec.Name, err)
	}
	cmd := exec.Command(spec.Command[0], spec.Command[1:]...) //nolint:noctx // Stop ends it, with all its children
	cmd.Dir = spec.Dir
	mark := fmt.Sprintf("%d-%d", os.Getpid(), time.Now().UnixNano())
	cmd.Env = append(append(os.Environ(), spec.Env...), markVariable+"="+os.Getenv(markVariable)+" "+mark)
	cmd.Stdout, cmd.Stderr = log, log
	if spec.Echo != nil {
		both := io.MultiWriter(log, spec.Echo)
		cmd.Stdout, cmd.Stderr = both, both
	}
	cmd.WaitDelay = 2 * time.Second // a grandchild may keep the pipe open
	Own(cmd)

	p := &Process{spec: spec, cmd: cmd, mark: mark, done: make(chan struct{})}
	started := make(chan error)
	go p.own(log, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Name, err)
	}
	return p, nil
}

// own starts the program and waits for it on one thread. The kernel sends the parent-death signal
// when the thread that started the program ends, so the thread must live as long as the program.
func (p *Process) own(log *os.File, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer func() { _ = log.Close() }()
	if err := p.cmd.Start(); err != nil {
		started <- err
		return
	}
	close(started)
	p.err = p.cmd.Wait()
	killGroup(p.cmd.Process.Pid) // children that are left
	killDetached(p.mark)
	close(p.done)
}

// Run runs spec to its end. If ctx ends first, the program and its children are ended. The error of
// a failed program contains the last lines of its log.
func Run(ctx context.Context, spec Spec) error {
	p, err := Start(spec)
	if err != nil {
		return err
	}
	select {
	case <-p.done:
		return p.Err()
	case <-ctx.Done():
		p.Stop(2 * time.Second)
		return fmt.Errorf("%s: %w", spec.Name, context.Cause(ctx))
	}
}

// Attached runs one of our own programs on our terminal, in our process group. When ctx ends, it
// gets an interrupt, and time to end its children itself.
func Attached(ctx context.Context, dir, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	return cmd.Run()
}

// PID is the id of the program and of its process group.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Name is the name given in Spec.
func (p *Process) Name() string { return p.spec.Name }

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns the reason of the program's end, with the end of its log. It is nil while the program
// runs, and after exit code 0.
func (p *Process) Err() error {
	select {
	case <-p.done:
	default:
		return nil
	}
	if p.err == nil {
		return nil
	}
	exit := &ExitError{Name: p.spec.Name, Cause: p.err, Log: p.spec.Log, Echoed: p.spec.Echo != nil}
	if !exit.Echoed {
		exit.Tail = Tail(p.spec.Log, 25)
	}
	return exit
}

// Stop terminates the program and its children, and kills those that still run after grace. It
// returns when all have ended. Further calls do nothing.
func (p *Process) Stop(grace time.Duration) {
	select {
	case <-p.done:
		return
	default:
	}
	terminateGroup(p.PID())
	select {
	case <-p.done:
	case <-time.After(grace):
		killGroup(p.PID())
		<-p.done
	}
}

// ExitError is the error of a program that failed.
type ExitError struct {
	Name   string
	Cause  error
	Log    string
	Tail   []string // the last lines of the log; none if they were echoed
	Echoed bool
}

func (e *ExitError) Error() string {
	if e.Echoed {
		return fmt.Sprintf("%s ended with %v (log: %s)", e.Name, e.Cause, e.Log)
	}
	if len(e.Tail) == 0 {
		return fmt.Sprintf("%s ended with %v and wrote nothing (log: %s)", e.Name, e.Cause, e.Log)
	}
	return fmt.Sprintf("%s ended with %v; its last lines (all: %s):\n    %s", e.Name, e.Cause, e.Log,
		strings.Join(e.Tail, "\n    "))
}

func (e *ExitError) Unwrap() error { return e.Cause }

// Tail returns the last lines of a file, at most n, or none if it cannot be read.
func Tail(file string, n int) []string {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	const most = 64 << 10
	if info, err := f.Stat(); err == nil && info.Size() > most {
		if _, err := f.Seek(-most, io.SeekEnd); err != nil && !errors.Is(err, io.EOF) {
			return nil
		}
	}
	content, err := io.ReadAll(f)
	if err != nil {
		return nil
	}
	text := strings.TrimSpace(string(content))
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	return lines[max(0, len(lines)-n):]
}
