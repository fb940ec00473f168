package warnings

import (
	"fmt"
	"net/http"
	"strconv"
)

func quotes(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("WWW-Authenticate", fmt.Sprintf("Basic realm=%q", r.Host))        // want `quoted as Go does.*go-quote`
	w.Header().Set("WWW-Authenticate", "Basic realm="+strconv.Quote(r.URL.Path)+",") // want `go-quote` `\[`
}
