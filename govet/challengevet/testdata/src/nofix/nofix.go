// Package nofix has places where a fix would not compile, or would send something else.
package nofix

import "net/http"

func statements(h http.Header, realm string) {
	for i := 0; i < 3; h.Set("WWW-Authenticate", `Basic realm="`+realm+`"`) { // want `raw-value`
		i++
	}
	if h.Set("WWW-Authenticate", `Basic realm="`+realm+`"`); realm == "" { // want `raw-value`
		return
	}
	switch h.Set("WWW-Authenticate", `Basic realm="`+realm+`"`); realm { // want `raw-value`
	}
}

// The names that a fix declares.
func names(challenge http.Header, err http.Header, realm string) {
	challenge.Set("WWW-Authenticate", `Basic realm="`+realm+`"`) // want `raw-value`
	err.Set("WWW-Authenticate", `Basic realm="`+realm+`"`)       // want `raw-value`
}
