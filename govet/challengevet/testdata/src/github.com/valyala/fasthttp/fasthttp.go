// Package fasthttp has the shape of what the analyzer must know of fasthttp.
package fasthttp

type ResponseHeader struct{}

func (h *ResponseHeader) Set(key, value string) {}
func (h *ResponseHeader) Add(key, value string) {}

type Response struct{ Header ResponseHeader }

type RequestCtx struct{ Response Response }

func (c *RequestCtx) Path() []byte { return nil }
