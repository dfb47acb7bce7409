package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/internal/process"
)

// Stack is a running Prometheus with the demo's workloads, and the generator that continues to
// write them. The caller must Stop it.
type Stack struct {
	PrometheusURL string
	TruthURL      string
	Catalog       string // the demo's SLO definitions, YAML
	Kubernetes    string // the SLO definitions of its cluster
	TracesURL     string // of Jaeger; "": none

	project *Project
	dir     string // data of this run
	binary  string // of Prometheus
	config  string // Prometheus's configuration file

	tracesWriteURL string // of Jaeger's OTLP receiver

	nodeExporter string // address that Prometheus scrapes
	port         int    // of Prometheus; the same after a restart
	mu           sync.Mutex
	owned        []*process.Process // running programs, in the order of their start
	stopped      bool               // nothing may start any more
}

const (
	readyWithin = 3 * time.Minute // until the first response; a busy machine reads 32 days of blocks in less than one
	stopWithin  = 2 * time.Second // after a Ctrl-C, mage waits five seconds for everything
)

// Start builds missing parts and runs Prometheus with the demo's history and the live generator.
func (p *Project) Start(ctx context.Context) (*Stack, error) {
	generator, err := p.Generator(ctx)
	if err != nil {
		return nil, err
	}
	catalog, err := os.ReadFile(p.Path("devstack/workloads/catalog.yaml"))
	if err != nil {
		return nil, fmt.Errorf("the demo's catalog: %w", err)
	}
	kubernetes, err := os.ReadFile(p.Path("devstack/workloads/kubernetes.yaml"))
	if err != nil {
		return nil, fmt.Errorf("the catalog of the demo's cluster: %w", err)
	}
	s := &Stack{Catalog: string(catalog), Kubernetes: string(kubernetes), project: p}
	both, within := errgroup.WithContext(ctx) // the history uses one core, a build of Prometheus the other
	both.Go(func() (err error) {
		s.dir, err = p.newRun(within, generator)
		return err
	})
	both.Go(func() (err error) {
		if p.AnyPrometheus {
			s.binary, err = p.DemoPrometheus(within)
		} else {
			s.binary, err = p.Prometheus(within)
		}
		return err
	})
	if err = both.Wait(); err == nil {
		err = s.start(ctx, generator)
	}
	if err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Stack) start(ctx context.Context, generator string) (err error) {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	s.nodeExporter = fmt.Sprintf("127.0.0.1:%d", port)
	if s.config, err = s.prometheusConfig(); err != nil {
		return err
	}
	err = s.project.Report.Step("start Prometheus", func() error { return s.StartPrometheus(ctx) })
	if err != nil {
		return err
	}
	if s.project.WithTraces {
		if err := s.startTraces(ctx); err != nil {
			return err
		}
	}
	if port, err = freePort(ctx); err != nil {
		return err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	s.TruthURL = "http://" + address
	return s.project.Report.Step("start the workload generator", func() error {
		return s.startReady(ctx, s.TruthURL+"/ready", process.Spec{
			Name: "the workload generator",
			Command: []string{
				generator, "live", "--dir", prometheusData(s.dir),
				"--remote-write", s.PrometheusURL + "/api/v1/write", "--listen", address, "--traces", s.tracesWriteURL,
			},
			Log: s.project.Log("workloads"),
		})
	})
}

// StartPrometheus runs Prometheus with this stack's data and port, and waits until it responds.
func (s *Stack) StartPrometheus(ctx context.Context) error {
	for attempt := 0; ; attempt++ {
		err := s.tryPrometheus(ctx)
		// Another program may have taken the free port meanwhile.
		if err == nil || attempt == 3 || !strings.Contains(err.Error(), "address already in use") {
			return err
		}
		if s.PrometheusURL == "" {
			s.port = 0
		}
	}
}

func (s *Stack) tryPrometheus(ctx context.Context) error {
	if s.port == 0 {
		port, err := freePort(ctx)
		if err != nil {
			return err
		}
		s.port = port
	}
	address := fmt.Sprintf("127.0.0.1:%d", s.port)
	err := s.startReady(ctx, "http://"+address+"/-/ready", process.Spec{
		Name: "Prometheus",
		Command: []string{
			s.binary,
			"--config.file=" + s.config,
			"--storage.tsdb.path=" + prometheusData(s.dir),
			"--storage.tsdb.retention.time=60d",
			"--web.enable-remote-write-receiver",
			"--enable-feature=exemplar-storage",
			"--web.listen-address=" + address,
		},
		Log: s.project.Log("prometheus"),
	})
	if err != nil {
		return err
	}
	s.PrometheusURL = "http://" + address
	return nil
}

// StopPrometheus ends Prometheus and keeps the rest running, as in an outage of the server.
func (s *Stack) StopPrometheus() {
	for _, p := range s.programs() {
		if p.Name() == "Prometheus" {
			s.end(p)
		}
	}
}

// Ended waits until one of the programs ends by itself, and returns the reason.
func (s *Stack) Ended(ctx context.Context) error {
	owned := s.programs()
	ended := make(chan error, len(owned))
	for _, p := range owned {
		go func() {
			select {
			case <-p.Done():
				ended <- errors.Join(fmt.Errorf("%s ended by itself", p.Name()), p.Err())
			case <-ctx.Done():
			}
		}()
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return nil
	}
}

// Stop ends every started program, the last one first, and removes the run's data. Further calls do
// nothing. Nothing can be started afterwards.
func (s *Stack) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	for _, p := range slices.Backward(s.owned) {
		p.Stop(stopWithin)
	}
	s.owned = nil
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}

// startReady starts a program and waits until url responds. If it does not, the program is ended,
// so that only running programs are owned.
func (s *Stack) startReady(ctx context.Context, url string, spec process.Spec) error {
	p, err := s.own(spec)
	if err != nil {
		return err
	}
	if err := waitReady(ctx, p, url); err != nil {
		s.end(p)
		return err
	}
	return nil
}

// own starts a program that Stop will end. It locks during the start, so that Stop cannot run
// meanwhile.
func (s *Stack) own(spec process.Spec) (*process.Process, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return nil, fmt.Errorf("%s is not started: the stack was stopped", spec.Name)
	}
	p, err := process.Start(spec)
	if err != nil {
		return nil, err
	}
	s.owned = append(s.owned, p)
	return p, nil
}

// end stops one program.
func (s *Stack) end(p *process.Process) {
	p.Stop(stopWithin)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owned = slices.DeleteFunc(s.owned, func(owned *process.Process) bool { return owned == p })
}

func (s *Stack) programs() []*process.Process {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.owned)
}

func freePort(ctx context.Context) (int, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("no free port on 127.0.0.1: %w", err)
	}
	defer func() { _ = listener.Close() }()
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		return 0, fmt.Errorf("no TCP address: %s", listener.Addr())
	}
	return address.Port, nil
}
