package httpauth_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth/digest"
)

// A client logs in to a printer with Digest, or with Basic if the printer offers nothing better.
func ExampleTransport() {
	server := httptest.NewServer(newPrinter("rita", "hunter2"))
	defer server.Close()
	status := func(printer, password string) error {
		client := &http.Client{Transport: &httpauth.Transport{
			Login: httpauth.LoginFor(printer, "rita", password), // for this server and no other
		}}
		resp, err := client.Get(printer + "/status")
		if err != nil {
			return err // such as httpauth.ErrDowngrade: Basic, where Digest was offered before
		}
		defer resp.Body.Close()
		fmt.Println(resp.Status)
		return nil
	}
	if err := status(server.URL, "hunter2"); err != nil {
		log.Fatal(err)
	}
	if err := status(server.URL, "wrong"); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 200 OK
	// 401 Unauthorized
}

// newPrinter returns a server that asks for Digest.
func newPrinter(user, password string) http.Handler {
	challenge := wwwauth.Digest{Realm: "printer", Nonce: rand.Text(), QOP: []string{"auth"}, Algorithm: "SHA-256"}
	session, err := digest.NewSession(challenge, user, password)
	if err != nil {
		log.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, _ := httpauth.Credentials(r)
		count, _ := strconv.ParseUint(got.Get("nc"), 16, 32)
		want := session.Answer(digest.Request{Method: r.Method, URI: r.RequestURI, Count: uint32(count), ClientNonce: got.Get("cnonce")})
		if !got.Is("Digest") || got.Get("username") != user || got.Get("response") != want.Get("response") {
			c, err := challenge.Challenge()
			if err != nil {
				log.Fatal(err)
			}
			httpauth.Refusal{Challenges: []wwwauth.Challenge{c}}.Send(w, r)
		}
	})
}

// A Login for several servers and a proxy.
func ExampleLogin() {
	login := func(ctx context.Context, space httpauth.Space) (user, password string, err error) {
		switch {
		case space.Proxy && space.Origin == "http://proxy.example:3128":
			return "office", "way out", nil
		case strings.HasSuffix(space.Origin, ".printers.example") && space.Scheme == "Digest":
			return "rita", "hunter2", nil
		}
		return "", "", httpauth.ErrNoLogin
	}
	for _, space := range []httpauth.Space{
		{Origin: "http://proxy.example:3128", Proxy: true, Scheme: "Basic", Realm: "Internet"},
		{Origin: "https://a.printers.example", Scheme: "Digest", Realm: "Trays"},
		{Origin: "https://a.printers.example", Scheme: "Basic", Realm: "Trays"},
	} {
		user, _, err := login(context.Background(), space)
		fmt.Println(user, errors.Is(err, httpauth.ErrNoLogin))
	}
	// Output:
	// office false
	// rita false
	//  true
}

// The login for one server is not sent to any other.
func ExampleLoginFor() {
	login := httpauth.LoginFor("https://printer.example/any/path", "rita", "hunter2")
	user, _, _ := login(context.Background(), httpauth.Space{Origin: "https://printer.example", Scheme: "Digest"})
	fmt.Println(user)
	_, _, err := login(context.Background(), httpauth.Space{Origin: "http://printer.example", Scheme: "Digest"})
	fmt.Println(err)
	// Output:
	// rita
	// httpauth: no login for this protection space
}

// A client answers Bearer challenges with a token.
func ExampleTransport_other() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, _ := httpauth.Credentials(r); !c.Is("Bearer") || c.Token68() != "abc" {
			httpauth.Refusal{Challenges: []wwwauth.Challenge{wwwauth.NewChallenge("Bearer", "scope", "read")}}.Send(w, r)
		}
	}))
	defer server.Close()
	client := &http.Client{Transport: &httpauth.Transport{
		Other: func(ctx context.Context, space httpauth.Space, c wwwauth.Challenge) (wwwauth.Credentials, error) {
			bearer, ok := c.Bearer()
			if !ok || space.Origin != server.URL {
				return wwwauth.Credentials{}, httpauth.ErrNoLogin
			}
			fmt.Println("asked for", bearer.Scope)
			return wwwauth.TokenCredentials("Bearer", "abc"), nil
		},
	}}
	resp, err := client.Get(server.URL)
	if err != nil {
		log.Fatal(err)
	}
	resp.Body.Close()
	fmt.Println(resp.Status)
	// Output:
	// asked for read
	// 200 OK
}

// Someone between client and server replaces the Digest challenge with Basic, and does not get the
// password.
func ExampleAnswerError() {
	first := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		challenge := `Basic realm="Private Area"`
		if first {
			challenge = `Digest realm="Private Area", nonce="abc", qop="auth"`
		}
		first = false
		w.Header().Set("WWW-Authenticate", challenge)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	client := &http.Client{Transport: &httpauth.Transport{Login: httpauth.LoginFor(server.URL, "rita", "hunter2")}}
	_, err := client.Get(server.URL)
	var failed *httpauth.AnswerError
	if errors.As(err, &failed) {
		fmt.Println(failed.Err)
		fmt.Println(failed.Space.Scheme, failed.Space.Realm)
	}
	if u, ok := err.(*url.Error); ok {
		fmt.Println(errors.Is(u, httpauth.ErrDowngrade))
	}
	// Output:
	// refusing to send Basic where Digest was offered before
	// Basic Private Area
	// true
}
