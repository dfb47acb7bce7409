package stack

import (
	"errors"
	"os"
	"path/filepath"
)

// Made returns a folder of the cache, filled by fill. Its name contains a hash of the sources
// (paths in the repository). It is filled again only if one of them changed. A folder is created
// completely or not at all.
func (p *Project) Made(name string, sources []string, fill func(dir string) error) (string, error) {
	hash, err := p.fingerprint(sources)
	if err != nil {
		return "", err
	}
	dir := p.cached(name + "-" + hash[:16])
	if exists(dir) {
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o750); err != nil {
		return "", err
	}
	unfinished, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(name)+".unfinished-")
	if err != nil {
		return "", err
	}
	if err := fill(unfinished); err != nil {
		return "", errors.Join(err, os.RemoveAll(unfinished))
	}
	forgetOld(filepath.Dir(dir), filepath.Base(name)+"-")
	if err := os.Rename(unfinished, dir); err != nil && !exists(dir) { // another run may have created the same
		return "", err
	}
	return dir, nil
}
