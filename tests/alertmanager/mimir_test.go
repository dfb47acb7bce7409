//go:build suite

package alertmanager

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"

	"github.com/goccy/go-yaml"

	"github.com/burnline/burnline/internal/process"
	"github.com/burnline/burnline/pkg/export"
)

// loadMimir loads the exported rules and routes with Mimir's HTTP API. mimirtool loads the same for
// another tenant. Then both tenants must have the same configuration.
func loadMimir(ctx context.Context, in *input, s *system, url string) error {
	rules, err := in.exported(export.Mimir, s.receivers.options())
	if err != nil {
		return err
	}
	var file struct {
		Namespace string
		Groups    []map[string]any
	}
	if err := yaml.Unmarshal(rules, &file); err != nil {
		return err
	}
	for _, group := range file.Groups {
		body, err := yaml.Marshal(group)
		if err != nil {
			return err
		}
		if _, err := call(ctx, tenant, http.MethodPost, url+"/prometheus/config/v1/rules/"+file.Namespace, body,
			http.StatusAccepted); err != nil {
			return err
		}
	}
	routes, err := in.exported(export.MimirAlertmanager, s.receivers.options())
	if err != nil {
		return err
	}
	if _, err := call(ctx, tenant, http.MethodPost, url+"/api/v1/alerts", routes, http.StatusCreated); err != nil {
		return err
	}
	return loadByMimirtool(ctx, in, url, rules, routes)
}

func loadByMimirtool(ctx context.Context, in *input, url string, rules, routes []byte) error {
	mimirtool, err := in.project.Mimirtool(ctx)
	if err != nil {
		return err
	}
	var form struct {
		Templates map[string]string `yaml:"template_files"`
		Config    string            `yaml:"alertmanager_config"`
	}
	if err := yaml.Unmarshal(routes, &form); err != nil {
		return err
	}
	path := func(name string) string { return filepath.Join(in.dir, name) }
	files := map[string]string{"mimir-rules.yaml": string(rules), "mimir-alertmanager.yaml": form.Config}
	var templates []string
	for name, text := range form.Templates {
		files[name] = text
		templates = append(templates, path(name))
	}
	for name, text := range files {
		if err := os.WriteFile(path(name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	const other = "mimirtool"
	for _, args := range [][]string{
		{"rules", "check", path("mimir-rules.yaml")},
		{"rules", "load", path("mimir-rules.yaml"), "--address=" + url, "--id=" + other},
		append([]string{"alertmanager", "load", path("mimir-alertmanager.yaml"), "--address=" + url, "--id=" + other},
			templates...),
	} {
		err := process.Run(ctx,
			process.Spec{
				Name: "mimirtool " + args[0] + " " + args[1], Command: append([]string{mimirtool}, args...),
				Log: in.project.Log("mimirtool"),
			})
		if err != nil {
			return err
		}
	}
	for _, path := range []string{"/prometheus/config/v1/rules", "/api/v1/alerts"} {
		var loaded [2]map[string]any
		for i, id := range []string{tenant, other} {
			text, err := call(ctx, id, http.MethodGet, url+path, nil, http.StatusOK)
			if err != nil {
				return err
			}
			if err := yaml.Unmarshal(text, &loaded[i]); err != nil {
				return err
			}
		}
		if len(loaded[0]) == 0 || !reflect.DeepEqual(loaded[0], loaded[1]) {
			return fmt.Errorf("%s: by the API %v, by mimirtool %v", path, loaded[0], loaded[1])
		}
	}
	// The other tenant has no samples. Its rules would only use time.
	_, err = call(ctx, other, http.MethodDelete, url+"/prometheus/config/v1/rules/lab", nil, http.StatusAccepted)
	return err
}

// call returns the body of a response, which must have the status.
func call(ctx context.Context, tenant, method, url string, body []byte, status int) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/yaml")
	res, err := (&http.Client{Transport: withTenant(tenant)}).Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err == nil && res.StatusCode != status {
		err = fmt.Errorf("%s %s: %s: %s", method, url, res.Status, text)
	}
	return text, err
}
