//go:build unix

package servers

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
	"github.com/seed-903fb8fe/wwwauth/interop/tables"
)

// TestLighttpd is about Basic and Digest of lighttpd, which has all algorithms of RFC 7616 except the session
// variants, and escapes nothing.
func TestLighttpd(t *testing.T) {
	lighttpd := programs.Find(t, "lighttpd")
	s := server{"lighttpd", programs.Version(t, lighttpd, "-v"), "basic"}
	port, dir := programs.Port(t), t.TempDir()

	var config strings.Builder
	require := func(target, method, realm, more string) {
		quoted := strings.ReplaceAll(realm, `"`, `\"`)
		fmt.Fprintf(&config, "%q => ( \"method\" => %q, \"realm\" => \"%s\", \"require\" => \"valid-user\"%s ),\n", target, method, quoted, more)
	}
	var basics, digests []request
	for _, realm := range []string{plain, quotes, backslash, comma, utf8, latin1, injection} {
		note := why(realm)
		if realm == injection {
			note = "The server sends the quotes of the realm without backslashes, which adds a parameter. Parse reports it because the server sends one of that name too."
		}
		target := fmt.Sprintf("/basic%d", len(basics))
		require(target, "basic", realm, "")
		basics = append(basics, request{name: "realm " + tables.Code(realm), port: port, target: target, note: note,
			want: []wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", realm, "charset", "UTF-8")}})

		target = fmt.Sprintf("/digest%d", len(digests))
		require(target, "digest", realm, "")
		digests = append(digests, request{name: "Digest, realm " + tables.Code(realm), port: port, target: target, note: note,
			want: []wwwauth.Challenge{lighttpdDigest(realm, "MD5")}})
	}
	require("/three", "digest", plain, `, "algorithm" => "MD5|SHA-256|SHA-512-256"`)
	digests = append(digests, request{name: "Digest with three algorithms", port: port, target: "/three", want: []wwwauth.Challenge{
		lighttpdDigest(plain, "SHA-512-256"), lighttpdDigest(plain, "SHA-256"), lighttpdDigest(plain, "MD5"),
	}})

	path := file(t, dir, "lighttpd.conf", `
server.modules = ( "mod_auth", "mod_authn_file" )
server.document-root = %q
server.bind = "127.0.0.1"
server.port = %d
auth.backend = "plain"
auth.backend.plain.userfile = %q
auth.require = (
%s)
`, dir, port, file(t, dir, "users", ""), config.String())
	programs.Serve(t, exec.Command(lighttpd, "-D", "-f", path), port)
	s.check(t, basics...)
	s.table = "digest"
	s.check(t, digests...)
}

// lighttpdDigest is the challenge that lighttpd means with a realm and an algorithm.
func lighttpdDigest(realm, algorithm string) wwwauth.Challenge {
	return wwwauth.NewChallenge("Digest", "realm", realm, "charset", "UTF-8", "algorithm", algorithm, "nonce", placeholder, "qop", "auth")
}
