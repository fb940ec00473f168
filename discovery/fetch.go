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
	"net/url"
	"slices"
	"strings"
	"time"
)

// A walk is one discovery: what it has tried, and how much more it may.
type walk struct {
	*Client
	caller    context.Context
	ctx       context.Context // ends when all the time is used up
	timeout   time.Duration   // for one request
	transport http.RoundTripper
	requests  int
	steps     []Step
}

// newWalk returns a walk, and the function to call at its end.
func (c *Client) newWalk(ctx context.Context) (_ *walk, done func()) {
	w := &walk{Client: c, caller: ctx, timeout: c.Timeout, transport: c.Transport}
	if w.timeout <= 0 {
		w.timeout = 10 * time.Second
	}
	if w.transport == nil {
		w.transport = newTransport(c.AllowLoopback)
	}
	w.ctx, done = context.WithTimeout(ctx, 3*min(w.timeout, math.MaxInt64/3))
	return w, done
}

// newTransport returns the transport of a Client that has none. It keeps no connection, so nothing is
// left of it when it is no longer used.
func newTransport(loopback bool) *http.Transport {
	dialer := &net.Dialer{Control: Control}
	if loopback {
		dialer.Control = controlLoopback
	}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// ended tells, after a step, whether no more can be tried.
func (w *walk) ended() bool {
	o := w.last().Outcome
	return o == Canceled || o == TooManyRequests || o == Timeout && w.ctx.Err() != nil
}

const tooMany = "there are too many requests"

// take counts a request, and returns whether it may be made.
func (w *walk) take() bool {
	limit := w.MaxRequests
	if limit <= 0 {
		limit = 20
	}
	w.requests++
	return w.requests <= limit
}

// fetch fetches a document and has it read. Each redirect is a step of its own, and checked like the first
// URL. It returns whether the last step is OK.
func (w *walk) fetch(d Document, rawURL string, read func(*Step, []byte)) bool {
	maxRedirects := w.MaxRedirects
	if maxRedirects == 0 {
		maxRedirects = 5
	}
	var visited []string
	for {
		step := Step{Document: d, URL: rawURL, Outcome: OK}
		switch {
		case slices.Contains(visited, rawURL):
			step.refuse(RedirectLoop, "the redirects go round in circles")
		case len(visited) > max(maxRedirects, 0):
			step.refuse(TooManyRedirects, "there are too many redirects")
		default:
			w.request(&step, read)
		}
		w.steps = append(w.steps, step)
		if step.Outcome != Redirect {
			return step.Outcome == OK
		}
		visited = append(visited, rawURL)
		rawURL = step.Got
	}
}

// request makes the request of the step, and fills in what comes of it.
func (w *walk) request(step *Step, read func(*Step, []byte)) {
	u, outcome, reason := checkURL(step.URL, w.AllowLoopback)
	if outcome != OK {
		step.refuse(outcome, reason)
		return
	}
	if !w.take() {
		step.refuse(TooManyRequests, tooMany)
		return
	}
	ctx, cancel := context.WithTimeout(w.ctx, w.timeout)
	defer cancel()
	if err := ctx.Err(); err != nil {
		w.broken(step, ctx, err)
		return
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, step.URL, nil)
	if err != nil {
		step.refuse(BadURL, "it is malformed")
		return
	}
	req.Header.Set("Accept", "application/json")
	resp, err := w.transport.RoundTrip(req)
	if err != nil {
		w.broken(step, ctx, err)
		return
	}
	defer resp.Body.Close()
	step.Status = resp.StatusCode

	switch s := resp.StatusCode; {
	case s == http.StatusOK:
	case slices.Contains([]int{301, 302, 303, 307, 308}, s):
		location, err := url.Parse(resp.Header.Get("Location"))
		if err != nil || resp.Header.Get("Location") == "" {
			step.refuse(BadStatus, "it is a redirect that leads nowhere")
			return
		}
		step.Outcome, step.Got = Redirect, u.ResolveReference(location).String()
		return
	case s == http.StatusUnauthorized, s == http.StatusForbidden:
		step.refuse(NeedsCredentials, "it needs credentials, which a client does not have yet")
		return
	case s == http.StatusRequestTimeout, s == http.StatusTooManyRequests:
		step.refuse(BadStatus, "the server does not answer now")
		return
	case s >= 400 && s < 500:
		step.refuse(NotFound, "there is none")
		return
	default:
		step.refuse(BadStatus, "the status is not 200")
		return
	}

	if mediaType, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
		step.refuse(NotJSON, "the content type is not application/json")
		if strings.HasPrefix(mediaType, "text/html") {
			step.Reason = "it is a page of HTML, not JSON"
		}
		step.Got = resp.Header.Get("Content-Type")
		return
	}
	maxBytes := w.MaxBytes
	if maxBytes <= 0 {
		maxBytes = 1 << 20
	}
	maxBytes = min(maxBytes, math.MaxInt64-1)
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBytes+1))
	switch {
	case int64(len(body)) > maxBytes:
		step.refuse(TooLarge, "it is too large")
	case err != nil:
		w.broken(step, ctx, err)
	case bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("<")):
		step.refuse(NotJSON, "it is a page of HTML, not JSON, though the content type says so")
	default:
		read(step, body)
	}
}

// broken fills in why there was no answer, or only a part of one.
func (w *walk) broken(step *Step, ctx context.Context, err error) {
	step.Err = err
	var private *addressError
	switch {
	case w.caller.Err() != nil:
		step.refuse(Canceled, "the caller did not wait for it")
	case errors.As(err, &private):
		step.Err = private // without what lies around it, which tells the address
		step.refuse(PrivateAddress, "the host has an address that is not public")
	case ctx.Err() != nil:
		step.refuse(Timeout, "there was no full answer in time")
	default:
		step.refuse(Unreachable, "the host cannot be reached, or does not speak HTTP over TLS")
	}
}
