package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/burnline/burnline/internal/process"
)

// Stack is a running Prometheus with the demo's workloads, and the generator that goes on writing them.
// Whoever starts one must Stop it.
type Stack struct {
	PrometheusURL string
	TruthURL      string
	Catalog       string // the demo's SLO definitions, YAML

	project *Project
	dir     string // this run's data
	binary  string // of Prometheus
	port    int    // of Prometheus; stays over a restart
	mu      sync.Mutex
	owned   []*process.Process // in the order of their start
}

const (
	readyWithin = 60 * time.Second // from start to the first answer; a busy machine reads 32 days of blocks in a few
	stopWithin  = 2 * time.Second  // mage waits five seconds for everything after a Ctrl-C
)

// Start builds what is missing and runs Prometheus over the demo's history and the live generator.
func (p *Project) Start(ctx context.Context) (*Stack, error) {
	generator, err := p.Generator(ctx)
	if err != nil {
		return nil, err
	}
	prometheus, err := p.Prometheus(ctx)
	if err != nil {
		return nil, err
	}
	catalog, err := os.ReadFile(p.Path("devstack/workloads/catalog.yaml"))
	if err != nil {
		return nil, fmt.Errorf("the demo's catalog: %w", err)
	}
	dir, err := p.newRun(ctx, generator)
	if err != nil {
		return nil, err
	}
	s := &Stack{Catalog: string(catalog), project: p, dir: dir, binary: prometheus}
	if err := s.start(ctx, generator); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Stack) start(ctx context.Context, generator string) error {
	err := s.project.Report.Step("start Prometheus", func() error { return s.StartPrometheus(ctx) })
	if err != nil {
		return err
	}
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	s.TruthURL = "http://" + address
	live, err := s.own(process.Spec{
		Name: "the workload generator",
		Command: []string{generator, "live", "--dir", prometheusData(s.dir),
			"--remote-write", s.PrometheusURL + "/api/v1/write", "--listen", address},
		Log: s.project.Log("workloads"),
	})
	if err != nil {
		return err
	}
	return s.project.Report.Step("start the workload generator", func() error {
		return waitReady(ctx, live, s.TruthURL+"/ready")
	})
}

// StartPrometheus runs Prometheus on this stack's data and port, and waits until it answers.
func (s *Stack) StartPrometheus(ctx context.Context) error {
	for attempt := 0; ; attempt++ {
		err := s.tryPrometheus(ctx)
		// Another program may have taken the port since it was found free.
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
	server, err := s.own(process.Spec{
		Name: "Prometheus",
		Command: []string{s.binary,
			"--config.file=" + s.project.Path("devstack/prometheus/prometheus.yml"),
			"--storage.tsdb.path=" + prometheusData(s.dir),
			"--storage.tsdb.retention.time=60d",
			"--web.enable-remote-write-receiver",
			"--web.listen-address=" + address,
		},
		Log: s.project.Log("prometheus"),
	})
	if err != nil {
		return err
	}
	if err := waitReady(ctx, server, "http://"+address+"/-/ready"); err != nil {
		return err
	}
	s.PrometheusURL = "http://" + address
	return nil
}

// StopPrometheus ends Prometheus and leaves the rest running, as when a server is lost.
func (s *Stack) StopPrometheus() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, p := range s.owned {
		if p.Name() == "Prometheus" {
			p.Stop(stopWithin)
			s.owned = append(s.owned[:i:i], s.owned[i+1:]...)
			return
		}
	}
}

// Ended is closed over to tell when one of the programs ends by itself: it returns the first such end.
func (s *Stack) Ended(ctx context.Context) error {
	s.mu.Lock()
	owned := append([]*process.Process(nil), s.owned...)
	s.mu.Unlock()
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

// Stop ends every program that was started, the last one first, and removes the run's data. It may be called again.
func (s *Stack) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.owned) - 1; i >= 0; i-- {
		s.owned[i].Stop(stopWithin)
	}
	s.owned = nil
	_ = os.RemoveAll(s.dir)
}

func (s *Stack) own(spec process.Spec) (*process.Process, error) {
	p, err := process.Start(spec)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.owned = append(s.owned, p)
	s.mu.Unlock()
	return p, nil
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
