package stack

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// archive returns a release as it is published: a folder with the program and other files.
func archive(t *testing.T, program string) []byte {
	t.Helper()
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	files := tar.NewWriter(packed)
	for name, text := range map[string]string{
		"prometheus.yml": "global: {}", "prometheus": program,
		"promtool": "other",
	} {
		require.NoError(t,
			files.WriteHeader(&tar.Header{
				Name: "prometheus-1.linux-amd64/" + name, Typeflag: tar.TypeReg, Mode: 0o755,
				Size: int64(len(text)),
			}))
		_, err := files.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, files.Close())
	require.NoError(t, packed.Close())
	return out.Bytes()
}

func TestAReleaseIsUsedOnlyWithItsChecksum(t *testing.T) {
	const program = "#!/bin/sh\necho prometheus, version 3.15.0"
	published := archive(t, program)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/prometheus-1.linux-amd64.tar.gz" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(published)
	}))
	defer server.Close()
	sum := sha256.Sum256(published)
	right := hex.EncodeToString(sum[:])
	to := filepath.Join(t.TempDir(), "bin", "prometheus")
	r := release{server.URL + "/prometheus-1.", map[string]string{"linux-amd64": right, "linux-arm64": right}}

	require.NoError(t, r.download(t.Context(), "linux-amd64", to))
	text, err := os.ReadFile(to)
	require.NoError(t, err)
	require.Equal(t, program, string(text))
	require.True(t, isRecent(t.Context(), to))
	require.NoError(t, os.Remove(to))

	require.EqualError(t, r.download(t.Context(), "linux-arm64", to),
		server.URL+"/prometheus-1.linux-arm64.tar.gz: 404 Not Found")
	require.EqualError(t, r.download(t.Context(), "plan9-386", to), "there is no checksum for plan9-386")
	published = archive(t, program+" # changed")
	other := sha256.Sum256(published)
	require.EqualError(t, r.download(t.Context(), "linux-amd64", to),
		fmt.Sprintf("%s/prometheus-1.linux-amd64.tar.gz has the checksum %x instead of %s", server.URL, other, right))
	left, err := os.ReadDir(filepath.Dir(to))
	require.NoError(t, err)
	require.Empty(t, left)
	server.Close()
	require.ErrorContains(t, r.download(t.Context(), "linux-amd64", to), "refused")
}

func TestPrometheusOnThePathIsRecent(t *testing.T) {
	for version, recent := range map[string]bool{
		"2.41.0": false, "2.42.0+ds": true, "2.53.1": true, "3.0.1": true,
		"1.8.2": false, "unknown": false,
	} {
		program := filepath.Join(t.TempDir(), "prometheus")
		require.NoError(t,
			os.WriteFile(program, []byte("#!/bin/sh\necho 'prometheus, version "+version+" (branch: HEAD)'"), 0o700))
		require.Equal(t, recent, isRecent(t.Context(), program), version)
	}
}
