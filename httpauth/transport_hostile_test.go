package httpauth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth/digest"
)

// A refusing base answers every request with 401 and the lines that a function gives for it.
func refusing(requests *int, lines func(n int, r *http.Request) []string) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		*requests++
		return &http.Response{
			StatusCode: 401, Header: http.Header{"Www-Authenticate": lines(*requests, r)}, Body: http.NoBody, Request: r,
		}, nil
	}
}

// A hostile server gets few requests and few questions out of a client, and nothing out of
// proportion.
func TestTransportHostile(t *testing.T) {
	many := func(format string) []string {
		lines := make([]string, 10_000)
		for i := range lines {
			lines[i] = fmt.Sprintf(format, i, i)
		}
		return lines
	}
	fixed := func(lines ...string) func(int, *http.Request) []string {
		return func(int, *http.Request) []string { return lines }
	}
	for _, tt := range []struct {
		name      string
		lines     func(n int, r *http.Request) []string
		requests  int // at most
		questions int // at most
		sent      int // bytes of credentials in all requests, at most
	}{
		{"stale without end", func(n int, _ *http.Request) []string {
			return []string{fmt.Sprintf(`Digest realm="r", nonce="%d", qop="auth", stale=true`, n)}
		}, 4, 1, 3000},
		{"the same nonce, always stale", fixed(`Digest realm="r", nonce="n", qop="auth", stale=true`), 4, 1, 3000},
		{"another realm each time", func(n int, _ *http.Request) []string {
			return []string{fmt.Sprintf(`Digest realm="%d", nonce="n"`, n)}
		}, 4, 3, 3000},
		{"other realms of Basic", func(n int, _ *http.Request) []string {
			return []string{fmt.Sprintf(`Basic realm="%d"`, n)}
		}, 4, 3, 3000},
		{"ten thousand challenges", fixed(many(`Digest realm="%d", nonce="%d"`)...), 4, 3, 3000},
		{"a nonce of 1 MB", fixed(`Digest realm="r", nonce="` + strings.Repeat("n", 1<<20) + `", qop="auth"`), 1, 0, 0},
		{"a realm of 1 MB", fixed(`Digest realm="` + strings.Repeat("r", 1<<20) + `", nonce="n", qop="auth"`), 1, 0, 0},
		{"an opaque of 1 MB", fixed(`Digest realm="r", nonce="n", opaque="` + strings.Repeat("o", 1<<20) + `", qop="auth"`), 1, 0, 0},
		{"a domain of 1 MB", fixed(`Digest realm="r", nonce="n", domain="` + strings.Repeat("/a ", 1<<18) + `"`), 2, 1, 1000},
		{"two nonces", fixed(`Digest realm="r", nonce="n", nonce="m"`), 1, 0, 0},
		{"control bytes", fixed("Digest realm=\"r\x00\", nonce=\"n\x01\r\nX: y\""), 2, 1, 1000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			requests, questions, sent := 0, 0, 0
			client := &http.Client{Transport: &httpauth.Transport{
				Base: refusing(&requests, func(n int, r *http.Request) []string {
					line := r.Header.Get("Authorization")
					sent += len(line)
					if strings.ContainsAny(line, "\x00\x01\r\n") {
						t.Errorf("sent %q", line)
					}
					return tt.lines(n, r)
				}),
				Login: func(context.Context, httpauth.Space) (string, string, error) {
					questions++
					return testUser, testPassword, nil
				},
				BasicWithoutTLS: true,
			}}
			resp, err := client.Get("http://a.example/")
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != 401 || requests > tt.requests || questions > tt.questions || sent > tt.sent {
				t.Errorf("%d requests, %d questions, %d bytes", requests, questions, sent)
			}
		})
	}
}

// Without a login, Login is not called for each of ten thousand challenges.
func TestTransportHostileQuestions(t *testing.T) {
	requests, questions := 0, 0
	client := &http.Client{Transport: &httpauth.Transport{
		Base: refusing(&requests, func(int, *http.Request) []string {
			return []string{strings.Repeat(`Basic realm="x", `, 5) + `Digest realm="a", nonce="n"`, `Digest realm="b", nonce="n"`, `Digest realm="c", nonce="n"`, `Digest realm="d", nonce="n"`,
				`Digest realm="e", nonce="n"`, `Digest realm="f", nonce="n"`, `Digest realm="g", nonce="n"`, `Digest realm="h", nonce="n"`, `Digest realm="i", nonce="n"`}
		}),
		Login: func(context.Context, httpauth.Space) (string, string, error) {
			questions++
			return "", "", httpauth.ErrNoLogin
		},
	}}
	if _, err := client.Get("http://a.example/"); err != nil || requests != 1 || questions != 8 {
		t.Errorf("%v, %d requests, %d questions", err, requests, questions)
	}
}

// The hook is asked about each scheme, also after several that it does not know.
func TestTransportHostileSchemes(t *testing.T) {
	requests := 0
	var asked []string
	client := &http.Client{Transport: &httpauth.Transport{
		Base: refusing(&requests, func(int, *http.Request) []string {
			return []string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", `Basic realm="x"`}
		}),
		Other: func(_ context.Context, _ httpauth.Space, c wwwauth.Challenge) (wwwauth.Credentials, error) {
			asked = append(asked, c.Scheme)
			if c.Scheme == "D" {
				return wwwauth.TokenCredentials("D", "abc"), nil
			}
			return wwwauth.Credentials{}, httpauth.ErrNoLogin
		},
	}}
	if _, err := client.Get("http://a.example/"); err != nil || requests != 4 || strings.Join(asked, "") != "ABCDABCDABCD" {
		t.Errorf("%v, %d requests, asked for %s", err, requests, asked)
	}
}

// The hook is not called forever in an endless handshake.
func TestTransportHostileHandshake(t *testing.T) {
	requests, legs := 0, 0
	client := &http.Client{Transport: &httpauth.Transport{
		Base: refusing(&requests, func(n int, _ *http.Request) []string { return []string{fmt.Sprintf("Negotiate %dabc", n)} }),
		Other: func(context.Context, httpauth.Space, wwwauth.Challenge) (wwwauth.Credentials, error) {
			legs++
			return wwwauth.TokenCredentials("Negotiate", "abc"), nil
		},
	}}
	if _, err := client.Get("http://a.example/"); err != nil || requests != 4 || legs != 3 {
		t.Errorf("%v, %d requests, %d legs", err, requests, legs)
	}
	client.Transport.(*httpauth.Transport).Other = func(context.Context, httpauth.Space, wwwauth.Challenge) (wwwauth.Credentials, error) {
		return wwwauth.TokenCredentials("Negotiate", "a\r\nX: y"), nil
	}
	var failed *httpauth.AnswerError
	if _, err := client.Get("http://a.example/"); !errors.As(err, &failed) {
		t.Errorf("a token with a line break is sent: %v", err)
	}
}

// Memory is bounded for any number of origins, realms, paths and nonces; and what is forgotten does
// not let Basic through.
func TestTransportHostileMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("20,000 origins")
	}
	const origins = 20_000
	basic := false
	n := 0
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		n++
		resp := &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody, Request: r}
		if strings.HasPrefix(r.Header.Get("Authorization"), "Basic ") {
			t.Fatalf("Basic was sent to %s", r.URL)
		}
		if r.Header.Get("Authorization") == "" {
			resp.StatusCode = 401
			line := fmt.Sprintf(`Digest realm="%s%d", nonce="%s%d", domain="/%d"`, strings.Repeat("r", 1000), n, strings.Repeat("n", 1000), n, n)
			if basic {
				line = `Basic realm="x"`
			}
			resp.Header.Set("WWW-Authenticate", line)
		}
		return resp, nil
	})
	transport := &httpauth.Transport{Base: base, BasicWithoutTLS: true, Login: func(context.Context, httpauth.Space) (string, string, error) {
		return testUser, testPassword, nil
	}}
	request := func(url string) error {
		req, err := http.NewRequest("GET", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = transport.RoundTrip(req)
		return err
	}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for i := range origins {
		if err := request(fmt.Sprintf("http://host%d.example/", i)); err != nil {
			t.Fatal(err)
		}
	}
	// One origin with very many realms and nonces.
	for i := range origins {
		if err := request(fmt.Sprintf("http://one.example/%d/", i)); err != nil {
			t.Fatal(err)
		}
	}
	if grown := int64(heap()) - int64(before); grown > 16<<20 {
		t.Errorf("%d bytes for %d origins", grown, origins)
	}
	basic = true
	for i := range origins / 10 {
		if err := request(fmt.Sprintf("http://host%d.example/", i)); !errors.Is(err, httpauth.ErrDowngrade) {
			t.Fatalf("host %d: %v", i, err)
		}
	}
	runtime.KeepAlive(transport)
}

// The body of a response with auth-int is checked as it passes, and not kept; that of a request is
// read for its hash until the context ends.
func TestTransportHostileBody(t *testing.T) {
	const size = 256 << 20
	s := &digestServer{algorithms: []string{"SHA-256"}, qop: "auth-int", handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chunk := make([]byte, 1<<20)
		for range size / len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})}
	url := serve(t, s)
	if testing.Short() {
		t.Skip("256 MB")
	}
	resp, err := clientFor(url).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n, err := io.Copy(io.Discard, resp.Body)
	runtime.ReadMemStats(&after)
	if n != size || err == nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("%d bytes allocated", grown)
	}

	small := &digestServer{algorithms: []string{"SHA-256"}, qop: "auth-int"}
	url = serve(t, small)
	client := clientFor(url)
	fetch(t, client, url) // now it has a nonce
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "POST", url, strings.NewReader(""))
	read := 0
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(endless{&read, cancel}), nil }
	req.Body, _ = req.GetBody()
	req.ContentLength = 1 << 50
	if _, err := client.Do(req); !errors.Is(err, context.Canceled) || small.requests != 2 || read > 2<<20 {
		t.Errorf("%v after %d requests and %d bytes", err, small.requests, read)
	}
}

// endless is an endless body, whose request is canceled when some of it was read.
type endless struct {
	n      *int
	cancel func()
}

func (e endless) Read(p []byte) (int, error) {
	if *e.n += len(p); *e.n > 1<<20 {
		e.cancel()
	}
	return len(p), nil
}

// What is kept of a challenge is small, however long the line is that it came on.
func TestTransportHostileLines(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for _, tt := range []struct{ name, line string }{
		{"a parameter that nobody knows", `Digest realm="r%d", nonce="n%[1]d", junk="` + long + `"`},
		{"a domain", `Digest realm="r%d", nonce="n%[1]d", domain="/ /` + long + `"`},
		{"an algorithm", `Digest realm="r%d", nonce="n%[1]d", algorithm=md5, qop="auth,` + long + `"`},
		{"a realm of Basic", `Basic realm="r%d` + long + `"`},
		{"a parameter of Basic", `Basic realm="r%d", junk="` + long + `"`},
		{"Authentication-Info", `Digest realm="r%d", nonce="n%[1]d"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const realms = 16
			n := 0
			transport := &httpauth.Transport{
				BasicWithoutTLS: true,
				Login:           httpauth.LoginFor("http://a.example", testUser, testPassword),
				Base: roundTripper(func(r *http.Request) (*http.Response, error) {
					resp := &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody, Request: r}
					if n++; n%2 == 1 {
						resp.StatusCode = 401
						resp.Header.Set("WWW-Authenticate", fmt.Sprintf(tt.line, n))
					} else if tt.name == "Authentication-Info" {
						resp.Header.Set("Authentication-Info", fmt.Sprintf(`nextnonce="%d", junk="%s"`, n, long))
					}
					return resp, nil
				}),
			}
			heap := func() int64 {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				return int64(m.HeapAlloc)
			}
			before := heap()
			for i := range realms {
				req, err := http.NewRequest("GET", fmt.Sprintf("http://a.example/%d/", i), nil)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := transport.RoundTrip(req); err != nil {
					t.Fatal(err)
				}
			}
			if grown := heap() - before; grown > 1<<20 {
				t.Errorf("%d bytes are kept of %d challenges", grown, realms)
			}
			runtime.KeepAlive(transport)
		})
	}
}

// Of too many origins it is the one not used for the longest time that is forgotten.
func TestTransportHostileOrigins(t *testing.T) {
	const most = 1024
	requests := 0
	client := &http.Client{Transport: &httpauth.Transport{
		BasicWithoutTLS: true,
		Login: func(context.Context, httpauth.Space) (string, string, error) {
			return testUser, testPassword, nil
		},
		Base: roundTripper(func(r *http.Request) (*http.Response, error) {
			requests++
			resp := &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody}
			if r.Header.Get("Authorization") == "" {
				resp.StatusCode = 401
				resp.Header.Set("WWW-Authenticate", `Basic realm="x"`)
			}
			return resp, nil
		}),
	}}
	visit := func(i, want int) {
		t.Helper()
		before := requests
		fetch(t, client, fmt.Sprintf("http://host%d.example/", i))
		if requests-before != want {
			t.Errorf("host %d: %d requests, want %d", i, requests-before, want)
		}
	}
	for i := range most {
		visit(i, 2)
	}
	visit(0, 1)
	visit(most, 2)
	visit(0, 1)
	visit(1, 2)
}

// However many folders a realm has, few are remembered.
func TestTransportHostileFolders(t *testing.T) {
	const folders, most = 100, 32
	s := &basicServer{challenge: `Basic realm="x"`}
	url := serve(t, s)
	client := clientFor(url)
	visit := func(i int) int64 {
		before := s.requests.Load()
		fetch(t, client, fmt.Sprintf("%s/%d/", url, i))
		return s.requests.Load() - before
	}
	for i := range folders {
		visit(i)
	}
	remembered := 0
	for i := folders - 1; i >= 0; i-- {
		if visit(i) == 1 {
			remembered++
		}
	}
	if remembered == 0 || remembered > most {
		t.Errorf("%d of %d folders are remembered, want at most %d", remembered, folders, most)
	}
}

// The body of a response that the caller does not get is closed, so that its connection is not lost.
func TestTransportClosesResponse(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		header http.Header
		want   error
	}{
		{"refused", 401, http.Header{"Www-Authenticate": {`Basic realm="x"`}}, httpauth.ErrBasicWithoutTLS},
		{"rspauth", 200, http.Header{"Authentication-Info": {`rspauth="0"`}}, digest.ErrRspauth},
	} {
		open := 0
		transport := &httpauth.Transport{
			Login: httpauth.LoginFor("http://a.example", testUser, testPassword),
			Base: roundTripper(func(r *http.Request) (*http.Response, error) {
				open++
				resp := &http.Response{StatusCode: tt.status, Header: tt.header, Body: &closing{strings.NewReader("x"), &open}}
				if r.Header.Get("Authorization") == "" && tt.status == 200 {
					resp.StatusCode = 401
					resp.Header = http.Header{"Www-Authenticate": {`Digest realm="x", nonce="n", qop="auth"`}}
				}
				return resp, nil
			}),
		}
		req, err := http.NewRequest("GET", "http://a.example/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := transport.RoundTrip(req); !errors.Is(err, tt.want) || open != 0 {
			t.Errorf("%s: %v, and %d bodies are open", tt.name, err, open)
		}
	}
}

// closing counts down when it is closed.
type closing struct {
	io.Reader
	open *int
}

func (c *closing) Close() error {
	*c.open--
	return nil
}

// A Base that returns neither a response nor an error, or a response without a body, breaks its
// contract, but does not crash the client.
func TestTransportBadBase(t *testing.T) {
	var next *http.Response
	transport := &httpauth.Transport{
		Login: httpauth.LoginFor("http://127.0.0.1", testUser, testPassword),
		Base: roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("Authorization") == "" {
				return &http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {`Digest realm="r", nonce="n", qop="auth-int"`}}}, nil
			}
			return next, nil
		}),
	}
	req, err := http.NewRequest("GET", "http://127.0.0.1/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := transport.RoundTrip(req); resp != nil || err == nil {
		t.Errorf("no response: %v, %v", resp, err)
	}
	next = &http.Response{StatusCode: 200, Header: http.Header{"Authentication-Info": {`rspauth="0"`}}}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(resp.Body); !errors.Is(err, digest.ErrRspauth) {
		t.Errorf("no body: %v", err)
	}
}
