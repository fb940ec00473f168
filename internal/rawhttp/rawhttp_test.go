package rawhttp

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth/internal/rawhttp/rawtest"
)

// serve starts a server that answers each request with the bytes; see rawtest.Serve.
func serve(t *testing.T, answer string, hold bool) *url.URL {
	t.Helper()
	u, err := url.Parse(rawtest.Serve(t, answer, hold))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func get(ctx context.Context, t *testing.T, tr http.RoundTripper, u *url.URL) (*http.Response, []Head, error) {
	t.Helper()
	var r Recorder
	req, err := http.NewRequestWithContext(r.Record(ctx), "GET", u.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := tr.RoundTrip(req)
	return resp, r.Heads(), err
}

// TestHead checks that the head is kept byte by byte, and that what a client needs is read from it.
func TestHead(t *testing.T) {
	const head = "HTTP/1.1  401 No\r\nA : 1\r\n 2\r\nB:\tx \r\nno colon\r\na:3\n\r\n"
	resp, heads, err := get(t.Context(), t, new(Transport), serve(t, head+"body", false))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if len(heads) != 1 || string(heads[0].Bytes) != head || heads[0].Status != 401 || heads[0].Cut {
		t.Errorf("%+v", heads)
	}
	if got := resp.Header["A"]; len(got) != 2 || got[0] != "1 2" || got[1] != "3" || resp.Header.Get("B") != "x" {
		t.Errorf("%q", resp.Header)
	}
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "body" {
		t.Errorf("%q, %v", body, err)
	}
}

// TestBody checks where the content ends (RFC 9112 section 6.3) on a connection that stays open.
func TestBody(t *testing.T) {
	for answer, want := range map[string]string{
		"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd":                              "abc",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\nrest": "ab",
		"HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\nabc":                               "",
		"HTTP/1.1 304 No\r\n\r\nabc":                                                    "",
	} {
		resp, _, err := get(t.Context(), t, new(Transport), serve(t, answer, true))
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(resp.Body); err != nil || string(body) != want {
			t.Errorf("%q: %q, %v", answer, body, err)
		}
		resp.Body.Close()
	}
}

// TestLimits checks that no server can make a client use unbounded memory or time.
func TestLimits(t *testing.T) {
	for answer, want := range map[string]error{
		"HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", MaxHead):       ErrTooLong,
		"HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", MaxHead/6): ErrTooLong,
		strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000):         ErrTooMany,
		strings.Repeat("\r\n", 1000):                                  ErrNotHTTP,
		"SSH-2.0-x":                                                   ErrNotHTTP,
		"HTTP/x 200 OK\r\n\r\n":                                       ErrNotHTTP,
		"HTTP/1.1 2x0 OK\r\n\r\n":                                     ErrNotHTTP,
		"HTTP/1.1 099 OK\r\n\r\n":                                     ErrNotHTTP,
	} {
		if _, _, err := get(t.Context(), t, new(Transport), serve(t, answer, false)); !errors.Is(err, want) {
			t.Errorf("%.30q: %v", answer, err)
		}
	}
	if _, _, err := get(t.Context(), t, new(Transport), serve(t, "", false)); !errors.Is(err, ErrEmpty) {
		t.Error(err)
	}
}

// TestCancel checks that the context ends the wait, in every phase, and that what came before is kept.
func TestCancel(t *testing.T) {
	for answer, kept := range map[string]int{"": 0, "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nX: ": 1, "HTTP/1.1 100 Continue\r\n\r\n": 1} {
		ctx, cancel := context.WithCancel(t.Context())
		started := make(chan struct{})
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			in := bufio.NewReader(conn)
			http.ReadRequest(in)
			io.WriteString(conn, answer)
			close(started)
			io.Copy(io.Discard, in)
		}()
		go func() { <-started; cancel() }()
		_, heads, err := get(ctx, t, new(Transport), &url.URL{Scheme: "http", Host: l.Addr().String()})
		// The bytes may still be on their way when the context ends.
		if !errors.Is(err, context.Canceled) || len(heads) > kept {
			t.Errorf("%q: %v, %d heads", answer, err, len(heads))
		}
	}
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if _, _, err := get(ctx, t, new(Transport), serve(t, "", true)); !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
}

// TestProxy checks requests through a proxy: with an absolute URL for http, and in a tunnel for https.
func TestProxy(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(401) }))
	defer server.Close()
	refuse := true
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Auth", r.Header.Get("Proxy-Authorization"))
		switch {
		case r.Method != http.MethodConnect:
			w.Header().Set("X-URL", r.RequestURI)
			w.WriteHeader(418)
		case refuse:
			w.Header().Set("Proxy-Authenticate", "Basic")
			w.WriteHeader(407)
		default:
			to, err := net.Dial("tcp", r.Host)
			if err != nil {
				w.WriteHeader(502)
				return
			}
			conn, in, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
			go func() { io.Copy(to, in); to.Close() }()
			io.Copy(conn, to)
			conn.Close()
		}
	}))
	defer proxy.Close()
	through, err := url.Parse(strings.Replace(proxy.URL, "//", "//joe:secret@", 1))
	if err != nil {
		t.Fatal(err)
	}
	tr := &Transport{TLS: server.Client().Transport.(*http.Transport).TLSClientConfig, Proxy: http.ProxyURL(through)}
	const login = "Basic am9lOnNlY3JldA=="

	resp, heads, err := get(t.Context(), t, tr, &url.URL{Scheme: "http", Host: "h.example", Path: "/x"})
	if err != nil || resp.StatusCode != 418 || resp.Header.Get("X-URL") != "http://h.example/x" || resp.Header.Get("X-Auth") != login || len(heads) != 1 {
		t.Fatalf("%v, %v, %d", err, resp, len(heads))
	}
	resp.Body.Close()

	to, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp, heads, err = get(t.Context(), t, tr, to)
	if err != nil || resp.StatusCode != 407 || len(heads) != 1 || !heads[0].Tunnel || !strings.Contains(string(heads[0].Bytes), "Proxy-Authenticate: Basic") || resp.Header.Get("X-Auth") != login {
		t.Fatalf("%v, %v, %+v", err, resp, heads)
	}
	resp.Body.Close()

	refuse = false
	resp, heads, err = get(t.Context(), t, tr, to)
	if err != nil || resp.StatusCode != 401 || len(heads) != 2 || !heads[0].Tunnel || heads[1].Tunnel {
		t.Fatalf("%v, %v, %+v", err, resp, heads)
	}
	resp.Body.Close()
}

// TestHTTP2 checks that HTTP/2 is spoken where a server speaks it, and shown as curl -i shows it.
func TestHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		w.Header().Add("WWW-Authenticate", "A")
		w.Header().Add("WWW-Authenticate", "B")
		w.WriteHeader(401)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	to, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp, heads, err := get(t.Context(), t, &Transport{TLS: server.Client().Transport.(*http.Transport).TLSClientConfig}, to)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	want := "HTTP/2 401 \r\ncontent-length: 0\r\nwww-authenticate: A\r\nwww-authenticate: B\r\n\r\n"
	if len(heads) != 1 || string(heads[0].Bytes) != want {
		t.Errorf("%+v", heads)
	}
}

// TestPost checks that a body is sent, and that a server may refuse it before it has read it.
func TestPost(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Body", string(b))
	}))
	defer server.Close()
	req, err := http.NewRequest("POST", server.URL, strings.NewReader("content"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := new(Transport).RoundTrip(req)
	if err != nil || resp.Header.Get("X-Body") != "content" {
		t.Fatal(err, resp)
	}
	resp.Body.Close()

	early := serve(t, "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\n\r\n", true)
	r, w := io.Pipe() // which never has anything to send
	defer w.Close()
	req, err = http.NewRequest("POST", early.String(), r)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err = new(Transport).RoundTrip(req); err != nil || resp.StatusCode != 401 {
		t.Fatal(err, resp)
	}
	resp.Body.Close()
}
