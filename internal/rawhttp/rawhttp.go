// Package rawhttp sends HTTP requests and keeps the head of each response as it came: with folded
// lines, spaces before colons, control bytes, and whatever else a client normally corrects or refuses.
//
// A [Transport] is an [http.RoundTripper], so that others can sit on top of it. The bytes go to the
// [Recorder] in the context of the request.
package rawhttp

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The limits on what a server may send before its response begins.
const (
	MaxHead  = 1 << 20 // bytes of one head
	maxHeads = 32      // interim responses (1xx) to one request
)

// Errors of [Transport.RoundTrip].
var (
	ErrTooLong = errors.New("the head of the response is longer than 1 MiB")
	ErrNotHTTP = errors.New("the server sent something that is not an HTTP response")
	ErrEmpty   = errors.New("the server closed the connection")
	ErrTooMany = errors.New("the server sent too many interim responses")
)

// A Head is the head of a response, with the request that it answers.
type Head struct {
	Bytes    []byte        // the status line and all field lines, up to and with the empty line
	Request  *http.Request // as it was sent, without its body
	Status   int
	Location string // "" if there is none
	Tunnel   bool   // it is a proxy's response to CONNECT
	Cut      bool   // it ends in the middle
}

// Interim reports whether another response follows this one.
func (h Head) Interim() bool { return h.Status/100 == 1 && h.Status != http.StatusSwitchingProtocols }

// A Recorder keeps the heads of the responses to all requests with its context. Its zero value is ready
// to use.
type Recorder struct {
	mu    sync.Mutex
	heads []Head
}

type recorderKey struct{}

// Record returns a context whose requests are recorded.
func (r *Recorder) Record(ctx context.Context) context.Context {
	return context.WithValue(ctx, recorderKey{}, r)
}

// Heads returns what was recorded so far, in the order in which it came.
func (r *Recorder) Heads() []Head {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.heads)
}

func (r *Recorder) add(h Head) {
	if r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.heads = append(r.heads, h)
	}
}

// A Transport sends each request over a connection of its own. It speaks HTTP/1.1 itself, and leaves
// SOCKS proxies and HTTP/2, where a head has no text of its own, to net/http; then the bytes of a head are
// what curl -i would print. The zero value is ready to use, and uses no proxy.
type Transport struct {
	TLS   *tls.Config                           // nil for the default
	Proxy func(*http.Request) (*url.URL, error) // nil for none

	// Control, if not nil, is that of the [net.Dialer].
	Control func(network, address string, c syscall.RawConn) error
}

// RoundTrip sends the request and reads the head of the response. Closing the body of the response
// closes the connection.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	x := exchange{transport: t, req: req}
	x.recorder, _ = req.Context().Value(recorderKey{}).(*Recorder)
	resp, err := x.run()
	if err != nil {
		if req.Body != nil && !x.sending { // its sender closes it
			req.Body.Close()
		}
		x.close()
		return nil, err
	}
	return resp, nil
}

// An exchange is a request, and the connection that it is sent over.
type exchange struct {
	transport *Transport
	req       *http.Request
	recorder  *Recorder
	conn      net.Conn
	stop      func() bool // stops watching the context
	sending   bool        // another goroutine has the body of the request
}

func (x *exchange) close() {
	if x.stop != nil {
		x.stop()
	}
	if x.conn != nil {
		x.conn.Close()
	}
}

// use makes conn the connection of the exchange. When the context ends, reads and writes on it fail.
func (x *exchange) use(conn net.Conn) {
	if x.stop != nil {
		x.stop()
	}
	x.conn = conn
	x.stop = context.AfterFunc(x.req.Context(), func() { conn.SetDeadline(time.Unix(1, 0)) })
}

func (x *exchange) run() (*http.Response, error) {
	ctx := x.req.Context()
	var proxy *url.URL
	if x.transport.Proxy != nil {
		var err error
		if proxy, err = x.transport.Proxy(x.req); err != nil {
			return nil, err
		}
	}
	if proxy != nil && proxy.Scheme != "http" && proxy.Scheme != "https" { // SOCKS
		return x.standard(&http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: x.transport.TLS})
	}
	to := x.req.URL
	if proxy != nil {
		to = proxy
	}
	if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.GetConn != nil {
		trace.GetConn(hostPort(to))
	}
	conn, err := (&net.Dialer{Control: x.transport.Control}).DialContext(ctx, "tcp", hostPort(to))
	if err != nil {
		return nil, err
	}
	x.use(conn)
	if to.Scheme == "https" {
		protocols := []string{"h2", "http/1.1"}
		if proxy != nil {
			protocols = nil
		}
		if err := x.handshake(to, protocols); err != nil {
			return nil, x.why(err)
		}
	}
	if proxy != nil && x.req.URL.Scheme == "https" {
		resp, err := x.connect(proxy)
		if err != nil || resp != nil {
			return resp, x.why(err)
		}
		if err := x.handshake(x.req.URL, []string{"h2", "http/1.1"}); err != nil {
			return nil, x.why(err)
		}
		proxy = nil // the tunnel is open
	}
	if c, ok := x.conn.(*tls.Conn); ok && c.ConnectionState().NegotiatedProtocol == "h2" {
		return x.standard(&http.Transport{DialTLSContext: once(c), ForceAttemptHTTP2: true})
	}
	resp, err := x.http1(proxy)
	return resp, x.why(err)
}

// why returns the error of the context if it has ended, since that is the reason for err.
func (x *exchange) why(err error) error {
	if err != nil && x.req.Context().Err() != nil {
		return x.req.Context().Err()
	}
	return err
}

// handshake puts TLS over the connection.
func (x *exchange) handshake(to *url.URL, protocols []string) error {
	config := &tls.Config{}
	if x.transport.TLS != nil {
		config = x.transport.TLS.Clone()
	}
	config.NextProtos = protocols
	if config.ServerName == "" {
		config.ServerName = to.Hostname()
	}
	conn := tls.Client(x.conn, config)
	if err := conn.HandshakeContext(x.req.Context()); err != nil {
		return err
	}
	x.use(conn)
	return nil
}

// connect asks the proxy for a tunnel (RFC 9110 section 9.3.6). It returns a response if the proxy refuses.
func (x *exchange) connect(proxy *url.URL) (*http.Response, error) {
	host := hostPort(x.req.URL)
	req := (&http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: host}, Host: host, Header: http.Header{}}).WithContext(x.req.Context())
	req.Header.Set("User-Agent", x.req.UserAgent())
	logInTo(proxy, req.Header)
	if err := req.Write(x.conn); err != nil {
		return nil, err
	}
	// The proxy sends nothing after the head before the client does, so dropping the buffer loses nothing.
	resp, err := x.response(req, true)
	if err != nil || resp.StatusCode/100 != 2 {
		return resp, err
	}
	return nil, nil
}

// logInTo sets the credentials in the URL of a proxy.
func logInTo(proxy *url.URL, h http.Header) {
	if user := proxy.User; user != nil && h.Get("Proxy-Authorization") == "" {
		password, _ := user.Password()
		h.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
}

// http1 sends the request in HTTP/1.1, and reads the response.
func (x *exchange) http1(proxy *url.URL) (*http.Response, error) {
	req := x.req.Clone(x.req.Context())
	write := req.Write
	if proxy != nil {
		logInTo(proxy, req.Header)
		write = req.WriteProxy
	}
	// A server may respond before it has read all of the request; that response counts.
	x.sending = true
	sent := make(chan error, 1)
	go func() { sent <- write(x.conn) }()
	resp, err := x.response(req, false)
	if errors.Is(err, ErrEmpty) {
		select {
		case failed := <-sent:
			if failed != nil {
				err = failed
			}
		default:
		}
	}
	return resp, err
}

// response reads responses until one that is final.
func (x *exchange) response(req *http.Request, tunnel bool) (*http.Response, error) {
	in := bufio.NewReader(x.conn)
	for range maxHeads {
		b, err := readHead(in)
		if len(b) == 0 && err != nil {
			return nil, err
		}
		resp, ok := parse(b)
		if !ok {
			return nil, ErrNotHTTP
		}
		resp.Request = x.req
		head := Head{Bytes: b, Request: req, Status: resp.StatusCode, Location: resp.Header.Get("Location"), Tunnel: tunnel, Cut: err != nil}
		x.recorder.add(head)
		if err != nil {
			if isTimeout(err) {
				return nil, err
			}
			resp.Body = body{http.NoBody, x}
			return resp, nil
		}
		if !head.Interim() {
			resp.Body = body{content(in, req.Method, resp), x}
			return resp, nil
		}
	}
	return nil, ErrTooMany
}

// readHead reads a head. If the connection ends before the head does, or the head is too long, it returns what it
// has read and an error.
func readHead(in *bufio.Reader) ([]byte, error) {
	var b []byte
	for {
		part, err := in.ReadSlice('\n')
		if len(b) == 0 && len(part) >= 5 && !bytes.HasPrefix(part, []byte("HTTP/")) {
			return nil, ErrNotHTTP
		}
		start := len(b)
		b = append(b, part...)
		switch {
		case len(b) > MaxHead:
			return nil, ErrTooLong
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && len(b) == 0 && errors.Is(err, io.EOF):
			return nil, ErrEmpty
		case errors.Is(err, io.EOF):
			return b, io.ErrUnexpectedEOF
		case err != nil:
			return b, err
		case isEmpty(part) && (start == 0 || b[start-1] == '\n'):
			if start == 0 {
				return nil, ErrNotHTTP
			}
			return b, nil
		}
	}
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// isEmpty reports whether a line has only its end.
func isEmpty(line []byte) bool { return string(line) == "\n" || string(line) == "\r\n" }

// parse reads what a client needs of a head, leniently: the status, and the fields. It returns false if there is no
// status line.
func parse(b []byte) (*http.Response, bool) {
	status, rest, _ := strings.Cut(string(b), "\n")
	status = strings.TrimRight(status, "\r")
	proto, text, _ := strings.Cut(status, " ")
	text = strings.TrimLeft(text, " ")
	version, ok := strings.CutPrefix(proto, "HTTP/")
	if !ok || version == "" || strings.Trim(version, "0123456789.") != "" || len(text) < 3 {
		return nil, false
	}
	code := 0
	for _, c := range text[:3] {
		if c < '0' || c > '9' {
			return nil, false
		}
		code = 10*code + int(c-'0')
	}
	if code < 100 {
		return nil, false
	}
	resp := &http.Response{Status: text, StatusCode: code, Proto: proto, Header: http.Header{}, ContentLength: -1}
	resp.ProtoMajor, resp.ProtoMinor, _ = http.ParseHTTPVersion(proto)
	last := ""
	for line := range strings.Lines(rest) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			if values := resp.Header[last]; last != "" {
				values[len(values)-1] += " " + strings.Trim(line, " \t")
			}
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		last = http.CanonicalHeaderKey(strings.Trim(name, " \t"))
		resp.Header[last] = append(resp.Header[last], strings.Trim(value, " \t"))
	}
	return resp, true
}
