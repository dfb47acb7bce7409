package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"

	"github.com/burnline/burnline/internal/process"
)

// Platform is a build target, in Go's terms.
type Platform struct{ OS, Arch string }

// Platforms are the platforms of the released command line.
var Platforms = []Platform{
	{"darwin", "amd64"},
	{"darwin", "arm64"},
	{"linux", "amd64"},
	{"linux", "arm64"},
	{"windows", "amd64"},
	{"windows", "arm64"},
}

// ThisPlatform is the platform of this machine.
func ThisPlatform() Platform { return Platform{runtime.GOOS, runtime.GOARCH} }

// CommandLineBinary is the path of the command line for a platform, in the repository.
func CommandLineBinary(on Platform) string {
	file := fmt.Sprintf("bin/burnline_%s_%s", on.OS, on.Arch)
	if on.OS == "windows" {
		file += ".exe"
	}
	return file
}

// CommandLine returns the path of the command line for a platform in bin/, built if a source
// changed. It is built as for a release: without cgo, for any Linux, and without local paths.
func (p *Project) CommandLine(ctx context.Context, on Platform) (string, error) {
	version, err := p.version()
	if err != nil {
		return "", err
	}
	hash, err := p.fingerprint([]string{"cmd", "pkg", "go.mod", "go.sum", "package.json"}, runtime.Version())
	if err != nil {
		return "", err
	}
	file := CommandLineBinary(on)
	name := fmt.Sprintf("cli-%s-%s", on.OS, on.Arch)
	err = p.unlessBuilt(name, hash, []string{file}, func() error {
		return p.Report.Step(fmt.Sprintf("build the command line for %s on %s", on.OS, on.Arch), func() error {
			return process.Run(ctx, process.Spec{
				Name: "go build of the command line",
				Command: []string{
					"go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=" + version, "-o",
					p.Path(file), "./cmd/burnline",
				},
				Dir: p.Root, Env: []string{"CGO_ENABLED=0", "GOOS=" + on.OS, "GOARCH=" + on.Arch},
				Log: p.Log("build-" + name),
			})
		})
	})
	return p.Path(file), err
}

// version is the version in package.json, which is also the plugin's.
func (p *Project) version() (string, error) {
	text, err := os.ReadFile(p.Path("package.json"))
	if err != nil {
		return "", err
	}
	var manifest struct{ Version string }
	if err := json.Unmarshal(text, &manifest); err != nil {
		return "", fmt.Errorf("package.json: %w", err)
	}
	if manifest.Version == "" {
		return "", fmt.Errorf("package.json has no version")
	}
	return manifest.Version, nil
}
