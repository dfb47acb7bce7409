// Command workloads generates the demo's time series: thirty-two days of twelve workloads as
// Prometheus blocks, then live samples by remote write, and the truth of both.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `usage: workloads COMMAND [flags]

  generate  write the history as blocks, or add what is missing to fresh ones
  live      go on from the history: remote-write samples as they happen, serve the truth
  truth     print what was really counted up to an instant, as JSON
  benchdata write the time series of a benchmark as blocks

workloads COMMAND -h lists the flags.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "workloads:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("no command given\n%s", usage)
	}
	switch args[0] {
	case "generate":
		return generate(ctx, args[1:])
	case "live":
		return runLive(ctx, args[1:])
	case "truth":
		return printTruth(args[1:])
	case "benchdata":
		return writeBenchdata(ctx, args[1:])
	case "help", "-h", "--help":
		fmt.Print(usage)
		return nil
	default:
		return fmt.Errorf("unknown command %q\n%s", args[0], usage)
	}
}
