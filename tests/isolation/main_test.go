// Package isolation tests the built plugin with a server that two viewers and two tenants share. No
// viewer gets another's data, and no secret leaves the plugin.
package isolation

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/burnline/burnline/internal/pluginhost"
	"github.com/burnline/burnline/internal/stack"
)

const pluginID = "burnline-slo-datasource"

// The plugin that all tests here share, and its log at every level.
var (
	host   *pluginhost.Host
	binary string
	logs   logBuffer
)

// logBuffer is safe for concurrent use.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	ctx, stop := context.WithTimeout(context.Background(), 15*time.Minute)
	defer stop()
	project, err := stack.Open(os.Stderr)
	if err != nil {
		return 1, err
	}
	binary, err = project.Plugin(ctx)
	if err != nil {
		return 1, err
	}
	if host, err = pluginhost.StartAt(hclog.Trace, binary, &logs); err != nil {
		return 1, err
	}
	defer host.Kill()
	return m.Run(), nil
}
