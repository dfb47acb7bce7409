package release

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The packages of the plugin, and of the command line.
const (
	pluginPackage      = "github.com/burnline/burnline/pkg"
	commandLinePackage = "github.com/burnline/burnline/cmd/burnline"
)

// thirdParty is the file in each archive with the licenses of its dependencies.
const thirdParty = "THIRD_PARTY_LICENSES.txt"

// licenseFile matches the names of license files in modules, including notices (Apache License 2.0,
// section 4d).
var licenseFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)([-._].*)?$`)

type module struct{ Path, Version, Dir string }

// licenses returns the license texts of Go and of every module that is compiled into the packages
// on any platform, from the module cache. It must be called within the project. A module without a
// license is an error.
func licenses(ctx context.Context, packages ...string) ([]byte, error) {
	modules := map[string]module{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		list := exec.CommandContext(ctx, "go", append([]string{"list", "-deps", "-json=Module"}, packages...)...)
		list.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		out, err := list.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w", system, err)
		}
		for d := json.NewDecoder(bytes.NewReader(out)); ; {
			var p struct{ Module *module }
			if err := d.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, err
			}
			if p.Module != nil && p.Module.Version != "" { // neither the standard library nor this project
				modules[p.Module.Path] = *p.Module
			}
		}
	}
	goroot, err := exec.CommandContext(ctx, "go", "env", "GOROOT", "GOVERSION").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	where := strings.Fields(string(goroot))
	modules["Go"] = module{"Go", where[1], where[0]}
	var text bytes.Buffer
	_, _ = fmt.Fprintln(&text, "Burnline contains the following modules. Their licenses and notices follow.")
	paths := make([]string, 0, len(modules))
	for path := range modules {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		if err := modules[path].write(&text); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

// write writes the license and the notices of a module.
func (m module) write(to io.Writer) error {
	files, err := os.ReadDir(m.Dir)
	if err != nil {
		return fmt.Errorf("module %s: %w", m.Path, err)
	}
	found := false
	for _, f := range files {
		if f.IsDir() || !licenseFile.MatchString(f.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.Dir, f.Name()))
		if err != nil {
			return fmt.Errorf("module %s: %w", m.Path, err)
		}
		found = true
		_, _ = fmt.Fprintf(to, "\n%s\n%s %s: %s\n\n%s\n", strings.Repeat("=", 80), m.Path, m.Version, f.Name(),
			bytes.TrimSpace(text))
	}
	if !found {
		return fmt.Errorf("module %s %s has no license in %s", m.Path, m.Version, m.Dir)
	}
	return nil
}
