package promclient

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/semaphore"
)

func metered(t *testing.T, r io.Reader, limit int64, large *semaphore.Weighted) *meter {
	if large == nil {
		large = semaphore.NewWeighted(1)
	}
	m := &meter{ctx: t.Context(), body: r, limit: limit, large: large}
	t.Cleanup(m.done)
	return m
}

const matrix = `[{"metric":{"__name__":"x_total","a":"é\n\"","le":"+Inf"},"values":[[1435781430.781,"1"],[1435781445,"1.5e+300"],[1435781460.001,"NaN"],[0,"-Inf"]]},` +
	` {"metric":{},"values":[]},
	{"histograms":[[1435781430.5,{"count":"3","sum":"0.5","buckets":[[0,"-0.1","0.25","1"],[3,"0.25","+Inf","2"]]}]],"metric":{"h":"1"},"values":[[1,"2"]]}]`

// The answers are those that encoding/json makes of them.
func TestSeriesAreTakenOutOfAnAnswer(t *testing.T) {
	var want model.Matrix
	require.NoError(t, json.Unmarshal([]byte(matrix), &want))
	want[1].Values = nil
	for _, body := range []string{
		`{"status":"success","isPartial":false,"data":{"resultType":"matrix","result":` + matrix + `,"stats":{"samples":{"samplesRead":7}}},"warnings":["w"]}`,
		"\n { \"data\" : {\"stats\":null , \"result\" : " + matrix + ", \"resultType\": \"matrix\"} , \"status\":\"success\" } \n",
	} {
		for _, reader := range []io.Reader{strings.NewReader(body), iotest.OneByteReader(strings.NewReader(body)), iotest.DataErrReader(strings.NewReader(body))} {
			var got decoded
			m := metered(t, reader, 1<<20, nil)
			rest, err := decode(m, &got)
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint(want), fmt.Sprint(got.matrix)) // NaN is not equal to itself
			require.Equal(t, want[2].Histograms, got.matrix[2].Histograms)
			var small, asked map[string]any
			require.NoError(t, json.Unmarshal(rest, &small), "%s", rest)
			require.NoError(t, json.Unmarshal([]byte(strings.Replace(body, matrix, "[]", 1)), &asked))
			require.Equal(t, asked, small)
		}
	}
}

func TestVectorsLabelSetsAndScalars(t *testing.T) {
	var got decoded
	rest, err := decode(metered(t, strings.NewReader(`{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1.5,"2"]},`+
		`{"metric":{"h":"1"},"histogram":[1,{"count":"3","sum":"0.5"}]}]}}`), 1<<20, nil), &got)
	require.NoError(t, err)
	require.Equal(t, `{"status":"success","data":{"resultType":"vector","result":[]}}`, string(rest))
	require.Equal(t, &model.SampleStream{Metric: model.Metric{"a": "b"}, Values: []model.SamplePair{{Timestamp: 1500, Value: 2}}}, got.matrix[0])
	require.EqualValues(t, 3, got.matrix[1].Histograms[0].Histogram.Count)

	rest, err = decode(metered(t, strings.NewReader(`{"status":"success","data":[{"a":"b"},{}]}`), 1<<20, nil), &got)
	require.NoError(t, err)
	require.Equal(t, `{"status":"success","data":[]}`, string(rest))
	require.Equal(t, []model.LabelSet{{"a": "b"}, {}}, got.sets)
	require.Empty(t, got.matrix)

	scalar := `{"status":"success","data":{"resultType":"scalar","result":[1435781460.781,"1"]}}`
	rest, err = decode(metered(t, strings.NewReader(scalar), 1<<20, nil), &got)
	require.NoError(t, err)
	require.Equal(t, scalar, string(rest))
	require.Equal(t, decoded{bytes: len(scalar)}, got)
}

func TestWhatIsCutOffIsNoAnswer(t *testing.T) {
	body := `{"status":"success","data":{"resultType":"matrix","result":` + matrix + `}}`
	for n := 1; n < len(body); n++ {
		var got decoded
		_, err := decode(metered(t, strings.NewReader(body[:n]), 1<<20, nil), &got)
		var answer *v1.Error
		require.ErrorAs(t, err, &answer, body[:n])
		require.Equal(t, v1.ErrBadResponse, answer.Type)
	}
	var got decoded
	_, err := decode(metered(t, io.MultiReader(strings.NewReader(body[:200]), iotest.ErrReader(io.ErrUnexpectedEOF)), 1<<20, nil), &got)
	require.Equal(t, io.ErrUnexpectedEOF, err, "that of the connection, which is tried again")
	for text, want := range map[string]string{
		`{"data":{"result":[{"values":[[1]]}]}}`:                  "bad_response: a value that is no pair of a time and a number",
		`{"data":{"result":[{"values":[[1,"x"]]}]}}`:              `bad_response: strconv.ParseFloat: parsing "x": invalid syntax`,
		`{"data":{"result":[{"values":[[1,2]]}]}}`:                "bad_response: the answer is no valid JSON",
		`{"data":{"result":[{"histogram":[1,{"buckets":[1]}]}]}}`: "bad_response: json: cannot unmarshal number into Go struct field SampleHistogram.buckets of type []interface {}",
		`{"data":{"result":[{"metric":{"a":1}}]}}`:                "bad_response: the answer is no valid JSON",
	} {
		_, err := decode(metered(t, strings.NewReader(text), 1<<20, nil), &got)
		require.EqualError(t, err, want, text)
	}
	page, err := decode(metered(t, strings.NewReader(" \n<html>sign in</html>"), 1<<20, nil), &got)
	require.NoError(t, err)
	require.Equal(t, "<html>sign in</html>", string(page))
}

// What is counted is what stays in memory, wherever it comes from.
func TestAnAnswerIsBoundedByWhatItTakes(t *testing.T) {
	const limit = 1 << 20
	for name, element := range map[string]string{
		"spaces":     strings.Repeat(" ", 1<<10),
		"series":     `{"metric":{},"value":[1,"1"]},`,
		"labels":     `{"metric":{` + strings.TrimSuffix(strings.Repeat(`"a":"b",`, 8), ",") + `},"value":[1,"1"]},`,
		"values":     `{"metric":{},"values":[` + strings.TrimSuffix(strings.Repeat(`[1,"1"],`, 2000), ",") + `]},`,
		"histograms": `{"metric":{},"histogram":[1,{"buckets":[` + strings.TrimSuffix(strings.Repeat(`[0,"0","0","0"],`, 50), ",") + `]}]},`,
		"numbers":    `1,`,
	} {
		body := `{"status":"success","data":{"result":[` + strings.Repeat(element, 4*limit/len(element))
		var got decoded
		m := metered(t, strings.NewReader(body), limit, nil)
		_, err := decode(m, &got)
		require.ErrorIs(t, err, errBodyTooLarge, name)
		require.EqualError(t, err, "the answer is larger than this data source takes (1 MiB)")
		require.LessOrEqual(t, m.held, int64(limit+2000*valueBytes+seriesBytes), name)
		require.LessOrEqual(t, m.read, int64(limit+readBuffer), name)
	}
}

func TestLargeAnswersAreReadOneByOne(t *testing.T) {
	large := semaphore.NewWeighted(1)
	body := `{"data":{"result":[` + strings.TrimSuffix(strings.Repeat(`{"metric":{},"value":[1,"1"]},`, 1000), ",") + `]}}` // some 440 KiB in memory
	var got decoded
	small := metered(t, strings.NewReader(body), 8<<20, large)
	_, err := decode(small, &got)
	require.NoError(t, err)
	require.True(t, large.TryAcquire(1), "small ones need no turn")
	large.Release(1)

	one := metered(t, strings.NewReader(body), 1<<20, large)
	_, err = decode(one, &got)
	require.NoError(t, err)
	require.False(t, large.TryAcquire(1))
	began := make(chan struct{})
	other := metered(t, io.MultiReader(strings.NewReader(body[:100]), notify(began), strings.NewReader(body[100:])), 1<<20, large)
	ended := make(chan int)
	go func() {
		var got decoded
		_, err := decode(other, &got)
		if err != nil {
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

// notify is an empty reader that tells when it is read.
type notify chan struct{}

func (n notify) Read([]byte) (int, error) {
	close(n)
	return 0, io.EOF
}
