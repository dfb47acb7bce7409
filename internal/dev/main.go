// Command dev runs the targets of the Magefile that need more than a build. It is a separate
// program, so that mage compiles little before the first line of output.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/build"

	"github.com/burnline/burnline/internal/checks"
	"github.com/burnline/burnline/internal/demo"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: dev TARGET; `go tool mage -l` lists the targets")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, target string) error {
	switch target {
	case "demo":
		return demo.Run(ctx)
	case "demo:check":
		return demo.Check(ctx)
	case "build:backend":
		return build.Build{}.Backend()
	case "test":
		return checks.All(ctx)
	default:
		return checks.Only(ctx, target)
	}
}
