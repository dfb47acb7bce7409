package stack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/burnline/burnline/internal/process"
)

// GrafanaInstall is the user's Grafana.
type GrafanaInstall struct {
	Program string
	Home    string // folder of conf/defaults.ini and public/
}

// FindGrafana searches for a Grafana in $GRAFANA_HOME, then on the PATH. If there is none, found is
// false and err is nil.
func FindGrafana() (install GrafanaInstall, found bool, err error) {
	if home := os.Getenv("GRAFANA_HOME"); home != "" {
		program := filepath.Join(home, "bin", "grafana"+exeSuffix())
		if !exists(program) || !exists(filepath.Join(home, "conf", "defaults.ini")) {
			return install, false,
				fmt.Errorf("GRAFANA_HOME is %s, but there is no bin/grafana and conf/defaults.ini: it takes the folder of an unpacked Grafana 12.3 or later", home)
		}
		return GrafanaInstall{Program: program, Home: home}, true, nil
	}
	program, err := exec.LookPath("grafana")
	if err != nil {
		return install, false, nil //nolint:nilerr // no Grafana is a normal case
	}
	if target, err := filepath.EvalSymlinks(program); err == nil {
		program = target
	}
	bin := filepath.Dir(program)
	for _, home := range []string{
		filepath.Dir(bin), filepath.Join(bin, "..", "share", "grafana"),
		"/usr/share/grafana",
	} {
		if exists(filepath.Join(home, "conf", "defaults.ini")) {
			return GrafanaInstall{Program: program, Home: home}, true, nil
		}
	}
	return install, false,
		fmt.Errorf("%s is on the PATH, but its home (with conf/defaults.ini) was not found: set GRAFANA_HOME to it",
			program)
}

// GrafanaLogin is the user and password of the demo's Grafana.
const GrafanaLogin = "admin"

// StartGrafana runs the user's Grafana with the built plugin, the repository's provisioning and
// this stack's Prometheus. It ends with the stack. The returned URL is on the loopback.
func (s *Stack) StartGrafana(ctx context.Context, install GrafanaInstall) (url string, err error) {
	plugins := filepath.Join(s.dir, "plugins")
	if err := os.MkdirAll(plugins, 0o750); err != nil {
		return "", err
	}
	if err := os.Symlink(s.project.Path("dist"), filepath.Join(plugins, DatasourceID)); err != nil {
		return "", fmt.Errorf("link the plugin into Grafana's plugins folder: %w", err)
	}
	provisioning, err := s.provisioning()
	if err != nil {
		return "", err
	}
	port, err := freePort(ctx)
	if err != nil {
		return "", err
	}
	url = fmt.Sprintf("http://127.0.0.1:%d", port)
	targets := fmt.Appendf(nil, `[{"targets": ["127.0.0.1:%d"]}]`, port)
	if err := os.WriteFile(s.grafanaTargets(), targets, 0o600); err != nil {
		return "", err
	}
	err = s.project.Report.Step("start Grafana", func() error {
		return s.startReady(ctx, url+"/api/health", process.Spec{
			Name:    "Grafana",
			Command: []string{install.Program, "server", "--homepath", install.Home},
			Dir:     install.Home,
			Env:     s.grafanaEnv(plugins, provisioning, port),
			Log:     s.project.Log("grafana"),
		})
	})
	return url, err
}

func (s *Stack) grafanaEnv(plugins, provisioning string, port int) []string {
	return []string{
		"GF_PATHS_DATA=" + s.project.cached("grafana/"+s.project.id()),
		"GF_PATHS_LOGS=" + filepath.Join(s.dir, "grafana-logs"),
		"GF_PATHS_PLUGINS=" + plugins,
		"GF_PATHS_PROVISIONING=" + provisioning,
		"GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=" + DatasourceID + "," + PanelID,
		"GF_PLUGINS_PREINSTALL_DISABLED=true",
		"GF_SERVER_HTTP_ADDR=127.0.0.1",
		fmt.Sprintf("GF_SERVER_HTTP_PORT=%d", port),
		"GF_SECURITY_ADMIN_USER=" + GrafanaLogin,
		"GF_SECURITY_ADMIN_PASSWORD=" + GrafanaLogin,
		"GF_AUTH_ANONYMOUS_ENABLED=false",
		"GF_ANALYTICS_REPORTING_ENABLED=false",
		"GF_ANALYTICS_CHECK_FOR_UPDATES=false",
		"GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES=false",
		"PROMETHEUS_URL=" + s.PrometheusURL, // read by provisioning/
		"TRACES_URL=" + s.TracesURL,
	}
}

// OpenInBrowser opens url in a local desktop's browser. Without a desktop it does nothing.
func OpenInBrowser(ctx context.Context, url string) {
	var opener string
	switch {
	case runtime.GOOS == "darwin":
		opener = "open"
	case os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "":
		opener = "xdg-open"
	default:
		return
	}
	_ = exec.CommandContext(ctx, opener, url).Run()
}
