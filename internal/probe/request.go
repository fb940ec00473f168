// Package probe makes requests without credentials, and does what an OAuth or MCP client does to get from the
// response to the authorization server.
package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/rawhttp"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A Request is a request to send, and how long to wait for each response.
type Request struct {
	Method, URL, Body string
	Header            http.Header
	Timeout           time.Duration
	Public            bool        // connect to public addresses only, and use no proxy
	Follow            bool        // redirects, as a browser does
	User              *User       // answers challenges with Basic and Digest; nil for none
	TLS               *tls.Config // nil for the default
}

// A User logs in to the origin of the URL, and nowhere else.
type User struct{ Name, Password string }

// An Answer is the head of a response, and its request.
type Answer struct {
	rawhttp.Head
	Found input.Found // what package input finds in it
}

// maxRedirects is how many redirects are followed, as in the Fetch standard.
const maxRedirects = 20

// Send makes a request, and those that follow from it: redirects, and repetitions with credentials. It
// returns all responses in the order in which they came, also with an error. It does not read bodies. The
// URL was chosen by the user, so it may lead anywhere, and the proxy of the environment is used.
func Send(ctx context.Context, r Request) (answers []Answer, err error) {
	var recorder rawhttp.Recorder
	ctx = recorder.Record(ctx)
	raw := &rawhttp.Transport{TLS: r.TLS, Proxy: http.ProxyFromEnvironment}
	if r.Public {
		raw.Proxy, raw.Control = nil, public
	}
	var transport http.RoundTripper = raw
	if r.User != nil {
		// The user chose the URL and the password, and knows that http is not TLS.
		transport = &httpauth.Transport{Login: httpauth.LoginFor(r.URL, r.User.Name, r.User.Password), Base: raw, BasicWithoutTLS: true}
	}
	for n := 0; err == nil; n++ {
		var resp *http.Response
		if resp, err = r.send(ctx, transport); err != nil || !r.Follow {
			break
		}
		next, ok := r.redirected(resp)
		if !ok {
			break
		}
		if n == maxRedirects {
			err = errRedirects
		}
		r = next
	}
	for _, h := range recorder.Heads() {
		answers = append(answers, newAnswer(h))
	}
	return answers, err
}

// send sends the request, and waits for the response.
func (r *Request) send(ctx context.Context, transport http.RoundTripper) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, strings.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	req.Header = r.Header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	req.Host = req.Header.Get("Host")
	if _, ok := req.Header["User-Agent"]; !ok {
		req.Header.Set("User-Agent", "wwwauth")
	}
	if _, ok := req.Header["Accept"]; !ok {
		req.Header.Set("Accept", "*/*")
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		if isLate(ctx, err) {
			err = fmt.Errorf("%w within %v", errNoResponse, r.Timeout)
		}
		return nil, err
	}
	resp.Body.Close()
	return resp, nil
}

// isLate reports whether a request failed because the deadline of its context has passed. A connection may notice
// that before the context does.
func isLate(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)
}

// redirected returns the request that a browser makes after the response (the Fetch standard, HTTP-redirect
// fetch): a 301 or 302 turns POST into GET, and a 303 most methods. It returns false if the response is not a
// redirect, or does not lead to an http or https URL. Fields that the user added for one origin are not sent to
// another.
func (r Request) redirected(resp *http.Response) (Request, bool) {
	location := resp.Header.Get("Location")
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return r, false
	}
	from, err := url.Parse(r.URL)
	if err != nil || location == "" {
		return r, false
	}
	to, err := from.Parse(location)
	if err != nil || CheckTarget(to.String()) != nil {
		return r, false
	}
	r.Header = r.Header.Clone()
	s := resp.StatusCode
	if s == http.StatusSeeOther && r.Method != http.MethodHead || (s == http.StatusMovedPermanently || s == http.StatusFound) && r.Method == http.MethodPost {
		r.Method, r.Body = http.MethodGet, ""
		for name := range r.Header {
			if strings.HasPrefix(name, "Content-") {
				r.Header.Del(name)
			}
		}
	}
	if !strings.EqualFold(from.Scheme, to.Scheme) || !strings.EqualFold(from.Host, to.Host) {
		for _, name := range []string{"Authorization", "Proxy-Authorization", "Cookie", "Host"} {
			r.Header.Del(name)
		}
	}
	r.URL = to.String()
	return r, true
}

// newAnswer reads the head as package input reads any text.
func newAnswer(h rawhttp.Head) Answer {
	a := Answer{Head: h}
	split := input.NewSplitter(bytes.NewReader(h.Bytes))
	for {
		block, err := split.Next()
		if err != nil {
			break
		}
		found := block.Find()
		a.Found.Responses = append(a.Found.Responses, found.Responses...)
		a.Found.Misses = append(a.Found.Misses, found.Misses...)
	}
	for i := range a.Found.Responses {
		a.Found.Responses[i].Request = &input.Request{Method: h.Request.Method, Target: h.Request.URL.String(), Fields: fields(h.Request.Header)}
	}
	return a
}

// answerOf returns a response that net/http has read.
func answerOf(resp *http.Response) Answer {
	r := input.Response{Proto: resp.Proto, Status: resp.StatusCode, Fields: fields(resp.Header)}
	return Answer{Head: rawhttp.Head{Request: resp.Request, Status: resp.StatusCode}, Found: input.Found{Responses: []input.Response{r}}}
}

// Response returns the response as it was read.
func (a Answer) Response() input.Response {
	if len(a.Found.Responses) == 0 {
		return input.Response{Status: a.Status}
	}
	return a.Found.Responses[0]
}

// Values returns the values of the fields with the name.
func (a Answer) Values(name string) (values []string) {
	for _, f := range a.Response().Fields {
		if strings.EqualFold(strings.TrimRight(f.Name, " \t"), name) {
			values = append(values, f.Value)
		}
	}
	return values
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

func fields(h http.Header) []input.Field {
	var list []input.Field
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			list = append(list, input.Field{Name: name, Value: strings.Trim(value, " \t")})
		}
	}
	return list
}

// Explain says why there was no response. The text of err may hold what the server sent instead; with redact,
// Explain says only what kind of failure it was.
func Explain(err error, redact bool) string {
	switch {
	case errors.Is(err, errNoResponse):
		return err.Error()
	case errors.Is(err, errNotPublic):
		return errNotPublic.Error()
	case errors.Is(err, errRedirects):
		return errRedirects.Error()
	}
	kind := failure(err)
	if redact || kind == err.Error() {
		return "no response: " + kind
	}
	return "no response: " + kind + " (" + err.Error() + ")"
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
		login    *httpauth.AnswerError
		timeout  interface{ Timeout() bool }
	)
	for _, own := range []error{rawhttp.ErrTooLong, rawhttp.ErrNotHTTP, rawhttp.ErrEmpty, rawhttp.ErrTooMany} {
		if errors.Is(err, own) {
			return own.Error()
		}
	}
	switch {
	case errors.As(err, &login):
		return "the login was not sent: " + login.Err.Error()
	case errors.As(err, &resolve):
		return "the host name is unknown"
	case errors.As(err, &record):
		return "the server does not speak TLS; did you mean http?"
	case errors.As(err, &unknown):
		return "this system does not trust the authority that signed the server's certificate; --cacert FILE trusts the authority in a file, and -k any"
	case errors.As(err, &invalid), errors.As(err, &hostname):
		return "the certificate of the server is not valid; -k accepts it anyway"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "the connection timed out"
	case errors.As(err, &op) && op.Op == "dial" && strings.Contains(err.Error(), "refused"):
		return "the connection was refused"
	case errors.As(err, &op) && op.Op == "dial":
		return "the host cannot be reached"
	case errors.As(err, &op) && op.Op == "remote error":
		return "the TLS handshake failed"
	case errors.As(err, &op), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed"
	}
	return err.Error()
}

var errNotPublic = errors.New("the address of the host is not public")

var errRedirects = fmt.Errorf("there are more than %d redirects", maxRedirects)

// errNoResponse means that the time to wait for a response has passed.
var errNoResponse = errors.New("no response")

// CheckTarget returns an error if a request cannot be sent to the URL s. It may have a fragment, which is not
// sent, and bytes that net/http encodes.
func CheckTarget(s string) error {
	switch err := weburl.Fetchable(s); err {
	case nil:
		return nil
	case weburl.ErrHost:
		if strings.ContainsFunc(s, func(c rune) bool { return c >= 0x80 }) {
			return errors.New("the host in the URL is not ASCII; write it with xn--")
		}
		return nil
	case weburl.ErrUserinfo:
		return errors.New("the URL contains user information, but the request is sent without credentials")
	case weburl.ErrNotHTTP:
		return errors.New("not an http or https URL")
	default:
		return fmt.Errorf("the URL %w", err)
	}
}

// Local reports whether the host of the URL is the local host.
func Local(s string) bool { return weburl.IsLoopback(weburl.Host(s)) }

// IsNotPublic reports whether a request was not made because the address of the host is not public.
func IsNotPublic(err error) bool { return errors.Is(err, errNotPublic) }
