package httpauth

import (
	"context"
	"net/http"
	"net/url"
	"sync"

	"github.com/seed-903fb8fe/wwwauth"
)

// A tunnel is an attempt to get one through a proxy. http.Transport connects to the proxy in a
// goroutine of its own, which may outlive the attempt, so a tunnel has a lock and a side of its
// own.
type tunnel struct {
	mu   sync.Mutex
	side side
}

// tunnelKey is the key of the tunnel in the context of a request.
type tunnelKey struct{}

// A tunnelRefusal is a [ConnectError] that may be answered.
type tunnelRefusal struct {
	*ConnectError
	answer *answer // that was refused; nil if none was sent
}

func (e *tunnelRefusal) Unwrap() error { return e.ConnectError }

// logInToTunnels lets a transport send credentials with CONNECT. What it did before it goes on
// doing.
func logInToTunnels(h *http.Transport) {
	oldHeader, fixed := h.GetProxyConnectHeader, h.ProxyConnectHeader
	h.GetProxyConnectHeader = func(ctx context.Context, proxy *url.URL, target string) (http.Header, error) {
		header := fixed
		if oldHeader != nil {
			var err error
			if header, err = oldHeader(ctx, proxy, target); err != nil {
				return nil, err
			}
		}
		t, ok := ctx.Value(tunnelKey{}).(*tunnel)
		if !ok || header.Get("Proxy-Authorization") != "" {
			return header, nil
		}
		line, err := t.credentials(proxy, target)
		if line == "" || err != nil {
			return header, err
		}
		if header = header.Clone(); header == nil {
			header = make(http.Header)
		}
		header.Set("Proxy-Authorization", line)
		return header, nil
	}
	oldResponse := h.OnProxyConnectResponse
	if oldResponse == nil {
		oldResponse = OnProxyConnectResponse
	}
	h.OnProxyConnectResponse = func(ctx context.Context, proxy *url.URL, request *http.Request, response *http.Response) error {
		t, ok := ctx.Value(tunnelKey{}).(*tunnel)
		switch {
		case ok && response.StatusCode == http.StatusProxyAuthRequired:
			e := &ConnectError{Status: response.StatusCode}
			e.Challenges, e.Err = Challenges(response)
			return &tunnelRefusal{e, t.refused()}
		case ok && response.StatusCode == http.StatusOK:
			if err := t.accept(request, response); err != nil {
				return err
			}
		}
		return oldResponse(ctx, proxy, request, response)
	}
}

// credentials returns the field line for CONNECT.
func (t *tunnel) credentials(proxy *url.URL, target string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if origin(proxy) != t.side.space.Origin {
		return "", nil // another proxy than was expected
	}
	t.side.uri = target
	return t.side.credentials(http.MethodConnect, nil)
}

// refused returns what the proxy has refused.
func (t *tunnel) refused() *answer {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.side.answer
}

// accept checks what the proxy says in confirmation.
func (t *tunnel) accept(request *http.Request, response *http.Response) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	sent, err := wwwauth.ParseCredentials(request.Header.Values("Proxy-Authorization")...)
	if err != nil || t.side.answer == nil || !sent.Is(t.side.answer.space.Scheme) {
		return nil
	}
	side := t.side
	side.sent = sent
	a := side.answer
	side.transport.memory.keep(side.key, a, side.url)
	if lines := response.Header.Values("Proxy-Authentication-Info"); len(lines) > 0 && a.session != nil && sent.Get("nonce") == a.session.Challenge().Nonce {
		return side.confirm(a, lines, nil)
	}
	return nil
}
