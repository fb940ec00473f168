package rawhttp

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// A body is the content of a response. Closing it closes the connection.
type body struct {
	io.Reader
	x *exchange
}

func (b body) Close() error {
	b.x.close()
	return nil
}

// content returns the content that follows the head of a response (RFC 9112 section 6.3), and sets its
// length.
func content(in *bufio.Reader, method string, resp *http.Response) io.Reader {
	s := resp.StatusCode
	switch n, err := strconv.ParseInt(resp.Header.Get("Content-Length"), 10, 64); {
	case method == http.MethodHead, s == http.StatusNoContent, s == http.StatusNotModified:
		resp.ContentLength = 0
		return http.NoBody
	case strings.EqualFold(resp.Header.Get("Transfer-Encoding"), "chunked"):
		return httputil.NewChunkedReader(in)
	case err == nil && n >= 0:
		resp.ContentLength = n
		return io.LimitReader(in, n)
	}
	return in
}

// standard leaves the request to net/http.
func (x *exchange) standard(client *http.Transport) (*http.Response, error) {
	client.DisableKeepAlives = true
	client.DisableCompression = true
	client.MaxResponseHeaderBytes = MaxHead
	x.sending = true
	resp, err := client.RoundTrip(x.req)
	if err != nil {
		return nil, err
	}
	x.recorder.add(Head{Bytes: appendHead(nil, resp), Request: x.req, Status: resp.StatusCode, Location: resp.Header.Get("Location")})
	return resp, nil
}

// once returns a dialer for a transport that uses only the given connection.
func once(conn net.Conn) func(context.Context, string, string) (net.Conn, error) {
	var used atomic.Bool
	return func(context.Context, string, string) (net.Conn, error) {
		if used.Swap(true) {
			return nil, net.ErrClosed
		}
		return conn, nil
	}
}

// appendHead appends the head as curl -i prints it for HTTP/2: with names in lower case.
func appendHead(b []byte, resp *http.Response) []byte {
	proto := strings.TrimSuffix(resp.Proto, ".0")
	b = fmt.Appendf(b, "%s %d \r\n", proto, resp.StatusCode)
	for _, name := range slices.Sorted(maps.Keys(resp.Header)) {
		for _, value := range resp.Header[name] {
			b = fmt.Appendf(b, "%s: %s\r\n", strings.ToLower(name), value)
		}
	}
	return append(b, "\r\n"...)
}

// hostPort returns the address to connect to.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	return net.JoinHostPort(u.Hostname(), port)
}
