// Package generated has places that were made from another file.
package generated

import "net/http"

//line grammar.y:100
func generated(h http.Header, realm string) {
	h.Set("WWW-Authenticate", `Basic realm="`+realm+`"`) // want `raw-value`
	h.Set("WWW-Authenticate", "Basic")                   // want `basic-no-realm`
}
