package shapes

import (
	"fmt"
	"net/http"
	"net/textproto"
	"strings"
)

const (
	field     = "WWW-Authenticate"
	basic     = "Basic"
	goodRealm = `Basic realm="a"`
)

var notFound = "no challenge"

func constants(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("WWW-Authenticate", `Basic realm="a"`)
	h.Set("WWW-Authenticate", "Basic")                              // want `no realm.*basic-no-realm`
	h.Set("www-authenticate", "Basic")                              // want `basic-no-realm`
	h.Set("Www-Authenticate", "Basic")                              // want `basic-no-realm`
	h.Set(field, "Basic")                                           // want `basic-no-realm`
	h.Set(field, basic)                                             // want `basic-no-realm`
	h.Set(http.CanonicalHeaderKey(field), "Basic")                  // a function of another package
	h.Set(field, goodRealm)                                         //
	h.Set(field, basic+` realm="a"`)                                //
	h.Set(field, basic+" realm=a")                                  // want `\[`
	h.Set("Proxy-Authenticate", "Basic")                            // want `Proxy-Authenticate: .*basic-no-realm`
	h.Set(field, "Bearer")                                          // want `bearer-no-params`
	h.Set(field, `Basic realm="a" charset="UTF-8"`)                 // want `missing-comma`
	h.Set(field, `Basic realm="Hub`)                                // want `unterminated-quote`
	h.Set(field, `Basic realm=Hub"`)                                // want `unquoted-value`
	h.Set(field, `Basic realm=my hub`)                              // want `unquoted-value`
	h.Set(field, `Basic realm="say "hi""`)                          // want `inner-quote`
	h.Set(field, `Bearer, error="invalid_token"`)                   // want `comma-after-scheme`
	h.Set(field, fmt.Sprintf("Basic"))                              // want `basic-no-realm`
	h.Set(field, fmt.Sprintf("%s realm=%q", basic, "a"))            //
	h.Set(field, fmt.Sprintf("%s realm=%q", basic, "a\tb"))         // want `go-quote`
	h.Set(field, fmt.Sprintf("%s realm=%q", basic, `say "hi"`))     //
	h.Set(field, strings.Join([]string{"Basic", `realm="a"`}, " ")) //
	h.Set(field, strings.Join([]string{"Basic", "Bearer"}, ", "))   // want `basic-no-realm` `bearer-no-params`
	h.Set("Authentication-Info", `nextnonce="a"`)
	h.Set("Authentication-Info", `Digest nextnonce`) // want `authentication-info`
	h.Set("X-Authenticate", "Basic")
	h.Set("WWW-Authenticate", notFound) // by the grammar a token68 of an unknown scheme

	h["Www-Authenticate"] = []string{"Basic"}                                  // want `basic-no-realm`
	h["Www-Authenticate"] = []string{`Basic realm="a"`, "Basic"}               // want `basic-no-realm`
	h["WWW-Authenticate"] = append(h["WWW-Authenticate"], "Basic")             // want `basic-no-realm`
	_ = http.Header{"WWW-Authenticate": {"Basic"}}                             // want `basic-no-realm`
	_ = http.Header{"Www-Authenticate": []string{`Basic realm="a"`, "Bearer"}} // want `bearer-no-params`
	_ = textproto.MIMEHeader{"Www-Authenticate": {"Basic"}}                    // want `basic-no-realm`
	_ = map[string][]string{"Www-Authenticate": {"Basic"}}
	_ = http.Header{field: {"Basic"}, "Content-Type": {"Basic"}} // want `basic-no-realm`

	_ = h.Get("WWW-Authenticate") == "Basic"
	h.Del("WWW-Authenticate")
	r.Header.Set("Authorization", "Basic")
}
