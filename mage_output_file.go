//go:build ignore
// +build ignore

package main

import (
	_context "context"
	_flag "flag"
	_fmt "fmt"
	_io "io"
	_log "log"
	_os "os"
	_signal "os/signal"
	_filepath "path/filepath"
	_sort "sort"
	_strconv "strconv"
	_strings "strings"
	_syscall "syscall"
	_tabwriter "text/tabwriter"
	_time "time"
	
)

func main() {
	// Use local types and functions in order to avoid name conflicts with additional magefiles.
	type arguments struct {
		Verbose       bool          // print out log statements
		List          bool          // print out a list of targets
		Help          bool          // print out help for a specific target
		Timeout       _time.Duration // set a timeout to running the targets
		Args          []string      // args contain the non-flag command-line arguments
	}

	parseBool := func(env string) bool {
		val := _os.Getenv(env)
		if val == "" {
			return false
		}		
		b, err := _strconv.ParseBool(val)
		if err != nil {
			_log.Printf("warning: environment variable %s is not a valid bool value: %v", env, val)
			return false
		}
		return b
	}

	parseDuration := func(env string) _time.Duration {
		val := _os.Getenv(env)
		if val == "" {
			return 0
		}		
		d, err := _time.ParseDuration(val)
		if err != nil {
			_log.Printf("warning: environment variable %s is not a valid duration value: %v", env, val)
			return 0
		}
		return d
	}
	args := arguments{}
	fs := _flag.FlagSet{}
	fs.SetOutput(_os.Stdout)

	// default flag set with ExitOnError and auto generated PrintDefaults should be sufficient
	fs.BoolVar(&args.Verbose, "v", parseBool("MAGEFILE_VERBOSE"), "show verbose output when running targets")
	fs.BoolVar(&args.List, "l", parseBool("MAGEFILE_LIST"), "list targets for this binary")
	fs.BoolVar(&args.Help, "h", parseBool("MAGEFILE_HELP"), "print out help for a specific target")
	fs.DurationVar(&args.Timeout, "t", parseDuration("MAGEFILE_TIMEOUT"), "timeout in duration parsable format (e.g. 5m30s)")
	fs.Usage = func() {
		_fmt.Fprintf(_os.Stdout, `
%s [options] [target]

Commands:
  -l    list targets in this binary
  -h    show this help

Options:
  -h    show description of a target
  -t <string>
        timeout in duration parsable format (e.g. 5m30s)
  -v    show verbose output when running targets
 `[1:], _filepath.Base(_os.Args[0]))
	}
	if err := fs.Parse(_os.Args[1:]); err != nil {
		// flag will have printed out an error already.
		return
	}
	args.Args = fs.Args()
	if args.Help && len(args.Args) == 0 {
		fs.Usage()
		return
	}
		
	var printName = func(str string) string {
	// color is ANSI color type
	type color int

	// If you add/change/remove any items in this constant,
	// you will need to run "stringer -type=color" in this directory again.
	// NOTE: Please keep the list in an alphabetical order.
	const (
		black color = iota
		red
		green
		yellow
		blue
		magenta
		cyan
		white
		brightblack
		brightred
		brightgreen
		brightyellow
		brightblue
		brightmagenta
		brightcyan
		brightwhite
	)

	// AnsiColor are ANSI color codes for supported terminal colors.
	var ansiColor = map[color]string{
		black:         "\u001b[30m",
		red:           "\u001b[31m",
		green:         "\u001b[32m",
		yellow:        "\u001b[33m",
		blue:          "\u001b[34m",
		magenta:       "\u001b[35m",
		cyan:          "\u001b[36m",
		white:         "\u001b[37m",
		brightblack:   "\u001b[30;1m",
		brightred:     "\u001b[31;1m",
		brightgreen:   "\u001b[32;1m",
		brightyellow:  "\u001b[33;1m",
		brightblue:    "\u001b[34;1m",
		brightmagenta: "\u001b[35;1m",
		brightcyan:    "\u001b[36;1m",
		brightwhite:   "\u001b[37;1m",
	}

	const colorName = "blackredgreenyellowbluemagentacyanwhitebrightblackbrightredbrightgreenbrightyellowbrightbluebrightmagentabrightcyanbrightwhite"

	var colorIndex = [...]uint8{0, 5, 8, 13, 19, 23, 30, 34, 39, 50, 59, 70, 82, 92, 105, 115, 126}

	colorToLowerString := func(i color) string {
		if i < 0 || i >= color(len(colorIndex)-1) {
			return "color(" + _strconv.FormatInt(int64(i), 10) + ")"
		}
		return colorName[colorIndex[i]:colorIndex[i+1]]
	}

	// ansiColorReset is an ANSI color code to reset the terminal color.
	const ansiColorReset = "\033[0m"

	// defaultTargetAnsiColor is a default ANSI color for colorizing targets.
	// It is set to Cyan as an arbitrary color, because it has a neutral meaning
	var defaultTargetAnsiColor = ansiColor[cyan]

	getAnsiColor := func(color string) (string, bool) {
		colorLower := _strings.ToLower(color)
		for k, v := range ansiColor {
			colorConstLower := colorToLowerString(k)
			if colorConstLower == colorLower {
				return v, true
			}
		}
		return "", false
	}

	// Terminals which  don't support color:
	//
	//	TERM=vt100
	//	TERM=cygwin
	//	TERM=xterm-mono
	var noColorTerms = map[string]bool{
		"vt100":      false,
		"cygwin":     false,
		"xterm-mono": false,
	}

	// terminalSupportsColor checks if the current console supports color output
	//
	// Supported:
	//
	//	linux, mac, or windows's ConEmu, Cmder, putty, git-bash.exe, pwsh.exe
	//
	// Not supported:
	//
	//	windows cmd.exe, powerShell.exe
	terminalSupportsColor := func() bool {
		envTerm := _os.Getenv("TERM")
		if _, ok := noColorTerms[envTerm]; ok {
			return false
		}
		return true
	}

	// enableColor reports whether the user has requested to enable a color output.
	enableColor := func() bool {
		b, _ := _strconv.ParseBool(_os.Getenv("MAGEFILE_ENABLE_COLOR"))
		return b
	}

	// targetColor returns the ANSI color which should be used to colorize targets.
	targetColor := func() string {
		s, exists := _os.LookupEnv("MAGEFILE_TARGET_COLOR")
		if exists {
			if c, ok := getAnsiColor(s); ok {
				return c
			}
		}
		return defaultTargetAnsiColor
	}

	// store the color terminal variables, so that the detection isn't repeated for each target
	var enableColorValue = enableColor() && terminalSupportsColor()
	var targetColorValue = targetColor()

	if enableColorValue {
		return _fmt.Sprintf("%s%s%s", targetColorValue, str, ansiColorReset)
	}

	return str
}


	list := func() error {
		_fmt.Println(`Burnline's build: 'go tool mage TARGET'.
`)
		targets := map[string]string{
			"bench:accuracy": "compares counts of bad events with the truth, for Burnline and the usual formulas; BENCH_SEED changes the data.",
			"bench:engine": "measures the plugin's own arithmetic: processor time of a warm summary, memory of a cell.",
			"bench:overview": "opens the dashboard of Kubernetes workloads on the demo as Grafana would, and refreshes it; OVERVIEW=workload: that of one workload.",
			"bench:panel": "measures the panel's first paint and its frames while a thousand workloads scroll by, in headless Chromium.",
			"bench:scale": "asks for the budgets of 8,807 series over twelve weeks (SCALE=small: 440) and measures time and memory.",
			"bench:upstream": "measures what Prometheus reads, and how long it takes, for Burnline, for the queries people write and for Pyrra's and Sloth's rules.",
			"build:all": "builds the plugin for this machine and containers on it, frontend and backend, into dist/, and the command line into bin/; also plain 'build'.",
			"build:backend": "builds the backend for this machine into dist/.",
			"build:darwin": "builds the backend for macOS on Intel.",
			"build:darwinARM64": "builds the backend for macOS on Apple silicon.",
			"build:debug": "builds the backend for this machine with debug information.",
			"build:frontend": "builds the data source's and the panel's frontend into dist/.",
			"build:linux": "builds the backend for Linux on amd64.",
			"build:linuxARM": "builds the backend for Linux on 32-bit ARM.",
			"build:linuxARM64": "builds the backend for Linux on arm64.",
			"build:manifest": "writes the list of Go sources and their hashes that Grafana's plugin validator wants.",
			"build:windows": "builds the backend for Windows on amd64.",
			"buildAll": "builds the backend for every platform that Grafana runs on.",
			"clean": "removes what was built: dist/, bin/, archives/ and coverage/.",
			"conformance": "asks real servers (Prometheus, Thanos, Mimir, VictoriaMetrics) over a month of known truth; ends with a table and a line of JSON.",
			"coverage": "runs the backend's unit tests and writes a coverage report to coverage/.",
			"demo:check": "compares the demo's budgets with the truth and prints one line of JSON; fails above 0.5 percentage points.",
			"demo:run": "shows the demo: a table in the terminal, then a page (or your Grafana, see CONTRIBUTING); also plain 'demo'.",
			"docs": "writes docs/presets.md and docs/resources.md from the files that make them.",
			"package": "writes to archives/ the plugin, one self-hosted with all, two that Grafana's catalog takes, and the command line for each platform.",
			"soak": "refreshes dashboards for ten minutes (SOAK=1h: as long) while things fail, and looks for wrong numbers and leaks.",
			"test:alertmanager": "loads exported rules into a real Prometheus with a real Alertmanager and compares who is told what, and when, with the plugin's alerts; some twelve minutes.",
			"test:all": "runs every check there is, the quick ones first; also plain 'test'.",
			"test:binary": "tests the built plugin binary over gRPC against a real Prometheus, and the structure of dist and archives.",
			"test:browser": "tests both editors and the panel in a headless Chromium against the whole stack.",
			"test:frontend": "runs the frontend's unit tests.",
			"test:go": "runs the Go unit tests with the race detector, in every module.",
			"test:grafana": "runs the plugin-e2e specs against GRAFANA_URL, or the Grafana of GRAFANA_HOME.",
			"test:lint": "runs go vet, golangci-lint, eslint and the TypeScript compiler; also plain 'lint'.",
			"watch": "rebuilds the backend with debug information whenever a source changes.",
		}

		keys := make([]string, 0, len(targets))
		for name := range targets {
			keys = append(keys, name)
		}
		_sort.Strings(keys)

		_fmt.Println("Targets:")
		w := _tabwriter.NewWriter(_os.Stdout, 0, 4, 4, ' ', 0)
		for _, name := range keys {
			_fmt.Fprintf(w, "  %v\t%v\n", printName(name), targets[name])
		}
		err := w.Flush()
		return err
	}

	var ctx _context.Context
	ctxCancel := func(){}

	// by deferring in a closure, we let the cancel function get replaced
	// by the getContext function.
	defer func() {
		ctxCancel()
	}()

	getContext := func() (_context.Context, func()) {
		if ctx == nil {
			if args.Timeout != 0 {
				ctx, ctxCancel = _context.WithTimeout(_context.Background(), args.Timeout)
			} else {
				ctx, ctxCancel = _context.WithCancel(_context.Background())
			}
		}

		return ctx, ctxCancel
	}

	runTarget := func(logger *_log.Logger, fn func(_context.Context) error) interface{} {
		var err interface{}
		ctx, cancel := getContext()
		d := make(chan interface{})
		go func() {
			defer func() {
				err := recover()
				d <- err
			}()
			err := fn(ctx)
			d <- err
		}()
		sigCh := make(chan _os.Signal, 1)
		_signal.Notify(sigCh, _syscall.SIGINT)
		select {
		case <-sigCh:
			logger.Println("cancelling mage targets, waiting up to 5 seconds for cleanup...")
			cancel()
			cleanupCh := _time.After(5 * _time.Second)

			select {
			// target exited by itself
			case err = <-d:
				return err
			// cleanup timeout exceeded
			case <-cleanupCh:
				return _fmt.Errorf("cleanup timeout exceeded")
			// second SIGINT received
			case <-sigCh:
				logger.Println("exiting mage")
				return _fmt.Errorf("exit forced")
			}
		case <-ctx.Done():
			cancel()
			e := ctx.Err()
			_fmt.Printf("ctx err: %v\n", e)
			return e
		case err = <-d:
			// we intentionally don't cancel the context here, because
			// the next target will need to run with the same _context.
			return err
		}
	}
	// This is necessary in case there aren't any targets, to avoid an unused
	// variable error.
	_ = runTarget

	handleError := func(logger *_log.Logger, err interface{}) {
		if err != nil {
			logger.Printf("Error: %+v\n", err)
			type code interface {
				ExitStatus() int
			}
			if c, ok := err.(code); ok {
				_os.Exit(c.ExitStatus())
			}
			_os.Exit(1)
		}
	}
	_ = handleError

	// Set MAGEFILE_VERBOSE so mg.Verbose() reflects the flag value.
	if args.Verbose {
		_os.Setenv("MAGEFILE_VERBOSE", "1")
	} else {
		_os.Setenv("MAGEFILE_VERBOSE", "0")
	}

	_log.SetFlags(0)
	if !args.Verbose {
		_log.SetOutput(_io.Discard)
	}
	logger := _log.New(_os.Stderr, "", 0)
	if args.List {
		if err := list(); err != nil {
			_log.Println(err)
			_os.Exit(1)
		}
		return
	}

	if args.Help {
		if len(args.Args) < 1 {
			logger.Println("no target specified")
			_os.Exit(2)
		}
		switch _strings.ToLower(args.Args[0]) {
			case "bench:accuracy":
				_fmt.Println("Accuracy compares counts of bad events with the truth, for Burnline and the usual formulas; BENCH_SEED changes the data.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage bench:accuracy\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "bench:engine":
				_fmt.Println("Engine measures the plugin's own arithmetic: processor time of a warm summary, memory of a cell.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage bench:engine\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "bench:overview":
				_fmt.Println("Overview opens the dashboard of Kubernetes workloads on the demo as Grafana would, and refreshes it; OVERVIEW=workload: that of one workload.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage bench:overview\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "bench:panel":
				_fmt.Println("Panel measures the panel's first paint and its frames while a thousand workloads scroll by, in headless Chromium.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage bench:panel\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "bench:scale":
				_fmt.Println("Scale asks for the budgets of 8,807 series over twelve weeks (SCALE=small: 440) and measures time and memory.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage bench:scale\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "bench:upstream":
				_fmt.Println("Upstream measures what Prometheus reads, and how long it takes, for Burnline, for the queries people write and for Pyrra's and Sloth's rules.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage bench:upstream\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "build:all":
				_fmt.Println("All builds the plugin for this machine and containers on it, frontend and backend, into dist/, and the command line into bin/; also plain 'build'.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage build:all\n\n")
				var aliases []string
				aliases = append(aliases, "build")
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "build:backend":
				_fmt.Println("Backend builds the backend for this machine into dist/.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage build:backend\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "build:darwin":
				_fmt.Println("Darwin builds the backend for macOS on Intel.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage build:darwin\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "build:darwinarm64":
				_fmt.Println("DarwinARM64 builds the backend for macOS on Apple silicon.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage build:darwinarm64\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "build:debug":
				_fmt.Println("Debug builds the backend for this machine with debug information.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage build:debug\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "build:frontend":
				_fmt.Println("Frontend builds the data source's and the panel's frontend into dist/.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage build:frontend\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "build:linux":
				_fmt.Println("Linux builds the backend for Linux on amd64.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage build:linux\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "build:linuxarm":
				_fmt.Println("LinuxARM builds the backend for Linux on 32-bit ARM.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage build:linuxarm\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "build:linuxarm64":
				_fmt.Println("LinuxARM64 builds the backend for Linux on arm64.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage build:linuxarm64\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "build:manifest":
				_fmt.Println("Manifest writes the list of Go sources and their hashes that Grafana's plugin validator wants.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage build:manifest\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "build:windows":
				_fmt.Println("Windows builds the backend for Windows on amd64.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage build:windows\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "buildall":
				_fmt.Println("BuildAll builds the backend for every platform that Grafana runs on.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage buildall\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "clean":
				_fmt.Println("Clean removes what was built: dist/, bin/, archives/ and coverage/. The cache outside the tree stays.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage clean\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "conformance":
				_fmt.Println("Conformance asks real servers (Prometheus, Thanos, Mimir, VictoriaMetrics) over a month of known truth; ends with a table and a line of JSON.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage conformance\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "coverage":
				_fmt.Println("Coverage runs the backend's unit tests and writes a coverage report to coverage/.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage coverage\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "demo:check":
				_fmt.Println("Check compares the demo's budgets with the truth and prints one line of JSON; fails above 0.5 percentage points.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage demo:check\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "demo:run":
				_fmt.Println("Run shows the demo: a table in the terminal, then a page (or your Grafana, see CONTRIBUTING); also plain 'demo'.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage demo:run\n\n")
				var aliases []string
				
				aliases = append(aliases, "demo")
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "docs":
				_fmt.Println("Docs writes docs/presets.md and docs/resources.md from the files that make them.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage docs\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "package":
				_fmt.Println("Package writes to archives/ the plugin, one self-hosted with all, two that Grafana's catalog takes, and the command line for each platform.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage package\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "soak":
				_fmt.Println("Soak refreshes dashboards for ten minutes (SOAK=1h: as long) while things fail, and looks for wrong numbers and leaks.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage soak\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "test:alertmanager":
				_fmt.Println("Alertmanager loads exported rules into a real Prometheus with a real Alertmanager and compares who is told what, and when, with the plugin's alerts; some twelve minutes.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage test:alertmanager\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "test:all":
				_fmt.Println("All runs every check there is, the quick ones first; also plain 'test'.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage test:all\n\n")
				var aliases []string
				
				
				
				aliases = append(aliases, "test")
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "test:binary":
				_fmt.Println("Binary tests the built plugin binary over gRPC against a real Prometheus, and the structure of dist and archives.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage test:binary\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "test:browser":
				_fmt.Println("Browser tests both editors and the panel in a headless Chromium against the whole stack.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage test:browser\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "test:frontend":
				_fmt.Println("Frontend runs the frontend's unit tests.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage test:frontend\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "test:go":
				_fmt.Println("Go runs the Go unit tests with the race detector, in every module.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage test:go\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "test:grafana":
				_fmt.Println("Grafana runs the plugin-e2e specs against GRAFANA_URL, or the Grafana of GRAFANA_HOME.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage test:grafana\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "test:lint":
				_fmt.Println("Lint runs go vet, golangci-lint, eslint and the TypeScript compiler; also plain 'lint'.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage test:lint\n\n")
				var aliases []string
				
				
				aliases = append(aliases, "lint")
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			case "watch":
				_fmt.Println("Watch rebuilds the backend with debug information whenever a source changes.")
				_fmt.Println()
				
				_fmt.Print("Usage:\n\n\tmage watch\n\n")
				var aliases []string
				
				
				
				
				if len(aliases) > 0 {
					_sort.Strings(aliases)
					_fmt.Printf("Aliases: %s\n\n", _strings.Join(aliases, ", "))
				}
				return
			default:
				logger.Printf("Unknown target: %q\n", args.Args[0])
				_os.Exit(2)
		}
	}
	if len(args.Args) < 1 {
		if err := list(); err != nil {
			logger.Println("Error:", err)
			_os.Exit(1)
		}
		return
	}
	for x := 0; x < len(args.Args); {
		target := args.Args[x]
		x++

		// resolve aliases
		switch _strings.ToLower(target) {
		
			case "build":
				target = "Build:All"
			case "demo":
				target = "Demo:Run"
			case "lint":
				target = "Test:Lint"
			case "test":
				target = "Test:All"
		}

		switch _strings.ToLower(target) {
		
			case "bench:accuracy":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Bench:Accuracy\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Bench:Accuracy")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Bench{}.Accuracy(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "bench:engine":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Bench:Engine\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Bench:Engine")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Bench{}.Engine(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "bench:overview":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Bench:Overview\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Bench:Overview")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Bench{}.Overview(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "bench:panel":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Bench:Panel\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Bench:Panel")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Bench{}.Panel(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "bench:scale":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Bench:Scale\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Bench:Scale")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Bench{}.Scale(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "bench:upstream":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Bench:Upstream\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Bench:Upstream")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Bench{}.Upstream(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "build:all":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Build:All\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Build:All")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Build{}.All(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "build:backend":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Build:Backend\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Build:Backend")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Build{}.Backend()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "build:darwin":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Build:Darwin\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Build:Darwin")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Build{}.Darwin()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "build:darwinarm64":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Build:DarwinARM64\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Build:DarwinARM64")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Build{}.DarwinARM64()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "build:debug":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Build:Debug\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Build:Debug")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Build{}.Debug()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "build:frontend":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Build:Frontend\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Build:Frontend")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Build{}.Frontend(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "build:linux":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Build:Linux\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Build:Linux")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Build{}.Linux()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "build:linuxarm":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Build:LinuxARM\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Build:LinuxARM")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Build{}.LinuxARM()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "build:linuxarm64":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Build:LinuxARM64\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Build:LinuxARM64")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Build{}.LinuxARM64()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "build:manifest":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Build:Manifest\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Build:Manifest")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Build{}.Manifest()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "build:windows":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Build:Windows\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Build:Windows")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Build{}.Windows()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "buildall":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"BuildAll\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "BuildAll")
				}
				
				wrapFn := func(ctx _context.Context) error {
					BuildAll()
					return nil
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "clean":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Clean\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Clean")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Clean()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "conformance":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Conformance\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Conformance")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Conformance(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "coverage":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Coverage\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Coverage")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Coverage()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "demo:check":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Demo:Check\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Demo:Check")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Demo{}.Check(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "demo:run":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Demo:Run\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Demo:Run")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Demo{}.Run(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "docs":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Docs\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Docs")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Docs()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "package":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Package\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Package")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Package(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "soak":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Soak\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Soak")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Soak(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "test:alertmanager":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Test:Alertmanager\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Test:Alertmanager")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Test{}.Alertmanager(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "test:all":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Test:All\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Test:All")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Test{}.All(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "test:binary":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Test:Binary\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Test:Binary")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Test{}.Binary(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "test:browser":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Test:Browser\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Test:Browser")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Test{}.Browser(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "test:frontend":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Test:Frontend\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Test:Frontend")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Test{}.Frontend(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "test:go":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Test:Go\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Test:Go")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Test{}.Go(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "test:grafana":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Test:Grafana\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Test:Grafana")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Test{}.Grafana(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "test:lint":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Test:Lint\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Test:Lint")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Test{}.Lint(ctx)
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
			case "watch":
				expected := x + 0
				if expected > len(args.Args) {
					// note that expected and args at this point include the arg for the target itself
					// so we subtract 1 here to show the number of args without the target.
					logger.Printf("not enough arguments for target \"Watch\", expected %v, got %v\n", expected-1, len(args.Args)-1)
					_os.Exit(2)
				}
				if args.Verbose {
					logger.Println("Running target:", "Watch")
				}
				
				wrapFn := func(ctx _context.Context) error {
					return Watch()
				}
				ret := runTarget(logger, wrapFn)
				handleError(logger, ret)
		
		default:
			logger.Printf("Unknown target specified: %q\n", target)
			_os.Exit(2)
		}
	}
}




