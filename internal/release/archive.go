package release

import (
	"archive/zip"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// entry is one file of an archive.
type entry struct {
	name    string // in the archive, below its folder
	from    string // in dist
	content []byte // replaces the file's content
	runs    bool   // executable, as files named gpx_ are
}

func (e entry) mode() fs.FileMode {
	if e.runs || strings.HasPrefix(path.Base(e.name), "gpx_") {
		return 0o755
	}
	return 0o644
}

// read returns the content of the entry, and the information of its file.
func (e entry) read(dist fs.FS) (fs.FileInfo, []byte, error) {
	info, err := fs.Stat(dist, e.from)
	if err != nil || e.content != nil {
		return info, e.content, err
	}
	content, err := fs.ReadFile(dist, e.from)
	return info, content, err
}

// archive is a zip file with a single folder, named after the plugin, as in Grafana's plugins
// folder.
type archive struct {
	name    string
	folder  string
	entries []entry
}

// filesOf lists the files under dir, named relative to it.
func filesOf(dist fs.FS, dir string) ([]entry, error) {
	var entries []entry
	err := fs.WalkDir(dist, dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		entries = append(entries, entry{name: strings.TrimPrefix(file, dir+"/"), from: file})
		return nil
	})
	return entries, err
}

func (a archive) write(dist fs.FS, file string) (err error) {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	w := zip.NewWriter(out)
	slices.SortFunc(a.entries, func(x, y entry) int { return strings.Compare(x.name, y.name) })
	for _, e := range a.entries {
		if err := a.add(w, dist, e); err != nil {
			return err
		}
	}
	return w.Close()
}

func (a archive) add(w *zip.Writer, dist fs.FS, e entry) error {
	info, content, err := e.read(dist)
	if err != nil {
		return err
	}
	header := &zip.FileHeader{Name: a.folder + "/" + e.name, Method: zip.Deflate, Modified: info.ModTime()}
	header.SetMode(e.mode())
	file, err := w.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return err
}
