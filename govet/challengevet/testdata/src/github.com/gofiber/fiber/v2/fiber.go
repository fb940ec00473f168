// Package fiber has the shape of what the analyzer must know of fiber.
package fiber

const HeaderWWWAuthenticate = "WWW-Authenticate"

type Ctx struct{}

func (c *Ctx) Set(key, val string)                       {}
func (c *Ctx) Append(field string, values ...string)     {}
func (c *Ctx) Hostname() string                          { return "" }
func (c *Ctx) Get(key string, defaults ...string) string { return "" }
