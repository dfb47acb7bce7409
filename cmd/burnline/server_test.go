package main

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/internal/promtest"
)

const day = `load 1m
  requests_total{app="a",code="200"} 0+1000x1500
  requests_total{app="a",code="500"} _x1490 20+20x10
`

var instant = time.Unix(0, 0).Add(25 * time.Hour).UTC().Format(time.RFC3339)

// Scripts distinguish a wrong definition from an unreachable server by the exit code.
func TestExitCodes(t *testing.T) {
	works := httptest.NewServer(promtest.Load(t, day).Handler(`{"version":"3.16.0"}`))
	defer works.Close()
	refuses := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter,
		_ *http.Request,
	) {
		http.Error(w, "no", http.StatusUnauthorized)
	}))
	defer refuses.Close()
	fine := strings.Replace(good, "30d", "1d", 1)
	noBucket := `slos: [{name: a, objective: 99, window: 1d, sli: {latency: {histogram: none_seconds, threshold: 1s}}}]`
	both := strings.Replace(noBucket, "[{",
		"[{name: ok, objective: 99, window: 1d, sli: {events: {total: requests_total, bad: 'requests_total{code=\"500\"}'}}}, {", 1)
	for _, command1 := range []string{"report", "backtest"} {
		on := func(url, in string, more ...string) (int, string) {
			code, _, errs := command(t, in, append([]string{command1, "--url", url, "--at", instant, "-"}, more...)...)
			return code, errs
		}
		for name, tt := range map[string]struct {
			url, in string
			more    []string
			code    int
			message string
		}{
			"in order":          {works.URL, fine, nil, exitOK, ""},
			"a wrong catalog":   {works.URL, broken, nil, exitBad, "stdin:7:41"},
			"an empty catalog":  {works.URL, "slos: []", nil, exitBad, "no SLO in any file"},
			"no histogram":      {works.URL, noBucket, nil, exitBad, "no histogram found"},
			"one of two":        {works.URL, both, nil, exitBad, "error: SLO a: "},
			"the server is off": {"http://127.0.0.1:1", fine, nil, exitServer, "127.0.0.1:1"},
			"refused":           {refuses.URL, fine, nil, exitServer, "401"},
			"no time":           {works.URL, fine, []string{"--timeout", "1ns"}, exitServer, "no answer within 1ns"},
			"no URL":            {"", fine, nil, exitUsage, "--url: "},
			"a wrong URL":       {"prometheus:9090", fine, nil, exitUsage, "--url: "},
			"a wrong format": {
				works.URL, fine,
				[]string{"--format", "xml"},
				exitUsage,
				`--format: unknown format "xml"`,
			},
			"no such SLO":    {works.URL, fine, []string{"--slo", "none"}, exitUsage, "--slo: no SLO none"},
			"no time of day": {works.URL, fine, []string{"--at", "noon"}, exitUsage, "--at: "},
			"no label":       {works.URL, fine, []string{"--group-by", "1x"}, exitUsage, "--group-by: "},
			"a wrong header": {
				works.URL, fine,
				[]string{"--header", "Authorization s3cret"},
				exitUsage,
				"--header: ",
			},
			"a wrong settle": {works.URL, fine, []string{"--settle", "3h"}, exitUsage, "--settle: "},
			"no CA file": {
				works.URL, fine,
				[]string{"--ca-file", filepath.Join(t.TempDir(), "none.pem")},
				exitUsage, "--ca-file: ",
			},
		} {
			code, errs := on(tt.url, tt.in, tt.more...)
			require.Equal(t, tt.code, code, "%s %s: %s", command1, name, errs)
			require.Contains(t, errs, tt.message, "%s %s", command1, name)
			require.NotContains(t, errs, "s3cret", "%s %s", command1, name)
		}
	}
	for _, args := range [][]string{
		{"check", "--nothing", "-"},
		{"export", "--format", "x", "-"},
		{"import", "--from", "x", "-"},
		{"export", "--slo", "none", "-"},
	} {
		code, _, errs := command(t, good, args...)
		require.Equal(t, exitUsage, code, "%v: %s", args, errs)
	}
}

// Credentials from the command line never appear in the output, whatever error the server or the
// flag parser returns.
func TestCredentialsAreNotPrinted(t *testing.T) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprintln(w, r.Header)
	}))
	defer echo.Close()
	withUser := strings.Replace(echo.URL, "://", "://someone:pw-s3cret@", 1)
	for _, args := range [][]string{
		{"--url", echo.URL, "--header", "Authorization: Bearer s3cret-token"},
		{"--url", echo.URL, "--header", "Authorization Bearer s3cret-token"},
		{"--url", echo.URL, "--header", ": s3cret-token"},
		{"--url", echo.URL, "--header", "X-Key: s3cret\ntoken"},
		{"--url", echo.URL, "--header=X Key: s3cret-token"},
		{"--url", withUser},
		{"--url", withUser + "%zz"},
		{"--url", echo.URL, "--tenant", "s3cret-tenant"},
	} {
		code, out, errs := command(t, good, append(append([]string{"report"}, args...), "-")...)
		require.Positive(t, code, args)
		for _, secret := range []string{"s3cret", "c29tZW9uZTpwdy1zM2NyZXQ="} {
			require.NotContains(t, out+errs, secret, args)
		}
	}
}

func TestTenantAndCAFile(t *testing.T) {
	mimir := promtest.Load(t, day).Handler(`{"application":"Grafana Mimir","version":"3.0.5"}`)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Scope-OrgID") != "shop" {
			http.Error(w, "no org id", http.StatusUnauthorized)
			return
		}
		mimir.ServeHTTP(w, r)
	}))
	defer server.Close()
	ca := write1(t, "ca.pem",
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	report := func(more ...string) (int, string, string) {
		return command(t, strings.Replace(good, "30d", "1d", 1),
			append([]string{"report", "--url", server.URL, "--at", instant, "-"}, more...)...)
	}
	code, out, errs := report("--tenant", "shop", "--ca-file", ca)
	require.Equal(t, exitOK, code, errs)
	require.Contains(t, out, "84.72 %")

	code, _, errs = report("--tenant", "shop")
	require.Equal(t, exitServer, code)
	require.Contains(t, errs, "certificate")
	code, _, errs = report("--ca-file", ca)
	require.Equal(t, exitServer, code)
	require.Contains(t, errs, "no org id")
	code, _, errs = report("--ca-file", write1(t, "empty.pem", "none"))
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "--ca-file: "+"")
	require.Contains(t, errs, "contains no certificate in PEM")
}
