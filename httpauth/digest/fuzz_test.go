package digest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth/digest"
	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

// FuzzAnswer answers any challenge for any user: what is sent is one line without control bytes,
// and ParseCredentials reads back what was meant.
func FuzzAnswer(f *testing.F) {
	seeds := mutate.Of(f)
	for _, v := range vectors {
		seeds.Add(v.challenge, v.user, v.password, v.request.Method, v.request.URI)
	}
	seeds.Add(`Digest realm="a\"b\\", nonce="\n", qop="auth-int", algorithm=md5-SESS, charset=utf-8`, "ü\"", "\x00", "G ET", "/\r\n")
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, line, user, password, method, uri string) {
		challenges, _ := wwwauth.Parse(line)
		d, ok := wwwauth.SelectDigest(challenges, digest.Algorithms()...)
		if !ok {
			return
		}
		session, err := digest.NewSession(d, user, password)
		if err != nil {
			return
		}
		c := session.Answer(digest.Request{Method: method, URI: uri, Count: 3})
		sent, err := wwwauth.FormatCredentials(c)
		if err != nil {
			if !strings.ContainsFunc(uri, func(c rune) bool { return c < ' ' || c == 0x7f }) {
				t.Fatalf("%q is not answered: %v", line, err)
			}
			return
		}
		for i := range len(sent) {
			if sent[i] < ' ' && sent[i] != '\t' || sent[i] == 0x7f {
				t.Fatalf("a control byte in %q", sent)
			}
		}
		back, err := wwwauth.ParseCredentials(sent)
		if err != nil {
			t.Fatalf("%q: %v", sent, err)
		}
		if diff := cmp.Diff(c.Params(), back.Params()); diff != "" {
			t.Errorf("%q: %s", sent, diff)
		}
		if back.Get("realm") != d.Realm || back.Get("nonce") != d.Nonce || back.Get("opaque") != d.Opaque || back.Get("uri") != uri {
			t.Errorf("%q does not answer %q", sent, line)
		}
		// The server's proof is another one than the client's.
		info := wwwauth.AuthenticationInfo{{Name: "rspauth", Value: back.Get("response")}}
		if method != "" && session.Verify(back, info, nil) == nil {
			t.Errorf("the response of %q is taken for rspauth", sent)
		}
	})
}
