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

// TestHaproxy is about http-request auth, which escapes nothing.
func TestHaproxy(t *testing.T) {
	haproxy := programs.Find(t, "haproxy")
	s := server{"haproxy", programs.Version(t, haproxy, "-v"), "basic"}
	port, dir := programs.Port(t), t.TempDir()

	var rules strings.Builder
	var requests []request
	for _, realm := range []string{plain, quotes, backslash, comma, utf8, latin1, injection} {
		target := fmt.Sprintf("/%d", len(requests))
		fmt.Fprintf(&rules, "  http-request auth realm '%s' if { path %s }\n", realm, target)
		requests = append(requests, request{name: "realm " + tables.Code(realm), port: port, target: target, want: basic(realm), note: why(realm)})
	}
	rules.WriteString("  http-request auth if { path /default }\n")
	rules.WriteString("  http-request return status 401 hdr WWW-Authenticate 'Bearer realm=\"a\"' hdr WWW-Authenticate 'Basic realm=\"b\"' if { path /two }\n")
	requests = append(requests,
		request{name: "no realm, in the section site", port: port, target: "/default", want: basic("site")},
		request{name: "`return status 401` with two fields", port: port, target: "/two", want: []wwwauth.Challenge{wwwauth.NewChallenge("Bearer", "realm", "a"), wwwauth.NewChallenge("Basic", "realm", "b")}},
	)
	path := file(t, dir, "haproxy.cfg", `
defaults
  mode http
  timeout client 10s
  timeout server 10s
  timeout connect 10s
frontend site
  bind 127.0.0.1:%d
%s`, port, rules.String())
	programs.Serve(t, exec.Command(haproxy, "-db", "-f", path), port)
	s.check(t, requests...)
}
