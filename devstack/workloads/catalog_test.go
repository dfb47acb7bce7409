package main

import (
	"os"
	"strings"
	"testing"

	"github.com/burnline/burnline/devstack/workloads/scrape"
	"github.com/burnline/burnline/devstack/workloads/sim"
)

func TestProvisionedCatalogsAreTheDemosCatalogs(t *testing.T) {
	for file, provisioning := range map[string]string{
		"catalog.yaml":    "burnline.yaml",
		"kubernetes.yaml": "burnline-kubernetes.yaml",
	} {
		catalog := read(t, file)
		_, provisioned, found := strings.Cut(read(t, "../../provisioning/datasources/"+provisioning),
			"      catalog: |\n")
		if !found {
			t.Fatalf("provisioning/datasources/%s has no `catalog: |` under jsonData", provisioning)
		}
		if got := strings.ReplaceAll("\n"+provisioned, "\n        ", "\n")[1:]; got != catalog {
			t.Errorf("provisioned catalog:\n%s\ndevstack/workloads/%s:\n%s", got, file, catalog)
		}
		if strings.Contains(catalog, "$") {
			t.Errorf("%s has a dollar sign, which Grafana would expand as a variable when it provisions", file)
		}
	}
}

func TestCatalogsThresholdIsABucketAndTheTruths(t *testing.T) {
	catalog, threshold := read(t, "catalog.yaml"), sim.LatencyThreshold
	if !strings.Contains(catalog, "threshold: "+threshold.String()+"\n") {
		t.Errorf("the truth counts requests over %s as slow, the catalog has another threshold:\n%s", threshold,
			catalog)
	}
	for _, bound := range sim.LatencyBounds {
		if bound == threshold.Seconds() {
			return
		}
	}
	t.Errorf("no bucket of %s among %v", threshold, sim.LatencyBounds)
}

func TestBoundsAreWrittenAsPrometheus3Does(t *testing.T) {
	for bound, want := range map[float64]string{0.005: "0.005", 0.3: "0.3", 1: "1.0", 2.5: "2.5", 10: "10.0"} {
		if got := scrape.FormatBound(bound); got != want {
			t.Errorf("le of %v is %q, want %q", bound, got, want)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
