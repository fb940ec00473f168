package digest_test

import (
	"fmt"
	"log"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth/digest"
)

// A client answers the stronger of two challenges, those of RFC 7616 section 3.9.1. Clients leave out the
// ClientNonce, so that a random one is used.
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

// A Session answers many requests, which the client counts for each nonce. When the server sends a new
// nonce, the client does not need the password again.
func ExampleSession() {
	session, err := digest.NewSession(wwwauth.Digest{Realm: "printers", Nonce: "n1", QOP: []string{"auth"}}, "rita", "hunter2")
	if err != nil {
		log.Fatal(err)
	}
	count := uint32(0)
	send := func() {
		count++
		c := session.Answer(digest.Request{Method: "GET", URI: "/status", Count: count})
		fmt.Println(c.Get("nonce"), c.Get("nc"))
	}
	send()
	send()

	// Authentication-Info: nextnonce="n2"
	session, count = session.Next("n2"), 0
	send()

	// WWW-Authenticate: Digest realm="printers", nonce="n3", qop="auth", stale=true
	session, ok := session.Renew(wwwauth.Digest{Realm: "printers", Nonce: "n3", QOP: []string{"auth"}, Stale: true})
	if !ok {
		log.Fatal("another realm or algorithm")
	}
	count = 0
	send()
	// Output:
	// n1 00000001
	// n1 00000002
	// n2 00000001
	// n3 00000001
}

// A server that does not know the password cannot make a valid rspauth.
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

// A phone calls through a SIP proxy.
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
