// Command burnline checks, imports and exports SLO files, and reports budgets and backtests of a
// Prometheus, Thanos or Mimir. It uses the same packages as the Grafana plugin, and must not
// compute numbers itself. Start reading at program.run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/burnline/burnline/pkg/prom"
)

const usage = `burnline COMMAND [flags] FILE...

  check     lists what is wrong with SLO files, by line and column; with --url it queries a server too; exits 1 if anything is
  import    makes a catalog of definitions of Sloth, Pyrra or OpenSLO: -o catalog.yaml
  export    writes SLOs for other tools: --format prometheus, prometheusrule, mimir, alertmanager,
            mimir-alertmanager, grafana or openslo
  report    prints the budgets of a server: --url http://prometheus:9090
  backtest  prints what each alert policy would have done on a server
  version   prints the version

FILE is a catalog of SLOs in YAML, - is standard input. "burnline COMMAND -h" lists the flags.
Exit codes: 0 in order, 1 the SLOs are not, 2 the command line is not, 3 the server does not answer.
`

// version is set by release builds.
var version = "development"

// Exit codes. They distinguish a wrong definition from a server that is down.
const (
	exitOK     = 0
	exitBad    = 1 // a definition is wrong, or contradicts the data of the server
	exitUsage  = 2 // the command line is wrong, or names a file that cannot be read
	exitServer = 3 // the server does not answer, refuses, or has not answered in time
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func (p program) version(context.Context, []string) error {
	_, err := fmt.Fprintln(p.out, "burnline "+version)
	return err
}

type program struct {
	in       io.Reader
	out, err io.Writer
}

func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	p := program{in, out, errs}
	commands := map[string]func(context.Context, []string) error{
		"check": p.check, "import": p.importFiles, "export": p.export, "report": p.report, "backtest": p.backtest,
		"version": p.version,
	}
	if len(args) > 0 && (args[0] == "--version" || args[0] == "-version") {
		args = append([]string{"version"}, args[1:]...)
	}
	if len(args) == 0 || commands[args[0]] == nil {
		_, _ = fmt.Fprint(errs, usage)
		if len(args) > 0 && (args[0] == "help" || strings.TrimLeft(args[0], "-") == "h" || args[0] == "--help") {
			return exitOK
		}
		if len(args) > 0 {
			_, _ = fmt.Fprintf(errs, "\nunknown command %q. There are %s\n", args[0],
				strings.Join(slices.Sorted(maps.Keys(commands)), ", "))
		}
		return exitUsage
	}
	err := commands[args[0]](ctx, args[1:])
	if err != nil && !errors.Is(err, errPrinted) && !errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprintf(errs, "burnline %s: %v\n", args[0], err)
	}
	return codeOf(err)
}

// codeOf returns the exit code of a command's error.
func codeOf(err error) int {
	var usage *usageError
	var server *prom.Error
	var tenant *prom.TenantError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &server), errors.As(err, &tenant), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, context.Canceled), errors.Is(err, errTimeout):
		return exitServer
	}
	return exitBad
}

// usageError is a mistake in the command line.
type usageError struct{ error }

func (e *usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

// errPrinted is an error with a text that was printed already.
var errPrinted = errors.New("printed above")

// flags parses the flags of a command and returns the files.
func (p program) flags(name string, args []string, define func(*flag.FlagSet)) ([]string, error) {
	f := flag.NewFlagSet("burnline "+name, flag.ContinueOnError)
	f.SetOutput(p.err)
	define(f)
	var files []string
	for rest := args; ; { // flags may follow files
		if err := f.Parse(rest); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, &usageError{errPrinted}
		}
		if f.NArg() == 0 {
			break
		}
		files, rest = append(files, f.Arg(0)), f.Args()[1:]
	}
	if len(files) == 0 {
		return nil, usagef("no file. Give a file in YAML, or - for standard input")
	}
	return files, nil
}
