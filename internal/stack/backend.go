package stack

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/burnline/burnline/internal/process"
)

// Backend is a server of the Prometheus family, of one or several programs, with its own data. The
// caller must Stop it.
type Backend struct {
	Name string // for people: "Thanos 0.42.4"
	URL  string // prefix of /api/v1

	project  *Project
	dir      string // of this run
	programs []*program
}

// program is one of a backend, with its command for a restart.
type program struct {
	spec    process.Spec
	ready   string // URL that responds with 200; "": not checked
	running *process.Process
}

// backend creates the folder of a run. It also removes folders of killed runs.
func (p *Project) backend(name string) (*Backend, error) {
	p.forgetDeadRuns("conformance")
	if err := os.MkdirAll(p.cached("conformance"), 0o750); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(p.cached("conformance"), fmt.Sprintf("run-%d-", os.Getpid()))
	if err != nil {
		return nil, err
	}
	return &Backend{Name: name, project: p, dir: dir}, nil
}

// begin starts a backend with start. It tries again if another program took a port meanwhile.
func (p *Project) begin(ctx context.Context, name string, start func(context.Context, *Backend) error) (*Backend,
	error,
) {
	var err error
	for range 3 {
		b, e := p.backend(name)
		if e != nil {
			return nil, e
		}
		if err = p.Report.Step("start "+name, func() error { return start(ctx, b) }); err == nil {
			return b, nil
		}
		b.Stop()
		if !strings.Contains(err.Error(), "address already in use") {
			break
		}
	}
	return nil, err
}

// run starts a program of the backend and waits until ready responds.
func (b *Backend) run(ctx context.Context, name, ready string, command ...string) error {
	log := strings.ReplaceAll(strings.ToLower(b.Name+" "+name), " ", "-")
	return b.launch(ctx,
		process.Spec{Name: name, Command: command, Dir: b.dir, Log: b.project.Log("conformance-" + log)}, ready)
}

func (b *Backend) launch(ctx context.Context, spec process.Spec, ready string) error {
	prog := &program{ready: ready, spec: spec}
	b.programs = append(b.programs, prog)
	return prog.start(ctx)
}

func (p *program) start(ctx context.Context) (err error) {
	if p.running, err = process.Start(p.spec); err != nil || p.ready == "" {
		return err
	}
	return waitReady(ctx, p.running, p.ready)
}

// StopProgram kills one program of the backend, as in a crash.
func (b *Backend) StopProgram(name string) {
	for _, p := range b.programs {
		if p.spec.Name == name && p.running != nil {
			p.running.Stop(0)
		}
	}
}

// StartProgram starts a stopped program again, with the same address and data.
func (b *Backend) StartProgram(ctx context.Context, name string) error {
	for _, p := range b.programs {
		if p.spec.Name == name {
			return p.start(ctx)
		}
	}
	return fmt.Errorf("%s has no program %s", b.Name, name)
}

// PIDs returns the process ids of the running programs.
func (b *Backend) PIDs() []int {
	var out []int
	for _, p := range b.programs {
		if p.running != nil {
			out = append(out, p.running.PID())
		}
	}
	return out
}

// Path returns a path in the folder of this run.
func (b *Backend) Path(slashed string) string {
	return filepath.Join(b.dir, filepath.FromSlash(slashed))
}

// Stop ends all programs, the last one first, and removes their data. Further calls do nothing.
func (b *Backend) Stop() {
	for i := len(b.programs) - 1; i >= 0; i-- {
		if r := b.programs[i].running; r != nil {
			r.Stop(stopWithin)
		}
	}
	b.programs = nil
	_ = os.RemoveAll(b.dir)
}

// addresses returns free loopback addresses.
func addresses(ctx context.Context, n int) ([]string, error) {
	out := make([]string, n)
	for i := range out {
		port, err := freePort(ctx)
		if err != nil {
			return nil, err
		}
		out[i] = fmt.Sprintf("127.0.0.1:%d", port)
	}
	return out, nil
}

// linkBlocks makes hard links to TSDB blocks in a folder.
func linkBlocks(to string, blocks []string) error {
	for _, block := range blocks {
		err := filepath.WalkDir(block, func(file string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(filepath.Dir(block), file)
			if err != nil {
				return err
			}
			if entry.IsDir() {
				return os.MkdirAll(filepath.Join(to, rel), 0o750)
			}
			return os.Link(file, filepath.Join(to, rel)) // #nosec G122 - our own cache
		})
		if err != nil {
			return err
		}
	}
	return nil
}
