// Package httpauth brings HTTP authentication challenges to net/http.
//
// A server guards its handlers with a [Gate], which lets requests with a valid Bearer token
// through. A [Verifier] of the server decides which tokens are valid:
//
//	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
//		Bearer: wwwauth.Bearer{Realm: "journal", Scope: wwwauth.Scope{"journal:read"}},
//	})
//	if err != nil {
//		log.Fatal(err)
//	}
//	mux.Handle("GET /entries", gate.Handler(entries))
//
// For other schemes a server reads what the client has sent with [Credentials], and refuses a
// request with a [Refusal]. A proxy sends a Refusal too, with status 407.
//
// A client that logs in with Basic or Digest does so with a [Transport]. For other schemes it reads
// the challenges of a response with [Challenges] and answers them with [SetCredentials]; with
// [OnProxyConnectResponse] it gets the challenges of a proxy that refused to connect.
//
// # Refusals
//
// Each challenge is sent on a field line of its own, since many clients cannot read several from
// one line. The lines always conform to RFC 9110: a challenge that cannot be sent is replaced by
// one that can, and the error is reported to the server.
//
// Refusals are not to be cached. Caches do not store a 401 or 403 unless told to, but a handler
// further out may have set a lifetime for all its responses (RFC 9111 section 3). So Cache-Control
// is set to no-store, and Expires and the fields for particular caches, such as CDN-Cache-Control
// (RFC 9213), are removed. A handler that adds them in its own WriteHeader has the last word.
//
// If the request has an Origin field, Access-Control-Expose-Headers lets scripts of other origins
// read the challenges. Whether they may read the response at all depends on
// Access-Control-Allow-Origin, which is left to the server; a handler that sets it belongs around
// the Gate.
package httpauth

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// Challenges returns the challenges of a response: those in Proxy-Authenticate if the status is
// 407, and those in WWW-Authenticate otherwise. The status need not be 401: a 403 with
// insufficient_scope has a challenge too (RFC 6750 section 3.1), and so may have a 400 or even a
// 200 (RFC 4559 section 5).
//
// As with [wwwauth.Parse], everything that could be read is returned even if the error is not nil;
// the error is a [wwwauth.ErrorList] of all departures from RFC 9110. A response without challenges
// is not an error.
//
// The other field is ignored. In a 407, WWW-Authenticate does not come from the proxy, and
// credentials for one must not be sent to the other.
func Challenges(resp *http.Response) ([]wwwauth.Challenge, error) {
	field := "WWW-Authenticate"
	if resp.StatusCode == http.StatusProxyAuthRequired {
		field = "Proxy-Authenticate"
	}
	return wwwauth.Parse(resp.Header.Values(field)...)
}

// Credentials returns the credentials in the Authorization field of a request, or the zero
// Credentials if the field is absent.
//
// The error is that of [wwwauth.ParseCredentials]. If it is not nil, the credentials hold at most a
// scheme. A server must refuse such a request: with 400 if it supports that scheme, and with 401 if
// it does not.
func Credentials(r *http.Request) (wwwauth.Credentials, error) {
	return wwwauth.ParseCredentials(r.Header.Values("Authorization")...)
}

// SetCredentials sets the Authorization field of a request to c. If c cannot be sent, as the zero
// Credentials cannot, it returns a [*wwwauth.FormatError] and leaves the request unchanged.
//
// An [http.Client] that follows a redirect to another host does not send the field there, unless
// that host is a subdomain of the first.
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

// A ConnectError reports that a proxy refused to connect to the server of an https URL. [errors.As]
// finds it in the error of [http.Client.Do]; see [OnProxyConnectResponse].
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
// If the proxy refuses to open a tunnel, the request then fails with a [*ConnectError], which has
// the proxy's challenges; otherwise the error has only the text of the status. Requests for http
// URLs need no tunnel, so for them a 407 is an ordinary response; see [Challenges].
//
// Only the status is read, and Proxy-Authenticate if it is 407. Whatever else a proxy says before
// there is a connection to the server cannot be trusted.
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
