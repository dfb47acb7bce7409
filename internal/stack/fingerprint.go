package stack

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// fingerprint is a hash of files of the repository, by path and content, and of words such as
// flags. A folder means every file below it, without Go tests outside of tests/ and the generator's
// README: they are not part of any build.
func (p *Project) fingerprint(paths []string, words ...string) (string, error) {
	sum := sha256.New()
	for _, word := range words {
		_, _ = fmt.Fprintf(sum, "word %q\n", word)
	}
	for _, path := range paths {
		err := filepath.WalkDir(p.Path(path), func(file string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && entry.Name() == "node_modules" {
				return fs.SkipDir
			}
			suite := strings.HasPrefix(path+"/", "tests/")
			if entry.IsDir() || (strings.HasSuffix(file, "_test.go") && !suite) ||
				(path == generatorProgram.dir && strings.HasSuffix(file, ".md")) {
				return nil
			}
			return hashFile(sum, p.Root, file)
		})
		if err != nil {
			return "", fmt.Errorf("hash %s: %w", path, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func hashFile(sum io.Writer, root, file string) error {
	name, err := filepath.Rel(root, file)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(sum, "file %q %x\n", filepath.ToSlash(name), sha256.Sum256(content))
	return err
}

func hashStrings(words ...string) string {
	sum := sha256.New()
	for _, word := range words {
		_, _ = fmt.Fprintf(sum, "%q\n", word)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// receipt records the inputs and outputs of a build, so that the next run detects changes of the
// sources and of the outputs.
type receipt struct {
	Sources string            `json:"sources"`
	Outputs map[string]string `json:"outputs"` // path in the repository -> sha256
}

// unlessBuilt runs build unless the last one of this name had the same sources and its outputs are
// unchanged.
func (p *Project) unlessBuilt(name, sources string, outputs []string, build func() error) error {
	file := p.cached(fmt.Sprintf("receipts/%s/%s.json", p.id(), name))
	have, err := p.receiptOf(sources, outputs)
	if err == nil && have.equals(file) {
		return nil
	}
	if err := build(); err != nil {
		return err
	}
	made, err := p.receiptOf(sources, outputs)
	if err != nil {
		return fmt.Errorf("%s was built, but one of its files is missing: %w", name, err)
	}
	return made.write(file)
}

// UnlessPassed runs a check unless the last one of this name passed on the same files, Go version
// and platform.
func (p *Project) UnlessPassed(name string, sources []string, check func() error) error {
	hash, err := p.fingerprint(sources, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return err
	}
	ran := false
	err = p.unlessBuilt("passed-"+name, hash, nil, func() error {
		ran = true
		return check()
	})
	if err == nil && !ran {
		p.Report.Print("  passed before on the same files: not run again. Its own target runs it")
	}
	return err
}

func (p *Project) receiptOf(sources string, outputs []string) (receipt, error) {
	r := receipt{Sources: sources, Outputs: map[string]string{}}
	for _, output := range outputs {
		hash, err := p.fingerprint([]string{output})
		if err != nil {
			return receipt{}, err
		}
		r.Outputs[output] = hash
	}
	return r, nil
}

func (r receipt) equals(file string) bool {
	text, err := os.ReadFile(file)
	if err != nil {
		return false
	}
	mine, err := json.Marshal(r)
	return err == nil && string(mine) == string(text)
}

func (r receipt) write(file string) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}
