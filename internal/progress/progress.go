// Package progress shows long steps to a person in a terminal.
package progress

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// patience is the duration from which a step is printed.
const patience = time.Second

// reminder is the interval at which running steps are listed if lines cannot be rewritten.
const reminder = 30 * time.Second

// Reporter prints one line with the elapsed time for every step longer than a second. Steps may run
// concurrently.
type Reporter struct {
	out      io.Writer
	terminal bool // lines can be rewritten
	mu       sync.Mutex
	running  []*step
}

type step struct {
	name  string
	start time.Time
	shown bool
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

// Print prints a line.
func (r *Reporter) Print(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rewind()
	_, _ = fmt.Fprintf(r.out, format+"\n", args...)
}

// Step runs f. If f takes longer than a second, a line shows that the step runs, and another its
// duration.
func (r *Reporter) Step(name string, f func() error) error {
	s := &step{name: name, start: time.Now()}
	r.mu.Lock()
	r.running = append(r.running, s)
	r.mu.Unlock()
	stop := make(chan struct{})
	var watcher sync.WaitGroup
	watcher.Go(func() { r.watch(s, stop) })
	err := f()
	close(stop)
	watcher.Wait()
	r.mu.Lock()
	r.running = slices.DeleteFunc(r.running, func(other *step) bool { return other == s })
	r.mu.Unlock()
	if s.shown {
		word := "done in"
		if err != nil {
			word = "failed after"
		}
		r.Print("  %s: %s %s", name, word, Elapsed(time.Since(s.start)))
	}
	return err
}

// watch shows a step while it runs: after a second, then repeatedly.
func (r *Reporter) watch(s *step, stop <-chan struct{}) {
	every := time.Second
	if !r.terminal {
		every = reminder
	}
	for wait := patience; ; wait = every {
		select {
		case <-stop:
			return
		case <-time.After(wait):
		}
		r.mu.Lock()
		s.shown = true
		if r.terminal {
			r.rewind()
			var all []string
			for _, other := range r.running {
				if other.shown {
					all = append(all, other.line())
				}
			}
			_, _ = fmt.Fprintf(r.out, "  %s", strings.Join(all, ", "))
		} else {
			_, _ = fmt.Fprintf(r.out, "  %s\n", s.line())
		}
		r.mu.Unlock()
	}
}

func (s *step) line() string { return fmt.Sprintf("%s ... %s", s.name, Elapsed(time.Since(s.start))) }

// rewind moves to the start of a line to rewrite it.
func (r *Reporter) rewind() {
	if r.terminal {
		_, _ = fmt.Fprint(r.out, "\r\x1b[K")
	}
}

// Elapsed formats a duration: 8.4 s, 3 min 12 s.
func Elapsed(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	d = d.Round(time.Second)
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}
