//go:build unix

package servers

import (
	"fmt"
	"os/exec"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
	"github.com/seed-903fb8fe/wwwauth/interop/tables"
)

// TestSquid is about the proxy with the most schemes in one 407. It escapes nothing.
func TestSquid(t *testing.T) {
	programs.Nightly(t)
	squid := programs.Find(t, "squid")
	s := server{"squid", programs.Version(t, squid, "-v"), "basic"}
	dir := t.TempDir()

	// The helpers would check passwords. They are started, and never asked.
	helper := file(t, dir, "helper", "#!/bin/sh\nexec cat\n")
	const target = "http://example.invalid/"
	var requests []request
	for _, realm := range []string{plain, quotes, backslash, comma, utf8, latin1, injection} {
		port := serveSquid(t, squid, fmt.Sprintf("auth_param basic program /bin/sh %s\nauth_param basic realm %s\n", helper, realm))
		requests = append(requests, request{name: "realm " + tables.Code(realm), port: port, target: target, want: basic(realm), note: why(realm)})
	}
	s.check(t, requests...)

	port := serveSquid(t, squid, fmt.Sprintf(`
auth_param negotiate program /bin/sh %[1]s
auth_param ntlm program /bin/sh %[1]s
auth_param digest program /bin/sh %[1]s
auth_param digest realm Private Area
auth_param basic program /bin/sh %[1]s
auth_param basic realm Private Area
`, helper))
	s.table = "digest"
	s.check(t, request{name: "four schemes", port: port, target: target, want: []wwwauth.Challenge{
		wwwauth.NewChallenge("Negotiate"), wwwauth.NewChallenge("NTLM"),
		wwwauth.NewChallenge("Digest", "realm", plain, "nonce", placeholder, "qop", "auth", "stale", "false"),
		wwwauth.NewChallenge("Basic", "realm", plain),
	}})
}

// serveSquid starts Squid as a proxy that asks for the credentials of auth, lines of its configuration, and returns its
// port.
func serveSquid(t *testing.T, squid, auth string) int {
	t.Helper()
	dir, port := t.TempDir(), programs.Port(t)
	path := file(t, dir, "squid.conf", `
http_port 127.0.0.1:%d
%s
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
cache deny all
cache_log /dev/null
access_log none
pid_filename none
coredump_dir %s
shutdown_lifetime 0 seconds
`, port, auth, dir)
	// The name keeps its shared memory apart from that of others.
	programs.Serve(t, exec.Command(squid, "-N", "-d1", "-n", fmt.Sprintf("wwwauth%d", port), "-f", path), port)
	return port
}
