package shapes

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v2"
	"github.com/labstack/echo/v4"
	"github.com/valyala/fasthttp"
)

// What is only passed on is reported where it is given.
func refuse(w http.ResponseWriter, challenge string) {
	w.Header().Set("WWW-Authenticate", challenge)
	w.WriteHeader(http.StatusUnauthorized)
}

func setHeader(w http.ResponseWriter, name, value string) { w.Header().Set(name, value) }

func refuseRealm(w http.ResponseWriter, realm string) {
	w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Basic realm="%s"`, realm))
}

func refuseAny(w http.ResponseWriter, realm string) {
	w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Basic realm="%s"`, realm)) // want `from the request`
}

func Refuse(w http.ResponseWriter, realm string) {
	w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Basic realm="%s"`, realm)) // want `from the parameter realm`
}

func helpers(w http.ResponseWriter, r *http.Request) {
	refuse(w, "Basic") // want `basic-no-realm`
	refuse(w, `Basic realm="a"`)
	refuse(w, `Basic realm="`+r.Host+`"`)     // want `from the request`
	setHeader(w, "WWW-Authenticate", "Basic") // want `basic-no-realm`
	setHeader(w, "Content-Type", "Basic")
	refuseRealm(w, "constant")
	refuseAny(w, "constant")
	refuseAny(w, r.Host)
}

// What follows in a block is one message.
func several(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Basic realm="a"`)
	w.Header().Add("WWW-Authenticate", `Digest realm="a", nonce="b", qop="auth", algorithm=SHA-256`)
	w.Header().Add("WWW-Authenticate", `Digest realm="a", nonce="b", qop="auth", algorithm=SHA-256`) // want `digest-repeated`
}

func apart(w http.ResponseWriter, digest bool) {
	if digest {
		w.Header().Add("WWW-Authenticate", `Digest realm="a", nonce="b", qop="auth", algorithm=SHA-256`)
	} else {
		w.Header().Add("WWW-Authenticate", `Digest realm="a", nonce="b", qop="auth", algorithm=SHA-256`)
	}
}

func frameworks(g *gin.Context, e echo.Context, f *fiber.Ctx, c *fasthttp.RequestCtx) {
	g.Header("WWW-Authenticate", "Basic")                                                        // want `basic-no-realm`
	g.Header("WWW-Authenticate", `Basic realm="`+g.Param("realm")+`"`)                           // want `from the request`
	g.Header("WWW-Authenticate", `Basic realm="`+g.Request.Host+`"`)                             // want `from the request`
	g.Header("WWW-Authenticate", `Basic realm="`+g.GetHeader("Host")+`"`)                        // want `from the request`
	e.Response().Header().Set(echo.HeaderWWWAuthenticate, "Basic")                               // want `basic-no-realm`
	e.Response().Header().Set(echo.HeaderWWWAuthenticate, `Basic realm="`+e.QueryParam("r")+`"`) // want `from the request`
	e.Response().Header().Set(echo.HeaderWWWAuthenticate, `Basic realm="`+e.Request().Host+`"`)  // want `from the request`
	f.Set(fiber.HeaderWWWAuthenticate, "Basic")                                                  // want `basic-no-realm`
	f.Set(fiber.HeaderWWWAuthenticate, `Basic realm="`+f.Hostname()+`"`)                         // want `from the request`
	f.Append(fiber.HeaderWWWAuthenticate, `Basic realm="a"`, "Basic")                            // want `basic-no-realm`
	c.Response.Header.Set("WWW-Authenticate", "Basic")                                           // want `basic-no-realm`
	c.Response.Header.Add("WWW-Authenticate", `Basic realm="`+string(c.Path())+`"`)              // want `from the request`
}

// A literal of a function has parameters of its own.
var handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("WWW-Authenticate", `Basic realm="`+r.Host+`"`) // want `from the request`
})

func literal(realm string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="`+realm+`"`) // want `from the parameter realm`
	}
}
