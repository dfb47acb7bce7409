package prom

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/semaphore"
)

func metered(t *testing.T, r io.Reader, limit int64, large *semaphore.Weighted) *bodyLimiter {
	if large == nil {
		large = semaphore.NewWeighted(1)
	}
	m := &bodyLimiter{ctx: t.Context(), body: r, limit: limit, large: large}
	t.Cleanup(m.done)
	return m
}

const matrix = `[{"metric":{"__name__":"x_total","a":"é\n\"","le":"+Inf"},"values":[[1435781430.781,"1"],[1435781445,"1.5e+300"],[1435781460.001,"NaN"],[0,"-Inf"]]},` +
	` {"metric":{},"values":[]},
	{"histograms":[[1435781430.5,{"count":"3","sum":"0.5","buckets":[[0,"-0.1","0.25","1"],[3,"0.25","+Inf","2"]]}]],"metric":{"h":"1"},"values":[[1,"2"]]}]`

// Results equal those of encoding/json.
func TestSeriesOfAnAnswer(t *testing.T) {
	var want model.Matrix
	require.NoError(t, json.Unmarshal([]byte(matrix), &want))
	want[1].Values = nil
	for _, body := range []string{
		`{"status":"success","isPartial":false,"data":{"resultType":"matrix","result":` + matrix +
			`,"stats":{"samples":{"samplesRead":7}}},"warnings":["w\"",""],"infos":["i"]}`,
		"\n { \"data\" : {\"stats\":{\"samples\":{\"samplesRead\":7}} , \"result\" : " + matrix +
			", \"resultType\": \"matrix\", \"x\":[{}]} ,\"warnings\":[\"w\\\"\",\"\"], \"status\":\"success\" } \n",
	} {
		for _, reader := range []io.Reader{
			strings.NewReader(body), iotest.OneByteReader(strings.NewReader(body)),
			iotest.DataErrReader(strings.NewReader(body)),
		} {
			var got answer
			require.NoError(t, decode(metered(t, reader, 1<<20, nil), &got, false))
			require.Equal(t, fmt.Sprint(want), fmt.Sprint(got.matrix)) // as text: NaN is not equal to itself
			require.Equal(t, want[2].Histograms, got.matrix[2].Histograms)
			require.Equal(t, "matrix", got.resultType)
			require.Equal(t, []string{`w"`, ""}, got.warnings)
			require.JSONEq(t, `{"samples":{"samplesRead":7}}`, string(got.stats))
			require.LessOrEqual(t, len(strings.TrimSpace(body)), got.bytes)
		}
	}
}

func TestVectorsLabelSetsNamesAndScalars(t *testing.T) {
	read := func(body string, raw bool) (got answer) {
		require.NoError(t, decode(metered(t, strings.NewReader(body), 1<<20, nil), &got, raw))
		require.Equal(t, len(body), got.bytes)
		got.bytes = 0
		return got
	}
	got := read(`{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1.5,"2"]},`+
		`{"metric":{"h":"1"},"histogram":[1,{"count":"3","sum":"0.5"}]}]}}`, false)
	require.Equal(t,
		&model.SampleStream{Metric: model.Metric{"a": "b"}, Values: []model.SamplePair{{Timestamp: 1500, Value: 2}}},
		got.matrix[0])
	require.EqualValues(t, 3, got.matrix[1].Histograms[0].Histogram.Count)
	require.Equal(t, answer{sets: []model.LabelSet{{"a": "b"}, {}}},
		read(`{"status":"success","data":[{"a":"b"},{}]}`, false))
	require.Equal(t, answer{names: []string{"a", "é\n"}}, read(`{"status":"success","data":["a","é\n"]}`, false))
	require.Equal(t, answer{}, read(`{"status":"success","data":null}`, false))
	require.Equal(t,
		answer{
			resultType: "scalar",
			matrix: model.Matrix{{
				Metric: model.Metric{},
				Values: []model.SamplePair{{Timestamp: 1435781460781, Value: 1}},
			}},
		},
		read(`{"status":"success","data":{"resultType":"scalar","result":[1435781460.781,"1"]}}`, false))
	require.Equal(t, answer{raw: json.RawMessage(`{"version":"3"}`)},
		read(`{"status":"success","data":{"version":"3"}}`, true))
	require.Equal(t, answer{raw: json.RawMessage(`[1]`)}, read(`{"status":"success","data":[1]}`, true))
}

func TestAnAnswerWithoutDataIsNoEmptyOne(t *testing.T) {
	for _, raw := range []bool{false, true} {
		err := decode(metered(t, strings.NewReader(`{"status":"success"}`), 1<<20, nil), &answer{}, raw)
		require.ErrorContains(t, err, "the answer has no data")
	}
}

func TestWhatIsCutOffIsNoAnswer(t *testing.T) {
	body := `{"status":"success","data":{"resultType":"matrix","result":` + matrix + `}}`
	for n := 1; n < len(body); n++ {
		var got answer
		err := decode(metered(t, strings.NewReader(body[:n]), 1<<20, nil), &got, false)
		var failed *answerError
		require.ErrorAs(t, err, &failed, body[:n])
		reason, _ := failed.reason()
		require.Equal(t, BadResponse, reason)
		require.Empty(t, got.matrix)
	}
	var got answer
	err := decode(metered(t, io.MultiReader(strings.NewReader(body[:200]), iotest.ErrReader(io.ErrUnexpectedEOF)),
		1<<20, nil), &got, false)
	require.Equal(t, io.ErrUnexpectedEOF, err, "that of the connection, which is tried again")
	for text, want := range map[string]string{
		`{"data":{"result":[{"values":[[1]]}]}}`:                  "a value is not a pair of a time and a number",
		`{"data":{"result":[{"values":[[1,"x"]]}]}}`:              `strconv.ParseFloat: parsing "x": invalid syntax`,
		`{"data":{"result":[{"values":[[1,2]]}]}}`:                "a value is not a pair of a time and a number",
		`{"data":{"result":[{"histogram":[1,{"buckets":[1]}]}]}}`: "json: cannot unmarshal number into Go struct field SampleHistogram.buckets of type []interface {}",
		`{"data":{"result":[{"metric":{"a":1}}]}}`:                "the value of a label is no string",
		`{"data":{"resultType":"scalar","result":[1,2]}}`:         "a value is not a pair of a time and a number",
		`{"data":[]}`: "the answer has no status",
		`{"status":"error","errorType":"execution","error":"too much"}`: "too much",
		`{"status":"error"}`:                    "",
		`{"status":"success","isPartial":true}`: errPartial.Error(),
		" \n<html>sign in</html>\nor not":       "the answer is no JSON: <html>sign in</html>",
		"":                                      "the answer is no JSON",
	} {
		require.EqualError(t, decode(metered(t, strings.NewReader(text), 1<<20, nil), &got, false), want, text)
	}
}

// The size limit applies to the bytes that stay in memory, for every part of a response.
func TestAnAnswerIsBoundedByWhatItTakes(t *testing.T) {
	const limit = 1 << 20
	for name, element := range map[string]string{
		"spaces": strings.Repeat(" ", 1<<10),
		"series": `{"metric":{},"value":[1,"1"]},`,
		"labels": `{"metric":{` + strings.TrimSuffix(strings.Repeat(`"a":"b",`, 8), ",") + `},"value":[1,"1"]},`,
		"values": `{"metric":{},"values":[` + strings.TrimSuffix(strings.Repeat(`[1,"1"],`, 2000), ",") + `]},`,
		"histograms": `{"metric":{},"histogram":[1,{"buckets":[` +
			strings.TrimSuffix(strings.Repeat(`[0,"0","0","0"],`, 50), ",") + `]}]},`,
		"numbers": `1,`,
		"strings": `"a",`,
		"names":   `1,`,
	} {
		opens := `{"result":[`
		if name == "names" {
			opens = "["
		}
		body := `{"status":"success","data":` + opens + strings.Repeat(element, 4*limit/len(element))
		var got answer
		m := metered(t, strings.NewReader(body), limit, nil)
		err := decode(m, &got, false)
		require.ErrorIs(t, err, errBodyTooLarge, name)
		require.EqualError(t, err, "the response is larger than maxResponseMiB (1 MiB)")
		require.LessOrEqual(t, m.held, int64(limit+2000*valueBytes+seriesBytes), name)
		require.LessOrEqual(t, m.read, int64(limit+readBuffer), name)
		if name == "names" {
			require.LessOrEqual(t, m.read, int64(limit/8+readBuffer), "two bytes take 16 in memory")
		}
	}
}

func TestLargeAnswersAreReadOneByOne(t *testing.T) {
	large := semaphore.NewWeighted(1)
	// about 440 KiB in memory
	body := `{"status":"success","data":{"result":[` +
		strings.TrimSuffix(strings.Repeat(`{"metric":{},"value":[1,"1"]},`, 1000), ",") + `]}}`
	var got answer
	small := metered(t, strings.NewReader(body), 8<<20, large)
	require.NoError(t, decode(small, &got, false))
	require.True(t, large.TryAcquire(1), "small ones need no turn")
	large.Release(1)

	one := metered(t, strings.NewReader(body), 1<<20, large)
	require.NoError(t, decode(one, &got, false))
	require.False(t, large.TryAcquire(1))
	began := make(chan struct{})
	other := metered(t, io.MultiReader(strings.NewReader(body[:100]), notify(began), strings.NewReader(body[100:])),
		1<<20, large)
	ended := make(chan int)
	go func() {
		var got answer
		if err := decode(other, &got, false); err != nil {
			t.Error(err)
		}
		ended <- len(got.matrix)
	}()
	<-began
	select {
	case <-ended:
		t.Fatal("two large answers at once")
	case <-time.After(50 * time.Millisecond):
	}
	one.done()
	one.alone = false
	require.Equal(t, 1000, <-ended)
}

// notify is an empty reader that signals its first read.
type notify chan struct{}

func (n notify) Read([]byte) (int, error) {
	close(n)
	return 0, io.EOF
}
