package httpauth

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// A Refusal is a response that refuses a request and says which credentials would be accepted. The
// zero Refusal is a 401 with the challenge
//
//	Bearer realm="restricted"
type Refusal struct {
	// Status is the status code, from 400 to 599: usually 401, or 403 if the credentials are
	// valid but not sufficient, or 407 in a proxy. Zero, and any other value, means 401.
	Status int

	// Challenges are sent in Proxy-Authenticate if the status is 407, and in WWW-Authenticate
	// otherwise, in this order. The one that clients should prefer comes first. A 401 or 407 must
	// have a challenge (RFC 9110 sections 15.5.2 and 15.5.8): if there is none, Fallback is sent.
	Challenges []wwwauth.Challenge

	// Fallback is sent once in place of all challenges that cannot be sent. If it cannot be sent
	// itself, as the zero Challenge cannot, or must not be sent by proxies (DPoP and vapid with
	// status 407), the challenge of the zero Refusal is sent instead.
	Fallback wwwauth.Challenge

	// Message tells people in a few words why the request was refused. Empty means the text of
	// the status, such as "Unauthorized", or "Status 419" if there is none.
	Message string

	// Body returns the content of the response. Nil means [TextBody].
	Body Body
}

// Send sends the refusal. It replaces any challenges that the header of w already has. If a
// challenge cannot be sent, the Fallback is sent in its place, and the error wraps a
// [*wwwauth.FormatError] with the index of the challenge. The response has been sent even if the
// error is not nil.
func (f Refusal) Send(w http.ResponseWriter, r *http.Request) error {
	lines, err := f.lines()
	f.send(w, r, lines)
	return err
}

// send sends the response with the given field lines for its challenges.
func (f Refusal) send(w http.ResponseWriter, r *http.Request, lines []string) {
	contentType, content := f.content(r)
	write(w, r, f.status(), lines, contentType, content)
}

// write sends a response. It changes neither lines nor content, so they may be shared by requests.
func write(w http.ResponseWriter, r *http.Request, status int, lines []string, contentType string, content []byte) {
	setHeader(w.Header(), r, status, lines, contentType)
	// A handler further out may compress what is written, so its Content-Encoding stays, and
	// the length is not known here. The server sends no content if the method is HEAD.
	w.WriteHeader(status)
	w.Write(content)
}

// Replace turns a response of another server into this refusal. It is for the ModifyResponse
// function of a [net/http/httputil.ReverseProxy] whose backend sends a 401 without a challenge:
//
//	if challenges, _ := httpauth.Challenges(resp); resp.StatusCode == http.StatusUnauthorized && len(challenges) == 0 {
//		if err := refusal.Replace(resp); err != nil {
//			log.Print(err)
//		}
//	}
//
// If the backend has sent challenges, leave them alone. Check for challenges, as above, and not for
// the field, which may be empty or have nothing that clients can read.
//
// Replace closes the body of the response and removes the fields that describe it. It keeps other
// fields, such as cookies and those of CORS. The error is that of [Refusal.Send].
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
	for name := range resp.Header {
		if describesContent(name) {
			delete(resp.Header, name)
		}
	}
	lines, err := f.lines()
	contentType, content := f.content(r)
	setHeader(resp.Header, r, f.status(), lines, contentType)
	resp.Header["Content-Length"] = []string{strconv.Itoa(len(content))}
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

// content returns the content of the response and its media type.
func (f Refusal) content(r *http.Request) (contentType string, content []byte) {
	f.Status = f.status()
	if f.Message == "" {
		f.Message = statusText(f.Status)
	}
	if f.Body == nil {
		return TextBody(r, f)
	}
	return f.Body(r, f)
}

// setHeader makes h the header of a refusal. The names are in canonical form, so that no time is
// spent on bringing them into it.
func setHeader(h http.Header, r *http.Request, status int, lines []string, contentType string) {
	field := "Www-Authenticate"
	if status == http.StatusProxyAuthRequired {
		field = "Proxy-Authenticate"
	}
	// Handlers that write to the map itself may have used another spelling, such as
	// WWW-Authenticate.
	for name := range h {
		if strings.EqualFold(name, field) || isReplaced(name) {
			delete(h, name)
		}
	}
	// The values are this response's own, since handlers further out may change them.
	values := append(make([]string, 0, 3+len(lines)), "no-store", contentType, "nosniff")
	values = append(values, lines...)
	h["Cache-Control"] = values[0:1:1]
	h["Content-Type"] = values[1:2:2]
	h["X-Content-Type-Options"] = values[2:3:3] // the content may repeat what the client has sent
	if len(lines) == 0 {
		return
	}
	h[field] = values[3:]
	// Browsers keep a 407 to themselves, so only WWW-Authenticate is worth exposing.
	if origin := r.Header["Origin"]; len(origin) > 0 && origin[0] != "" && field == "Www-Authenticate" {
		exposed := h["Access-Control-Expose-Headers"] // may be shared by responses
		h["Access-Control-Expose-Headers"] = append(slices.Clip(exposed), "WWW-Authenticate")
	}
}

// isReplaced reports whether a refusal sets or removes a field, whatever its value was: the ones
// that describe the content, and all that allow caches to store a response. Those are Cache-Control
// and Expires (RFC 9111), the targeted fields, whose names end in -Cache-Control (RFC 9213 section
// 3.1), and what CDNs and nginx had before: Surrogate-Control, Edge-Control and X-Accel-Expires.
func isReplaced(name string) bool {
	const suffix = "Cache-Control"
	return isOneOf(name, "Content-Type", "Content-Length", "X-Content-Type-Options", "Expires", "Surrogate-Control", "Edge-Control", "X-Accel-Expires") ||
		len(name) >= len(suffix) && strings.EqualFold(name[len(name)-len(suffix):], suffix)
}

// describesContent reports whether a field describes the content of a response, or how it is sent,
// or that it comes from a cache.
func describesContent(name string) bool {
	return isOneOf(name, "Accept-Ranges", "Age", "Content-Digest", "Content-Disposition", "Content-Encoding", "Content-Language",
		"Content-Location", "Content-MD5", "Content-Range", "Digest", "ETag", "Last-Modified", "Repr-Digest", "Trailer", "Transfer-Encoding")
}

func isOneOf(name string, names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// status returns the status to send. One that would let the client think that it was not refused is
// not sent.
func (f Refusal) status() int {
	if f.Status < 400 || f.Status > 599 {
		return http.StatusUnauthorized
	}
	return f.Status
}

// lines returns the field lines, and what is wrong with f. It formats the challenges one by one, so
// that a broken one does not hide the others.
func (f Refusal) lines() ([]string, error) {
	var lines []string
	var errs []error
	status := f.status()
	if f.Status != 0 && f.Status != status {
		errs = append(errs, fmt.Errorf("httpauth: status %d does not refuse a request; %d was sent", f.Status, status))
	}
	fell := false
	for i, c := range f.Challenges {
		line, err := wwwauth.Format(c)
		var fault *wwwauth.FormatError
		switch {
		case errors.As(err, &fault):
			errs = append(errs, &wwwauth.FormatError{Challenge: i, Param: fault.Param, Code: fault.Code})
		case !f.allows(c):
			errs = append(errs, fmt.Errorf("httpauth: challenge %d must not be sent by proxies", i))
		default:
			lines = append(lines, line)
			continue
		}
		if !fell {
			lines = append(lines, f.fallback())
			fell = true
		}
	}
	if len(lines) == 0 && (status == http.StatusUnauthorized || status == http.StatusProxyAuthRequired) {
		lines = append(lines, f.fallback())
	}
	return lines, errors.Join(errs...)
}

// allows reports whether the scheme of c may be used with the status: RFC 9449 section 7.1 and RFC
// 8292 section 3 forbid theirs to proxies.
func (f Refusal) allows(c wwwauth.Challenge) bool {
	return f.status() != http.StatusProxyAuthRequired || !c.Is("DPoP") && !c.Is("vapid")
}

// fallback returns the line that replaces a challenge that cannot be sent. By default it asks for
// nothing that a person would type: Basic might make them send a password where none is wanted.
func (f Refusal) fallback() string {
	if line := f.Fallback.String(); line != "" && f.allows(f.Fallback) {
		return line
	}
	return `Bearer realm="restricted"`
}
