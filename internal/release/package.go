package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/build"

	"github.com/burnline/burnline/internal/stack"
)

// archives is the output folder of Package, in the repository.
const archives = "archives"

// Package writes the archives of everything in dist/ and bin/ to archives/. It builds the frontend
// if a source changed. It packs existing backends: buildAll builds them, and CommandLines the
// command lines.
func Package(ctx context.Context) error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	if err := project.Frontend(ctx); err != nil {
		return err
	}
	if err := (build.Build{}).GenerateManifestFile(); err != nil {
		return err
	}
	written, err := Write(project.Root, project.Path(archives))
	if err != nil {
		return err
	}
	for _, file := range written {
		project.Report.Print("%s", file)
	}
	return nil
}

// Write packs root's dist/ in three ways, and the command lines in its bin/, into the folder to. It
// returns the files it wrote.
//
// Grafana loads a data source with a nested panel, but Grafana's catalog allows nested plugins only
// in an app. So one archive has both, for manual installation. Two are for the catalog, where the
// data source has the panel as a dependency.
func Write(root, to string) ([]string, error) {
	dist := os.DirFS(filepath.Join(root, "dist"))
	version, err := versionOf(dist)
	if err != nil {
		return nil, err
	}
	if err := os.RemoveAll(to); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(to, 0o750); err != nil {
		return nil, err
	}
	both, err := filesOf(dist, ".")
	if err != nil {
		return nil, err
	}
	texts, err := licenses(context.Background(), pluginPackage)
	if err != nil {
		return nil, err
	}
	both = append(both, entry{name: thirdParty, from: "LICENSE", content: texts})
	panel, err := filesOf(dist, "panel")
	if err != nil {
		return nil, err
	}
	readme, err := os.ReadFile(filepath.Join(root, "src", "panel", "README.md"))
	if err != nil {
		return nil, fmt.Errorf("what the panel's own archive says about it: %w", err)
	}
	panel = append(panel, entry{name: "LICENSE", from: "LICENSE"}, entry{name: "CHANGELOG.md", from: "CHANGELOG.md"},
		entry{name: "README.md", from: "README.md", content: readme})
	alone := slices.DeleteFunc(slices.Clone(both), func(e entry) bool { return strings.HasPrefix(e.name, "panel/") })
	if err := dependOnPanel(dist, alone); err != nil {
		return nil, err
	}
	var written []string
	for _, a := range []archive{
		{name: stack.DatasourceID + "-" + version + "-with-panel.zip", folder: stack.DatasourceID, entries: both},
		{name: stack.DatasourceID + "-" + version + ".zip", folder: stack.DatasourceID, entries: alone},
		{name: stack.PanelID + "-" + version + ".zip", folder: stack.PanelID, entries: panel},
	} {
		file := filepath.Join(to, a.name)
		if err := a.write(dist, file); err != nil {
			return nil, fmt.Errorf("write %s: %w", file, err)
		}
		written = append(written, file)
	}
	programs, err := WriteCommandLines(root, to, version)
	return append(written, programs...), err
}

func versionOf(dist fs.FS) (string, error) {
	text, err := fs.ReadFile(dist, "plugin.json")
	if err != nil {
		return "", fmt.Errorf("dist/ holds no built plugin (go tool mage build makes it): %w", err)
	}
	var plugin struct{ Info struct{ Version string } }
	if err := json.Unmarshal(text, &plugin); err != nil {
		return "", fmt.Errorf("dist/plugin.json: %w", err)
	}
	if plugin.Info.Version == "" || strings.Contains(plugin.Info.Version, "%") {
		return "",
			fmt.Errorf("dist/plugin.json has no version but %q; webpack puts in the one of package.json",
				plugin.Info.Version)
	}
	return plugin.Info.Version, nil
}

// dependOnPanel changes plugin.json in entries: the panel becomes a dependency from the catalog.
func dependOnPanel(dist fs.FS, entries []entry) error {
	text, err := fs.ReadFile(dist, "plugin.json")
	if err != nil {
		return err
	}
	var plugin map[string]any
	if err := json.Unmarshal(text, &plugin); err != nil {
		return fmt.Errorf("dist/plugin.json: %w", err)
	}
	dependencies, ok := plugin["dependencies"].(map[string]any)
	if !ok {
		return errors.New("dist/plugin.json has no dependencies")
	}
	dependencies["plugins"] = []map[string]string{{"id": stack.PanelID, "type": "panel", "name": "Burnline workloads"}}
	if includes, ok := plugin["includes"].([]any); ok {
		plugin["includes"] = slices.DeleteFunc(includes, func(include any) bool {
			fields, ok := include.(map[string]any)
			return ok && fields["type"] == "panel"
		})
	}
	if text, err = json.MarshalIndent(plugin, "", "  "); err != nil {
		return err
	}
	for i := range entries {
		if entries[i].name == "plugin.json" {
			entries[i].content = append(text, '\n')
		}
	}
	return nil
}
