package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/burnline/burnline/devstack/workloads/history"
	"github.com/burnline/burnline/devstack/workloads/live"
	"github.com/burnline/burnline/devstack/workloads/sim"
)

func runLive(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("live", flag.ExitOnError)
	dir := flags.String("dir", "", "data directory that generate made (required)")
	url := flags.String("remote-write", "",
		"URL of the remote-write receiver, such as http://127.0.0.1:9090/api/v1/write (required)")
	listen := flags.String("listen", "127.0.0.1:9095", "address to serve /truth and /ready on")
	traces := flags.String("traces", "",
		"URL of an OTLP receiver for the requests of exemplars, such as http://127.0.0.1:4318/v1/traces. Default none")
	guard := flags.Bool("stdin-guard", false,
		"end when standard input closes, that is, with the process that started this one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" || *url == "" {
		return errors.New("live: --dir and --remote-write are required")
	}
	simulation, state, err := history.Load(*dir, sim.Fleet())
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *listen)
	if err != nil {
		return fmt.Errorf("live: --listen: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if *guard {
		go func() { // ends with the process at the latest
			_, _ = io.Copy(io.Discard, os.Stdin)
			cancel()
		}()
	}
	fmt.Fprintf(os.Stderr, "live from %s, truth at http://%s/truth\n", state.To.Format(time.RFC3339), listener.Addr())
	feed := live.NewFeed(simulation, *url, os.Stderr)
	if *traces != "" {
		feed.Traces = &live.Traces{URL: *traces, Log: os.Stderr}
	}
	return serve(ctx, feed, listener)
}

// serve runs the feed and its HTTP server until the context ends.
func serve(ctx context.Context, feed *live.Feed, listener net.Listener) error {
	server := &http.Server{Handler: feed.Handler(), ReadHeaderTimeout: 5 * time.Second}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return feed.Run(ctx) })
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		ending, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		return server.Shutdown(ending)
	})
	return group.Wait()
}
