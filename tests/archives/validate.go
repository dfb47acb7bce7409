// Package archives lists the problems that Grafana's plugin validator would report for a plugin
// folder.
package archives

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Kind is the purpose of a folder, which determines its rules.
type Kind int

// Kinds of plugin folders.
const (
	SelfHosted Kind = iota // may have a nested panel, which Grafana loads
	Catalog                // Grafana's catalog: one plugin per folder
)

type pluginJSON struct {
	ID         string
	Type       string
	Name       string
	Backend    bool
	Alerting   bool
	Executable string
	Info       struct {
		Version     string
		Updated     string
		Description string
		Keywords    []string
		Author      struct{ Name string }
		Links       []struct{ Name, URL string }
		Logos       struct{ Small, Large string }
		Screenshots []struct{ Name, Path string }
	}
	Includes []struct {
		Type, Name, Path string
	}
	Dependencies struct {
		GrafanaDependency string
		Plugins           []struct{ ID, Type, Name string }
	}
}

var (
	idPattern         = regexp.MustCompile(`^[0-9a-z]+-([0-9a-z]+-)?(app|panel|datasource)$`)
	dependencyPattern = regexp.MustCompile(`^(<=|>=|<|>|=|~|\^)?([0-9]+)(\.[0-9x*]+)(\.[0-9x*]+)?(-[0-9]+)?(\s(<=|>=|<|>|=|~|\^)?([0-9]+)(\.[0-9x]+)(\.[0-9x]+)?(-[0-9]+)?)*$`)
	versionPattern    = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)
	datePattern       = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	relativeLink      = regexp.MustCompile(`\]\((?:[^)h#]|h[^)t])[^)]*\)`)
)

// Problems lists the problems that Grafana's plugin validator would report. src is the repository's
// src/. The source maps must contain its files.
func Problems(plugin, src fs.FS, kind Kind) []string {
	v := &validator{plugin: plugin, src: src}
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md", "plugin.json"} {
		v.text(name)
	}
	jsons, err := find(plugin, "plugin.json")
	v.check(err == nil, "list the files: %v", err)
	v.check(kind == SelfHosted ||
		len(jsons) == 1, "%d plugin.json: Grafana's catalog takes no plugin nested in a data source", len(jsons))
	for _, file := range jsons {
		v.checkPlugin(path.Dir(file))
	}
	v.checkLicense()
	v.checkReadme()
	v.checkStrays()
	return v.problems
}

type validator struct {
	plugin, src fs.FS
	problems    []string
}

func (v *validator) check(ok bool, format string, args ...any) bool {
	if !ok {
		v.problems = append(v.problems, fmt.Sprintf(format, args...))
	}
	return ok
}

func (v *validator) text(name string) string {
	text, err := fs.ReadFile(v.plugin, name)
	v.check(err == nil && len(text) > 0, "%s is missing or empty", name)
	return string(text)
}

func (v *validator) exists(name string) bool {
	info, err := fs.Stat(v.plugin, name)
	return err == nil && info.Mode().IsRegular() && info.Size() > 0
}

func (v *validator) checkPlugin(dir string) {
	file := path.Join(dir, "plugin.json")
	var p pluginJSON
	if err := json.Unmarshal([]byte(v.text(file)), &p); !v.check(err == nil, "%s: %v", file, err) {
		return
	}
	message := func(ok bool, format string, args ...any) { v.check(ok, file+": "+format, args...) }
	message(idPattern.MatchString(p.ID), "id %q is not org-name-type", p.ID)
	message(strings.HasSuffix(p.ID, "-"+p.Type), "id %q does not end with its type %q", p.ID, p.Type)
	message(p.Name != "" && p.Name != p.ID, "name %q is not one for people", p.Name)
	message(versionPattern.MatchString(p.Info.Version), "version %q", p.Info.Version)
	message(datePattern.MatchString(p.Info.Updated), "updated %q is no date", p.Info.Updated)
	message(p.Info.Description != "" && len(p.Info.Keywords) > 0 && p.Info.Author.Name != "",
		"description, keywords and author are wanted")
	message(dependencyPattern.MatchString(p.Dependencies.GrafanaDependency), "grafanaDependency %q",
		p.Dependencies.GrafanaDependency)
	message(p.Backend || (p.Executable == "" && !p.Alerting), "executable and alerting need backend: true")
	message(!p.Backend || p.Executable != "", "backend: true needs an executable")
	for _, image := range []string{p.Info.Logos.Small, p.Info.Logos.Large} {
		message(image != "" && v.exists(path.Join(dir, image)), "logo %q is missing", image)
	}
	for _, shot := range p.Info.Screenshots {
		message(v.exists(path.Join(dir, shot.Path)), "screenshot %q is missing", shot.Path)
	}
	for _, include := range p.Includes {
		message(include.Path == "" ||
			v.exists(path.Join(dir, include.Path)), "includes %q, which is missing", include.Path)
	}
	for _, link := range p.Info.Links {
		message(strings.HasPrefix(link.URL, "https://"), "link %q", link.URL)
	}
	v.checkModule(dir)
	if p.Backend {
		v.checkBackend(dir, p.Executable)
	}
}

func (v *validator) checkBackend(dir, executable string) {
	binaries, err := fs.Glob(v.plugin, path.Join(dir, executable+"_*"))
	v.check(err == nil && slices.Contains(binaries, path.Join(dir, executable+"_linux_amd64")),
		"no binary %s_linux_amd64", executable)
	for _, binary := range binaries {
		info, err := fs.Stat(v.plugin, binary)
		v.check(err == nil && info.Mode().Perm() == 0o755, "%s does not have mode 0755", binary)
	}
	v.check(v.exists(path.Join(dir, "go_plugin_build_manifest")), "no go_plugin_build_manifest")
}

// checkModule compares a module.js with its source map, and the map with src/.
func (v *validator) checkModule(dir string) {
	v.text(path.Join(dir, "module.js"))
	name := path.Join(dir, "module.js.map")
	var sourceMap struct {
		Sources        []string
		SourcesContent []string
	}
	if err := json.Unmarshal([]byte(v.text(name)), &sourceMap); !v.check(err == nil, "%s: %v", name, err) {
		return
	}
	ours := 0
	for i, source := range sourceMap.Sources {
		file, ok := ownSource(source)
		if !ok || i >= len(sourceMap.SourcesContent) {
			continue
		}
		ours++
		text, err := fs.ReadFile(v.src, file)
		v.check(err == nil && string(text) == sourceMap.SourcesContent[i], "%s carries another %s than src/ has", name,
			file)
	}
	v.check(ours > 0, "%s names no source of ours", name)
}

// ownSource converts webpack's name of a source file (webpack://id/./panel/module.ts) to its path
// below src/.
func ownSource(source string) (string, bool) {
	_, file, ok := strings.Cut(source, "/./")
	typed := strings.HasSuffix(file, ".ts") || strings.HasSuffix(file, ".tsx")
	return strings.TrimPrefix(file, "src/"), ok && typed && !strings.Contains(file, "node_modules")
}

func (v *validator) checkLicense() {
	text := v.text("LICENSE")
	v.check(strings.Contains(text, "Apache License"), "LICENSE is not the Apache License")
	v.check(!strings.Contains(text, "{yyyy}") && !strings.Contains(text, "{name of copyright owner}"),
		"LICENSE has its placeholders left")
}

func (v *validator) checkReadme() {
	text := v.text("README.md")
	v.check(!strings.Contains(text, "<!--"), "README.md has an HTML comment")
	v.check(!relativeLink.MatchString(text), "README.md has a relative link: %s", relativeLink.FindString(text))
	for _, word := range []string{"yarn", "nodejs"} {
		v.check(!strings.Contains(strings.ToLower(text), word),
			"README.md has %q: how to build belongs into CONTRIBUTING.md", word)
	}
	v.check(len(strings.Fields(text)) > 40, "README.md has at most 40 words")
}

// checkStrays finds files that do not belong in a plugin.
func (v *validator) checkStrays() {
	err := fs.WalkDir(v.plugin, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := path.Base(file)
		stray := slices.Contains([]string{"standalone.txt", "pid.txt", "node_modules"}, name) ||
			(strings.HasPrefix(name, ".") && file != ".")
		v.check(!stray, "%s has no place in a plugin", file)
		return nil
	})
	v.check(err == nil, "list the files: %v", err)
}

func find(fsys fs.FS, name string) ([]string, error) {
	var found []string
	err := fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		if err == nil && path.Base(file) == name {
			found = append(found, file)
		}
		return err
	})
	return found, err
}
