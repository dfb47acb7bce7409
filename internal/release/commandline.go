package release

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/burnline/burnline/internal/stack"
)

// commandLineReadme is the README in the archives of the command line.
const commandLineReadme = `# burnline

Checks SLO files, exports them as rules for Prometheus, Grafana and OpenSLO, and prints budgets and
backtests of a Prometheus, Thanos or Mimir, by the same arithmetic as the Grafana data source
Burnline. ` + "`burnline help`" + ` lists the commands.

    burnline check slos.yaml
    burnline report --url http://prometheus:9090 slos.yaml
`

// CommandLines builds the command line for every platform into bin/.
func CommandLines(ctx context.Context) error {
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return err
	}
	for _, on := range stack.Platforms {
		if _, err := project.CommandLine(ctx, on); err != nil {
			return err
		}
	}
	return nil
}

// WriteCommandLines packs each command line in root's bin/ into the folder to, and returns the
// files it wrote: zip for Windows, else tar.gz, which every container can unpack.
func WriteCommandLines(root, to, version string) ([]string, error) {
	texts, err := licenses(context.Background(), commandLinePackage)
	if err != nil {
		return nil, err
	}
	var written []string
	for _, on := range stack.Platforms {
		binary := filepath.Join(root, filepath.FromSlash(stack.CommandLineBinary(on)))
		if _, err := os.Stat(binary); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		name, extension := "burnline", ".tar.gz"
		if on.OS == "windows" {
			name, extension = "burnline.exe", ".zip"
		}
		folder := fmt.Sprintf("burnline_%s_%s_%s", version, on.OS, on.Arch)
		a := archive{name: folder + extension, folder: folder, entries: []entry{
			{name: name, from: stack.CommandLineBinary(on), runs: true},
			{name: "LICENSE", from: "LICENSE"},
			{name: "CHANGELOG.md", from: "CHANGELOG.md"},
			{name: thirdParty, from: "LICENSE", content: texts},
			{name: "README.md", from: "README.md", content: []byte(commandLineReadme)},
		}}
		file := filepath.Join(to, a.name)
		write := a.writeTar
		if extension == ".zip" {
			write = a.write
		}
		if err := write(os.DirFS(root), file); err != nil {
			return nil, fmt.Errorf("write %s: %w", file, err)
		}
		written = append(written, file)
	}
	return written, nil
}

// writeTar writes a compressed tar.
func (a archive) writeTar(from fs.FS, file string) (err error) {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	compressed := gzip.NewWriter(out)
	w := tar.NewWriter(compressed)
	for _, e := range a.entries {
		if err := a.addTar(w, from, e); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), compressed.Close())
}

func (a archive) addTar(w *tar.Writer, from fs.FS, e entry) error {
	info, content, err := e.read(from)
	if err != nil {
		return err
	}
	err = w.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: a.folder + "/" + e.name, Size: int64(len(content)), Mode: int64(e.mode()),
		ModTime: info.ModTime(),
	})
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}
