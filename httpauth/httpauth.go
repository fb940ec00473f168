// Package httpauth uses HTTP authentication challenges with net/http: it sends and reads them, guards
// handlers, and logs in.
//
// A server guards a handler with a [Gate], which lets only requests with a valid Bearer token
// through. The server's [Verifier] decides which tokens are valid:
//
//	gate, err := httpauth.NewGate(verify, httpauth.GateOptions{
//		Bearer: wwwauth.Bearer{Realm: "journal", Scope: wwwauth.Scope{"journal:read"}},
//	})
//	if err != nil {
//		log.Fatal(err)
//	}
//	mux.Handle("GET /entries", gate.Handler(entries))
//
// For other schemes, a server calls [Credentials] to read what the client sent, and sends a
// [Refusal] to refuse the request. A proxy sends a Refusal with status 407.
//
// A client uses a [Transport] to log in with Basic or Digest. For other schemes it calls
// [Challenges] to read the challenges of a response, and [SetCredentials] to answer them. With
// [OnProxyConnectResponse] it gets the challenges of a proxy that refused to connect.
//
// # Refusals
//
// Each challenge is sent on its own field line, since many clients cannot read several from one
// line. The lines always conform to RFC 9110: a challenge that cannot be sent is replaced by one
// that can, and the server gets the error.
//
// Refusals must not be cached. Caches do not store a 401 or 403 unless told to, but an outer handler
// may have set a lifetime for all its responses (RFC 9111 section 3). So Cache-Control is set to
// no-store, and Expires and the fields for particular caches, such as CDN-Cache-Control (RFC 9213),
// are removed. An outer handler can still add them in its own WriteHeader.
//
// If the request has an Origin field, Access-Control-Expose-Headers lets scripts of other origins
// read the challenges. Whether they can read the response at all depends on
// Access-Control-Allow-Origin, which is left to the server; a handler that sets it must be outside
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
// insufficient_scope has a challenge too (RFC 6750 section 3.1), and a 400 or even a 200 may have
// one (RFC 4559 section 5).
//
// Like [wwwauth.Parse], it returns every challenge that can be read even if the error is not nil.
// The error is a [wwwauth.ErrorList] of all departures from RFC 9110. A response without challenges
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
// Credentials if there is no such field.
//
// The error is that of [wwwauth.ParseCredentials]. If it is not nil, the credentials have at most a
// scheme, and the server must refuse the request: with 400 if it supports that scheme, and with 401
// if it does not.
func Credentials(r *http.Request) (wwwauth.Credentials, error) {
	return wwwauth.ParseCredentials(r.Header.Values("Authorization")...)
}

// SetCredentials sets the Authorization field of a request to c. If c cannot be sent, which is true
// of the zero Credentials, it returns a [*wwwauth.FormatError] and leaves the request unchanged.
//
// An [http.Client] that follows a redirect to another host sends the field there only if that host
// is a subdomain of the first.
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
	// Status is the status of the proxy's response to CONNECT, such as 407.
	Status int

	// Challenges are those in Proxy-Authenticate if the status is 407; otherwise nil.
	Challenges []wwwauth.Challenge

	// Err is a [wwwauth.ErrorList] of the departures of that field from RFC 9110; nil if none.
	Err error
}

// Error returns a text with the status. It quotes nothing else of the response.
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
// If the proxy then refuses to open a tunnel, the request fails with a [*ConnectError] that has the
// proxy's challenges. Without this function, the error has only the text of the status. Requests
// for http URLs need no tunnel, so for them a 407 is an ordinary response; see [Challenges].
//
// Only the status is read, and Proxy-Authenticate if it is 407. Nothing else that a proxy says
// before there is a connection to the server can be trusted.
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
