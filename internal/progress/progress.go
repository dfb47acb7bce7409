// Package progress tells a person in a terminal what takes time.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// patience is how long a step may take before it is worth a line.
const patience = time.Second

// reminder is how often a step that still runs is mentioned where lines cannot be rewritten.
const reminder = 30 * time.Second

// Reporter prints one line for every step that takes longer than a second, with the elapsed time.
type Reporter struct {
	out      io.Writer
	terminal bool // the line of a running step can be rewritten
}

// New returns a reporter that writes to out.
func New(out io.Writer) *Reporter {
	r := &Reporter{out: out}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		r.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return r
}

// Say prints a line.
func (r *Reporter) Say(format string, args ...any) {
	_, _ = fmt.Fprintf(r.out, format+"\n", args...)
}

// Step runs f. When f takes longer than a second, a line says that name is under way, and one how long it took.
func (r *Reporter) Step(name string, f func() error) error {
	start := time.Now()
	stop := make(chan struct{})
	var watcher sync.WaitGroup
	shown := false
	watcher.Go(func() { shown = r.watch(name, start, stop) })
	err := f()
	close(stop)
	watcher.Wait()
	if !shown {
		return err
	}
	word := "done in"
	if err != nil {
		word = "failed after"
	}
	r.rewind()
	r.Say("  %s: %s %s", name, word, Elapsed(time.Since(start)))
	return err
}

// watch shows a step while it runs, and returns whether it had to.
func (r *Reporter) watch(name string, start time.Time, stop <-chan struct{}) bool {
	select {
	case <-stop:
		return false
	case <-time.After(patience):
	}
	every := time.Second
	if !r.terminal {
		every = reminder
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		r.rewind()
		_, _ = fmt.Fprintf(r.out, "  %s ... %s", name, Elapsed(time.Since(start)))
		if !r.terminal {
			r.Say("")
		}
		select {
		case <-stop:
			return true
		case <-tick.C:
		}
	}
}

// rewind goes back to the start of a line that is to be written again.
func (r *Reporter) rewind() {
	if r.terminal {
		_, _ = fmt.Fprint(r.out, "\r\x1b[K")
	}
}

// Elapsed is a duration as a person wants to read it: 8.4 s, 3 min 12 s.
func Elapsed(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	d = d.Round(time.Second)
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}
