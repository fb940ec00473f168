package httpauth_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	neturl "net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth/digest"
)

const (
	testUser     = "rita"
	testPassword = "hunter2, \"quoted\""
	testRealm    = "Private Area"
)

// A digestServer lets a client in that knows the password and uses no count twice. It computes
// everything itself, so that it does not share a mistake with the client.
type digestServer struct {
	algorithms []string // offered, in this order
	qop        string
	uses       int  // of a nonce; 0: any number
	oneNonce   bool // all challenges have the same nonce
	userhash   bool
	domain     string
	proxy      bool
	next       bool                // sends a nextnonce each time
	rspauth    func(string) string // changes it; nil: sent as it should be
	trailer    bool                // Authentication-Info after the body
	handler    http.Handler

	mu        sync.Mutex
	last      int
	issued    map[string]bool
	used      map[string]int    // of a nonce
	counts    map[string]bool   // nonce and nc
	sessions  map[string]string // cnonce of the first request with a nonce
	requests  int
	refusals  int
	stale     int
	faults    []string
	scheme    string // of the last credentials
	algorithm string
}

func hashOf(algorithm string, parts ...string) string {
	b := []byte(strings.Join(parts, ":"))
	switch strings.TrimSuffix(algorithm, "-sess") {
	case "SHA-256":
		return fmt.Sprintf("%x", sha256.Sum256(b))
	case "SHA-512-256":
		return fmt.Sprintf("%x", sha512.Sum512_256(b))
	}
	return fmt.Sprintf("%x", md5.Sum(b))
}

func (s *digestServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	field, info := "Authorization", "Authentication-Info"
	if s.proxy {
		field, info = "Proxy-Authorization", "Proxy-Authentication-Info"
	}
	s.mu.Lock()
	s.requests++
	c, err := wwwauth.ParseCredentials(r.Header.Values(field)...)
	s.scheme, s.algorithm = c.Scheme(), c.Get("algorithm")
	if err != nil {
		s.faults = append(s.faults, err.Error())
	}
	rspauth, isRight := s.check(c, r, body)
	nonce, count := c.Get("nonce"), c.Get("nonce")+" "+c.Get("nc")
	if isRight && c.Get("qop") != "" && s.counts[count] {
		s.faults = append(s.faults, "twice: "+count)
	}
	isFresh := s.issued[nonce] && (s.uses == 0 || s.used[nonce] < s.uses)
	if !isRight || !isFresh {
		s.refuse(w, isRight && s.issued[nonce])
		s.mu.Unlock()
		return
	}
	if s.counts == nil {
		s.counts, s.used = make(map[string]bool), make(map[string]int)
	}
	s.counts[count] = true
	s.used[nonce]++
	if s.rspauth != nil {
		rspauth = s.rspauth(rspauth)
	}
	line := fmt.Sprintf(`rspauth="%s", cnonce="%s", nc=%s, qop=%s`, rspauth, c.Get("cnonce"), c.Get("nc"), c.Get("qop"))
	if s.next {
		line += fmt.Sprintf(`, nextnonce="%s"`, s.nonce())
	}
	s.mu.Unlock()
	if s.trailer {
		w.Header().Set("Trailer", info)
		defer w.Header().Set(info, line)
	} else {
		w.Header().Set(info, line)
	}
	if s.handler != nil {
		s.handler.ServeHTTP(w, r)
		return
	}
	io.WriteString(w, welcome)
}

const welcome = "welcome"

// check returns what proves that the server knows the password, and whether the credentials do the
// same for the client.
func (s *digestServer) check(c wwwauth.Credentials, r *http.Request, body []byte) (rspauth string, isRight bool) {
	algorithm := c.Get("algorithm")
	if !c.Is("Digest") || !slices.Contains(s.algorithms, algorithm) || c.Get("realm") != testRealm || c.Get("qop") != s.qop && s.qop != "auth-int,auth" {
		return "", false
	}
	want := testUser
	if s.userhash {
		want = hashOf(algorithm, testUser, testRealm)
	}
	if c.Get("username") != want || c.Get("uri") != r.RequestURI {
		s.faults = append(s.faults, fmt.Sprintf("username %q, uri %q for %q", c.Get("username"), c.Get("uri"), r.RequestURI))
		return "", false
	}
	a1 := hashOf(algorithm, testUser, testRealm, testPassword)
	if strings.HasSuffix(algorithm, "-sess") {
		if s.sessions == nil {
			s.sessions = make(map[string]string)
		}
		if s.sessions[c.Get("nonce")] == "" {
			s.sessions[c.Get("nonce")] = c.Get("cnonce")
		}
		a1 = hashOf(algorithm, a1, c.Get("nonce"), s.sessions[c.Get("nonce")])
	}
	response := func(method, body string) string {
		a2 := []string{method, c.Get("uri")}
		if c.Get("qop") == "auth-int" {
			a2 = append(a2, hashOf(algorithm, body))
		}
		parts := []string{a1, c.Get("nonce")}
		if c.Get("qop") != "" {
			parts = append(parts, c.Get("nc"), c.Get("cnonce"), c.Get("qop"))
		}
		return hashOf(algorithm, append(parts, hashOf(algorithm, a2...))...)
	}
	return response("", welcome), c.Get("response") == response(r.Method, string(body))
}

func (s *digestServer) nonce() string {
	if s.issued == nil {
		s.issued = make(map[string]bool)
	}
	if !s.oneNonce || s.last == 0 {
		s.last++
	}
	nonce := fmt.Sprintf("nonce%d", s.last)
	s.issued[nonce] = true
	return nonce
}

func (s *digestServer) refuse(w http.ResponseWriter, stale bool) {
	s.refusals++
	if stale {
		s.stale++
	}
	f := httpauth.Refusal{}
	if s.proxy {
		f.Status = http.StatusProxyAuthRequired
	}
	for _, algorithm := range s.algorithms {
		c := wwwauth.NewChallenge("Digest", "realm", testRealm, "nonce", s.nonce())
		add := func(name, value string) {
			if value != "" {
				c.Params = append(c.Params, wwwauth.Param{Name: name, Value: value})
			}
		}
		add("algorithm", algorithm)
		add("qop", s.qop)
		add("domain", s.domain)
		if stale {
			add("stale", "true")
		}
		if s.userhash {
			add("userhash", "true")
		}
		f.Challenges = append(f.Challenges, c)
	}
	f.Send(w, &http.Request{})
}

func (s *digestServer) report(t *testing.T) {
	t.Helper()
	for _, fault := range s.faults {
		t.Errorf("the server saw %s", fault)
	}
}

// serve starts a server and returns its URL.
func serve(t testing.TB, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// clientFor returns a client that knows the password for a server.
func clientFor(url string) *http.Client {
	return &http.Client{Transport: &httpauth.Transport{Login: httpauth.LoginFor(url, testUser, testPassword)}}
}

// fetch returns status and body.
func fetch(t testing.TB, client *http.Client, url string) (int, string) {
	t.Helper()
	resp, err := client.Get(url)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return resp.StatusCode, string(body)
}

func TestTransportDigest(t *testing.T) {
	for _, algorithm := range []string{"MD5", "SHA-256", "SHA-512-256", "MD5-sess", "SHA-256-sess", "SHA-512-256-sess", ""} {
		for _, qop := range []string{"", "auth", "auth-int"} {
			for _, userhash := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %s %t", algorithm, qop, userhash), func(t *testing.T) {
					s := &digestServer{algorithms: []string{algorithm}, qop: qop, userhash: userhash}
					url := serve(t, s)
					client := clientFor(url)
					for range 3 {
						if status, body := fetch(t, client, url+"/a?b=c"); status != 200 || body != welcome {
							t.Errorf("%d %q", status, body)
						}
						resp, err := client.Post(url, "text/plain", strings.NewReader("body"))
						if err != nil {
							t.Fatal(err)
						}
						if _, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 200 {
							t.Errorf("%d %v", resp.StatusCode, err)
						}
						resp.Body.Close()
					}
					if s.requests != 7 {
						t.Errorf("%d requests, want the first twice and the others once", s.requests)
					}
					s.report(t)
				})
			}
		}
	}
}

// The strongest algorithm is taken, whatever the order, and never Basic beside it.
func TestTransportStrength(t *testing.T) {
	s := &digestServer{algorithms: []string{"MD5", "unknown", "SHA-256-sess", "SHA-512-256", "SHA-256"}, qop: "auth"}
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			w.Header().Set("WWW-Authenticate", `Basic realm="first"`)
		}
		s.ServeHTTP(w, r)
	}))
	if status, _ := fetch(t, clientFor(url), url); status != 200 || s.algorithm != "SHA-512-256" {
		t.Errorf("%d with %s", status, s.algorithm)
	}
}

func TestTransportWrongPassword(t *testing.T) {
	s := &digestServer{algorithms: []string{"SHA-256", "MD5"}, qop: "auth"}
	url := serve(t, s)
	asked := 0
	client := &http.Client{Transport: &httpauth.Transport{Login: func(context.Context, httpauth.Space) (string, string, error) {
		asked++
		return testUser, "wrong", nil
	}}}
	if status, body := fetch(t, client, url); status != 401 || body != "Unauthorized\n" || asked != 1 || s.requests != 2 {
		t.Errorf("%d %q, asked %d times, %d requests", status, body, asked, s.requests)
	}
	if status, _ := fetch(t, client, url); status != 401 || asked != 2 || s.requests != 4 {
		t.Errorf("again: %d, asked %d times, %d requests", status, asked, s.requests)
	}
	s.report(t)
}

// Nobody is asked twice for a password that was right, and a nonce that is used up costs one round
// trip.
func TestTransportStale(t *testing.T) {
	s := &digestServer{algorithms: []string{"SHA-256"}, qop: "auth", uses: 2}
	url := serve(t, s)
	asked := 0
	client := &http.Client{Transport: &httpauth.Transport{Login: func(context.Context, httpauth.Space) (string, string, error) {
		asked++
		return testUser, testPassword, nil
	}}}
	for range 6 {
		if status, _ := fetch(t, client, url); status != 200 {
			t.Error(status)
		}
	}
	if asked != 1 || s.requests != 9 || s.stale != 2 {
		t.Errorf("asked %d times, %d requests, %d stale", asked, s.requests, s.stale)
	}
	s.report(t)
}

func TestTransportNextNonce(t *testing.T) {
	for _, algorithm := range []string{"MD5", "SHA-256-sess"} {
		s := &digestServer{algorithms: []string{algorithm}, qop: "auth", uses: 1, next: true}
		if strings.HasSuffix(algorithm, "-sess") {
			s.next = false // the server of this test forgets sessions
		}
		url := serve(t, s)
		client := clientFor(url)
		for range 5 {
			if status, _ := fetch(t, client, url); status != 200 {
				t.Error(status)
			}
		}
		if s.next && s.requests != 6 {
			t.Errorf("%d requests, want one more than were answered", s.requests)
		}
		s.report(t)
	}
}

// TestTransportLoad is 1,000 requests from 32 goroutines to a server whose nonces are good for
// seven each.
func TestTransportLoad(t *testing.T) {
	for _, s := range []*digestServer{
		{algorithms: []string{"SHA-256"}, qop: "auth", uses: 7},
		{algorithms: []string{"MD5"}, qop: "auth", uses: 7, next: true},
		{algorithms: []string{"MD5"}, qop: "auth", oneNonce: true},
		{algorithms: []string{"SHA-256-sess"}, qop: "auth", uses: 1},
	} {
		url := serve(t, s)
		base := &http.Transport{MaxIdleConnsPerHost: 32}
		defer base.CloseIdleConnections()
		var trips atomic.Int64
		client := &http.Client{Transport: &httpauth.Transport{Login: httpauth.LoginFor(url, testUser, testPassword), Base: counting{base, &trips}}}
		var wg sync.WaitGroup
		var next atomic.Int64
		for range 32 {
			wg.Go(func() {
				for next.Add(1) <= 1000 {
					if status, body := fetch(t, client, url); status != 200 || body != welcome {
						t.Errorf("%d %q", status, body)
					}
				}
			})
		}
		wg.Wait()
		if n := trips.Load(); n > 2000 {
			t.Errorf("%d round trips for 1000 requests: more than one for a new nonce", n)
		}
		s.report(t)
		if len(s.counts) != 1000 {
			t.Errorf("%d counts for 1000 requests", len(s.counts))
		}
	}
}

// counting counts round trips.
type counting struct {
	http.RoundTripper
	n *atomic.Int64
}

func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return c.RoundTripper.RoundTrip(r)
}

// A basicServer wants Basic, and counts what it sees.
type basicServer struct {
	challenge string
	requests  atomic.Int64
	logins    atomic.Int64
}

func (s *basicServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	user, password, ok := r.BasicAuth()
	if ok {
		s.logins.Add(1)
	}
	if user != testUser || password != testPassword {
		w.Header().Set("WWW-Authenticate", s.challenge)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	io.WriteString(w, welcome)
}

// Basic is sent from the start to the same folder and below, and nowhere else (RFC 7617 section
// 2.2).
func TestTransportBasic(t *testing.T) {
	s := &basicServer{challenge: `Basic realm="x", charset="UTF-8"`}
	url := serve(t, s)
	client := clientFor(url)
	for i, tt := range []struct {
		path     string
		requests int64
	}{{"/a/b/c", 2}, {"/a/b/d", 1}, {"/a/b/c/e", 1}, {"/a/x", 2}, {"/a/b/c", 1}, {"/a/y/z", 1}, {"/bc", 2}, {"", 1}} {
		before := s.requests.Load()
		if status, _ := fetch(t, client, url+tt.path); status != 200 || s.requests.Load()-before != tt.requests {
			t.Errorf("%d. %s: %d after %d requests, want %d", i, tt.path, status, s.requests.Load()-before, tt.requests)
		}
	}
}

// Without a domain, a login with Digest is for the whole server (RFC 7616 section 3.3).
func TestTransportNoDomain(t *testing.T) {
	s := &digestServer{algorithms: []string{"MD5"}, qop: "auth"}
	url := serve(t, s)
	client := clientFor(url)
	for i, path := range []string{"/a/b", "/c", "", "/a/d/e"} {
		if status, _ := fetch(t, client, url+path); status != 200 || s.requests != i+2 {
			t.Errorf("%s: %d after %d requests in all, want %d", path, status, s.requests, i+2)
		}
	}
}

// What an earlier transfer still reads of a body is not taken from the next.
func TestTransportBodyHandedOver(t *testing.T) {
	var first io.Reader
	client := &http.Client{Transport: &httpauth.Transport{
		Login: httpauth.LoginFor("http://127.0.0.1", testUser, testPassword),
		Base: roundTripper(func(r *http.Request) (*http.Response, error) {
			resp := &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody}
			if first == nil {
				first = r.Body
				resp.StatusCode = 401
				resp.Header.Set("WWW-Authenticate", `Basic realm="x"`)
				return resp, nil
			}
			if late, err := io.ReadAll(first); len(late) > 0 || err == nil {
				t.Errorf("the first transfer read %q, %v", late, err)
			}
			if body, err := io.ReadAll(r.Body); string(body) != "content" || err != nil {
				t.Errorf("the second transfer read %q, %v", body, err)
			}
			return resp, nil
		}),
	}}
	resp, err := client.Post("http://127.0.0.1/", "text/plain", io.MultiReader(strings.NewReader("content")))
	if err != nil || resp.StatusCode != 200 {
		t.Errorf("%v, %v", resp, err)
	}
}

// name gives a loopback server another name, so that it is not one of loopback for the client.
func named(t testing.TB, serverURL string) *http.Transport {
	u, err := neturl.Parse(serverURL)
	if err != nil {
		t.Fatal(err)
	}
	h := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, u.Host)
	}}
	t.Cleanup(h.CloseIdleConnections)
	return h
}

func TestTransportBasicWithoutTLS(t *testing.T) {
	s := &basicServer{challenge: `Basic realm="x"`}
	base := named(t, serve(t, s))
	const url = "http://printer.example/"
	client := &http.Client{Transport: &httpauth.Transport{Login: httpauth.LoginFor(url, testUser, testPassword), Base: base}}
	_, err := client.Get(url)
	if !errors.Is(err, httpauth.ErrBasicWithoutTLS) || s.logins.Load() != 0 {
		t.Errorf("%v, %d logins", err, s.logins.Load())
	}
	if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), testPassword) {
		t.Error("the error has the password")
	}
	client.Transport.(*httpauth.Transport).BasicWithoutTLS = true
	if status, _ := fetch(t, client, url); status != 200 {
		t.Error(status)
	}
	// Without a login the response is that of the server.
	client = &http.Client{Transport: &httpauth.Transport{Base: base}}
	if status, _ := fetch(t, client, url); status != 401 {
		t.Error(status)
	}
	// A proxy could read what goes to a loopback address through it.
	proxy := &neturl.URL{Scheme: "http", Host: "127.0.0.1:1"}
	client = &http.Client{Transport: &httpauth.Transport{
		Login: httpauth.LoginFor("http://localhost", testUser, testPassword), Base: counting{base, new(atomic.Int64)},
		Proxy: http.ProxyURL(proxy),
	}}
	if _, err := client.Get("http://localhost/"); !errors.Is(err, httpauth.ErrBasicWithoutTLS) {
		t.Error(err)
	}
}

func TestTransportTLS(t *testing.T) {
	s := &basicServer{challenge: `Basic realm="x"`}
	server := httptest.NewTLSServer(s)
	defer server.Close()
	client := &http.Client{Transport: &httpauth.Transport{Login: httpauth.LoginFor(server.URL, testUser, testPassword), Base: server.Client().Transport}}
	if status, _ := fetch(t, client, server.URL); status != 200 {
		t.Error(status)
	}
}

func TestTransportHTTP2(t *testing.T) {
	s := &digestServer{algorithms: []string{"SHA-256"}, qop: "auth-int"}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("%s", r.Proto)
		}
		s.ServeHTTP(w, r)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	client := &http.Client{Transport: &httpauth.Transport{Login: httpauth.LoginFor(server.URL, testUser, testPassword), Base: server.Client().Transport}}
	for range 2 {
		if status, body := fetch(t, client, server.URL+"/a?b"); status != 200 || body != welcome {
			t.Errorf("%d %q", status, body)
		}
	}
	s.report(t)
}

// Two hosts of one server, told apart by the Host field, are two protection spaces.
func TestTransportHost(t *testing.T) {
	s := &basicServer{challenge: `Basic realm="x"`}
	url := serve(t, s)
	client := clientFor(url)
	for i, host := range []string{"a.example", "b.example", "a.example"} {
		req, _ := http.NewRequest("GET", url, nil)
		req.Host = host
		before := s.requests.Load()
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if n, want := s.requests.Load()-before, []int64{2, 2, 1}[i]; resp.StatusCode != 200 || n != want {
			t.Errorf("%s: %s after %d requests, want %d", host, resp.Status, n, want)
		}
	}
}

// Several realms of one server are told apart by folder, so that none costs the other its nonce.
func TestTransportRealms(t *testing.T) {
	requests := 0
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		realm := cmp.Or(r.URL.RawQuery, strings.Split(r.URL.Path, "/")[1])
		if c, _ := httpauth.Credentials(r); c.Get("realm") != realm {
			w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Digest realm="%s", nonce="n", qop="auth"`, realm))
			w.WriteHeader(401)
		}
	}))
	asked := 0
	client := &http.Client{Transport: &httpauth.Transport{Login: func(context.Context, httpauth.Space) (string, string, error) {
		asked++
		return testUser, testPassword, nil
	}}}
	defer func() {
		if asked != 2 {
			t.Errorf("asked %d times for 2 realms", asked)
		}
	}()
	for i, path := range []string{"a/", "b/", "a/", "b/", "a/c/", "b/c/d/", "elsewhere/?a"} {
		want := 1
		if i < 2 || i == 6 {
			want = 2
		}
		before := requests
		status, _ := fetch(t, client, url+"/"+path)
		if status != 200 || requests-before != want {
			t.Errorf("%d: %d after %d requests, want %d", i, status, requests-before, want)
		}
	}
}

// Somebody who removes the Digest challenge must not get the password, now or later, in this realm or
// another.
func TestTransportDowngrade(t *testing.T) {
	s := &digestServer{algorithms: []string{"SHA-256"}, qop: "auth"}
	b := &basicServer{challenge: `Basic realm="Private Area"`}
	var basic atomic.Bool
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if basic.Load() {
			b.ServeHTTP(w, r)
			return
		}
		s.ServeHTTP(w, r)
	}))
	client := clientFor(url)
	if status, _ := fetch(t, client, url); status != 200 {
		t.Fatal(status)
	}
	basic.Store(true)
	for _, challenge := range []string{`Basic realm="Private Area"`, `Basic realm="another"`, `Digest realm="x", nonce="n", algorithm=unknown, Basic realm="y"`} {
		b.challenge = challenge
		for _, path := range []string{"/", "/elsewhere/"} {
			if _, err := client.Get(url + path); !errors.Is(err, httpauth.ErrDowngrade) {
				t.Errorf("%s: %v", challenge, err)
			}
		}
	}
	if b.logins.Load() != 0 {
		t.Error("Basic was sent")
	}
	// Nor if the user could not log in with Digest.
	basic.Store(false)
	url = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if basic.Load() {
			b.ServeHTTP(w, r)
			return
		}
		s.ServeHTTP(w, r)
	}))
	client = &http.Client{Transport: &httpauth.Transport{Login: func(_ context.Context, space httpauth.Space) (string, string, error) {
		if space.Scheme == "Digest" {
			return "", "", httpauth.ErrNoLogin
		}
		return testUser, testPassword, nil
	}}}
	if status, _ := fetch(t, client, url); status != 401 {
		t.Error(status)
	}
	basic.Store(true)
	if _, err := client.Get(url); !errors.Is(err, httpauth.ErrDowngrade) {
		t.Error(err)
	}
}

// Digest beside Basic rules Basic out, even without a login for Digest, and after a login with Basic.
func TestTransportBasicBesideDigest(t *testing.T) {
	var lines []string
	logins := 0
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, ok := r.BasicAuth(); ok {
			logins++
			return
		}
		w.Header()["Www-Authenticate"] = lines
		w.WriteHeader(401)
	}))
	client := &http.Client{Transport: &httpauth.Transport{Login: func(_ context.Context, s httpauth.Space) (string, string, error) {
		if s.Scheme == "Digest" {
			return "", "", httpauth.ErrNoLogin
		}
		return testUser, testPassword, nil
	}}}
	basic, both := []string{`Basic realm="x"`}, []string{`Basic realm="x"`, `Digest realm="x", nonce="n"`}
	lines = basic
	if status, _ := fetch(t, client, url+"/a/"); status != 200 || logins != 1 {
		t.Errorf("%d after %d logins", status, logins)
	}
	lines = both
	for _, path := range []string{"/", "/a/"} {
		if status, _ := fetch(t, client, url+path); status != 401 || logins != 1 {
			t.Errorf("%s: %d after %d logins", path, status, logins)
		}
	}
}

// Credentials stay with their origin, whatever a server redirects to or names in its domain.
func TestTransportOrigins(t *testing.T) {
	evil := &digestServer{algorithms: []string{"MD5"}, qop: "auth"}
	var seen []string
	evilURL := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		evil.ServeHTTP(w, r)
	}))
	good := &digestServer{algorithms: []string{"MD5"}, qop: "auth", domain: "/ " + evilURL + "/"}
	goodURL := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, evilURL+"/a", http.StatusTemporaryRedirect)
			return
		}
		good.ServeHTTP(w, r)
	}))
	client := clientFor(goodURL)
	if status, _ := fetch(t, client, goodURL); status != 200 {
		t.Fatal(status)
	}
	if status, _ := fetch(t, client, goodURL+"/away"); status != 401 {
		t.Error(status)
	}
	fetch(t, client, evilURL)
	for _, line := range seen {
		if line != "" {
			t.Errorf("sent to the wrong server: %s", line)
		}
	}
	var asked []string
	client = &http.Client{Transport: &httpauth.Transport{Login: func(_ context.Context, s httpauth.Space) (string, string, error) {
		asked = append(asked, s.Origin)
		return "", "", httpauth.ErrNoLogin
	}}}
	fetch(t, client, goodURL+"/away")
	if !slices.Equal(asked, []string{evilURL}) {
		t.Errorf("asked for %q", asked)
	}
}

// domain says where credentials are sent from the start.
func TestTransportDomain(t *testing.T) {
	s := &digestServer{algorithms: []string{"MD5"}, qop: "auth", domain: "/a/ /b http://other.example/c"}
	url := serve(t, s)
	client := clientFor(url)
	for _, tt := range []struct {
		path     string
		requests int
	}{{"/a/x", 2}, {"/a/y/z", 1}, {"/b", 1}, {"/b/c", 1}, {"/c/d", 2}, {"/c/e", 1}} {
		before := s.requests
		if status, _ := fetch(t, client, url+tt.path); status != 200 || s.requests-before != tt.requests {
			t.Errorf("%s: %d after %d requests, want %d", tt.path, status, s.requests-before, tt.requests)
		}
	}
}

func TestTransportCallersCredentials(t *testing.T) {
	s := &basicServer{challenge: `Basic realm="x"`}
	url := serve(t, s)
	req, _ := http.NewRequest("GET", url, nil)
	req.Header.Set("Authorization", "Bearer mine")
	resp, err := clientFor(url).Do(req)
	if err != nil || resp.StatusCode != 401 || s.requests.Load() != 1 {
		t.Errorf("%v, %v", resp, err)
	}
	resp.Body.Close()
}

// The caller's request stays as it is, and the response shows none of the credentials.
func TestTransportLeavesRequest(t *testing.T) {
	s := &basicServer{challenge: `Basic realm="x"`}
	url := serve(t, s)
	req, _ := http.NewRequest("GET", url, nil)
	resp, err := clientFor(url).Transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if len(req.Header) != 0 || resp.Request != req {
		t.Errorf("%v, %v", req.Header, resp.Request.Header)
	}
}

func TestTransportBodies(t *testing.T) {
	for _, qop := range []string{"auth", "auth-int"} {
		s := &digestServer{algorithms: []string{"SHA-256"}, qop: qop, uses: 2, handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if string(body) != "content" {
				t.Errorf("%s: body %q", qop, body)
			}
			io.WriteString(w, welcome)
		})}
		url := serve(t, s)
		client := clientFor(url)
		once := func() io.Reader { return io.MultiReader(strings.NewReader("content")) } // no GetBody

		// The first request is refused when its body is gone.
		_, err := client.Post(url, "text/plain", once())
		if !errors.Is(err, httpauth.ErrBody) {
			t.Errorf("%s: %v", qop, err)
		}
		for range 5 {
			resp, err := client.Post(url, "text/plain", strings.NewReader("content"))
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != 200 {
				t.Error(resp.Status)
			}
		}
		// A nonce is known and has a use left: auth needs no second body, auth-int cannot make a
		// hash.
		resp, err := client.Post(url, "text/plain", once())
		if qop == "auth" {
			if err != nil || resp.StatusCode != 200 {
				t.Errorf("%v, %v", resp, err)
			}
		} else if !errors.Is(err, httpauth.ErrBody) {
			t.Error(err)
		}
		s.report(t)
	}
}

// A closable knows whether it was closed.
type closable struct {
	io.Reader
	closed atomic.Bool
}

func (c *closable) Close() error { c.closed.Store(true); return nil }

// If a server refuses before it asks for the body, the body is not lost.
func TestTransportExpectContinue(t *testing.T) {
	s := &digestServer{algorithms: []string{"SHA-256"}, qop: "auth"}
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			r = r.Clone(r.Context())
			r.Body = http.NoBody
		}
		s.ServeHTTP(w, r)
	}))
	body := &closable{Reader: strings.NewReader("content")}
	req, _ := http.NewRequest("PUT", url, body)
	req.Header.Set("Expect", "100-continue")
	base := &http.Transport{ExpectContinueTimeout: 1 << 40}
	defer base.CloseIdleConnections()
	client := &http.Client{Transport: &httpauth.Transport{Login: httpauth.LoginFor(url, testUser, testPassword), Base: base}}
	resp, err := client.Do(req)
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("%v, %v", resp, err)
	}
	resp.Body.Close()
	if !body.closed.Load() {
		t.Error("the body is open")
	}
}

// A RoundTripper closes the body, whatever happens.
func TestTransportClosesBody(t *testing.T) {
	failing := roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, errors.New("no network")
	})
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, ctx := range []context.Context{context.Background(), ended} {
		for _, replayable := range []bool{false, true} {
			body := &closable{Reader: strings.NewReader("x")}
			req, _ := http.NewRequestWithContext(ctx, "POST", "http://a.example", body)
			if replayable {
				req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("x")), nil }
			}
			if _, err := (&httpauth.Transport{Base: failing}).RoundTrip(req); err == nil || !body.closed.Load() {
				t.Errorf("%v, closed: %t", err, body.closed.Load())
			}
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTransportCancel(t *testing.T) {
	s := &digestServer{algorithms: []string{"SHA-256"}, qop: "auth"}
	url := serve(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	client := &http.Client{Transport: &httpauth.Transport{Login: func(ctx context.Context, _ httpauth.Space) (string, string, error) {
		cancel()
		return testUser, testPassword, nil
	}}}
	req, _ := http.NewRequestWithContext(ctx, "GET", url, nil)
	if _, err := client.Do(req); !errors.Is(err, context.Canceled) || s.requests != 1 {
		t.Errorf("%v after %d requests", err, s.requests)
	}
}

func TestTransportLoginFails(t *testing.T) {
	url := serve(t, &basicServer{challenge: `Basic realm="x"`})
	locked := errors.New("the keyring is locked")
	client := &http.Client{Transport: &httpauth.Transport{Login: func(context.Context, httpauth.Space) (string, string, error) {
		return "", "", locked
	}}}
	_, err := client.Get(url)
	var failed *httpauth.AnswerError
	if !errors.Is(err, locked) || !errors.As(err, &failed) || failed.Space != (httpauth.Space{Origin: url, Scheme: "Basic", Realm: "x"}) {
		t.Error(err)
	}
	if _, err := clientFor("no url").Get(url); err == nil {
		t.Error("LoginFor takes anything")
	}
}

// A server that does not know the password is not taken for one that does.
func TestTransportRspauth(t *testing.T) {
	wrong := func(string) string { return strings.Repeat("0", 64) }
	for _, trailer := range []bool{false, true} {
		s := &digestServer{algorithms: []string{"SHA-256"}, qop: "auth", rspauth: wrong, trailer: trailer}
		url := serve(t, s)
		resp, err := clientFor(url).Get(url)
		if trailer && err == nil {
			_, err = io.ReadAll(resp.Body)
		}
		if !errors.Is(err, digest.ErrRspauth) {
			t.Errorf("trailer %t: %v", trailer, err)
		}
		s.rspauth = nil
		if status, body := fetch(t, clientFor(url), url); status != 200 || body != welcome {
			t.Errorf("trailer %t: %d %q", trailer, status, body)
		}
	}
	// With auth-int the end of the body tells.
	s := &digestServer{algorithms: []string{"SHA-256"}, qop: "auth-int", handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "welcome, "+r.URL.Path) // not what rspauth is made of
	})}
	url := serve(t, s)
	resp, err := clientFor(url).Get(url + "/x")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if !errors.Is(err, digest.ErrRspauth) || string(body) != "welcome, /x" {
		t.Errorf("%q, %v", body, err)
	}
	if _, again := resp.Body.Read(make([]byte, 1)); again != err {
		t.Errorf("then %v", again)
	}
}

// A body that was compressed is checked as it was sent, so it is not asked for.
func TestTransportAuthIntEncoding(t *testing.T) {
	s := &digestServer{algorithms: []string{"SHA-256"}, qop: "auth-int", handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "identity" {
			t.Errorf("Accept-Encoding %q", got)
		}
		io.WriteString(w, welcome)
	})}
	url := serve(t, s)
	fetch(t, clientFor(url), url)
}

func TestTransportOther(t *testing.T) {
	bare := 0
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			bare++
		}
		switch r.Header.Get("Authorization") {
		case "Handshake c3RlcDI=":
			io.WriteString(w, welcome)
		case "Handshake c3RlcDE=":
			w.Header().Set("WWW-Authenticate", "Handshake Z28gb24=")
			w.WriteHeader(401)
		default:
			w.Header().Add("WWW-Authenticate", `Basic realm="x"`)
			w.Header().Add("WWW-Authenticate", `Handshake realm="y"`)
			w.WriteHeader(401)
		}
	}))
	client := &http.Client{Transport: &httpauth.Transport{
		Login: httpauth.LoginFor(url, testUser, testPassword),
		Other: func(_ context.Context, space httpauth.Space, c wwwauth.Challenge) (wwwauth.Credentials, error) {
			if space.Scheme != "Handshake" || space.Origin != url {
				t.Errorf("%+v", space)
			}
			if c.Token68 == "" {
				return wwwauth.TokenCredentials("Handshake", "c3RlcDE="), nil
			}
			return wwwauth.TokenCredentials("Handshake", "c3RlcDI="), nil
		},
	}}
	for i := range 2 {
		if status, body := fetch(t, client, url); status != 200 || body != welcome || bare != i+1 {
			t.Errorf("%d %q; %d of %d requests came without credentials at first", status, body, bare, i+1)
		}
	}
}

// A server that keeps its nonce in a cookie.
func TestTransportJar(t *testing.T) {
	s := &digestServer{algorithms: []string{"MD5"}, qop: "auth"}
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nonce, err := r.Cookie("nonce")
		mine, _ := r.Cookie("mine")
		if r.Header.Get("Authorization") != "" && (err != nil || nonce.Value != "new" || mine == nil || len(r.Cookies()) != 2) {
			t.Errorf("cookies %q", r.Header["Cookie"])
		}
		http.SetCookie(w, &http.Cookie{Name: "nonce", Value: "new", Path: "/"})
		s.ServeHTTP(w, r)
	}))
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: &httpauth.Transport{Jar: jar, Login: httpauth.LoginFor(url, testUser, testPassword)}}
	req, _ := http.NewRequest("GET", url, nil)
	req.AddCookie(&http.Cookie{Name: "mine", Value: "x"})
	resp, err := client.Do(req)
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
}

// Nothing that holds a password prints it.
func TestTransportSecret(t *testing.T) {
	for _, h := range []http.Handler{&digestServer{algorithms: []string{"MD5"}, qop: "auth"}, &basicServer{challenge: `Basic realm="x"`}} {
		url := serve(t, h)
		client := clientFor(url)
		if status, _ := fetch(t, client, url); status != 200 {
			t.Fatal(status)
		}
		printed := fmt.Sprintf("%v %+v %#v", client.Transport, client.Transport, client.Transport)
		key := hashOf("MD5", testUser, testRealm, testPassword)
		for _, secret := range []string{testPassword, key, hex.EncodeToString([]byte(testPassword)), "cml0YTpodW50ZXIy"} {
			if strings.Contains(printed, secret) {
				t.Errorf("%q is in %s", secret, printed)
			}
		}
	}
}

// A body may set the trailers of its request as it is read.
func TestTransportTrailer(t *testing.T) {
	const want = "abc"
	got := make(chan string, 2)
	s := &digestServer{algorithms: []string{"MD5"}, qop: "auth"}
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		got <- r.Trailer.Get("Checksum")
		s.ServeHTTP(w, r)
	}))
	req, err := http.NewRequest("POST", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Trailer = http.Header{"Checksum": nil}
	req.GetBody = func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("body"), atEnd(func() { req.Trailer.Set("Checksum", want) }))), nil
	}
	req.Body, _ = req.GetBody()
	req.ContentLength = -1
	resp, err := clientFor(url).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	for range 2 {
		if trailer := <-got; trailer != want {
			t.Errorf("trailer %q, want %q", trailer, want)
		}
	}
}

// atEnd is an empty reader that is called when it is read.
type atEnd func()

func (f atEnd) Read([]byte) (int, error) {
	f()
	return 0, io.EOF
}
