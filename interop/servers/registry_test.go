//go:build unix

package servers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
	"github.com/seed-903fb8fe/wwwauth/interop/tables"
)

// TestRegistry is about the token challenge of docker-registry, which escapes, and puts no space after
// its commas.
func TestRegistry(t *testing.T) {
	registry := programs.Find(t, "docker-registry")
	s := server{"docker-registry", programs.Version(t, registry, "--version"), "bearer"}
	dir := t.TempDir()
	file(t, dir, "bundle.pem", certificate)

	// start runs a registry with a kind of authentication.
	start := func(name, auth string) int {
		port := programs.Port(t)
		path := file(t, dir, name, `
version: 0.1
log: {level: error}
storage: {inmemory: {}}
http: {addr: '127.0.0.1:%d', secret: x}
auth:
  %s
`, port, auth)
		programs.Serve(t, exec.Command(registry, "serve", path), port)
		return port
	}
	token := func(name, realm, service string) int {
		return start(name, fmt.Sprintf("token: {realm: '%s', service: '%s', issuer: x, rootcertbundle: %s/bundle.pem}", realm, service, dir))
	}
	const address, service = "http://127.0.0.1/token", "registry"
	const oddAddress, oddService = `http://127.0.0.1/token?x="1"&y=a,b\c`, `Grüße "svc" \, x`
	ordinary := token("ordinary.yml", address, service)
	odd := token("odd.yml", oddAddress, oddService)
	challenge := func(realm, service string, more ...string) []wwwauth.Challenge {
		return []wwwauth.Challenge{wwwauth.NewChallenge("Bearer", append([]string{"realm", realm, "service", service}, more...)...)}
	}
	const repository = "/v2/lib/x/manifests/latest"
	s.check(t,
		request{name: "token, `/v2/`", port: ordinary, target: "/v2/", want: challenge(address, service)},
		request{name: "token, a repository", port: ordinary, target: repository, want: challenge(address, service, "scope", "repository:lib/x:pull")},
		request{name: "token, a bad one sent", port: ordinary, target: repository, header: "Authorization: Bearer x\r\n",
			want: challenge(address, service, "scope", "repository:lib/x:pull", "error", "invalid_token")},
		request{name: "token, realm " + tables.Code(oddAddress) + ", service " + tables.Code(oddService), port: odd, target: repository,
			want: challenge(oddAddress, oddService, "scope", "repository:lib/x:pull")},
	)

	// wwwauth probe goes to the token server, whose token the registry does not accept.
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{"token":"abc"}`) }))
	defer tokens.Close()
	var probe struct {
		World, Verdict string
		TokenServer    struct {
			Realm, Service      string
			Anonymous, Accepted bool
		}
	}
	out := output(t, 0, "probe", "-json", fmt.Sprintf("http://127.0.0.1:%d/v2/", token("probed.yml", tokens.URL+"/token", service)))
	if err := json.Unmarshal([]byte(out), &probe); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if ts := probe.TokenServer; probe.World != "registry" || probe.Verdict != "can" || ts.Realm != tokens.URL+"/token" || ts.Service != service || !ts.Anonymous || ts.Accepted {
		t.Errorf("%s", out)
	}

	users := file(t, dir, "users", "")
	var requests []request
	for i, realm := range []string{plain, quotes, backslash, comma, utf8, injection} {
		port := start(fmt.Sprintf("htpasswd%d.yml", i), fmt.Sprintf("htpasswd: {realm: '%s', path: %s}", realm, users))
		requests = append(requests, request{name: "realm " + tables.Code(realm), port: port, target: "/v2/", want: basic(realm)})
	}
	s.table = "basic"
	s.check(t, requests...)
}

// certificate is that of a signer whose tokens the registry trusts. Nobody has its key.
const certificate = `-----BEGIN CERTIFICATE-----
MIIBbzCCARWgAwIBAgIUARaoevAPvNUvdVla+tNhGQrcWQIwCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBeDAgFw0yNjExMjExMTMzNTlaGA8yMTI2MTAyODExMzM1OVow
DDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCJw6KRSHxd/
E6DqjVkNaySw7DQL3TuhdnqsJPlB99eebnLSGTGoJmV51XSRjlCtpNMWpAon1qYU
RQgPjgAVapajUzBRMB0GA1UdDgQWBBR8/J/HaBoigLgpPNnAV4I8D5Ly2jAfBgNV
HSMEGDAWgBR8/J/HaBoigLgpPNnAV4I8D5Ly2jAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0gAMEUCIEDdRnTZ7P5VzaGo29gT3gfNwljxVYq5IpaQs7c67pS6
AiEA0/QEgjz9eE0elQnpyeRvdfe2kjn1ICbS1nkGh4S1Hdk=
-----END CERTIFICATE-----
`
