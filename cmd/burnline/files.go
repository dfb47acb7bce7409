package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxFileBytes bounds a file, or standard input. A catalog has at most 1 MiB.
const maxFileBytes = 4 << 20

// text reads a file, or standard input, and returns the name for messages. Errors are *usageErrors.
func (p program) text(name string) (shown string, source []byte, err error) {
	if name == "-" {
		source, err = readAll(p.in)
		name = "stdin"
	} else {
		source, err = readFile(name)
	}
	if err != nil {
		return name, nil, &usageError{fmt.Errorf("%s: %w", name, err)}
	}
	return name, source, nil
}

func readFile(name string) ([]byte, error) {
	//nolint:gosec // the caller names the file. Before it is opened: to open a pipe waits for a writer
	info, err := os.Stat(name)
	if err == nil {
		err = checkRegular(info)
	}
	if err != nil {
		return nil, withoutPath(err)
	}
	f, err := os.Open(name) //nolint:gosec // the file is the one that the user named
	if err != nil {
		return nil, withoutPath(err)
	}
	defer func() { _ = f.Close() }()
	if opened, err := f.Stat(); err != nil || !os.SameFile(info, opened) {
		return nil, errors.New("it was replaced while it was opened. Try again")
	}
	return readAll(f)
}

func checkRegular(info os.FileInfo) error {
	is := "a device"
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		is = "a directory"
	case mode&os.ModeNamedPipe != 0:
		is = "a pipe"
	case mode&os.ModeSocket != 0:
		is = "a socket"
	}
	return fmt.Errorf("it is %s, not a file. To read it, give it to standard input (-)", is)
}

func readAll(r io.Reader) ([]byte, error) {
	source, err := io.ReadAll(io.LimitReader(r, maxFileBytes+1))
	if err == nil && len(source) > maxFileBytes {
		err = fmt.Errorf("it is larger than %d MiB, the most that is read", maxFileBytes>>20)
	}
	return source, err
}

// withoutPath returns the cause of an error of a file. Messages have the name already.
func withoutPath(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}

// checkLinks refuses a file with a path that contains a symbolic link below the working directory.
// A pull request may contain a link to any file of the machine that checks it, and a problem quotes
// the line.
func checkLinks(name string) error {
	if name == "-" {
		return nil
	}
	path := filepath.Clean(name)
	if filepath.IsAbs(path) {
		here, err := os.Getwd()
		if err != nil {
			return err
		}
		if relative, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(relative) {
			return linkIn(name, here, relative)
		}
		return linkIn(name, filepath.Dir(path), filepath.Base(path))
	}
	return linkIn(name, "", path)
}

// linkIn checks each part of a path below a directory.
func linkIn(name, dir, path string) error {
	at := dir
	for _, part := range strings.Split(path, string(filepath.Separator)) {
		at = filepath.Join(at, part)
		info, err := os.Lstat(at) //nolint:gosec // the caller names the file
		if err != nil {
			return nil //nolint:nilerr // reading the file reports the error
		}
		if info.Mode()&os.ModeSymlink != 0 {
			return &usageError{fmt.Errorf("%s: %s is a symbolic link, which check does not follow. Add --follow-links to do so", name, at)}
		}
	}
	return nil
}
