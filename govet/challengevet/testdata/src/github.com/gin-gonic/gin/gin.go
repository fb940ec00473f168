// Package gin has the shape of what the analyzer must know of gin.
package gin

import "net/http"

type Context struct{ Request *http.Request }

func (c *Context) Header(key, value string)    {}
func (c *Context) Param(key string) string     { return "" }
func (c *Context) GetHeader(key string) string { return "" }
