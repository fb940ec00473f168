// Package httpauth brings HTTP authentication challenges to net/http.
//
// A server guards its handlers with a [Gate], which lets requests with a valid Bearer token through. What
// makes a token valid is for the server to say, in a [Verifier]:
//
//	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
//		Bearer: wwwauth.Bearer{Realm: "journal", Scope: wwwauth.Scope{"journal:read"}},
//	})
//	mux.Handle("GET /entries", gate.Handler(entries))
//
// For any other scheme, and in a proxy, it reads what the client sent with [Credentials], and refuses a
// request by sending a [Refusal].
//
// A client reads the challenges of a response with [Challenges] and answers with [SetCredentials].
// [OnProxyConnectResponse] tells it what a proxy asked for that refused to connect.
//
// # Refusals
//
// Each challenge is sent on a field line of its own, since many clients cannot read several from one line.
// What is sent always conforms to RFC 9110: a challenge that cannot be sent is replaced by one that can,
// and the error is reported to the server.
//
// Refusals are not cached. Cache-Control is set to no-store; Expires and the fields that address particular
// caches, such as CDN-Cache-Control (RFC 9213), are removed. Caches do not store a 401 or 403 unless told
// to, but a handler further out may have set a lifetime for every response (RFC 9111 section 3). A handler
// that sets those fields while the response is being written has the last word.
//
// If the request has an Origin field, Access-Control-Expose-Headers lets scripts of other origins read the
// challenges. Whether they may read the response at all is up to the server's Access-Control-Allow-Origin;
// a handler that sets it belongs around the gate.
package httpauth

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// Challenges returns the challenges of a response: those in Proxy-Authenticate if the status is 407, and
// those in WWW-Authenticate otherwise. The status need not be 401. A 403 with insufficient_scope has
// challenges too (RFC 6750 section 3.1), and so may a 400 or even a 200 (RFC 4559 section 5).
//
// As with [wwwauth.Parse], an error does not mean that there are no challenges: it is a
// [wwwauth.ErrorList] of the departures from RFC 9110, and everything that could be read is returned
// beside it. A response without challenges is not an error.
//
// The other field is ignored: in a 407, WWW-Authenticate is not the proxy's, and a client must not send
// to one what is meant for the other.
func Challenges(resp *http.Response) ([]wwwauth.Challenge, error) {
	field := "WWW-Authenticate"
	if resp.StatusCode == http.StatusProxyAuthRequired {
		field = "Proxy-Authenticate"
	}
	return wwwauth.Parse(resp.Header.Values(field)...)
}

// Credentials returns the credentials in the Authorization field of a request; the zero Credentials if
// there is no such field.
//
// The error is that of [wwwauth.ParseCredentials]. With an error, the credentials have at most a scheme:
// enough to tell a malformed request, to be answered with 400, from one whose scheme the server does not
// support, to be answered with 401, and never enough to let the request through.
func Credentials(r *http.Request) (wwwauth.Credentials, error) {
	return wwwauth.ParseCredentials(r.Header.Values("Authorization")...)
}

// SetCredentials sets the Authorization field of a request, replacing what was there. If c cannot be sent,
// it returns a [*wwwauth.FormatError] and leaves the request as it was; the zero Credentials cannot.
//
// An [http.Client] does not send the field on to another host when it follows a redirect.
func SetCredentials(r *http.Request, c wwwauth.Credentials) error {
	value, err := wwwauth.FormatCredentials(c)
	if err != nil {
		return err
	}
	for name := range r.Header {
		if strings.EqualFold(name, "Authorization") {
			delete(r.Header, name)
		}
	}
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header["Authorization"] = []string{value}
	return nil
}

// A ConnectError reports that a proxy refused to connect to the server of an https URL. [errors.As] finds
// it in the error of [http.Client.Do]; see [OnProxyConnectResponse].
type ConnectError struct {
	Status     int                 // status of the proxy's response to CONNECT, such as 407
	Challenges []wwwauth.Challenge // challenges in the Proxy-Authenticate field of a 407; nil for other statuses
	Err        error               // departures of that field from RFC 9110, a wwwauth.ErrorList; nil if none
}

// Error names the status. It quotes nothing else of the response.
func (e *ConnectError) Error() string {
	return fmt.Sprintf("httpauth: proxy refused to connect: %d %s", e.Status, statusText(e.Status))
}

// Unwrap returns e.Err.
func (e *ConnectError) Unwrap() error { return e.Err }

// OnProxyConnectResponse is a value for the field of that name in [http.Transport]:
//
//	transport := http.DefaultTransport.(*http.Transport).Clone()
//	transport.OnProxyConnectResponse = httpauth.OnProxyConnectResponse
//
// With it, a request that fails because the proxy refused to open a tunnel returns a [*ConnectError], which
// has the proxy's challenges. Without it, all that is left is the text of the status. Requests for http
// URLs need no tunnel: there, a 407 is an ordinary response; see [Challenges].
//
// Nothing but the status, and Proxy-Authenticate if it is 407, is read of the response. What a proxy says
// in the name of the server, before there is a connection to it, is not to be trusted.
func OnProxyConnectResponse(ctx context.Context, proxy *url.URL, request *http.Request, response *http.Response) error {
	if response.StatusCode == http.StatusOK {
		return nil
	}
	e := &ConnectError{Status: response.StatusCode}
	if response.StatusCode == http.StatusProxyAuthRequired {
		e.Challenges, e.Err = Challenges(response)
	}
	return e
}
