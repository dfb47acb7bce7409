package history

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/fileutil"

	"github.com/burnline/burnline/devstack/workloads/sim"
	"github.com/burnline/burnline/devstack/workloads/truth"
)

var testNow = testAnchor.Add(12 * time.Second)

func request(dir string) Request {
	return Request{Dir: dir, Fleet: sim.Fleet(), Seed: 1, Now: testNow, Days: 1, Log: io.Discard}
}

func mustGenerate(t *testing.T, req Request) *State {
	t.Helper()
	state, err := Generate(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func TestPrometheusReadsBackWhatWasGenerated(t *testing.T) {
	dir, runDir := t.TempDir(), t.TempDir()
	state := mustGenerate(t, request(dir))
	if err := link(dir, runDir); err != nil {
		t.Fatal(err)
	}
	db := openAsPrometheusDoes(t, runDir)
	if err := db.Compact(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := len(db.Blocks()); got != len(state.Blocks) {
		t.Errorf("%d blocks after compaction, want the %d that were generated: nothing to compact", got,
			len(state.Blocks))
	}
	s, _, err := Load(dir, sim.Fleet())
	if err != nil {
		t.Fatal(err)
	}
	stored := readBack(t, db)
	for _, row := range s.Table(s.FromMS, testAnchor.UnixMilli()) {
		want := bruteForce(stored[row.Namespace+"/"+row.Workload], s.FromMS, s.FromMS, testAnchor.UnixMilli())
		if got := (truth.Counts{Events: row.Events, Bad: row.Bad, Slow: row.Slow, Slower: row.Slower}); got != want ||
			want.Events == 0 {
			t.Errorf("%s/%s: truth %+v, the blocks hold %+v", row.Namespace, row.Workload, got, want)
		}
	}
}

func TestFreshDataIsOnlyAddedTo(t *testing.T) {
	dir := t.TempDir()
	first := mustGenerate(t, request(dir))
	later := request(dir)
	later.Now = testNow.Add(41 * time.Minute)
	second := mustGenerate(t, later)
	if !second.Anchor.Equal(testAnchor) || !second.To.Equal(testAnchor.Add(41*time.Minute)) {
		t.Errorf("anchor %s and end %s after 41 minutes", second.Anchor, second.To)
	}
	if n := len(first.Blocks); !reflect.DeepEqual(second.Blocks[:n], first.Blocks) || len(second.Blocks) == n {
		t.Errorf("blocks were %v and are %v: want the same and new ones", first.Blocks, second.Blocks)
	}

	whole, err := New(sim.Fleet(), 1, testAnchor.UnixMilli(), first.From.UnixMilli())
	if err != nil {
		t.Fatal(err)
	}
	added, _, err := Load(dir, sim.Fleet())
	if err != nil {
		t.Fatal(err)
	}
	end := later.Now.Add(time.Hour).Truncate(time.Minute).UnixMilli()
	for i := range whole.Runs {
		whole.Runs[i].Advance(end, nil)
		added.Runs[i].Advance(end, nil)
	}
	if got, want := added.Table(first.From.UnixMilli(), end),
		whole.Table(first.From.UnixMilli(), end); !reflect.DeepEqual(got, want) {
		t.Errorf("made in three parts %+v\nmade at once %+v", got, want)
	}
}

func TestOldOrForeignDataIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	first := mustGenerate(t, request(dir))
	later := request(dir)
	later.Now = testNow.Add(FreshFor + time.Minute)
	second := mustGenerate(t, later)
	if want := later.Now.Truncate(time.Minute); !second.Anchor.Equal(want) {
		t.Errorf("anchor %s after %s, want %s", second.Anchor, FreshFor, want)
	}
	for _, b := range first.Blocks {
		if _, err := os.Stat(filepath.Join(BlocksDir(dir), b.ID)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("block %s of the old data is still there", b.ID)
		}
	}
	otherSeed := later
	otherSeed.Seed = 2
	third := mustGenerate(t, otherSeed)
	if third.Blocks[0].ID == second.Blocks[0].ID {
		t.Error("another seed kept the blocks")
	}
	fixed := otherSeed
	fixed.Anchor = testAnchor
	if state := mustGenerate(t, fixed); !state.To.Equal(testAnchor) || !state.Anchor.Equal(testAnchor) {
		t.Errorf("asked for anchor %s, got %s up to %s", testAnchor, state.Anchor, state.To)
	}
}

func TestLinkLeavesARunningServerAlone(t *testing.T) {
	dir, runDir := t.TempDir(), t.TempDir()
	mustGenerate(t, request(dir))
	if err := os.WriteFile(filepath.Join(runDir, "wal"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	held, _, err := fileutil.Flock(filepath.Join(runDir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	if err := link(dir, runDir); !errors.Is(err, ErrInUse) {
		t.Errorf("linking into a directory in use: %v, want ErrInUse", err)
	}
	if _, err := os.Stat(filepath.Join(runDir, "wal")); err != nil {
		t.Error("the running server's file is gone")
	}
	if err := held.Release(); err != nil {
		t.Fatal(err)
	}
	if err := link(dir, runDir); err != nil {
		t.Error(err)
	}
	linked, _, err := Load(runDir, sim.Fleet())
	if err != nil || linked.Runs[0].AtMS != testAnchor.UnixMilli() {
		t.Errorf("live could not go on from the linked directory: %v", err)
	}
	if _, err := os.Stat(filepath.Join(runDir, "wal")); !errors.Is(err, os.ErrNotExist) {
		t.Error("the last run's files are still there")
	}
}

func TestGenerateReportsItsProgress(t *testing.T) {
	var log bytes.Buffer
	req := request(t.TempDir())
	req.Log = &log
	state := mustGenerate(t, req)
	if got := strings.Count(log.String(), "\n"); got != len(state.Blocks) {
		t.Errorf("%d lines for %d blocks:\n%s", got, len(state.Blocks), log.String())
	}
}

func TestLoadWithoutDataReportsWhatToDo(t *testing.T) {
	_, err := LoadState("/nowhere")
	if err == nil || !strings.Contains(err.Error(), "run `workloads generate --dir /nowhere` first") {
		t.Errorf("got %v", err)
	}
}

// openAsPrometheusDoes opens a data directory with the options that result from
// `--storage.tsdb.retention.time=60d`.
func openAsPrometheusDoes(t *testing.T, dir string) *tsdb.DB {
	t.Helper()
	opts := tsdb.DefaultOptions()
	opts.RetentionDuration = (10 * 365 * 24 * time.Hour).Milliseconds() // the test's anchor may be long ago
	opts.MinBlockDuration = (2 * time.Hour).Milliseconds()
	opts.MaxBlockDuration = (6 * 24 * time.Hour).Milliseconds()
	db, err := tsdb.Open(dir, slog.New(slog.DiscardHandler), nil, opts, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// readBack reads every sample, by workload.
func readBack(t *testing.T, db *tsdb.DB) map[string]*recording {
	t.Helper()
	q, err := db.Querier(math.MinInt64, math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = q.Close() }()
	stored := map[string]*recording{}
	set := q.Select(context.Background(), true, nil, labels.MustNewMatcher(labels.MatchNotEqual, "workload", ""))
	for set.Next() {
		l := set.At().Labels()
		name := l.Get("job")
		if stored[name] == nil {
			stored[name] = &recording{}
		}
		s := &recorded{labels: l}
		it := set.At().Iterator(nil)
		for it.Next() == chunkenc.ValFloat {
			at, v := it.At()
			s.atMS, s.v = append(s.atMS, at), append(s.v, v)
		}
		if it.Err() != nil {
			t.Fatal(it.Err())
		}
		stored[name].order = append(stored[name].order, s)
	}
	if set.Err() != nil {
		t.Fatal(set.Err())
	}
	return stored
}
