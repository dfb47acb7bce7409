package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/prometheus/common/model"

	"github.com/burnline/burnline/devstack/workloads/history"
	"github.com/burnline/burnline/devstack/workloads/sim"
)

func printTruth(args []string) error {
	flags := flag.NewFlagSet("truth", flag.ExitOnError)
	dir := flags.String("dir", "", "data directory (required)")
	at := flags.Int64("time", time.Now().Unix(), "instant in Unix seconds, cut down to the minute")
	slos := flags.Bool("slos", false, "the truth about the SLOs of presets, by group, in place of the twelve workloads")
	window := flags.String("window", "30d", "window that ends there, in Prometheus duration syntax")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("truth: --dir is required")
	}
	length, err := model.ParseDuration(*window)
	if err != nil {
		return fmt.Errorf("truth: --window: %w", err)
	}
	s, state, err := history.Load(*dir, sim.Fleet())
	if err != nil {
		return err
	}
	instant := time.Unix(*at, 0).Truncate(time.Minute)
	if instant.After(time.Now()) || instant.Before(state.From) {
		return fmt.Errorf("truth: --time %s is not between %s and now", instant.UTC().Format(time.RFC3339),
			state.From.Format(time.RFC3339))
	}
	for _, r := range s.Runs {
		r.Advance(instant.UnixMilli(), nil) // after the data's end, time continues as in live
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	if *slos {
		return out.Encode(s.SLOs(instant.Add(-time.Duration(length)).UnixMilli(), instant.UnixMilli()))
	}
	return out.Encode(s.Table(instant.Add(-time.Duration(length)).UnixMilli(), instant.UnixMilli()))
}
