package prom

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

func scannerOf(text string) *scanner { return newScanner(strings.NewReader(text)) }

// The fast parser of a sample gives exactly the result of the slow one, or none.
func TestPairsAreReadAsStrconvDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	values := []string{"0", "1", "12.5", "0.1", "123456789012345", "1234567890123456", "9007199254740993", "0.000000000000001", "1e+300", "-3.5", "NaN", "+Inf", "-Inf"}
	for range 5000 {
		values = append(values,
			strconv.FormatFloat(r.Float64()*math.Pow10(r.IntN(18)), 'f', -1, 64),
			strconv.FormatFloat(float64(r.Int64N(1e15))/math.Pow10(r.IntN(9)), 'f', r.IntN(9), 64))
	}
	for i, value := range values {
		ms := r.Int64N(4e12)
		for _, at := range []string{strconv.FormatFloat(float64(ms)/1000, 'f', -1, 64), strconv.FormatInt(ms/1000, 10) + "." + strconv.Itoa(1000 + int(ms%1000))[1:]} {
			s := scannerOf("[" + at + `,"` + value + `"], `)
			p, ok := s.pair()
			require.True(t, ok, "%s %s", at, value)
			want, err := strconv.ParseFloat(value, 64)
			require.NoError(t, err)
			require.Equal(t, math.Float64bits(want), math.Float64bits(float64(p.Value)), value)
			require.Equal(t, model.Time(ms), p.Timestamp, at)
			require.Equal(t, byte(','), s.peek(), "%d", i)
			s.release()
		}
	}
	for _, text := range []string{"", "[", "[1", "[1,", `[1,"`, `[1,"1`, `[1,"1"`, `[1.,"1"]`, `[.5,"1"]`, `[-1,"1"]`, `[1.2345,"1"]`, `[1 ,"1"]`, `[1, "1"]`, `[1,"1" ]`, `[1,"1",2]`, `[1,"x"]`, `[1,""]`, `[1,2]`, `{}`, `[1e3,"1"]`} {
		s := scannerOf(text)
		_, ok := s.pair()
		require.False(t, ok, text)
		require.Equal(t, 0, s.pos, text)
		s.release()
	}
}

func TestStringsAndRawValues(t *testing.T) {
	long := strings.Repeat("x", 3*readBuffer)
	s := scannerOf(` "a\"\\\u00e9" , {"a" : [1, "]\"", {}]} ,-1.5e3 , null,"` + long + `",` + `"` + long[1:] + `\n" ] "end`)
	defer s.release()
	next := func() { require.True(t, s.take(',')) }
	text, ok := s.text()
	require.True(t, ok)
	require.Equal(t, `a"\é`, string(text))
	next()
	require.Equal(t, `{"a" : [1, "]\"", {}]}`, string(s.raw(nil)))
	next()
	require.Equal(t, "-1.5e3", string(s.raw(nil)))
	next()
	require.Equal(t, "xnull", string(s.raw([]byte("x"))))
	next()
	text, ok = s.text()
	require.True(t, ok)
	require.Equal(t, long, string(text))
	next()
	text, ok = s.text()
	require.True(t, ok)
	require.Equal(t, long[1:]+"\n", string(text))
	require.True(t, s.take(']'))
	require.False(t, s.bad || s.cut)
	_, ok = s.text()
	require.False(t, ok)
	require.True(t, s.cut)
	for _, text := range []string{"nul", "1.2.3", "{]", `{"a"}`, "\"a\nb\"", `"\x"`, "tru,"} {
		s := scannerOf(text + " ,")
		s.raw(nil)
		require.True(t, s.bad || s.cut, text)
		s.release()
	}
}
