//go:build suite

package conformance

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// some applies a fault to every n-th request, and passes the others.
func some(n int64, fault way) way {
	var requested atomic.Int64
	return func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		if requested.Add(1)%n == 0 {
			fault(w, r, through)
			return
		}
		through.ServeHTTP(w, r)
	}
}

// atFirst applies a fault for some time, from the first request on.
func atFirst(length time.Duration, fault way) way {
	var until atomic.Pointer[time.Time]
	return func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		end := time.Now().Add(length)
		if until.CompareAndSwap(nil, &end); time.Now().Before(*until.Load()) {
			fault(w, r, through)
			return
		}
		through.ServeHTTP(w, r)
	}
}

// answer is a fixed response.
func answer(status int, contentType, body string, headers ...string) way {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // the client may have disconnected
	}
}

// whole returns the server's response, uncompressed.
func whole(r *http.Request, through http.Handler) *httptest.ResponseRecorder {
	r.Header.Del("Accept-Encoding")
	rec := httptest.NewRecorder()
	through.ServeHTTP(rec, r)
	return rec
}

// cutOff breaks the connection in the middle of the response.
func cutOff(w http.ResponseWriter, r *http.Request, through http.Handler) {
	body := whole(r, through).Body.Bytes()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// truncated sends the first half of the response as if it were complete.
func truncated(w http.ResponseWriter, r *http.Request, through http.Handler) {
	body := whole(r, through).Body.Bytes()
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body[:len(body)/2])
}

// slow sends the response a few bytes at a time, for minutes.
func slow(w http.ResponseWriter, r *http.Request, through http.Handler) {
	got := whole(r, through)
	w.WriteHeader(got.Code)
	drip(w, r, got.Body.Bytes())
}

// slowBut sends short responses at once, as a slow server that is alive.
func slowBut(short int) way {
	return func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		got := whole(r, through)
		body := got.Body.Bytes()
		w.Header().Set("Content-Type", got.Header().Get("Content-Type"))
		w.WriteHeader(got.Code)
		if len(body) <= short {
			_, _ = w.Write(body)
			return
		}
		drip(w, r, body)
	}
}

func drip(w http.ResponseWriter, r *http.Request, body []byte) {
	flush := http.NewResponseController(w)
	for len(body) > 0 {
		n := min(8, len(body))
		if _, err := w.Write(body[:n]); err != nil {
			return
		}
		_ = flush.Flush()
		body = body[n:]
		select {
		case <-r.Context().Done():
			return
		case <-time.After(300 * time.Millisecond):
		}
	}
}

// bombMiB is the uncompressed size of the gzip bomb.
const bombMiB = 2048

// bomb is a valid response of a few MiB that inflates to 2 GiB.
func bomb(same string) way {
	packed := sync.OnceValue(func() string { // takes some seconds
		var out bytes.Buffer
		z, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed) // the level is valid
		_, _ = io.WriteString(z, `{"status":"success","data":{"resultType":"matrix","result":[`)
		mebibyte := []byte(strings.Repeat(same, 1<<20/len(same)))
		for range bombMiB {
			_, _ = z.Write(mebibyte)
		}
		_, _ = io.WriteString(z, `{}]}}`)
		_ = z.Close()
		return out.String()
	})
	return func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		answer(http.StatusOK, "application/json", packed(), "Content-Encoding", "gzip")(w, r, through)
	}
}

// tinySeries uses far more memory than text.
const tinySeries = `{"metric":{"a":"b"},"value":[1,"1"]},`

// busy responds with 429 and Retry-After.
func busy(after time.Duration) way {
	return answer(http.StatusTooManyRequests, "text/plain", "too many requests", "Retry-After",
		fmt.Sprint(int(after.Seconds())))
}

const loginPage = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Please sign in</form></body></html>"
