//go:build unix

package servers

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
	"github.com/seed-903fb8fe/wwwauth/interop/tables"
)

// apacheModules loads what the configurations need; Debian has it all as modules.
const apacheModules = `
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so
LoadModule authn_file_module /usr/lib/apache2/modules/mod_authn_file.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule authz_user_module /usr/lib/apache2/modules/mod_authz_user.so
LoadModule auth_basic_module /usr/lib/apache2/modules/mod_auth_basic.so
LoadModule auth_digest_module /usr/lib/apache2/modules/mod_auth_digest.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
`

// findApache returns the path of an httpd that has its modules where Debian has them.
func findApache(t *testing.T) string {
	t.Helper()
	httpd := programs.Find(t, "apache2")
	if _, err := os.Stat("/usr/lib/apache2/modules/mod_mpm_event.so"); err != nil {
		programs.Missing(t, "folder /usr/lib/apache2/modules")
	}
	return httpd
}

// apache starts httpd with a configuration that has it listen on the ports, and env in its environment.
func apache(t *testing.T, httpd, dir string, ports []int, config string, env ...string) {
	t.Helper()
	path := file(t, dir, "httpd.conf", `
ServerRoot %[1]s
ServerName 127.0.0.1
PidFile %[1]s/httpd.pid
Mutex pthread
ErrorLog /dev/stderr
DocumentRoot %[1]s
StartServers 1
ThreadsPerChild 4
MaxRequestWorkers 4
ServerLimit 1
%[2]s%[3]s`, dir, apacheModules, config)
	cmd := exec.Command(httpd, "-d", dir, "-f", path, "-DFOREGROUND")
	cmd.Env = append(os.Environ(), env...)
	programs.Serve(t, cmd, ports...)
}

// TestApache is about Basic and Digest of Apache httpd, as a server and as a proxy. It escapes quotes.
func TestApache(t *testing.T) {
	httpd := findApache(t)
	s := server{"Apache httpd", programs.Version(t, httpd, "-v"), "basic"}
	port, proxy, digestProxy, dir := programs.Port(t), programs.Port(t), programs.Port(t), t.TempDir()
	users := file(t, dir, "users", "")

	var config strings.Builder
	fmt.Fprintf(&config, "Listen 127.0.0.1:%d\nListen 127.0.0.1:%d\nListen 127.0.0.1:%d\n", port, proxy, digestProxy)
	var basics, digests []request
	for _, realm := range []string{plain, quotes, backslash, comma, utf8, latin1, injection} {
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(realm)
		note := ""
		if realm == backslash {
			note = "Apache drops the backslash when it reads its configuration."
		}
		target := fmt.Sprintf("/basic%d", len(basics))
		fmt.Fprintf(&config, "<Location %s>\nAuthType Basic\nAuthName \"%s\"\nAuthUserFile %s\nRequire valid-user\n</Location>\n", target, quoted, users)
		basics = append(basics, request{name: "realm " + tables.Code(realm), port: port, target: target, want: basic(realm), note: note})

		target = fmt.Sprintf("/digest%d", len(digests))
		fmt.Fprintf(&config, "<Location %s>\nAuthType Digest\nAuthName \"%s\"\nAuthUserFile %s\nRequire valid-user\n</Location>\n", target, quoted, users)
		digests = append(digests, request{name: "Digest, realm " + tables.Code(realm), port: port, target: target, want: apacheDigest(realm), note: note})
	}
	fmt.Fprintf(&config, "<Location /domain>\nAuthType Digest\nAuthName \"Private Area\"\nAuthDigestDomain /a http://127.0.0.1/b\nAuthUserFile %s\nRequire valid-user\n</Location>\n", users)
	digests = append(digests, request{name: "Digest, with a domain of two URIs", port: port, target: "/domain", want: []wwwauth.Challenge{
		wwwauth.NewChallenge("Digest", "realm", plain, "nonce", placeholder, "algorithm", "MD5", "domain", "/a http://127.0.0.1/b", "qop", "auth"),
	}})

	for _, p := range []struct {
		port   int
		scheme string
	}{{proxy, "Basic"}, {digestProxy, "Digest"}} {
		fmt.Fprintf(&config, "<VirtualHost 127.0.0.1:%d>\nProxyRequests On\n<Proxy *>\nAuthType %s\nAuthName \"say \\\"hi\\\"\"\nAuthUserFile %s\nRequire valid-user\n</Proxy>\n</VirtualHost>\n", p.port, p.scheme, users)
	}
	const target = "http://example.invalid/"
	basics = append(basics, request{name: "as a proxy (407), realm " + tables.Code(quotes), port: proxy, target: target, want: basic(quotes)})
	digests = append(digests, request{name: "as a proxy (407), Digest, realm " + tables.Code(quotes), port: digestProxy, target: target, want: apacheDigest(quotes)})

	apache(t, httpd, dir, []int{port, proxy, digestProxy}, config.String())
	s.check(t, basics...)
	s.table = "digest"
	s.check(t, digests...)
}

// apacheDigest is the challenge that Apache means with a realm.
func apacheDigest(realm string) []wwwauth.Challenge {
	return []wwwauth.Challenge{wwwauth.NewChallenge("Digest", "realm", realm, "nonce", placeholder, "algorithm", "MD5", "qop", "auth")}
}
