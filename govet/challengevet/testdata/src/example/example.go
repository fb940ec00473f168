// Package example is what the Analyzer is run on in the package example.
package example

import "net/http"

func handler(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("WWW-Authenticate", "Basic")
	w.Header().Set("WWW-Authenticate", `Bearer realm="`+r.Host+`"`)
	w.WriteHeader(http.StatusUnauthorized)
}
