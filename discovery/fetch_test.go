package discovery_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-903fb8fe/wwwauth/discovery"
)

// serve starts a server on loopback, and returns the URL of its page.
func serve(t *testing.T, page http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(page)
	t.Cleanup(server.Close)
	return server.URL + "/page"
}

func writeJSON(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, text)
	}
}

// TestAnswers checks what is said about responses that are not metadata.
func TestAnswers(t *testing.T) {
	good := prm(resource, issuer)
	for _, tt := range []struct {
		name string
		page http.HandlerFunc
		want discovery.Outcome
	}{
		{"metadata", writeJSON(good), discovery.OK},
		{"blanks around it", writeJSON(" \r\n\t" + good + "\n"), discovery.OK},
		{"HTML", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			io.WriteString(w, "<!doctype html>")
		}, discovery.NotJSON},
		{"HTML that says it is JSON", writeJSON("\n<html>"), discovery.NotJSON},
		{"JSON that says it is text", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			io.WriteString(w, good)
		}, discovery.NotJSON},
		{"JSON that says nothing", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			io.WriteString(w, good)
		}, discovery.NotJSON},
		{"another JSON type", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			io.WriteString(w, good)
		}, discovery.NotJSON},
		{"nothing", writeJSON(""), discovery.Malformed},
		{"a list", writeJSON("[" + good + "]"), discovery.Malformed},
		{"null", writeJSON("null"), discovery.Malformed},
		{"an empty object", writeJSON("{}"), discovery.Malformed},
		{"two objects", writeJSON(good + good), discovery.Malformed},
		{"cut", writeJSON(good[:len(good)-1]), discovery.Malformed},
		{"a member twice", writeJSON(`{"resource":"https://evil.example",` + good[1:]), discovery.Malformed},
		{"a byte order mark", writeJSON("\ufeff" + good), discovery.Malformed},
		{"a name in another case", writeJSON(strings.Replace(good, "resource", "Resource", 1)), discovery.Malformed},
		{"too large", writeJSON(`{"a":"` + strings.Repeat("a", 1000) + `",` + good[1:]), discovery.TooLarge},
		{"as large as allowed", writeJSON(good + strings.Repeat(" ", 1000-len(good))), discovery.OK},
		{"endless", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat(" ", 1000)); err != nil {
					return
				}
			}
		}, discovery.TooLarge},
		{"cut short", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, good)
		}, discovery.Unreachable},
		{"no HTTP", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			io.WriteString(conn, "SSH-2.0\r\n\r\n")
			conn.Close()
		}, discovery.Unreachable},
		{"created", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(201)
			io.WriteString(w, good)
		}, discovery.BadStatus},
		{"absent", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, discovery.NotFound},
		{"gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, discovery.NotFound},
		{"the first of 4xx", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400) }, discovery.NotFound},
		{"the last of 4xx", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(499) }, discovery.NotFound},
		{"unauthorized", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, discovery.NeedsCredentials},
		{"forbidden", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, discovery.NeedsCredentials},
		{"too slow", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(408) }, discovery.BadStatus},
		{"too many requests", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, discovery.BadStatus},
		{"failing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, discovery.BadStatus},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client := discovery.Client{AllowLoopback: true, MaxBytes: 1000}
			_, err := client.ProtectedResource(t.Context(), resource, serve(t, tt.page))
			if got := outcome(t, err); got != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

// TestRequest checks what is sent: no credentials, no cookies, and what is wanted.
func TestRequest(t *testing.T) {
	var client discovery.Client
	client.AllowLoopback = true
	redirected := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != "GET" || r.Header.Get("Accept") != "application/json" || r.Header.Get("Cookie") != "" || r.Header.Get("Authorization") != "" || r.Header.Get("Referer") != "" {
			t.Errorf("%s %v", r.Method, r.Header)
		}
		writeJSON(prm(resource, issuer))(w, r)
	})
	page := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		http.Redirect(w, r, redirected, http.StatusFound)
	})
	if _, err := client.ProtectedResource(t.Context(), resource, page); err != nil {
		t.Error(err)
	}
}

// TestSlow checks that a client gives up on a server that does not answer, or not to the end. It never answers, so the
// test does not depend on timing.
func TestSlow(t *testing.T) {
	for _, head := range []bool{false, true} {
		page := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if head {
				w.Header().Set("Content-Type", "application/json")
				io.WriteString(w, "{")
				w.(http.Flusher).Flush()
			}
			<-r.Context().Done()
		})
		client := discovery.Client{AllowLoopback: true, Timeout: time.Millisecond}
		if head {
			client.Timeout = 100 * time.Millisecond // so that the head most likely comes before; either way it is a timeout
		}
		_, err := client.ProtectedResource(t.Context(), resource, page)
		if got := outcome(t, err); got != discovery.Timeout || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("head %v: %v", head, err)
		}
	}
}

// A roundTripper is a function that answers requests in place of the network.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// TestTimeout checks how long a request may take, and a call of a method with all of its requests: in a bubble,
// where time passes when all wait for it.
func TestTimeout(t *testing.T) {
	for timeout, want := range map[time.Duration]time.Duration{0: 10 * time.Second, 5 * time.Second: 5 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			site := pages{elsewhere: prm(resource, issuer, issuer, issuer, issuer)}
			client := discovery.Client{Timeout: timeout, Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
				select {
				case <-time.After(want * 4 / 5):
					return site.RoundTrip(req)
				case <-req.Context().Done():
					return nil, req.Context().Err()
				}
			})}
			start := time.Now()
			result, _ := client.Discover(t.Context(), resource, parse(t, `Bearer resource_metadata="`+elsewhere+`"`))
			if got := time.Since(start); got != 3*want || len(result.Steps) != 4 || result.Steps[3].Outcome != discovery.Timeout {
				t.Errorf("timeout %v: %d steps in %v", timeout, len(result.Steps), got)
			}
			// A single one.
			client.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
				<-req.Context().Done()
				return nil, req.Context().Err()
			})
			start = time.Now()
			_, err := client.ProtectedResource(t.Context(), resource, elsewhere)
			if got := time.Since(start); got != want || outcome(t, err) != discovery.Timeout {
				t.Errorf("timeout %v: %v in %v", timeout, err, got)
			}
		})
	}
	// A server that does not answer at one URL may do so at the next.
	synctest.Test(t, func(t *testing.T) {
		client := discovery.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			if req.URL.String() == atPath {
				<-req.Context().Done()
				return nil, req.Context().Err()
			}
			return pages{atRoot: prm("https://mcp.example.com", issuer)}.RoundTrip(req)
		})}
		if _, err := client.ProtectedResource(t.Context(), resource, ""); err != nil {
			t.Error(err)
		}
	})
	// No limit, and the largest.
	for _, timeout := range []time.Duration{-1, math.MaxInt64} {
		client := discovery.Client{Timeout: timeout, Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			if end, ok := req.Context().Deadline(); ok && time.Until(end) < 1000*time.Hour {
				t.Errorf("timeout %d: the deadline is %v", timeout, end)
			}
			return pages{elsewhere: prm(resource, issuer)}.RoundTrip(req)
		})}
		if _, err := client.ProtectedResource(t.Context(), resource, elsewhere); err != nil {
			t.Error(err)
		}
	}
}

// TestCallersDeadline checks that a deadline of the caller counts as the caller's, and before each request.
func TestCallersDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), -1)
	defer cancel()
	client := discovery.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		t.Error("there was a request")
		return nil, errors.New("no")
	})}
	_, err := client.ProtectedResource(ctx, resource, "")
	var failure *discovery.Error
	if !errors.As(err, &failure) || failure.Outcome != discovery.Canceled || len(failure.Steps) != 1 {
		t.Errorf("%v", err)
	}
}

// TestMaxBytes checks the limit of a document where it is not set, and where it is the largest number.
func TestMaxBytes(t *testing.T) {
	text := prm(resource, issuer)
	for limit, want := range map[int64]discovery.Outcome{0: discovery.TooLarge, -1: discovery.OK, 1 << 20: discovery.TooLarge, 1<<20 + 1: discovery.OK, math.MaxInt64: discovery.OK} {
		client := discovery.Client{MaxBytes: limit, Transport: pages{elsewhere: text + strings.Repeat(" ", 1<<20+1-len(text))}}
		if _, err := client.ProtectedResource(t.Context(), resource, elsewhere); outcome(t, err) != want {
			t.Errorf("limit %d: %v, want %s", limit, err, want)
		}
		client.Transport = pages{elsewhere: text + strings.Repeat(" ", 1<<20-len(text))}
		if _, err := client.ProtectedResource(t.Context(), resource, elsewhere); err != nil {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}

// A countedBody counts the bodies that are not closed.
type countedBody struct {
	io.ReadCloser
	open *int
}

func (b countedBody) Close() error {
	*b.open--
	return b.ReadCloser.Close()
}

// TestBareTransport checks a Transport that returns no Body, as in tests of users, or no response.
func TestBareTransport(t *testing.T) {
	for want, answer := range map[discovery.Outcome]*http.Response{
		discovery.Unreachable: nil,
		discovery.NotFound:    {StatusCode: 404},
		discovery.Malformed:   {StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}},
		discovery.NotJSON:     {StatusCode: 200},
	} {
		client := discovery.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return answer, nil })}
		if _, err := client.ProtectedResource(t.Context(), resource, elsewhere); outcome(t, err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestBodyClosed checks that each body is closed, whatever the response.
func TestBodyClosed(t *testing.T) {
	for _, page := range []string{prm(resource, issuer), "{", "404", "401", "500", "302", "302 /a", "<html>", "{" + strings.Repeat(" ", 2<<20)} {
		open, all := 0, 0
		client := discovery.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			resp, err := pages{elsewhere: page}.RoundTrip(req)
			open++
			all++
			resp.Body = countedBody{resp.Body, &open}
			return resp, err
		})}
		client.ProtectedResource(t.Context(), resource, elsewhere)
		if open != 0 || all == 0 {
			t.Errorf("%.20s: %d of %d bodies are open", page, open, all)
		}
	}
}

// TestNoKeepAlive checks that the transport of a Client keeps no connection: nobody would close it.
func TestNoKeepAlive(t *testing.T) {
	page := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !r.Close {
			t.Error("the connection would be kept")
		}
		writeJSON(prm(resource, issuer))(w, r)
	})
	client := discovery.Client{AllowLoopback: true}
	if _, err := client.ProtectedResource(t.Context(), resource, page); err != nil {
		t.Error(err)
	}
}

// TestPrivate checks that the transport of a Client connects to nothing that is not public: not by
// address, not by name, not after a redirect; and that with AllowLoopback it is loopback only.
func TestPrivate(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("there was a request")
	}))
	server.Listener.Close()
	server.Listener = listener
	server.StartTLS()
	defer server.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())

	hosts := []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "10.0.0.1", "169.254.169.254"}
	if listener, err := net.Listen("tcp6", "[::1]:0"); err == nil { // where there is IPv6
		listener.Close()
		hosts = append(hosts, "[::1]", "[::]", "[fd00::1]", "[fe80::1]", "[64:ff9b::127.0.0.1]")
	}
	var client discovery.Client
	for _, host := range hosts {
		_, err := client.ProtectedResource(t.Context(), resource, "https://"+host+":"+port+"/")
		if got := outcome(t, err); got != discovery.PrivateAddress {
			t.Errorf("%s: %v", host, err)
		}
		// The underlying error does not show where the name led, in case it is logged.
		if below := errors.Unwrap(err); below == nil || below.Error() != "discovery: the address is not public" {
			t.Errorf("%s: %v", host, below)
		}
	}
	client.AllowLoopback = true
	redirect := ""
	page := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, redirect, http.StatusFound) })
	for _, redirect = range []string{"https://10.0.0.1/", "https://169.254.169.254/latest/meta-data", "https://0.0.0.0/"} {
		_, err := client.ProtectedResource(t.Context(), resource, page)
		if got := outcome(t, err); got != discovery.PrivateAddress {
			t.Errorf("redirect to %s: %v", redirect, err)
		}
	}
}

// TestTLS checks that a certificate that is not trusted is refused, and that it is accepted with a Transport that
// trusts it.
func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(writeJSON(prm(resource, issuer)))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	client := discovery.Client{AllowLoopback: true}
	_, err := client.ProtectedResource(t.Context(), resource, server.URL)
	var unknown *tls.CertificateVerificationError
	if outcome(t, err) != discovery.Unreachable || !errors.As(err, &unknown) {
		t.Errorf("%v", err)
	}
	client = discovery.Client{Transport: server.Client().Transport}
	if _, err := client.ProtectedResource(t.Context(), resource, server.URL); err != nil {
		t.Error(err)
	}
}

// specialAddresses has addresses of each block of the registries of special-purpose addresses (RFC 6890),
// at both of its ends.
var specialAddresses = []string{
	"0.0.0.0", "0.255.255.255", "100.100.100.200", "169.254.170.2", "192.0.0.192", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.0", "127.0.0.1", "127.255.255.255",
	"169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.255", "192.0.2.0", "192.0.2.255",
	"192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.0", "198.51.100.255", "203.0.113.0", "203.0.113.255",
	"224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.255",

	"::", "::1", "::7f00:1", "::808:808", "::ffff:0:808:808", "64:ff9b:1::808:808", "100::1", "100:0:0:1::1", "2001::1", "2001:0:808:808::1", "2001:1::1",
	"2001:1ff:ffff::", "2001:db8::1", "2001:db8:ffff::1", "2002:808:808::1", "2002:7f00:1::1", "3fff::1", "3fff:fff:ffff::1", "4000::1", "5f00::1",
	"fc00::1", "fdff:ffff::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "ff00::1", "ff02::1", "ff0e::1", "1::1",
}

// TestControl checks the special addresses, and public ones beside them.
func TestControl(t *testing.T) {
	check := func(ip string, want bool) {
		t.Helper()
		address := net.JoinHostPort(ip, "443")
		if got := discovery.Control("tcp", address, nil) == nil; got != want {
			t.Errorf("%s: allowed %v, want %v", ip, got, want)
		}
		if a, err := netip.ParseAddr(ip); err == nil && a.Is4() {
			for _, as := range []string{"::ffff:", "64:ff9b::"} {
				address := net.JoinHostPort(as+ip, "443")
				if got := discovery.Control("tcp6", address, nil) == nil; got != want {
					t.Errorf("%s: allowed %v, want %v", address, got, want)
				}
			}
		}
	}
	for _, ip := range specialAddresses {
		check(ip, false)
	}
	for _, ip := range []string{
		"1.0.0.0", "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
		"169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
		"198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",

		"2000::1", "2001:200::1", "2001:4860:4860::8888", "2001:db7::1", "2001:db9::1", "2003::1", "2606:4700::1111", "2a00::1", "3ffe::1", "3fff:1000::1",
	} {
		check(ip, true)
	}
	for _, address := range []string{"", "8.8.8.8", "localhost:443", "example.com:443", "8.8.8.8:https", "08.8.8.8:443", "134744072:443", "/run/socket"} {
		if discovery.Control("tcp", address, nil) == nil {
			t.Errorf("%q is allowed", address)
		}
	}
}

// TestControlDialer checks that a dialer with Control does not connect to loopback, and that its error
// does not show where a name led.
func TestControlDialer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	dialer := net.Dialer{Control: discovery.Control}
	conn, err := dialer.DialContext(t.Context(), "tcp", listener.Addr().String())
	if err == nil {
		conn.Close()
		t.Fatal("connected")
	}
	if inner := errors.Unwrap(err); inner == nil || strings.Contains(fmt.Sprint(inner), "127") {
		t.Errorf("%v", err)
	}
}
