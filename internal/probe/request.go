// Package probe makes requests without credentials, and goes the way of an OAuth or MCP client from the
// answer to the authorization server.
package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A Request is one to send, and how long to wait for the answer.
type Request struct {
	Method, URL, Body string
	Header            http.Header
	Timeout           time.Duration
	Public            bool // connect to public addresses only, and use no proxy
}

// An Answer is what came back.
type Answer struct {
	Status   int
	Proto    string
	Location string // of a redirect
	Header   http.Header
}

// Send makes one request. It follows no redirect, reads no body, and sends nothing that is not asked
// for. The user has named the URL, so it may lead anywhere; the proxy of the environment is used.
func Send(ctx context.Context, r Request) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, strings.NewReader(r.Body))
	if err != nil {
		return Answer{}, err
	}
	req.Header = r.Header.Clone()
	req.Host = req.Header.Get("Host")
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "wwwauth")
	}
	transport := NewTransport()
	if r.Public {
		transport.Proxy, transport.DialContext = nil, (&net.Dialer{Control: public}).DialContext
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("%w within %v", errNoAnswer, r.Timeout)
		}
		return Answer{}, err
	}
	resp.Body.Close()
	return Answer{resp.StatusCode, resp.Proto, resp.Header.Get("Location"), resp.Header}, nil
}

// public refuses to connect to an address that is not public.
func public(network, address string, c syscall.RawConn) error {
	if discovery.Control(network, address, c) != nil {
		return errNotPublic
	}
	return nil
}

// NewTransport returns a transport that connects to any address, and keeps no connection.
func NewTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableKeepAlives = true
	return t
}

// Response returns the answer as it is read from a text, with the request that it answers.
func (a Answer) Response(r Request) input.Response {
	in := input.Response{Proto: a.Proto, Status: a.Status, Request: &input.Request{Method: r.Method, Target: r.URL}}
	in.Fields = fields(a.Header)
	in.Request.Fields = fields(r.Header)
	return in
}

func fields(h http.Header) []input.Field {
	var list []input.Field
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			list = append(list, input.Field{Name: name, Value: strings.Trim(value, " \t")})
		}
	}
	return list
}

// Explain says why there was no answer. What a server has sent in place of one is in the text of the
// error; with redact only the kind of the failure is told.
func Explain(err error, redact bool) string {
	switch {
	case errors.Is(err, errNoAnswer):
		return err.Error()
	case errors.Is(err, errNotPublic):
		return errNotPublic.Error()
	case redact:
		return "no answer: " + failure(err)
	}
	return "no answer: " + err.Error()
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

var errNotPublic = errors.New("the address of the host is not public")

// errNoAnswer tells that the time for an answer has passed.
var errNoAnswer = errors.New("no answer")

// CheckTarget returns an error if s is not a URL to send a request to. It may have a fragment, which is
// not sent, and bytes that net/http encodes.
func CheckTarget(s string) error {
	switch err := weburl.Fetchable(s); err {
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

// Local reports whether the host of the URL is this one.
func Local(s string) bool { return weburl.IsLoopback(weburl.Host(s)) }

// IsNotPublic reports whether a request was not made because the address of the host is not public.
func IsNotPublic(err error) bool { return errors.Is(err, errNotPublic) }
