package httpauth

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/seed-903fb8fe/wwwauth"
)

// Challenges returns the challenges of a response: of Proxy-Authenticate if its status is 407, and of
// WWW-Authenticate if it is any other. It reads them whatever the status is, since 401 is not the only one
// that has them: so have 403 with insufficient_scope (RFC 6750 section 3.1), 400 of DPoP, 402 of Payment,
// and 200 with the last token of Negotiate (RFC 4559 section 5).
//
// Like [wwwauth.Parse] it returns what could be read also if err, a [wwwauth.ErrorList] of all departures
// from RFC 9110, is not nil. A response without a challenge gives none and no error.
//
// The field of the other name is passed over. In a 407 WWW-Authenticate does not come from the proxy, and
// credentials for the one are not for the other.
func Challenges(resp *http.Response) ([]wwwauth.Challenge, error) {
	field := "WWW-Authenticate"
	if resp.StatusCode == http.StatusProxyAuthRequired {
		field = "Proxy-Authenticate"
	}
	return wwwauth.Parse(resp.Header.Values(field)...)
}

// A ConnectError tells that a proxy has refused to connect to the server of an https URL. A client finds it
// with [errors.As] in the error of [http.Client.Do]; see [OnProxyConnectResponse].
type ConnectError struct {
	Status     int                 // of the proxy's response to CONNECT, such as 407
	Challenges []wwwauth.Challenge // of Proxy-Authenticate in a 407; nil for any other status
	Err        error               // departures of that field from RFC 9110, a wwwauth.ErrorList; nil if there are none
}

// Error names the status. It quotes nothing else of the response.
func (e *ConnectError) Error() string {
	return fmt.Sprintf("httpauth: proxy refused to connect: %d %s", e.Status, http.StatusText(e.Status))
}

// OnProxyConnectResponse is a value for the field of the same name of [http.Transport]:
//
//	transport := http.DefaultTransport.(*http.Transport).Clone()
//	transport.OnProxyConnectResponse = httpauth.OnProxyConnectResponse
//
// Without it a request that needs a tunnel through a proxy which refuses fails with the text of the
// status alone. With it the error is a [*ConnectError], which has the challenges. Where no tunnel is
// needed, for http URLs, the 407 is an ordinary response; see [Challenges].
//
// No other field of the response is read, and for no other status than 407: what a proxy says in the
// name of the server, before there is a connection to it, cannot be trusted.
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
