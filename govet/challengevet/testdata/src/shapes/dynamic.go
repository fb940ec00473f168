package shapes

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"

	"other"
)

type server struct {
	realm, quotedRealm, header string
	metadata                   *url.URL
	scopes                     []string
}

func newServer(realm string) *server {
	return &server{realm: realm, quotedRealm: strconv.Quote(realm), header: `Basic realm="a"`}
}

var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func escape(s string) string { return escaper.Replace(s) }

func wrap(s string) string { return `"` + s + `"` }

func (s *server) dynamic(w http.ResponseWriter, r *http.Request, err error) {
	h := w.Header()
	h.Set(field, `Basic realm="`+s.realm+`"`)                             // want `realm, from the field realm, .*raw-value`
	h.Set(field, fmt.Sprintf(`Basic realm="%s"`, s.realm))                // want `raw-value`
	h.Set(field, fmt.Sprintf(`Basic realm="%v"`, s.realm))                // want `raw-value`
	h.Set(field, fmt.Sprintf("Basic realm=%s", s.realm))                  // want `neither quoted nor escaped`
	h.Set(field, "Basic realm="+s.realm)                                  // want `neither quoted nor escaped`
	h.Set(field, fmt.Sprintf("Basic realm=%q", s.realm))                  // only with -warnings
	h.Set(field, "Basic realm="+strconv.Quote(s.realm))                   // only with -warnings
	h.Set(field, "Basic realm="+s.quotedRealm)                            // the field holds the quotes
	h.Set(field, s.header)                                                // all of it is dynamic
	h.Set(field, `Basic realm="`+escape(s.realm)+`"`)                     // escaped
	h.Set(field, `Basic realm="`+escaper.Replace(r.Host)+`"`)             // escaped
	h.Set(field, `Basic realm="`+other.Escape(r.Host)+`"`)                // not guessed at
	h.Set(field, `Basic realm="`+url.QueryEscape(r.Host)+`"`)             // holds no quote
	h.Set(field, `Basic realm="`+strings.ReplaceAll(r.Host, `"`, "")+`"`) // want `backslashes as they are`
	h.Set(field, `Basic realm="`+strings.ReplaceAll(strings.ReplaceAll(r.Host, `\`, `\\`), `"`, `\"`)+`"`)
	h.Set(field, `Basic realm="`+strings.NewReplacer(`"`, `'`).Replace(r.Host)+`"`)                // want `backslashes as they are`
	h.Set(field, `Basic realm="`+r.Host+`"`)                                                       // want `from the request`
	h.Set(field, `Basic realm="`+r.URL.Path+`"`)                                                   // want `from the request`
	h.Set(field, `Basic realm="`+r.FormValue("realm")+`"`)                                         // want `from the request`
	h.Set(field, `Basic realm="`+r.Header.Get("X-Realm")+`"`)                                      // want `from the request`
	h.Set(field, `Basic realm="`+r.URL.Query().Get("realm")+`"`)                                   // want `from the request`
	h.Set(field, `Basic realm="`+strings.TrimSpace(r.Host)+`"`)                                    // want `from the request`
	h.Set(field, `Basic realm="`+strings.ToLower(r.Header["X-Realm"][0])+`"`)                      // want `from the request`
	h.Set(field, fmt.Sprintf(`Bearer resource_metadata="https://%s/meta%s"`, r.Host, r.URL.Path))  // want `resource_metadata, from the request`
	h.Set(field, fmt.Sprintf(`Bearer error="invalid_token", error_description="%s"`, err))         // want `error_description, from the text of an error`
	h.Set(field, fmt.Sprintf(`Bearer error="invalid_token", error_description="%v"`, err))         // want `the text of an error`
	h.Set(field, `Bearer error="invalid_token", error_description="`+err.Error()+`"`)              // want `the text of an error`
	h.Set(field, fmt.Sprintf(`Bearer error="invalid_token", error_description="%s"`, err.Error())) // want `the text of an error`
	h.Set(field, `Basic realm="`+os.Getenv("REALM")+`"`)                                           // want `from the environment`
	h.Set(field, fmt.Sprintf(`Digest realm="a", nonce="%s", qop="auth"`, base64.StdEncoding.EncodeToString(nil)))
	h.Set(field, fmt.Sprintf(`Bearer realm="a", max_age="%d"`, len(r.Host)))
	h.Set(field, fmt.Sprintf(`Bearer realm="a", max_age=%d`, len(r.Host)))
	h.Set(field, `Bearer realm="a", max_age="`+strconv.Itoa(len(r.Host))+`"`)
	h.Set(field, `Bearer scope="`+strings.Join(s.scopes, " ")+`"`)             // want `scope, from the field scopes`
	h.Set(field, "Bearer "+strings.Join(other.Params(), ", "))                 // not guessed at
	h.Set(field, other.Challenge())                                            // not guessed at
	h.Set(field, fmt.Sprintf(`Basic realm="%s"`, s.metadata))                  // String of another package
	h.Set(field, fmt.Sprintf("%s realm=%q", r.Host, "a"))                      // the scheme is not known
	h.Set(field, "Negotiate "+base64.StdEncoding.EncodeToString([]byte{1}))    //
	h.Set(field, wwwauth.NewChallenge("Basic", "realm", r.Host).String())      //
	h.Set(field, "Basic realm="+wrap(r.Host))                                  // want `from the request`
	h.Set(field, fmt.Sprintf(`Basic charset="UTF-8", x="%d"`, len(r.Host)))    // want `basic-no-realm`
	h.Set(field, fmt.Sprintf(`Basic realm="%s" charset="UTF-8"`, escape("a"))) // want `missing-comma`
	h.Set(field, fmt.Sprintf(`Bearer error="%s"`, other.Challenge()))

	realm := "default"
	if r.Host != "" {
		realm = r.Host
	}
	h.Set(field, fmt.Sprintf(`Basic realm="%s"`, realm)) // want `from the request`
	fixed := "a"
	if s.realm != "" {
		fixed = "b"
	}
	h.Set(field, fmt.Sprintf(`Basic realm="%s"`, fixed))
	challenge := `Basic realm="` + r.Host + `"`
	h.Set(field, challenge) // want `from the request`
	built := "Bearer"
	built += ` realm="a"`
	h.Set(field, built) // not followed
	got, _ := other.Realm()
	h.Set(field, `Basic realm="`+got+`"`) // not guessed at
	for _, scope := range s.scopes {
		h.Set(field, `Bearer scope="`+scope+`"`) // not guessed at
	}
	h[field] = []string{`Basic realm="` + r.Host + `"`}                   // want `from the request`
	_ = http.Header{"Www-Authenticate": {`Basic realm="` + r.Host + `"`}} // want `from the request`
	_ = errors.New
}

func newEscaper(pairs []string) *strings.Replacer { return strings.NewReplacer(pairs...) }

func escapers(h http.Header, realm string, pairs []string) {
	h.Set("WWW-Authenticate", `Basic realm="`+strings.NewReplacer(pairs...).Replace(realm)+`"`)
	h.Set("WWW-Authenticate", `Basic realm="`+newEscaper(pairs).Replace(realm)+`"`)
}
