package page_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/page"
	"github.com/burnline/burnline/internal/pluginhost"
)

// start serves a page from test folders. Tests with the plugin binary are in tests/.
func start(t *testing.T) (*page.Server, *pluginhost.DataSource) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"page/index.html": "<title>Burnline</title>", "page/host.js": "// host",
		"dist/module.js": "// data source", "dist/plugin.json": `{"id":"burnline-slo-datasource"}`,
		"dist/panel/module.js": "// panel",
		"node_modules/@grafana/ui/dist/public/img/icons/unicons/bell.svg": "<svg>bell</svg>",
		"secret": "not for the browser",
	} {
		file := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	require.NoError(t, os.Symlink("../secret", filepath.Join(dir, "dist", "leak")))
	source, err := pluginhost.NewDataSource("burnline-slo-datasource", "demo", "Demo", "http://127.0.0.1:9",
		map[string]string{"catalog": "slos: []"})
	require.NoError(t, err)
	server, err := page.Start(context.Background(), page.Config{
		Assets: filepath.Join(dir, "page"), Dist: filepath.Join(dir, "dist"),
		NodeModules: filepath.Join(dir, "node_modules"),
		PanelID:     "burnline-workloads-panel", Source: source, Listen: "127.0.0.1:0",
	})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	return server, source
}

func do(t *testing.T, method, url, body string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		if req.Header.Set(headers[i], headers[i+1]); headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(text)
}

func TestFiles(t *testing.T) {
	server, _ := start(t)
	for _, c := range []struct {
		path   string
		status int
		body   string
	}{
		{"", 200, "<title>Burnline</title>"},
		{"host.js", 200, "// host"},
		{"public/plugins/burnline-slo-datasource/module.js", 200, "// data source"},
		{"public/plugins/burnline-workloads-panel/module.js", 200, "// panel"},
		{"public/build/img/icons/unicons/bell.svg", 200, "<svg>bell</svg>"},
		{"public/build/img/icons/mono/none.svg", 200, "<circle"},
		{"public/build/img/icons/unicons/bell.png", 404, "no file"},
		{"public/plugins/burnline-slo-datasource/", 404, "the demo page is not built"},
		{"public/plugins/burnline-slo-datasource/panel", 404, "no file"},
		{"public/plugins/burnline-slo-datasource/leak", 404, "no file"},
		{"public/plugins/burnline-slo-datasource/%2e%2e/secret", 404, ""},
		{"public/plugins/burnline-workloads-panel/..%2fmodule.js", 404, "no file"},
		{"..%2fsecret", 404, "no file"},
		{"api/folders", 404, `{"message":"the demo page has no GET /api/folders"}`},
	} {
		status, body := do(t, "GET", server.URL+c.path, "")
		require.Equal(t, c.status, status, c.path)
		if c.path != "public/plugins/burnline-slo-datasource/" {
			require.Contains(t, body, c.body, c.path)
		}
		require.NotContains(t, body, "not for the browser", c.path)
	}
}

func TestSettingsAreSavedWithANewRevisionAndWithoutShowingSecrets(t *testing.T) {
	server, source := start(t)
	before := source.Settings().Updated

	status, body := do(t, "GET", server.URL+"api/demo/settings", "")
	require.Equal(t, 200, status)
	require.JSONEq(t, `{"uid":"demo","name":"Demo","type":"burnline-slo-datasource","url":"http://127.0.0.1:9","access":"proxy",
		"jsonData":{"catalog":"slos: []"},"meta":{"id":"burnline-slo-datasource"}}`, body)

	status, body = do(t, "PUT", server.URL+"api/demo/settings",
		`{"url":"http://127.0.0.1:10","jsonData":{"settle":"5m"},"secureJsonData":{"basicAuthPassword":"hush"}}`)
	require.Equal(t, 200, status)
	require.Contains(t, body, `"url":"http://127.0.0.1:10"`)
	require.NotContains(t, body, "hush")
	require.Equal(t, map[string]string{"basicAuthPassword": "hush"}, source.Settings().DecryptedSecureJSONData)
	require.Greater(t, source.Settings().Updated.UnixMilli(), before.UnixMilli())

	status, _ = do(t, "PUT", server.URL+"api/demo/settings", `{"jsonData":{}}`)
	require.Equal(t, 200, status)
	require.Equal(t, "http://127.0.0.1:10", source.Settings().URL, "what is not named stays")
	require.Equal(t, "hush", source.Settings().DecryptedSecureJSONData["basicAuthPassword"])
}

func TestBadRequests(t *testing.T) {
	server, _ := start(t)
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		message                  string
		headers                  []string
	}{
		{"no JSON", "PUT", "api/demo/settings", "{", 400, "not the JSON it should be", nil},
		{"jsonData no object", "PUT", "api/demo/settings", `{"jsonData":[]}`, 400, "jsonData as an object", nil},
		{"wrong method", "DELETE", "api/demo/settings", "", 404, "no DELETE /api/demo/settings", nil},
		{"too large", "POST", "api/ds/query", strings.Repeat("x", 5<<20), 413, "larger than 4194304 bytes", nil},
		{"no queries", "POST", "api/ds/query", `{"from":"0","to":"0"}`, 400, "no queries", nil},
		{
			"bad time", "POST", "api/ds/query", `{"queries":[{}],"from":"yesterday","to":"0"}`, 400,
			`from is \"yesterday\"`, nil,
		},
		{"other data source", "GET", "api/datasources/uid/prod/health", "", 404, `no data source \"prod\"`, nil},
		{"other host name", "GET", "", "", 403, "not as", []string{"Host", "evil.example:80"}},
		{"other site", "PUT", "api/demo/settings", "{}", 403, "", []string{"Origin", "http://evil.example"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, body := do(t, c.method, server.URL+c.path, c.body, c.headers...)
			require.Equal(t, c.status, status, body)
			require.Contains(t, body, c.message)
		})
	}
}

func TestOnlyTheLoopback(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "index.html"), nil, 0o600))
	source, err := pluginhost.NewDataSource("burnline-slo-datasource", "demo", "Demo", "", nil)
	require.NoError(t, err)
	_, err = page.Start(context.Background(), page.Config{
		Assets: dir, Dist: dir, PanelID: "p", Source: source,
		Listen: net.JoinHostPort("0.0.0.0", "0"),
	})
	require.ErrorContains(t, err, "served on the loopback only")
}
