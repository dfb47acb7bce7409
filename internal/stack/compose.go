package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/burnline/burnline/internal/compose"
	"github.com/burnline/burnline/internal/process"
)

// ours are the images of docker-compose.yaml with a program of the same version in devstack/.
var ours = map[string]goProgram{
	"prom/prometheus:v" + prometheusVersion:      prometheusProgram,
	"prom/alertmanager:v" + alertmanagerVersion:  alertmanagerProgram,
	"prom/node-exporter:v" + nodeExporterVersion: nodeExporterProgram,
	"quay.io/thanos/thanos:v" + ThanosVersion:    thanosProgram,
	"grafana/mimir:" + MimirVersion:              mimirProgram,
	"./devstack/workloads":                       generatorProgram,
	"./devstack/minio":                           minioProgram,
	"./devstack/webhook":                         webhookProgram,
}

// runsHere reports whether a service can run without Docker. Grafana and its plugin cannot.
func runsHere(name string) bool {
	return name != "grafana" && name != "plugin" && (name != "node-exporter" || HasNodeExporter)
}

// Composed are services of docker-compose.yaml on this machine: on the loopback, each with the
// program of its image's version in devstack/, and with its command and configuration.
type Composed struct {
	*Backend
	*compose.Native
	binaries map[string]string // by service; "" if the command names the program
	logs     string            // prefix of the log file names
}

// Compose runs the services of some profiles of docker-compose.yaml, and those without a profile.
func (p *Project) Compose(ctx context.Context, profiles ...string) (*Composed, error) {
	file, err := p.composeFile()
	if err != nil {
		return nil, err
	}
	order, err := file.Order(profiles...)
	if err != nil {
		return nil, err
	}
	order = slices.DeleteFunc(order, func(name string) bool { return !runsHere(name) })
	return p.composed(ctx, "docker-compose.yaml, profiles "+strings.Join(profiles, ", "), "compose-", order,
		func(ctx context.Context, c *Composed) error {
			if err := c.seed(ctx); err != nil {
				return err
			}
			for _, name := range order {
				if err := c.start(ctx, name); err != nil {
					return err
				}
			}
			return nil
		})
}

// seed copies the demo's history from the cache into the volume of the service history, which adds
// the missing part. Generating all of it takes minutes.
func (c *Composed) seed(ctx context.Context) error {
	volume, generator := c.Volume("demo"), c.binaries["history"]
	err := process.Run(ctx, process.Spec{
		Name: "workloads generate", Log: c.project.Log("compose-seed"),
		Command: []string{generator, "generate", "--dir", c.project.historyDir(generator), "--link", volume},
	})
	if err != nil {
		return err
	}
	blocks, err := filepath.Glob(filepath.Join(volume, "*", "meta.json"))
	if err != nil {
		return err
	}
	to := filepath.Join(volume, "blocks") // the generator's folder; --link moves them to Prometheus's
	if err := os.MkdirAll(to, 0o750); err != nil {
		return err
	}
	for _, meta := range blocks {
		block := filepath.Dir(meta)
		if err := os.Rename(block, filepath.Join(to, filepath.Base(block))); err != nil {
			return err
		}
	}
	return nil
}

func (p *Project) composeFile() (*compose.File, error) {
	return compose.Read(p.Path("docker-compose.yaml"))
}

// composed builds the programs of some services and runs start. title and logs are the names for
// people and for log files.
func (p *Project) composed(ctx context.Context, title, logs string, services []string,
	start func(context.Context, *Composed) error,
) (*Composed, error) {
	file, err := p.composeFile()
	if err != nil {
		return nil, err
	}
	c := &Composed{binaries: map[string]string{}, logs: logs}
	for _, name := range services {
		if c.binaries[name], err = p.programOf(ctx, file.Services[name]); err != nil {
			return nil, fmt.Errorf("service %s of docker-compose.yaml: %w", name, err)
		}
	}
	c.Backend, err = p.begin(ctx, title, func(ctx context.Context, b *Backend) error {
		c.Backend = b
		c.Native = &compose.Native{
			File: file, Root: p.Root, Dir: b.dir,
			FreePort: func() (int, error) { return freePort(ctx) },
		}
		return start(ctx, c)
	})
	return c, err
}

// programOf returns the local program of an image's entrypoint, "" if the command names it.
func (p *Project) programOf(ctx context.Context, s compose.Service) (string, error) {
	if strings.HasPrefix(s.Image, "busybox:") {
		return "", nil
	}
	program, ok := ours[s.Image+s.Build]
	if !ok {
		return "",
			fmt.Errorf("devstack/ has no program of the image %s: let the tag be the version that the module there pins", s.Image+s.Build)
	}
	return p.ensure(ctx, program)
}

// flag is a flag of a command with a new value. "" removes it.
type flag struct{ name, value string }

// start runs a service until it is ready, or until it ends if other services wait for its end.
// Flags are replaced for other data than the demo's.
func (c *Composed) start(ctx context.Context, name string, instead ...flag) error {
	run := func() error {
		native, err := c.Program(name)
		if err != nil {
			return err
		}
		for _, f := range instead {
			if err := native.Replace(f.name, f.value); err != nil {
				return err
			}
		}
		command := native.Args
		if program := c.binaries[name]; program != "" {
			command = append([]string{program}, command...)
		}
		spec := process.Spec{
			Name: name, Command: command, Dir: native.Dir, Log: c.project.Log(c.logs + name),
			Env: append(native.Env, "HOME="+native.Dir), // as in a container, without files of this user
		}
		if c.File.Ends(name) {
			return process.Run(ctx, spec)
		}
		return c.launch(ctx, spec, native.Ready)
	}
	if err := run(); err != nil {
		return fmt.Errorf("service %s of docker-compose.yaml: %w", name, err)
	}
	return nil
}

// url returns the URL of a service's port.
func (c *Composed) url(service, port string) (string, error) {
	at, err := c.Address(service, port)
	return "http://" + at, err
}
