package prom_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/burnline/burnline/pkg/prom"
	"github.com/burnline/burnline/pkg/prom/dialect"
)

// credentials adds headers, as middlewares of a data source do.
type credentials struct{ clone bool }

var sentSecrets = map[string]string{
	"X-Api-Key": `key"of/the&api+1`, "X-Id-Token": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl",
	"Cookie":               "grafana_session=c00k1e%value; theme=d",
	"X-Amz-Security-Token": "IQoJb3JpZ2luX2VjE-session",
}

func (c credentials) RoundTrip(r *http.Request) (*http.Response, error) {
	if c.clone {
		r = r.Clone(r.Context())
	}
	for name, value := range sentSecrets {
		r.Header.Set(name, value)
	}
	if strings.HasPrefix(r.URL.Path, "/aws") {
		r.Header.Set("Authorization",
			"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261128/eu/aps/aws4_request, SignedHeaders=host, Signature=5d672d79c15b13162d9279b0855cfba6")
	}
	return http.DefaultTransport.RoundTrip(r)
}

// leaks returns the texts that must not be in the result.
func leaks(prefix string) []string {
	secrets := []string{
		"pw:4e7b/x y", "someone:pw:4e7b/x y", base64.StdEncoding.EncodeToString([]byte("someone:pw:4e7b/x y")),
		"secret-tenant", "other-tenant",
		sentSecrets["X-Api-Key"], sentSecrets["X-Id-Token"], "c00k1e%value", sentSecrets["X-Amz-Security-Token"],
	}
	if prefix == "/aws" {
		secrets = append(secrets[3:], "AKIDEXAMPLE", "5d672d79c15b13162d9279b0855cfba6")
	}
	var out []string
	for _, s := range secrets {
		escaped, _ := json.Marshal(s)
		out = append(out, s, url.QueryEscape(s), url.PathEscape(s), strings.Trim(string(escaped), `"`),
			strings.Trim(strconv.Quote(s), `"`), html.EscapeString(s),
			base64.StdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)),
			strings.ToLower(url.QueryEscape(s)),
			strings.ToUpper(s), strings.ToLower(s), hex.EncodeToString([]byte(s)),
			strings.ToUpper(hex.EncodeToString([]byte(s))))
		for offset := range 3 { // base64 of a whole header has three alignments
			whole := base64.StdEncoding.EncodeToString([]byte("abc"[:offset] + s + "xyz"))
			out = append(out, whole[4:len(whole)-8])
		}
	}
	return out
}

// echoes returns texts that repeat parts of a request. Each has one secret, because an error shows
// only the beginning of a text.
func echoes(r *http.Request) (texts []string) {
	var items []string
	for name, values := range r.Header {
		if len(name) > 6 || name == "Cookie" { // not TE
			items = append(items, values...)
		}
	}
	user, password, _ := r.BasicAuth()
	items = append(items, password, user+":"+password)
	if c, err := r.Cookie("grafana_session"); err == nil {
		items = append(items, c.Value)
	}
	if _, credential, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		items = append(items, credential[:11], credential[len(credential)-32:])
	}
	items = append(items, strings.Split(r.Header.Get("X-Scope-OrgID"), "|")...)
	slices.Sort(items) // the same order for each request
	for _, item := range items {
		escaped, _ := json.Marshal(item)
		texts = append(texts, item, strconv.Quote(item), string(escaped), url.QueryEscape(item), url.PathEscape(item),
			html.EscapeString(item),
			// as a proxy before the server would show it
			url.QueryEscape(string(escaped)), strconv.Quote(url.QueryEscape(item)),
			base64.StdEncoding.EncodeToString([]byte(item)), base64.RawURLEncoding.EncodeToString([]byte(item)),
			strings.ToUpper(item), strings.ToLower(item), hex.EncodeToString([]byte(item)))
		for offset := range 3 {
			texts = append(texts, base64.StdEncoding.EncodeToString([]byte("abc"[:offset]+item+"xyz")))
		}
	}
	return texts
}

func TestNoSecretComesBackInATextOfTheServer(t *testing.T) {
	asJSON := func(v any) string { text, _ := json.Marshal(v); return string(text) }
	ways := map[string]func(w http.ResponseWriter, r *http.Request, text string){
		"401": func(w http.ResponseWriter, _ *http.Request, text string) {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprint(w, text)
		},
		"500": func(w http.ResponseWriter, _ *http.Request, text string) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = fmt.Fprint(w, text)
		},
		"200, no API": func(w http.ResponseWriter, _ *http.Request, text string) { _, _ = fmt.Fprint(w, text) },
		"error object": func(w http.ResponseWriter, _ *http.Request, text string) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = fmt.Fprint(w, asJSON(map[string]string{"status": "error", "errorType": "execution", "error": text}))
		},
		"error type": func(w http.ResponseWriter, _ *http.Request, text string) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, asJSON(map[string]string{"status": "error", "errorType": text, "error": "bad"}))
		},
		"error object under 503": func(w http.ResponseWriter, _ *http.Request, text string) {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = fmt.Fprint(w,
				asJSON(map[string]string{
					"status": "error", "errorType": "execution",
					"error": "exceeds the limit " + text,
				}))
		},
		"warning": func(w http.ResponseWriter, _ *http.Request, text string) {
			_, _ = fmt.Fprint(w, asJSON(map[string]any{
				"status": "success", "warnings": []string{text, "PromQL warning: " + text}, "infos": []string{text},
				"data": map[string]any{"resultType": "vector", "result": []any{}},
			}))
		},
		"result type": func(w http.ResponseWriter, _ *http.Request, text string) {
			_, _ = fmt.Fprint(w,
				asJSON(map[string]any{
					"status": "success",
					"data":   map[string]any{"resultType": text, "result": []any{}},
				}))
		},
		"number": func(w http.ResponseWriter, _ *http.Request, text string) {
			_, _ = fmt.Fprint(w,
				asJSON(map[string]any{
					"status": "success",
					"data": map[string]any{
						"resultType": "vector",
						"result":     []any{map[string]any{"metric": map[string]string{}, "value": []any{1, text}}},
					},
				}))
		},
		"redirect": func(w http.ResponseWriter, r *http.Request, text string) {
			http.Redirect(w, r, "http://"+url.PathEscape(text)+".example.org/"+url.QueryEscape(text),
				http.StatusTemporaryRedirect)
		},
		"redirect that is no URL": func(w http.ResponseWriter, _ *http.Request, text string) {
			w.Header().Set("Location", "http://[::1/"+text)
			w.WriteHeader(http.StatusTemporaryRedirect)
		},
		"status line": func(w http.ResponseWriter, _ *http.Request,
			text string,
		) {
			raw(w, "HTTP/1.1 5x0 "+text+"\r\n\r\n")
		},
		"status text": func(w http.ResponseWriter, _ *http.Request, text string) {
			raw(w, "HTTP/1.1 502 "+text+"\r\nContent-Length: 0\r\n\r\n")
		},
		"header": func(w http.ResponseWriter, _ *http.Request, text string) {
			raw(w, "HTTP/1.1 200 OK\r\n"+text+"\r\n\r\n")
		},
		"no HTTP": func(w http.ResponseWriter, _ *http.Request, text string) { raw(w, text+"\r\n\r\n") },
		"content length": func(w http.ResponseWriter, _ *http.Request, text string) {
			raw(w, "HTTP/1.1 200 OK\r\nContent-Length: "+text+"\r\n\r\n")
		},
		"encoding": func(w http.ResponseWriter, _ *http.Request, text string) {
			raw(w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: "+text+"\r\n\r\n")
		},
	}
	for _, prefix := range []string{"", "/aws"} {
		for name, way := range ways {
			for _, clone := range []bool{false, true} {
				if prefix == "/aws" && (clone || name != "401" && name != "error object") {
					continue // depends on the header, not on the encoding
				}
				if testing.Short() && clone && name != "401" {
					continue
				}
				t.Run(fmt.Sprintf("%s%s/%v", prefix, name, clone), func(t *testing.T) {
					var next, all atomic.Int64
					srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if r.Header.Get("X-Scope-OrgID") == "burnline-tenant-check" {
							w.WriteHeader(http.StatusUnauthorized)
							return
						}
						texts := echoes(r)
						all.Store(int64(len(texts)))
						way(w, r, strings.NewReplacer("\r", "", "\n", "").Replace(texts[int(next.Load())%len(texts)]))
					}))
					defer srv.Close()
					address := srv.URL + prefix
					if prefix == "" {
						address = strings.Replace(address, "://", "://someone:"+url.PathEscape("pw:4e7b/x y")+"@", 1)
					}
					c, err := prom.NewWith(address, &http.Client{Transport: credentials{clone}},
						prom.Options{
							Product: dialect.Mimir,
							Dialect: dialect.Options{Tenant: "secret-tenant|other-tenant"},
						})
					require.NoError(t, err)
					c.FastRetries(1)
					secrets := leaks(prefix)
					for next.Store(0); next.Load() == 0 || next.Load() < all.Load(); next.Add(1) {
						_, warnings, err := c.Query(t.Context(), "up", time.Unix(0, 0))
						requireNone(t, fmt.Sprintf("%v %+v %s", warnings, err, texts(err)), secrets, "query")
					}
					require.Greater(t, all.Load(), int64(60))
					for method, send := range requests {
						requireNone(t, texts(send(t.Context(), c)), secrets, method)
					}
				})
			}
		}
	}
}

func requireNone(t *testing.T, text string, secrets []string, method string) {
	t.Helper()
	for _, leak := range secrets {
		if strings.Contains(text, leak) { // the assertion alone takes fifty times as long
			require.NotContains(t, text, leak, method)
		}
	}
}

// texts returns the text of an error and of its causes.
func texts(err error) (out string) {
	for err != nil {
		out += " " + err.Error()
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			break
		}
		err = u.Unwrap()
	}
	return out
}

func TestRedact(t *testing.T) {
	const secret, short = `tok"en of/a & b+1`, "ann"
	quoted := strconv.Quote(secret)
	for text, want := range map[string]string{
		"":                                  "",
		"nothing here":                      "nothing here",
		secret:                              "[redacted]",
		"a " + secret + " b " + secret:      "a [redacted] b [redacted]",
		secret + secret:                     "[redacted][redacted]",
		"x=" + url.QueryEscape(secret):      "x=[redacted]",
		"x=" + url.PathEscape(secret) + ".": "x=[redacted].",
		"x=" + strings.ToLower(url.QueryEscape(secret)):          "x=[redacted]",
		quoted + " and " + strconv.Quote(quoted):                 `"[redacted]" and "\"[redacted]\""`,
		html.EscapeString(secret):                                "[redacted]",
		url.QueryEscape(quoted):                                  "%22[redacted]%22",
		"t=" + base64.StdEncoding.EncodeToString([]byte(secret)): "t=[redacted]=",
		`\u0074ok\"en of\/a \u0026 b+1`:                          "[redacted]",
		"user ann, an annual anna; ANN":                          "user [redacted], an annual anna; [redacted]",
		"ann":                                                    "[redacted]",
		"ann-ann/ann_":                                           "[redacted]-[redacted]/[redacted]_",
		"Bearer eyJhbGciOiJub25lIn0.eyJzdWI":                     "Bearer [redacted]",
		"eyJhbGci...":                                            "[redacted]...",
		"eyJhbGc...":                                             "eyJhbGc...",
		"100%":                                                   "100%",
		`a\`:                                                     `a\`,
		"&amp":                                                   "&amp",
		"gest\xf6rt " + secret:                                   "gest\uFFFDrt [redacted]",
	} {
		require.Equal(t, want,
			prom.Redact(text, secret, short, "", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"), text)
	}
}

// raw sends a response that need not be valid HTTP.
func raw(w http.ResponseWriter, text string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_ = conn.(*net.TCPConn).SetWriteDeadline(time.Now().Add(time.Minute))
	_, _ = conn.Write([]byte(text))
}
