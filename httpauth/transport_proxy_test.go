package httpauth_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	neturl "net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth/digest"
)

// forward is what a proxy does with a request that it lets through: it connects to the only server
// there is, whatever the request names.
func forward(t *testing.T, server string) http.Handler {
	u, err := neturl.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			r = r.Clone(r.Context())
			r.RequestURI, r.URL.Host = "", u.Host
			r.Header.Del("Proxy-Authorization")
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			for name, values := range resp.Header {
				w.Header()[name] = values
			}
			w.WriteHeader(resp.StatusCode)
			io.Copy(w, resp.Body)
			return
		}
		back, err := net.Dial("tcp", u.Host)
		if err != nil {
			t.Error(err)
			return
		}
		defer back.Close()
		front, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer front.Close()
		info := ""
		if line := w.Header().Get("Proxy-Authentication-Info"); line != "" {
			info = "Proxy-Authentication-Info: " + line + "\r\n"
		}
		fmt.Fprintf(front, "HTTP/1.1 200 OK\r\n%s\r\n", info)
		go func() {
			io.Copy(back, front)
			back.Close()
		}()
		io.Copy(front, back)
	})
}

// through returns a client that goes through a proxy, and knows the passwords of the URLs.
func through(t *testing.T, proxy string, urls ...string) (*http.Client, *http.Transport) {
	u, err := neturl.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	base := &http.Transport{Proxy: http.ProxyURL(u), TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	client := &http.Client{Transport: &httpauth.Transport{Base: base, Login: func(ctx context.Context, s httpauth.Space) (string, string, error) {
		for _, url := range urls {
			if user, password, err := httpauth.LoginFor(url, testUser, testPassword)(ctx, s); err == nil {
				if s.Proxy != (url == proxy) {
					t.Errorf("asked for %+v", s)
				}
				return user, password, nil
			}
		}
		return "", "", httpauth.ErrNoLogin
	}}}
	t.Cleanup(client.CloseIdleConnections)
	return client, base
}

// A proxy and the server behind it both ask for a login, with a tunnel and without one.
func TestTransportProxy(t *testing.T) {
	for _, start := range []func(http.Handler) *httptest.Server{httptest.NewServer, httptest.NewTLSServer} {
		s := &digestServer{algorithms: []string{"SHA-256"}, qop: "auth", uses: 3}
		server := start(s)
		defer server.Close()
		p := &digestServer{algorithms: []string{"MD5"}, qop: "auth", uses: 2, proxy: true, handler: forward(t, server.URL)}
		proxy := serve(t, p)
		client, base := through(t, proxy, proxy, server.URL)
		for range 5 {
			resp, err := client.Post(server.URL+"/a?b", "text/plain", strings.NewReader("content"))
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != 200 || string(body) != welcome || err != nil {
				t.Errorf("%s: %s %q %v", server.URL, resp.Status, body, err)
			}
			client.CloseIdleConnections() // so that each request needs a tunnel
		}
		if base.OnProxyConnectResponse != nil {
			t.Error("the caller's transport was changed")
		}
		s.report(t)
		p.report(t)
		if p.stale == 0 {
			t.Error("no nonce of the proxy was stale")
		}
	}
}

// A login to the proxy does not excuse the server, nor the other way round: each must prove that it knows
// the password.
func TestTransportProxyRspauth(t *testing.T) {
	wrong := func(rspauth string) string { return strings.Repeat("0", len(rspauth)) }
	for _, who := range []string{"server", "proxy"} {
		s := &digestServer{algorithms: []string{"SHA-256"}, qop: "auth"}
		server := serve(t, s)
		p := &digestServer{algorithms: []string{"MD5"}, qop: "auth", proxy: true, handler: forward(t, server)}
		if who == "server" {
			s.rspauth = wrong
		} else {
			p.rspauth = wrong
		}
		proxy := serve(t, p)
		client, _ := through(t, proxy, proxy, server)
		_, err := client.Get(server)
		var failed *httpauth.AnswerError
		if !errors.Is(err, digest.ErrRspauth) || !errors.As(err, &failed) || failed.Space.Proxy != (who == "proxy") {
			t.Errorf("the %s: %v", who, err)
		}
		s.report(t)
		p.report(t)
	}
}

// A body without GetBody is not lost if it is the tunnel that is refused.
func TestTransportTunnelBody(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, r.Body)
	}))
	defer server.Close()
	proxy := serve(t, &digestServer{algorithms: []string{"MD5"}, qop: "auth", proxy: true, handler: forward(t, server.URL)})
	client, _ := through(t, proxy, proxy)
	body := &closable{Reader: strings.NewReader("content")}
	resp, err := client.Post(server.URL, "text/plain", body)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, _ := io.ReadAll(resp.Body); string(got) != "content" {
		t.Errorf("%q", got)
	}
	if !body.closed.Load() {
		t.Error("the body is open")
	}
}

func TestTransportTunnelRefused(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	p := &digestServer{algorithms: []string{"MD5"}, qop: "auth", proxy: true, handler: forward(t, server.URL)}
	proxy := serve(t, p)

	// Without a login the error has the challenges.
	client, _ := through(t, proxy)
	_, err := client.Get(server.URL)
	var refused *httpauth.ConnectError
	if !errors.As(err, &refused) || refused.Status != 407 || len(refused.Challenges) != 1 {
		t.Error(err)
	}
	// A proxy that does not know the password gets no tunnel to us.
	p.rspauth = func(string) string { return "0" }
	client, _ = through(t, proxy, proxy)
	if _, err := client.Get(server.URL); !errors.Is(err, digest.ErrRspauth) {
		t.Error(err)
	}
}

// A server cannot ask for the password of the proxy, in a tunnel or where there is no proxy.
func TestTransport407OfServer(t *testing.T) {
	b := &digestServer{algorithms: []string{"MD5"}, qop: "auth", proxy: true} // which is not a proxy
	server := httptest.NewTLSServer(b)
	defer server.Close()
	tunnels := &digestServer{algorithms: []string{"MD5"}, qop: "auth", proxy: true, handler: forward(t, server.URL)}
	proxy := serve(t, tunnels)
	client, _ := through(t, proxy, proxy, server.URL)
	for n := 1; n <= 2; n++ {
		if status, _ := fetch(t, client, server.URL); status != 407 || b.requests != n || b.scheme != "" {
			t.Errorf("%d after %d requests, want %d; %s", status, b.requests, n, b.scheme)
		}
	}
	plain := serve(t, b)
	if status, _ := fetch(t, clientFor(plain), plain); status != 407 || b.requests != 3 {
		t.Errorf("%d after %d requests", status, b.requests)
	}
}

// Basic for a proxy needs TLS to the proxy too.
func TestTransportProxyBasic(t *testing.T) {
	var sent atomic.Int64
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, _ := wwwauth.ParseCredentials(r.Header.Values("Proxy-Authorization")...); c.Is("Basic") {
			sent.Add(1)
			io.WriteString(w, welcome)
			return
		}
		w.Header().Set("Proxy-Authenticate", `Basic realm="way out"`)
		w.WriteHeader(407)
	})
	proxy := serve(t, h)
	client, _ := through(t, proxy, proxy)
	for range 2 {
		if status, _ := fetch(t, client, "http://a.example/"); status != 200 {
			t.Error(status)
		}
	}
	const far = "http://proxy.example:3128"
	base := named(t, proxy)
	u, _ := neturl.Parse(far)
	base.Proxy = http.ProxyURL(u)
	sent.Store(0)
	client = &http.Client{Transport: &httpauth.Transport{Base: base, Login: httpauth.LoginFor(far, testUser, testPassword)}}
	for _, url := range []string{"http://a.example/", "https://a.example/"} {
		if _, err := client.Get(url); !errors.Is(err, httpauth.ErrBasicWithoutTLS) || sent.Load() != 0 {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// A Proxy function may choose another proxy each time that it is called. The password of one does not
// go to the other.
func TestTransportSeveralProxies(t *testing.T) {
	var urls []*neturl.URL
	for range 2 {
		var own string
		url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			line := r.Header.Get("Proxy-Authorization")
			if line == "" {
				w.Header().Set("Proxy-Authenticate", `Basic realm="x"`)
				w.WriteHeader(407)
				return
			}
			c, err := wwwauth.ParseCredentials(line)
			if user, _, _ := c.Basic(); err != nil || user != own {
				t.Errorf("%s got the login of %s", own, user)
			}
		}))
		u, err := neturl.Parse(url)
		if err != nil {
			t.Fatal(err)
		}
		own = u.Host[strings.LastIndexByte(u.Host, ':')+1:]
		urls = append(urls, u)
	}
	n := 0
	base := &http.Transport{Proxy: func(*http.Request) (*neturl.URL, error) {
		n++
		return urls[n%2], nil
	}}
	client := &http.Client{Transport: &httpauth.Transport{Base: base, Login: func(_ context.Context, s httpauth.Space) (string, string, error) {
		return s.Origin[strings.LastIndexByte(s.Origin, ':')+1:], testPassword, nil
	}}}
	t.Cleanup(client.CloseIdleConnections)
	for range 5 {
		if status, _ := fetch(t, client, "http://server.example/"); status != 200 {
			t.Errorf("status %d", status)
		}
	}
}

// A SOCKS proxy does not speak HTTP: a 407 comes from the server, which must not get the proxy's password.
// But others can read what goes through it, even to a loopback address, which is then the proxy's.
func TestTransportSOCKS(t *testing.T) {
	for _, tt := range []struct {
		status int
		field  string
		want   error
	}{
		{407, "Proxy-Authenticate", nil},
		{401, "WWW-Authenticate", httpauth.ErrBasicWithoutTLS},
	} {
		requests := 0
		client := &http.Client{Transport: &httpauth.Transport{
			Proxy: http.ProxyURL(&neturl.URL{Scheme: "socks5", Host: "proxy.example:1080"}),
			Base: roundTripper(func(r *http.Request) (*http.Response, error) {
				requests++
				if len(r.Header) > 0 {
					t.Errorf("sent %v", r.Header)
				}
				return &http.Response{StatusCode: tt.status, Header: http.Header{http.CanonicalHeaderKey(tt.field): {`Basic realm="x"`}}, Body: http.NoBody}, nil
			}),
			Login: func(_ context.Context, s httpauth.Space) (string, string, error) {
				if s.Proxy {
					t.Errorf("asked for %+v", s)
				}
				return testUser, testPassword, nil
			},
		}}
		if _, err := client.Get("http://127.0.0.1/"); !errors.Is(err, tt.want) || requests != 1 {
			t.Errorf("%d: %v after %d requests", tt.status, err, requests)
		}
	}
}

// What the caller's transport sends with CONNECT is still sent, and its error still fails the request. A
// tunnel is logged in to with Basic as well.
func TestTransportConnectHeader(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, welcome) }))
	defer server.Close()
	next := forward(t, server.URL)
	proxy := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("X-Caller"); got != "yes" {
			t.Errorf("X-Caller: %q", got)
		}
		if c, _ := wwwauth.ParseCredentials(r.Header.Values("Proxy-Authorization")...); !c.Is("Basic") {
			w.Header().Set("Proxy-Authenticate", `Basic realm="way out"`)
			w.WriteHeader(407)
			return
		}
		next.ServeHTTP(w, r)
	}))
	client, base := through(t, proxy, proxy)
	broken := errors.New("broken")
	fail := false
	base.GetProxyConnectHeader = func(context.Context, *neturl.URL, string) (http.Header, error) {
		if fail {
			return nil, broken
		}
		return http.Header{"X-Caller": {"yes"}}, nil
	}
	if status, body := fetch(t, client, server.URL); status != 200 || body != welcome {
		t.Errorf("%d %q", status, body)
	}
	client.CloseIdleConnections()
	fail = true
	if _, err := client.Get(server.URL); !errors.Is(err, broken) {
		t.Errorf("%v, want the error of GetProxyConnectHeader", err)
	}
}
