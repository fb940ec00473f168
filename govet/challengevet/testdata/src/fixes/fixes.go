package fixes

import (
	"fmt"
	"net/http"
)

func fixes(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("WWW-Authenticate", "Basic")                               // want `basic-no-realm`
	w.Header().Set("WWW-Authenticate", `Basic realm="a" charset="UTF-8"`)     // want `missing-comma`
	w.Header().Set("WWW-Authenticate", `Basic realm="`+r.Host+`"`)            // want `raw-value`
	w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Basic realm=%s`, r.Host)) // want `raw-value`
	if r.Host == "" {
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer error="invalid_token", error_description="%v"`, err)) // want `raw-value`
	}
	w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer resource_metadata="https://%s/%d%s"`, r.Host, len(r.Host), r.URL.Path)) // want `raw-value`
}

type code int

func (code) String() string { return "c" }

func formats(h http.Header, realm string, nonce []byte, n int, c code) {
	h.Set("WWW-Authenticate", fmt.Sprintf(`Digest realm="%s", qop="auth", nonce="%x"`, realm, nonce)) // want `raw-value`
	h.Set("WWW-Authenticate", fmt.Sprintf(`Digest realm="%.3s", qop="auth", nonce="%04d"`, realm, n)) // want `raw-value`
	h.Set("WWW-Authenticate", fmt.Sprintf(`Digest realm="%s", qop="auth", nonce="%d"`, realm, c))     // want `raw-value`
}
