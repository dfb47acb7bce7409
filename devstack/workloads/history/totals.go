package history

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"

	"github.com/burnline/burnline/devstack/workloads/cluster"
)

// totalsPath is the file with the running totals of the cluster.
func totalsPath(dir string) string { return filepath.Join(dir, "truth", "cluster.bin") }

func readTotals(dir string) ([]cluster.Totals, error) {
	b, err := os.ReadFile(totalsPath(dir))
	if err != nil {
		return nil, err
	}
	var totals []cluster.Totals
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(&totals); err != nil {
		return nil, fmt.Errorf("%s: %w", totalsPath(dir), err)
	}
	return totals, nil
}

func writeTotals(dir string, totals []cluster.Totals) error {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(totals); err != nil {
		return fmt.Errorf("%s: %w", totalsPath(dir), err)
	}
	return writeWhole(totalsPath(dir), b.Bytes())
}
