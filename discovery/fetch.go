package discovery

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A walk is one discovery: what it has tried, and how much more it may do.
type walk struct {
	*Client
	caller   context.Context
	ctx      context.Context // ends when all the time is used up
	timeout  time.Duration   // for one request; 0 for no limit
	requests int
	steps    []Step
}

// newWalk returns a walk, and the function to call at its end.
func (c *Client) newWalk(ctx context.Context) (_ *walk, done func()) {
	w := &walk{Client: c, caller: ctx, timeout: c.Timeout}
	switch {
	case w.timeout < 0:
		w.timeout = 0
	case w.timeout == 0:
		w.timeout = 10 * time.Second
	}
	w.ctx, done = withTimeout(ctx, 3*min(w.timeout, math.MaxInt64/3))
	return w, done
}

// withTimeout is [context.WithTimeout], where 0 means no limit.
func withTimeout(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if timeout == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, timeout)
}

// reach returns which addresses besides public ones the client may use.
func (c *Client) reach() reach { return reach{c.AllowLoopback, c.AllowPrivate} }

// newTransport returns the transport of a Client that has none. It keeps no connection, so nothing
// is left of it when it is no longer used.
func newTransport(r reach) *http.Transport {
	return &http.Transport{
		DialContext:            (&net.Dialer{Control: r.control}).DialContext,
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// ended reports, after a step, whether nothing more can be tried.
func (w *walk) ended() bool {
	o := w.last().Outcome
	return o == Canceled || o == TooManyRequests || o == Timeout && w.ctx.Err() != nil
}

const tooMany = "too many requests"

// take counts a request, and reports whether it may be made.
func (w *walk) take() bool {
	w.requests++
	limit := w.MaxRequests
	if limit == 0 {
		limit = 20
	}
	return limit < 0 || w.requests <= limit
}

// fetch fetches a document and has it read. Each redirect is a step of its own, and checked like
// the first URL. It reports whether the last step is OK.
func (w *walk) fetch(d Document, rawURL string, read func(*Step, []byte)) bool {
	maxRedirects := w.MaxRedirects
	if maxRedirects == 0 {
		maxRedirects = 5
	}
	var visited []string
	h := hop{first: true}
	for {
		step := Step{Document: d, URL: rawURL, Outcome: OK}
		switch {
		case slices.Contains(visited, rawURL):
			step.refuse(RedirectLoop, "the redirects form a loop")
		case len(visited) > max(maxRedirects, 0):
			step.refuse(TooManyRedirects, "too many redirects")
		default:
			h = w.request(&step, h, read)
		}
		w.steps = append(w.steps, step)
		if step.Outcome != Redirect {
			return step.Outcome == OK
		}
		visited = append(visited, rawURL)
		rawURL = step.Got
	}
}

// A hop is what a request has to know of the one that redirected to it.
type hop struct {
	first bool // there was none
	https bool
	kind  weburl.Kind // of the host, and of its address once that is known
}

// mayLead reports whether a redirect may lead from a host of one kind to one of another: to a
// public one, to one that is as close, or where the client is told that private addresses are
// wanted.
func (r reach) mayLead(from, to weburl.Kind) bool {
	return to == weburl.Public || to == from || to == weburl.Private && r.private
}

// request makes the request of the step, and fills in what comes of it. It returns what the next
// request has to know if that is a redirect.
func (w *walk) request(step *Step, from hop, read func(*Step, []byte)) hop {
	var to hop
	u, outcome, why := checkURL(step.URL, w.AllowLoopback)
	if outcome != OK {
		step.refuse(outcome, "the URL "+why)
		return to
	}
	to.https, to.kind = u.Scheme == "https", weburl.HostKind(u.Hostname())
	r := w.reach()
	r.loopback = r.loopback && (from.first || from.kind == weburl.Loopback)
	switch {
	case !from.first && from.https && !to.https:
		step.refuse(NotHTTPS, "a redirect leads from https to http")
		return to
	case !from.first && !r.mayLead(from.kind, to.kind):
		step.refuse(PrivateAddress, "a redirect leads to an address that is not public")
		return to
	case w.Transport == nil && !r.allows(to.kind):
		step.Err = errAddress
		step.refuse(PrivateAddress, notPublic)
		return to
	}
	if !w.take() {
		step.refuse(TooManyRequests, tooMany)
		return to
	}
	ctx, cancel := withTimeout(w.ctx, w.timeout)
	defer cancel()
	if err := ctx.Err(); err != nil {
		w.broken(step, ctx, err)
		return to
	}
	transport := w.Transport
	if transport == nil {
		// Where a name has led is known only when there is a connection.
		transport = newTransport(r)
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
			if ap, err := netip.ParseAddrPort(info.Conn.RemoteAddr().String()); err == nil {
				to.kind = weburl.AddrKind(ap.Addr().As16())
			}
		}})
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, step.URL, nil)
	if err != nil {
		step.refuse(BadURL, "the URL "+weburl.ErrSyntax.Error())
		return to
	}
	req.Header.Set("Accept", "application/json")
	resp, err := transport.RoundTrip(req)
	if err == nil && resp == nil {
		err = errors.New("discovery: the Transport returned neither a response nor an error")
	}
	if err != nil {
		w.broken(step, ctx, err)
		return to
	}
	if resp.Body == nil {
		resp.Body = http.NoBody // as http.Client does
	}
	defer resp.Body.Close()
	step.Status = resp.StatusCode
	body, err := w.answer(step, u, resp)
	switch {
	case err != nil:
		w.broken(step, ctx, err)
	case step.Outcome == OK:
		read(step, body)
	}
	return to
}

// answer judges the answer to a request for u, and returns its body if that is to be read as
// metadata.
func (w *walk) answer(step *Step, u *url.URL, resp *http.Response) ([]byte, error) {
	switch s := resp.StatusCode; {
	case s == http.StatusOK:
	case slices.Contains([]int{301, 302, 303, 307, 308}, s):
		location, err := url.Parse(resp.Header.Get("Location"))
		if err != nil || resp.Header.Get("Location") == "" {
			step.refuse(BadStatus, "the redirect has no valid Location")
			return nil, nil
		}
		step.Outcome, step.Got = Redirect, u.ResolveReference(location).String()
		return nil, nil
	case s == http.StatusUnauthorized, s == http.StatusForbidden:
		step.refuse(NeedsCredentials, "the server demands credentials, which a client does not have yet")
		return nil, nil
	case s == http.StatusRequestTimeout, s == http.StatusTooManyRequests:
		step.refuse(BadStatus, "the server does not answer now")
		return nil, nil
	case s >= 400 && s < 500:
		step.refuse(NotFound, notFound)
		return nil, nil
	default:
		step.refuse(BadStatus, "the status is not 200")
		return nil, nil
	}

	if mediaType, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
		step.refuse(NotJSON, "the content type is not application/json")
		if strings.HasPrefix(mediaType, "text/html") {
			step.Reason = "the document is HTML, not JSON"
		}
		step.Got = resp.Header.Get("Content-Type")
		return nil, nil
	}
	maxBytes := w.MaxBytes
	switch {
	case maxBytes == 0:
		maxBytes = 1 << 20
	case maxBytes < 0 || maxBytes == math.MaxInt64:
		maxBytes = math.MaxInt64 - 1
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBytes+1))
	switch {
	case int64(len(body)) > maxBytes:
		step.refuse(TooLarge, "the document is too large")
		return nil, nil
	case err != nil:
		return nil, err
	case bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("<")):
		step.refuse(NotJSON, "the document is HTML, not JSON, though its content type is application/json")
	}
	return body, nil
}

const notPublic = "the host has an address that is not public"

// broken fills in why there was no answer, or only a part of one.
func (w *walk) broken(step *Step, ctx context.Context, err error) {
	step.Err = err
	var private *addressError
	switch {
	case w.caller.Err() != nil:
		step.refuse(Canceled, "the context of the caller has ended")
	case errors.As(err, &private):
		step.Err = private // without what is around it, which has the address
		step.refuse(PrivateAddress, notPublic)
	case ctx.Err() != nil:
		step.refuse(Timeout, "the server did not send the whole response in time")
	default:
		step.refuse(Unreachable, "the host cannot be reached, or does not speak HTTP")
	}
}
