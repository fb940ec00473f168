// Package echo has the shape of what the analyzer must know of echo.
package echo

import "net/http"

const HeaderWWWAuthenticate = "WWW-Authenticate"

type Response struct{}

func (r *Response) Header() http.Header { return nil }

type Context interface {
	Response() *Response
	Request() *http.Request
	QueryParam(name string) string
}
