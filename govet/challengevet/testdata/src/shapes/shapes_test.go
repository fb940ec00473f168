package shapes

import "net/http"

func inTests(w http.ResponseWriter) { w.Header().Set("WWW-Authenticate", "Basic") }
