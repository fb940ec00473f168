// Package httpauth refuses requests of net/http with challenges, guards handlers with Bearer tokens, and
// reads the challenges of responses.
//
// A server guards its handlers with a [Gate], which asks a function of the server what a token is good
// for:
//
//	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
//		Bearer: wwwauth.Bearer{Realm: "journal", Scope: wwwauth.Scope{"journal:read"}},
//	})
//	mux.Handle("GET /entries", gate.Handler(entries))
//
// For any other scheme, and for proxies, it sends a [Refusal] with the challenges of its choice.
//
// A client reads what it is asked for with [Challenges], and learns from a proxy that refuses to connect
// with [OnProxyConnectResponse].
//
// # What is sent
//
// One field line for each challenge, since many clients cannot read more than one on a line, and the
// status. Never a broken or an empty line: for a challenge that cannot be sent a plain one that can is sent
// instead, and the fault is reported.
//
// In answer to a request with an Origin the challenges are exposed to scripts of other origins, with
// Access-Control-Expose-Headers. That a script may see the response at all is for Access-Control-Allow-Origin
// to say, which is left to the server. A handler that sets it belongs around the gate.
//
// Cache-Control is set to no-store, whatever it was. Caches do not keep a 401 or 403 of themselves, but
// they do if a handler further out has set a lifetime for all its responses (RFC 9111 section 3).
package httpauth

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// A Refusal is a response that refuses a request and tells with which credentials it would be let
// through. The zero Refusal is a 401 with the challenge
//
//	Bearer realm="restricted"
type Refusal struct {
	// Status is the status, from 400 to 599: mostly 401, or 403 for credentials that are good but not for
	// this, or 407 of a proxy. Zero stands for 401.
	Status int

	// Challenges are sent in this order, the one first that clients should take first. They stand in
	// Proxy-Authenticate if the status is 407, and in WWW-Authenticate otherwise. A 401 and a 407 must
	// have one (RFC 9110 sections 15.5.2 and 15.5.8).
	Challenges []wwwauth.Challenge

	// Fallback is sent, once, in the place of challenges that cannot be sent, and of the one that a 401 or
	// 407 lacks. The zero Challenge, and one that cannot be sent itself or is not for proxies (DPoP and vapid with
	// 407), stand for the one above.
	Fallback wwwauth.Challenge

	// Message says in a few words to a person what is missing. "" stands for the usual text of the
	// status, such as Unauthorized, or for "Status 419" if it has none.
	Message string

	// Body makes the content of the response. Nil stands for [TextBody].
	Body Body
}

// Send sends the response. An error tells what is wrong with f, mostly a [*wwwauth.FormatError] with the
// index of a challenge in f; the response was sent nevertheless, with the fallback. Challenges that the
// header has already are replaced, however the name of the field is spelled.
func (f Refusal) Send(w http.ResponseWriter, r *http.Request) error {
	content, err := f.fill(w.Header(), r)
	// The handler around may compress what is written, so its Content-Encoding stays, and the length is
	// not known. The server does not send the content if the method is HEAD.
	w.Header().Del("Content-Length")
	w.WriteHeader(f.status())
	w.Write(content)
	return err
}

// Replace makes the response of another server into this one. It is for a gateway whose backend answers
// 401 without a challenge, in the function ModifyResponse of [net/http/httputil.ReverseProxy]:
//
//	if challenges, _ := httpauth.Challenges(resp); resp.StatusCode == http.StatusUnauthorized && len(challenges) == 0 {
//		err := refusal.Replace(resp)
//	}
//
// The challenges of a backend, if it has sent some, should be left as they are. But a field is not yet a
// challenge: it may be empty, or hold something that no client can read. The fields of the header
// stay, such as cookies and those for CORS, except for those that describe the old content; its body is closed.
// The error is that of [Refusal.Send].
func (f Refusal) Replace(resp *http.Response) error {
	r := resp.Request
	if r == nil {
		r = &http.Request{}
	}
	if resp.Body != nil {
		resp.Body.Close()
	}
	if resp.Header == nil {
		resp.Header = http.Header{}
	}
	for _, name := range []string{"Accept-Ranges", "Age", "Content-Digest", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Location",
		"Content-MD5", "Content-Range", "Etag", "Last-Modified", "Repr-Digest", "Trailer", "Transfer-Encoding"} {
		resp.Header.Del(name)
	}
	content, err := f.fill(resp.Header, r)
	resp.Header.Set("Content-Length", strconv.Itoa(len(content)))
	resp.StatusCode = f.status()
	resp.Status = strconv.Itoa(resp.StatusCode) + " " + http.StatusText(resp.StatusCode)
	resp.ContentLength = int64(len(content))
	resp.TransferEncoding, resp.Trailer, resp.Uncompressed = nil, nil, false
	resp.Body = http.NoBody
	if r.Method != http.MethodHead {
		resp.Body = io.NopCloser(bytes.NewReader(content))
	}
	return err
}

// fill sets the fields of the header, and returns the content.
func (f Refusal) fill(h http.Header, r *http.Request) (content []byte, err error) {
	lines, err := f.lines()
	field := "Www-Authenticate"
	if f.status() == http.StatusProxyAuthRequired {
		field = "Proxy-Authenticate"
	}
	// Whoever writes to the map itself may have used another spelling, such as WWW-Authenticate.
	for name := range h {
		if strings.EqualFold(name, field) {
			delete(h, name)
		}
	}
	h[field] = lines
	// Browsers keep a 407 to themselves, so only WWW-Authenticate is worth exposing.
	if r.Header.Get("Origin") != "" && field == "Www-Authenticate" && len(lines) > 0 {
		h.Add("Access-Control-Expose-Headers", "WWW-Authenticate")
	}
	h.Set("Cache-Control", "no-store")
	h.Del("Expires")

	body := f.Body
	if body == nil {
		body = TextBody
	}
	if f.Message == "" {
		f.Message = statusText(f.status())
	}
	f.Status = f.status()
	contentType, content := body(r, f)
	h.Set("Content-Type", contentType)
	h.Set("X-Content-Type-Options", "nosniff") // the content may repeat what the client has sent
	return content, err
}

// status returns the status to send. One that would let the client think that it was not refused is none.
func (f Refusal) status() int {
	if f.Status < 400 || f.Status > 599 {
		return http.StatusUnauthorized
	}
	return f.Status
}

// lines returns the field lines, and what is wrong with f. It formats the challenges one by one, so that
// a broken one does not hide the others.
func (f Refusal) lines() ([]string, error) {
	var lines []string
	var errs []error
	fell := false
	fall := func(err error) {
		errs = append(errs, err)
		if !fell {
			lines = append(lines, f.fallback())
			fell = true
		}
	}
	status := f.status()
	if f.Status != 0 && f.Status != status {
		errs = append(errs, fmt.Errorf("httpauth: status %d does not refuse a request, %d was sent", f.Status, status))
	}
	for i, c := range f.Challenges {
		line, err := wwwauth.Format(c)
		if fault, ok := errors.AsType[*wwwauth.FormatError](err); ok {
			fall(&wwwauth.FormatError{Challenge: i, Param: fault.Param, Code: fault.Code})
			continue
		}
		if !f.allows(c) {
			fall(fmt.Errorf("httpauth: challenge %d is not for proxies", i))
			continue
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 && (status == http.StatusUnauthorized || status == http.StatusProxyAuthRequired) {
		fall(fmt.Errorf("httpauth: no challenge for status %d", status))
	}
	return lines, errors.Join(errs...)
}

// allows tells whether the scheme of c may be used with the status: RFC 9449 section 7.1 and RFC 8292
// section 3 forbid theirs to proxies.
func (f Refusal) allows(c wwwauth.Challenge) bool {
	return f.status() != http.StatusProxyAuthRequired || !c.Is("DPoP") && !c.Is("vapid")
}

// fallback returns the line for a challenge that cannot be sent. By default it is one that asks for
// nothing that a person would type: Basic might make them send a password where none is wanted.
func (f Refusal) fallback() string {
	if line := f.Fallback.String(); line != "" && f.allows(f.Fallback) {
		return line
	}
	return `Bearer realm="restricted"`
}
