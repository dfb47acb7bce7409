package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/burnline/burnline/devstack/workloads/history"
	"github.com/burnline/burnline/devstack/workloads/sim"
)

func generate(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("generate", flag.ExitOnError)
	dir := flags.String("dir", "", "data directory (required)")
	anchor := flags.String("anchor", "",
		"end the history at this instant (RFC 3339). Default now, adding to data younger than "+history.FreshFor.String())
	seed := flags.Uint64("seed", 1, "another seed makes other noise, pods and crashes")
	var links []string
	flags.Func("link",
		"also make this a fresh data directory for Prometheus, hard-linked to the blocks. May be given several times",
		func(dir string) error {
			links = append(links, dir)
			return nil
		})
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("generate: --dir is required")
	}
	for _, link := range links {
		if err := history.InUse(link); err != nil {
			// The existing history does not match new samples, so both are left unchanged.
			fmt.Fprintf(os.Stderr, "nothing done: %v\n", err)
			return nil
		}
	}
	req := history.Request{
		Dir: *dir, Fleet: sim.Fleet(), Seed: *seed, Now: time.Now(), Days: sim.HistoryDays,
		Links: links, Log: os.Stderr,
	}
	if *anchor != "" {
		at, err := time.Parse(time.RFC3339, *anchor)
		if err != nil {
			return fmt.Errorf("generate: --anchor %q is no RFC 3339 time such as 2026-01-31T12:00:00Z", *anchor)
		}
		req.Anchor = at
	}
	state, err := history.Generate(ctx, req)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "history from %s to %s, anchor %s, in %s\n", state.From.Format(time.RFC3339),
		state.To.Format(time.RFC3339),
		state.Anchor.Format(time.RFC3339), history.BlocksDir(*dir))
	return nil
}
