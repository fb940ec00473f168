package httpauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// A Transport is an [http.RoundTripper] that logs in with Digest (RFC 7616) and Basic (RFC 7617):
// it answers the challenges of a 401 or 407 and sends the request again.
//
//	client := &http.Client{Transport: &httpauth.Transport{
//		Login: httpauth.LoginFor(printer, "rita", password), // for this server and no other
//	}}
//
// Set all fields before the first request. A Transport is safe for concurrent use. It holds no lock
// while a request is in flight or Login is running.
//
// # What is answered
//
// Of several Digest challenges, the one with the strongest algorithm is answered, whatever their
// order: SHA-512-256, SHA-256, then MD5, each with or without -sess. RFC 7616 section 3.7 leaves
// this choice to local policy. Basic is answered only if the response has no Digest challenge that
// can be answered, and even then:
//
//   - only over TLS or to a loopback address, unless BasicWithoutTLS is set; otherwise the request
//     fails with [ErrBasicWithoutTLS];
//   - never to an origin that has offered Digest before, in any realm, since an attacker may have
//     removed the better challenge; the request fails with [ErrDowngrade]. The Transport never
//     forgets that an origin has offered Digest. After very many such origins it may mistake
//     another one for them, and refuse Basic there too.
//
// If Login returns [ErrNoLogin], or the server rejects the login, the caller gets the response with
// its status 401 or 407. If a request already has an Authorization field, no challenge of the server
// is answered, and with Proxy-Authorization none of the proxy. Note that [http.Client] sets
// Authorization if the URL has user information.
//
// # Where credentials go
//
// Login is asked for the origin that sent the challenge, after a redirect too, and its answer is sent
// only to that origin. Later requests to the same protection space have credentials from the start.
// For Digest that space is the challenge's domain or, if it has none, the whole origin; for Basic it
// is the folder of the request and everything below it. URIs of other origins in a domain are
// ignored.
//
// A 407 is answered only if the request went through a proxy without a tunnel, so that a server
// cannot ask for the proxy's password. With a tunnel, the proxy's response to CONNECT is answered.
//
// # Bodies
//
// To send a request again, the Transport gets a new body from GetBody, which [http.NewRequest] sets
// for the common types. A request with a body but no GetBody fails with [ErrBody], unless it was
// refused before any of its body was read. If auth-int is the only quality of protection that the
// server offers, the body is read twice, the first time for its hash.
//
// # Authentication-Info
//
// With rspauth a server proves that it knows the password too. If the proof is wrong, the request
// fails with [digest.ErrRspauth]. With auth-int the proof covers the body of the response, so that
// reading the body fails with that error in place of [io.EOF]. A server is not required to send
// rspauth; one that does not has proved nothing.
type Transport struct {
	// Login returns the user and password for a protection space. If it is nil, Basic and Digest
	// are not answered.
	Login Login

	// Base sends the requests; nil means [http.DefaultTransport]. If it is an [*http.Transport] with
	// a Proxy function, the Transport uses a copy of it, made before the first request, which can
	// log in to a proxy with CONNECT.
	Base http.RoundTripper

	// Proxy returns the proxy that Base uses for a request. Set it only if Base is not an
	// [*http.Transport], which has its own Proxy function. Leave user information out of the URL
	// of a proxy, because [http.Transport] sends it as Basic.
	Proxy func(*http.Request) (*url.URL, error)

	// Other, if not nil, answers challenges of other schemes, such as Negotiate or Bearer. It is
	// called for each in turn, before Digest and Basic, and returns ErrNoLogin if it cannot answer.
	// Its credentials are sent once and not remembered. During a handshake it is called again; up
	// to three of its answers are sent for each request.
	Other func(ctx context.Context, space Space, c wwwauth.Challenge) (wwwauth.Credentials, error)

	// Jar, if not nil, receives the cookies of refusals that are answered, and its cookies are sent
	// with the answer: some servers keep the nonce in a cookie. Set it to the Jar of the
	// [http.Client], which itself sees only the last response.
	Jar http.CookieJar

	// BasicWithoutTLS allows Basic over connections without TLS, which anybody on the way can read.
	BasicWithoutTLS bool

	once   sync.Once
	base   http.RoundTripper
	proxy  func(*http.Request) (*url.URL, error)
	memory *memory

	asksProxy bool // base has the proxy chosen by newExchange
}

// A Space is a protection space (RFC 9110 section 11.5), for which a login is valid.
type Space struct {
	Origin string // such as https://example.com or http://127.0.0.1:8080
	Proxy  bool   // whether Origin is a proxy
	Scheme string // Basic or Digest; for Transport.Other the scheme of the challenge as received
	Realm  string // chosen by the server, so not to be trusted
}

// A Login returns the user and password for a protection space, or [ErrNoLogin] if it has none. Any
// other error fails the request. A Login must be safe for concurrent use. It is called again after
// the server has rejected its result.
//
// User and password are used byte for byte. If a challenge has charset=UTF-8, they should be UTF-8
// in normalization form C.
type Login func(ctx context.Context, space Space) (user, password string, err error)

// LoginFor returns a Login with the user and password for a single server or proxy: for every realm
// of the URL's origin, and for no other origin. If serverURL is not the URL of a server, the Login
// returns an error.
func LoginFor(serverURL, user, password string) Login {
	u, err := url.Parse(serverURL)
	if err != nil || u.Host == "" {
		err = fmt.Errorf("httpauth: LoginFor: not the URL of a server") // its text may hold a password
	}
	return func(_ context.Context, space Space) (string, string, error) {
		switch {
		case err != nil:
			return "", "", err
		case space.Origin != origin(u):
			return "", "", ErrNoLogin
		}
		return user, password, nil
	}
}

// ErrNoLogin is returned by a [Login] that has no login for a protection space, and by
// [Transport].Other for a challenge that it cannot answer. The other errors say why a challenge could
// not be answered, and come wrapped in an [*AnswerError].
var (
	ErrNoLogin         = errors.New("httpauth: no login for this protection space")
	ErrBasicWithoutTLS = errors.New("refusing to send Basic without TLS")
	ErrDowngrade       = errors.New("refusing to send Basic where Digest was offered before")
	ErrBody            = errors.New("the request must be sent again, and has a body but no GetBody")
)

// An AnswerError reports that a challenge of a server or proxy could not be answered. Its text
// quotes neither the challenge nor the login.
type AnswerError struct {
	Space Space
	Err   error // such as ErrDowngrade or digest.ErrRspauth, or an error of Login
}

// Error names the origin and says why it could not be answered.
func (e *AnswerError) Error() string {
	who := "server"
	if e.Space.Proxy {
		who = "proxy"
	}
	return fmt.Sprintf("httpauth: cannot log in to the %s %s: %v", who, e.Space.Origin, e.Err)
}

// Unwrap returns e.Err.
func (e *AnswerError) Unwrap() error { return e.Err }

// CloseIdleConnections closes the idle connections of Base. [http.Client.CloseIdleConnections]
// calls it.
func (t *Transport) CloseIdleConnections() {
	t.once.Do(t.start)
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// start fills in what is left open.
func (t *Transport) start() {
	t.base, t.proxy, t.memory = t.Base, t.Proxy, new(memory)
	if t.base == nil {
		t.base = http.DefaultTransport
	}
	if h, ok := t.base.(*http.Transport); ok && h.Proxy != nil {
		h = h.Clone()
		logInToTunnels(h)
		t.base = h
		if t.proxy == nil {
			t.proxy = h.Proxy
		}
		// A function may choose another proxy when it is asked again, and that must not get the
		// password of the first.
		t.asksProxy = true
		choose := t.proxy
		h.Proxy = func(req *http.Request) (*url.URL, error) {
			if choice, ok := req.Context().Value(proxyKey{}).(*proxyChoice); ok {
				return choice.url, choice.err
			}
			return choose(req)
		}
	}
	if t.proxy == nil {
		t.proxy = func(*http.Request) (*url.URL, error) { return nil, nil }
	}
}

// RoundTrip sends the request, and sends it again until the response has no challenge that can be
// answered.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.once.Do(t.start)
	x := t.newExchange(req)
	defer x.body.release()
	for {
		out, err := x.prepare()
		if err != nil {
			return nil, err
		}
		resp, err := t.base.RoundTrip(out)
		if resp == nil && err == nil {
			return nil, errNoResponse
		}
		if resp != nil {
			resp.Request = req // the one that was sent holds credentials
			if resp.Body == nil {
				resp.Body = http.NoBody
			}
		}
		again, failed := x.refused(resp, err)
		switch {
		case failed != nil:
			closeBody(resp)
			return nil, failed
		case again:
			x.keepCookies(resp)
			discard(resp)
		case err != nil:
			return nil, err
		default:
			if err := x.accept(resp); err != nil {
				closeBody(resp)
				return nil, err
			}
			return resp, nil
		}
	}
}

var errNoResponse = errors.New("httpauth: Base returned neither a response nor an error")

// A proxyChoice is what a Proxy function returned for a request. It goes to Base in the context of
// the request, under proxyKey.
type proxyChoice struct {
	url *url.URL
	err error
}

type proxyKey struct{}

// An exchange is one call of RoundTrip: a request that is sent until it is let in.
type exchange struct {
	request *http.Request
	body    *replay
	server  *side          // nil if the request has an Authorization field
	proxy   *side          // nil if it has Proxy-Authorization, or uses no proxy
	choice  *proxyChoice   // nil if Base does not ask
	tunnel  bool           // it needs one through the proxy
	jar     http.CookieJar // nil until a response has set a cookie
}

func (t *Transport) newExchange(req *http.Request) *exchange {
	x := &exchange{request: req, body: newReplay(req)}
	if req.URL == nil {
		return x // Base says what is wrong with it
	}
	proxy, err := t.proxy(req)
	if t.asksProxy {
		x.choice = &proxyChoice{proxy, err}
	}
	isDirect := proxy == nil
	if err != nil || proxy != nil && proxy.Scheme != "http" && proxy.Scheme != "https" {
		proxy = nil // Base says the same, or it is SOCKS, of which HTTP knows nothing
	}
	if req.Header.Get("Authorization") == "" {
		x.server = &side{
			transport: t,
			space:     Space{Origin: origin(req.URL)},
			key:       spaceKey{origin: origin(req.URL)},
			url:       req.URL,
			uri:       requestTarget(req, false),
			isPrivate: req.URL.Scheme == "https" || weburl.IsLoopback(req.URL.Hostname()) && isDirect,
		}
		if req.Host != req.URL.Host {
			x.server.key.host = strings.ToLower(req.Host)
		}
	}
	if proxy != nil && req.Header.Get("Proxy-Authorization") == "" {
		x.proxy = &side{
			transport: t,
			space:     Space{Origin: origin(proxy), Proxy: true},
			key:       spaceKey{origin: origin(proxy), isProxy: true},
			url:       proxy,
			uri:       requestTarget(req, true),
			isPrivate: proxy.Scheme == "https" || weburl.IsLoopback(proxy.Hostname()),
		}
		x.tunnel = req.URL.Scheme == "https"
	}
	return x
}

// prepare returns the request to send next: a copy, since a RoundTripper must leave the caller's
// alone.
func (x *exchange) prepare() (*http.Request, error) {
	ctx := x.request.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if x.choice != nil {
		ctx = context.WithValue(ctx, proxyKey{}, x.choice)
	}
	if x.tunnel {
		ctx = context.WithValue(ctx, tunnelKey{}, &tunnel{side: *x.proxy})
	}
	out := x.request.Clone(ctx)
	out.Trailer = x.request.Trailer // whose values the body may set as it is read
	if out.Header == nil {
		out.Header = make(http.Header)
	}
	if x.server != nil {
		line, err := x.server.credentials(out.Method, x.body)
		if err != nil {
			return nil, err
		}
		if line != "" {
			out.Header.Set("Authorization", line)
		}
	}
	if x.proxy != nil && !x.tunnel {
		line, err := x.proxy.credentials(out.Method, x.body)
		if err != nil {
			return nil, err
		}
		if line != "" {
			out.Header.Set("Proxy-Authorization", line)
		}
	}
	if x.jar != nil {
		out.Header.Del("Cookie")
		fromJar := x.jar.Cookies(out.URL)
		for _, c := range x.request.Cookies() {
			if !slices.ContainsFunc(fromJar, func(j *http.Cookie) bool { return j.Name == c.Name }) {
				out.AddCookie(c)
			}
		}
		for _, c := range fromJar {
			out.AddCookie(c)
		}
	}
	// The hash of auth-int is that of the encoded body, which http.Transport would hide.
	if (x.server.usesAuthInt() || !x.tunnel && x.proxy.usesAuthInt()) && out.Header.Get("Accept-Encoding") == "" {
		out.Header.Set("Accept-Encoding", "identity")
	}
	body, err := x.body.next()
	if err != nil {
		return nil, err
	}
	out.Body = body
	return out, nil
}

// refused reports whether the request must be sent again, because its response, or the error of a
// proxy that refused a tunnel, has a challenge that can be answered.
func (x *exchange) refused(resp *http.Response, err error) (again bool, failed error) {
	var side *side
	var challenges []wwwauth.Challenge
	var refusal *tunnelRefusal
	switch {
	case errors.As(err, &refusal) && x.tunnel:
		side, challenges = x.proxy, refusal.Challenges
		side.answer = refusal.answer
	case err != nil:
		return false, nil
	case resp.StatusCode == http.StatusUnauthorized:
		side = x.server
	case resp.StatusCode == http.StatusProxyAuthRequired && !x.tunnel:
		side = x.proxy
	}
	if side == nil {
		return false, nil
	}
	if resp != nil {
		challenges, _ = Challenges(resp)
	}
	again, failed = side.refused(x.request.Context(), challenges)
	if again && !x.body.canRepeat() {
		return false, &AnswerError{side.space, ErrBody}
	}
	return again, failed
}

// keepCookies keeps the cookies of a response that the caller does not see.
func (x *exchange) keepCookies(resp *http.Response) {
	if resp == nil || x.server == nil || x.server.transport.Jar == nil {
		return
	}
	if cookies := resp.Cookies(); len(cookies) > 0 {
		x.jar = x.server.transport.Jar
		x.jar.SetCookies(x.request.URL, cookies)
	}
}

// accept remembers what let the request in, and checks that the server and the proxy know the
// password.
func (x *exchange) accept(resp *http.Response) error {
	if x.proxy != nil && !x.tunnel && resp.StatusCode != http.StatusProxyAuthRequired {
		if err := x.proxy.accept(resp, "Proxy-Authentication-Info"); err != nil {
			return err
		}
	}
	if x.server != nil && resp.StatusCode != http.StatusUnauthorized && resp.StatusCode != http.StatusProxyAuthRequired {
		return x.server.accept(resp, "Authentication-Info")
	}
	return nil
}

// origin returns the origin of a URL (RFC 6454 section 6.2), without the port if it is that of the
// scheme.
func origin(u *url.URL) string {
	scheme, host, port := strings.ToLower(u.Scheme), strings.ToLower(u.Hostname()), u.Port()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "" || scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		return scheme + "://" + host
	}
	return scheme + "://" + host + ":" + port
}

// requestTarget returns what is sent as the request-target (RFC 9112 section 3.2): to a proxy the
// whole URL, or for a tunnel host and port; to a server path and query.
func requestTarget(req *http.Request, toProxy bool) string {
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	switch {
	case toProxy && req.URL.Scheme == "https" && req.URL.Port() == "":
		return req.URL.Host + ":443"
	case toProxy && req.URL.Scheme == "https":
		return req.URL.Host
	case toProxy && req.URL.Opaque == "":
		return req.URL.Scheme + "://" + host + req.URL.RequestURI()
	case req.Method == http.MethodConnect && req.URL.Path == "":
		return host
	}
	return req.URL.RequestURI()
}

// closeBody closes the body of a response that is given to nobody.
func closeBody(resp *http.Response) {
	if resp != nil && resp.Body != nil {
		resp.Body.Close()
	}
}

// discard closes the body of a response, and reads it before if it is short, so that the connection
// can be used again.
func discard(resp *http.Response) {
	if resp == nil || resp.Body == nil {
		return
	}
	if 0 <= resp.ContentLength && resp.ContentLength <= 64<<10 {
		io.CopyN(io.Discard, resp.Body, resp.ContentLength)
	}
	resp.Body.Close()
}
