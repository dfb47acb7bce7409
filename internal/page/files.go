package page

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// folders are the open folders of a server.
type folders []*os.Root

func (f *folders) folder(name string) (*os.Root, error) {
	root, err := os.OpenRoot(name)
	if err == nil {
		*f = append(*f, root)
	}
	return root, err
}

// icons opens the folders with icons of @grafana/ui that exist.
func (f *folders) icons(nodeModules string) []*os.Root {
	var found []*os.Root
	for _, name := range []string{"@grafana/ui/dist/public/img/icons", "@grafana/ui/dist/img/icons"} {
		if root, err := f.folder(filepath.Join(nodeModules, filepath.FromSlash(name))); err == nil {
			found = append(found, root)
		}
	}
	return found
}

func (f folders) close() {
	for _, root := range f {
		_ = root.Close()
	}
}

// files serves a folder under a URL prefix. os.Root keeps every path, including symbolic links,
// inside the folder.
func files(root *os.Root, prefix string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve(w, r, root, strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, prefix), "/"))
	})
}

// panelFiles serves the nested panel as Grafana does: under its own id, with its own folder as
// root.
func panelFiles(dist *os.Root, id string) http.Handler {
	prefix := "/public/plugins/" + id + "/"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, prefix)
		if !filepath.IsLocal(filepath.FromSlash(name)) { // panel/../module.js is a file of dist, not of the panel
			notFound(w, r)
			return
		}
		serve(w, r, dist, path.Join("panel", name))
	})
}

func serve(w http.ResponseWriter, r *http.Request, root *os.Root, name string) {
	if name == "" {
		name = "index.html"
	}
	file, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		notFound(w, r)
		return
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		notFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache") // a reload loads a rebuilt plugin
	http.ServeContent(w, r, path.Base(name), info.ModTime(), file)
}

func notFound(w http.ResponseWriter, r *http.Request) {
	problem(w, http.StatusNotFound, fmt.Errorf("no file %s", r.URL.Path))
}

// neutralIcon replaces a missing icon, so that the request does not fail.
const neutralIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="8" fill="none" stroke="currentColor" stroke-width="2"/></svg>`

// serveIcons serves the icons that @grafana/ui loads by URL, from its own package.
func serveIcons(folders []*os.Root, prefix string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, prefix)
		if !strings.HasSuffix(name, ".svg") {
			notFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "image/svg+xml")
		for _, folder := range folders {
			text, err := fs.ReadFile(folder.FS(), name)
			if err == nil {
				_, _ = w.Write(text)
				return
			}
			if !errors.Is(err, fs.ErrNotExist) {
				break
			}
		}
		_, _ = w.Write([]byte(neutralIcon))
	})
}
