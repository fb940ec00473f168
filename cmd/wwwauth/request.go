package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A request is what get and probe send, and for how long they wait.
type request struct {
	method, url, body string
	header            http.Header
	timeout           time.Duration
}

// An answer is what came back.
type answer struct {
	status   int
	location string // of a redirect
	header   http.Header
}

// send makes one request. It follows no redirect, reads no body, and sends nothing that is not asked
// for. The user has named the URL, so it may lead anywhere; the proxy of the environment is used.
func (e env) send(r request) (answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), r.timeout)
	defer cancel()
	ctx, done := e.progress(ctx)
	defer done()
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, strings.NewReader(r.body))
	if err != nil {
		return answer{}, err
	}
	req.Header = r.header.Clone()
	req.Host = req.Header.Get("Host")
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "wwwauth")
	}
	resp, err := newTransport().RoundTrip(req)
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("%w within %v", errNoAnswer, r.timeout)
		}
		return answer{}, err
	}
	resp.Body.Close()
	return answer{resp.StatusCode, resp.Header.Get("Location"), resp.Header}, nil
}

// newTransport returns a transport that connects to any address, and keeps no connection.
func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableKeepAlives = true
	return t
}

// responses returns the challenge fields of the answer, each as a response.
func (a answer) responses() []response {
	h := head{status: a.status}
	for _, name := range fieldNames {
		for _, value := range a.header.Values(name) {
			h.add(name, trimBlank(value))
		}
	}
	return h.responses()
}

// unreachable says that there was no answer. What a server has sent in place of one is in the text of
// the error; with redact only the kind of the failure is shown.
func (e env) unreachable(err error, redact bool) int {
	message := "no answer: " + err.Error()
	switch {
	case errors.Is(err, errNoAnswer):
		message = err.Error()
	case redact:
		message = "no answer: " + failure(err)
	}
	fmt.Fprintf(e.stderr, "wwwauth: %s\n", safe(message))
	return exitNetwork
}

// failure names the kind of a transport's error.
func failure(err error) string {
	var (
		resolve  *net.DNSError
		op       *net.OpError
		record   tls.RecordHeaderError
		unknown  x509.UnknownAuthorityError
		invalid  x509.CertificateInvalidError
		hostname x509.HostnameError
		timeout  interface{ Timeout() bool }
	)
	switch {
	case errors.As(err, &resolve):
		return "the name of the host is not known"
	case errors.As(err, &record):
		return "the server does not speak TLS"
	case errors.As(err, &unknown), errors.As(err, &invalid), errors.As(err, &hostname):
		return "the certificate of the server is not valid"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "the connection timed out"
	case errors.As(err, &op) && op.Op == "dial":
		return "the connection was refused"
	case errors.As(err, &op) && op.Op == "remote error":
		return "the TLS handshake failed"
	case errors.As(err, &op), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed"
	}
	return "what the server sent is not an HTTP response"
}

// errNoAnswer tells that the time for an answer has passed.
var errNoAnswer = errors.New("no answer")

// checkTarget returns an error if s is not a URL to send a request to. It may have a fragment, which is
// not sent, and bytes that net/http encodes.
func checkTarget(s string) error {
	switch err := checkFetch(s); err {
	case nil, weburl.ErrHost:
		return nil
	case weburl.ErrUserinfo:
		return errors.New("the URL contains user information, and the request is to be one without credentials")
	case weburl.ErrNotHTTP:
		return errors.New("not an http or https URL")
	default:
		return fmt.Errorf("the URL %w", err)
	}
}

// checkFetch is [weburl.ParseHTTP] of a URL as clients send it: encoded, and without its fragment.
func checkFetch(s string) error {
	s, _, _ = strings.Cut(s, "#")
	_, rest, _ := strings.Cut(s, "//")
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		path := rest[i:]
		s = strings.TrimSuffix(s, path) + encode(path, "[]")
	}
	_, err := weburl.ParseHTTP(encode(s, notInURL))
	return err
}

// checkTimeout returns an error if it is no time to wait for an answer.
func checkTimeout(d time.Duration) error {
	if d <= 0 || d > time.Hour {
		return errors.New("the value of -timeout must be more than zero, and an hour at most")
	}
	return nil
}

// checkMethod returns an error if s is no token, as methods are (RFC 9110 section 9.1). Without one, the command
// chooses.
func checkMethod(s string) error {
	for i := range len(s) {
		if !isTchar(s[i]) {
			return errors.New("the value of -X is not a method")
		}
	}
	return nil
}

// host returns the host of a URL, in lower case, and "" if it has none.
func host(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// isLocal reports whether the host of the URL is this one.
func isLocal(s string) bool { return weburl.IsLoopback(host(s)) }

// progress shows on a terminal whom the command waits for, until done is called.
func (e env) progress(ctx context.Context) (_ context.Context, done func()) {
	if !isTerminal(e.stderr) || e.getenv("TERM") == "dumb" {
		return ctx, func() {}
	}
	return progress(ctx, e.stderr)
}

func progress(ctx context.Context, w io.Writer) (_ context.Context, done func()) {
	const clear = "\r\x1b[K"
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(host string) { fmt.Fprint(w, clear+cut("waiting for "+safe(host), width-4)+" ...") },
	})
	return ctx, func() { fmt.Fprint(w, clear) }
}

// isTchar reports whether c may stand in a token (RFC 9110 section 5.6.2).
func isTchar(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) < 0
}

func isControl(c rune) bool { return c < ' ' || c == 0x7f }
