package compose_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/compose"
)

const root = "../.."

func file(t *testing.T) *compose.File {
	t.Helper()
	f, err := compose.Read(root + "/docker-compose.yaml")
	require.NoError(t, err)
	return f
}

func TestEveryProfileIsWhole(t *testing.T) {
	f := file(t)
	require.Equal(t, []string{"alerting", "mimir", "thanos"}, f.Profiles())
	for profile, services := range map[string]int{"": 7, "thanos": 20, "mimir": 11, "alerting": 12} {
		order, err := f.Order(profile)
		require.NoError(t, err)
		require.Len(t, order, services, profile)
		place := map[string]int{}
		for i, name := range order {
			place[name] = i
		}
		for _, name := range order {
			for on := range f.Services[name].DependsOn {
				if at, ok := place[on]; ok {
					require.Less(t, at, place[name], "%s comes before %s", on, name)
				}
			}
		}
	}
}

func TestNothingIsReachedFromOutside(t *testing.T) {
	ports := 0
	for name, s := range file(t).Services {
		for _, port := range s.Ports {
			ports++
			require.True(t, strings.HasPrefix(port, "127.0.0.1:"), "%s publishes %s", name, port)
		}
	}
	require.Equal(t, 8, ports)
}

// written parses a Compose file from a text.
func written(t *testing.T, text string) (*compose.File, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "docker-compose.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return compose.Read(path)
}

func native(t *testing.T, text string) *compose.Native {
	t.Helper()
	f, err := written(t, text)
	require.NoError(t, err)
	port := 40000
	return &compose.Native{
		File: f, Root: t.TempDir(), Dir: "/run",
		FreePort: func() (int, error) { port++; return port, nil },
	}
}

func TestACommandIsTheSameOnLoopback(t *testing.T) {
	n := native(t, `
services:
  server:
    image: server:1
    command:
      - --listen=:9090
      - --grpc-port=9095
      - --bind=0.0.0.0
      - --config=/etc/server/server.yml
      - --data=/data/run
      - --peer=http://peer:80/api/v1
      - --label=a="b"
      - ":9091"
    environment: {PEER: "peer:80"}
    volumes: ["./conf/server.yml:/etc/server/server.yml:ro", "data:/data"]
    healthcheck: {test: [CMD, wget, "http://127.0.0.1:9090/ready"]}
  peer:
    image: server:1
    working_dir: /scratch
    tmpfs: [/scratch]
    command: [sh, -ec, "rm -f /scratch/* && cp /scratch/a /scratch/b"]
    x-ready: http://server:9091/ready
volumes: {data: {}}
`)
	n.Dir = t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(n.Root, "conf"), 0o700))
	require.NoError(t,
		os.WriteFile(filepath.Join(n.Root, "conf", "server.yml"), []byte("peer: peer:80 # peer: 80, other:80"), 0o600))
	p, err := n.Program("server")
	require.NoError(t, err)
	config := filepath.Join(n.Dir, "services/server/etc/server/server.yml")
	require.Equal(t, []string{
		"--listen=127.0.0.1:40002", "--grpc-port=40003", "--bind=127.0.0.1", "--config=" + config,
		"--data=" + filepath.Join(n.Dir, "volumes/data/run"), "--peer=http://127.0.0.1:40001/api/v1", `--label=a="b"`,
		"127.0.0.1:40004",
	}, p.Args)
	require.Equal(t, []string{"PEER=127.0.0.1:40001"}, p.Env)
	require.Equal(t, "http://127.0.0.1:40002/ready", p.Ready)
	text, err := os.ReadFile(config)
	require.NoError(t, err)
	require.Equal(t, "peer: 127.0.0.1:40001 # peer: 80, other:80", string(text))

	p, err = n.Program("peer")
	require.NoError(t, err)
	scratch := filepath.Join(n.Dir, "services/peer/scratch")
	require.Equal(t, scratch, p.Dir)
	require.DirExists(t, scratch)
	require.Equal(t, "rm -f "+scratch+"/* && cp "+scratch+"/a "+scratch+"/b", p.Args[2])
	require.Equal(t, "http://127.0.0.1:40004/ready", p.Ready)
}

func TestFlagsAreReplacedWhereTheyAre(t *testing.T) {
	p := compose.Program{Args: []string{"query", "--endpoint=a:1", "--endpoint=b:1", "--keep=60d"}}
	require.NoError(t, p.Replace("--keep", "100y"))
	require.NoError(t, p.Replace("--endpoint=b:1", ""))
	require.Equal(t, []string{"query", "--endpoint=a:1", "--keep=100y"}, p.Args)
	require.Equal(t, "100y", p.Value("--keep"))
	require.Empty(t, p.Value("--kee"))
	require.EqualError(t, p.Replace("--kee", "1d"), "the command has no --kee to replace")
}

func TestGrafanaIsGivenWhatRuns(t *testing.T) {
	n := native(t, `
services:
  grafana:
    image: grafana:1
    environment: {PROMETHEUS_URL: "http://server:9090"}
    volumes: ["./slos.yaml:/etc/slos.yaml:ro", "datasources:/etc/grafana/provisioning/datasources:ro"]
  server: {image: "server:1"}
volumes: {datasources: {}}
`)
	n.Dir = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(n.Root, "slos.yaml"), []byte("slos: []"), 0o600))
	require.NoError(t, os.MkdirAll(n.Volume("datasources"), 0o700))
	write := func(url, catalog string) {
		text := "datasources: [{name: A, uid: a, type: t, url: '" + url + "', jsonData: {catalog: '" + catalog +
			"', n: 1}}]"
		require.NoError(t, os.WriteFile(filepath.Join(n.Volume("datasources"), "a.yaml"), []byte(text), 0o600))
	}
	write("$PROMETHEUS_URL", "$__file{/etc/slos.yaml}")
	all, err := n.DataSources()
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Equal(t, "http://127.0.0.1:40001", all[0].URL)
	require.Equal(t, "slos: []", all[0].JSONData["catalog"])
	write("$PROMETEUS_URL", "x")
	_, err = n.DataSources()
	require.EqualError(t, err, "data source A: the service grafana has no variable [PROMETEUS_URL]")
	write("http://a", "$__file{/etc/slo.yaml}")
	_, err = n.DataSources()
	require.EqualError(t, err, "data source A: the service grafana mounts no /etc/slo.yaml")
}

func TestWhatCannotBeFollowedIsRefused(t *testing.T) {
	for text, message := range map[string]string{
		"services: {a: {image: x, comand: [y]}}":                                   "unknown field",
		"services: {a: {image: x, depends_on: {b: {condition: service_started}}}}": "service a depends on b, which no profile",
		"services: {a: {image: x, depends_on: {a: {condition: service_started}}}}": "service a depends on itself",
		"services: {a: {image: x, command: ['--config=/etc/a.yml']}}":              "/etc/a.yml is below none of the mounts",
		"services: {a: {image: x, command: ['--level=${LEVEL}']}}":                 "variables are Docker Compose's",
		"services: {a: {image: x, volumes: ['data:/data']}}":                       "volume data is not declared",
		"services: {a: {image: x, volumes: ['./nowhere.yml:/etc/a.yml:ro']}}":      "no such file",
		"services: {a: {image: x, volumes: ['data']}}":                             "not source:target",
		"services: {a: {image: x, tmpfs: [/tmp], working_dir: /elsewhere}}":        "/elsewhere is below none of the mounts",
	} {
		f, err := written(t, text)
		if err == nil {
			_, err = f.Order()
		}
		if err == nil {
			n := native(t, text)
			n.Dir = t.TempDir()
			_, err = n.Program("a")
		}
		require.ErrorContains(t, err, message, text)
	}
}
