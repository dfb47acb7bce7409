package stack

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"time"
)

// release is an official release of Prometheus, for the demo to download.
type release struct {
	url  string            // prefix of the archives' URLs, up to the platform
	sums map[string]string // SHA-256 of the archive by platform, from the release's sha256sums.txt
}

var prometheusRelease = release{
	url: "https://github.com/prometheus/prometheus/releases/download/v3.15.0/prometheus-3.15.0.",
	sums: map[string]string{
		"linux-amd64":  "2a542df32eac02ee17b9d844fb2aa1de00dafa5476579ba8a3ba862e9d572ea0",
		"linux-arm64":  "f1f90ec08e849d494ca66c611470afc50192f0355f1a61c33f2cbde02d067823",
		"darwin-amd64": "2d79e744c2d7e505db936fbc898e05abc74fcb6e437c25befd26e9c9f00aa58b",
		"darwin-arm64": "920df4d17e78b3b0175af144eb318b0c74d1cf7b1d1251b326966f0e81977260",
	},
}

const (
	connectWithin  = 5 * time.Second // without a connection it is built instead
	downloadWithin = 2 * time.Minute // about as long as the build
)

// DemoPrometheus returns the path of a Prometheus for the demo: an earlier build, one on the PATH
// of version 2.42 or later, the official release, or else a new build.
func (p *Project) DemoPrometheus(ctx context.Context) (string, error) {
	built, err := p.binary(prometheusProgram)
	if err != nil || exists(built) {
		return built, err
	}
	if found, err := exec.LookPath("prometheus"); err == nil && isRecent(ctx, found) {
		p.Report.Print("  Prometheus: %s", found)
		return found, nil
	}
	downloaded := p.cached("bin/prometheus-3.15.0-release")
	if exists(downloaded) {
		return downloaded, nil
	}
	err = p.Report.Step("download Prometheus 3.15.0", func() error {
		return prometheusRelease.download(ctx, runtime.GOOS+"-"+runtime.GOARCH, downloaded)
	})
	if err == nil {
		return downloaded, nil
	}
	p.Report.Print("  Prometheus is compiled, which takes minutes: no release 3.15.0 (%v)", err)
	return p.Prometheus(ctx)
}

var programVersion = regexp.MustCompile(`version (\d+)\.(\d+)`)

// isRecent reports whether a Prometheus is 2.42 or later, the oldest tested version.
func isRecent(ctx context.Context, program string) bool {
	ctx, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	text, err := exec.CommandContext(ctx, program, "--version").CombinedOutput()
	v := programVersion.FindSubmatch(text)
	if err != nil || v == nil {
		return false
	}
	major, err1 := strconv.Atoi(string(v[1]))
	minor, err2 := strconv.Atoi(string(v[2]))
	return errors.Join(err1, err2) == nil && (major > 2 || major == 2 && minor >= 42)
}

// download writes the program in the release's archive to a file. The file is only created if the
// checksum is right.
func (r release) download(ctx context.Context, platform, to string) (err error) {
	want, ok := r.sums[platform]
	if !ok {
		return fmt.Errorf("there is no checksum for %s", platform)
	}
	ctx, cancel := context.WithTimeout(ctx, downloadWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+platform+".tar.gz", nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: connectWithin,
		ResponseHeaderTimeout: connectWithin,
	}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", req.URL, res.Status)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return err
	}
	unfinished := fmt.Sprintf("%s.%d", to, os.Getpid())
	defer func() { _ = os.Remove(unfinished) }()
	sum := sha256.New()
	body := io.TeeReader(res.Body, sum)
	if err := extract(body, "prometheus", unfinished); err != nil {
		return fmt.Errorf("%s: %w", req.URL, err)
	}
	if _, err := io.Copy(io.Discard, body); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		return fmt.Errorf("%s has the checksum %s instead of %s", req.URL, got, want)
	}
	return os.Rename(unfinished, to)
}

// extract writes one program of a compressed tar archive to a file.
func extract(archive io.Reader, program, to string) error {
	unpacked, err := gzip.NewReader(archive)
	if err != nil {
		return err
	}
	for files := tar.NewReader(unpacked); ; {
		header, err := files.Next()
		if err != nil {
			return fmt.Errorf("no program %s in the archive: %w", program, err)
		}
		if header.Typeflag != tar.TypeReg || path.Base(header.Name) != program {
			continue
		}
		out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o700) // #nosec G302 - a program
		if err != nil {
			return err
		}
		_, err = io.CopyN(out, files, header.Size)
		return errors.Join(err, out.Close())
	}
}
