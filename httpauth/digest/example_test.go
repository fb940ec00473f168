package digest_test

import (
	"fmt"
	"log"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth/digest"
)

// The example of RFC 7616 section 3.9.1. Without a ClientNonce a random one is made.
func Example() {
	challenges, err := wwwauth.Parse(
		`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, `+
			`nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
		`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, `+
			`nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
	)
	if err != nil {
		log.Print(err)
	}
	challenge, ok := wwwauth.SelectDigest(challenges, digest.Algorithms()...)
	if !ok {
		log.Fatal("no Digest")
	}
	session, err := digest.NewSession(challenge, "Mufasa", "Circle of Life")
	if err != nil {
		log.Fatal(err)
	}
	credentials := session.Answer(digest.Request{
		Method: "GET", URI: "/dir/index.html", Count: 1, ClientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
	})
	fmt.Println(credentials.Get("algorithm"), credentials.Get("response"))
	fmt.Println(credentials)
	// Output:
	// SHA-256 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1
	// Digest [hidden]
}

// A server's proof that it knows the password, which is made with an empty method.
func ExampleSession_Verify() {
	session, err := digest.NewSession(wwwauth.Digest{Realm: "r", Nonce: "n", QOP: []string{"auth"}}, "rita", "hunter2")
	if err != nil {
		log.Fatal(err)
	}
	sent := session.Answer(digest.Request{Method: "GET", URI: "/"})
	info, err := wwwauth.ParseAuthenticationInfo(`rspauth="00000000000000000000000000000000", qop=auth`)
	if err != nil {
		log.Print(err)
	}
	fmt.Println(session.Verify(sent, info, nil))
	// Output:
	// digest: rspauth is wrong: the server did not prove that it knows the password
}

// A phone that logs in to its SIP registrar.
func ExampleSession_Answer() {
	challenge := wwwauth.Digest{Realm: "biloxi.com", Nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093"}
	session, err := digest.NewSession(challenge, "bob", "zanzibar")
	if err != nil {
		log.Fatal(err)
	}
	credentials := session.Answer(digest.Request{Method: "INVITE", URI: "sip:bob@biloxi.com"})
	line, err := wwwauth.FormatCredentials(credentials)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(line)
	// Output:
	// Digest username="bob", realm="biloxi.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="sip:bob@biloxi.com", response="bf57e4e0d0bffc0fbaedce64d59add5e"
}
