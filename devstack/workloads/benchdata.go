package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/burnline/burnline/devstack/workloads/benchdata"
)

func writeBenchdata(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("benchdata", flag.ExitOnError)
	dir := flags.String("dir", "", "data directory for Prometheus, without a "+benchdata.ManifestName+" (required)")
	set := flags.String("set", "", "one of "+strings.Join(benchdata.Sets, ", ")+" (required)")
	seed := flags.Uint64("seed", 1, "another seed makes other times and counts")
	day := flags.String("day", "", "the day on which the set is to be used (RFC 3339). Default today")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" || *set == "" {
		return errors.New("benchdata: --dir and --set are required")
	}
	at := time.Now()
	if *day != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, *day); err != nil {
			return fmt.Errorf("benchdata: --day %q is no RFC 3339 time such as 2026-01-31T12:00:00Z", *day)
		}
	}
	return benchdata.Write(ctx, *dir, *set, *seed, at, os.Stderr)
}
