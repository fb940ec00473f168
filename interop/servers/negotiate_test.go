//go:build unix

package servers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
	"github.com/seed-903fb8fe/wwwauth/interop/tables"
)

// TestNegotiate lets curl log in to Apache with a ticket of a Kerberos realm made for the test. The last response
// has the token with which the server proves its identity.
func TestNegotiate(t *testing.T) {
	programs.Nightly(t)
	httpd, curl := findApache(t), programs.Find(t, "curl")
	const module = "/usr/lib/apache2/modules/mod_auth_gssapi.so"
	if _, err := os.Stat(module); err != nil {
		programs.Missing(t, module)
	}
	dir := t.TempDir()
	env := kerberos(t, dir)

	port := programs.Port(t)
	file(t, dir, "index.txt", "welcome")
	apache(t, httpd, dir, []int{port}, fmt.Sprintf(`
LoadModule auth_gssapi_module %[1]s
Listen 127.0.0.1:%[2]d
<Location />
AuthType GSSAPI
AuthName "say \"hi\""
GssapiBasicAuth On
GssapiCredStore keytab:%[3]s/keytab
Require valid-user
</Location>
`, module, port, dir), env...)

	s := server{"mod_auth_gssapi", programs.Version(t, module), "negotiate"}
	refused := request{name: "without a ticket", port: port, target: "/index.txt", want: []wwwauth.Challenge{wwwauth.NewChallenge("Negotiate"), basic(quotes)[0]}}
	accepted := request{name: "with a ticket (200)", port: port, want: []wwwauth.Challenge{{Scheme: "Negotiate", Token68: placeholder}}}

	result := programs.Run(t, "", env, curl, "-sS", "-i", "--negotiate", "-u", ":", fmt.Sprintf("http://localhost:%d/index.txt", port))
	i := strings.LastIndex(result.Stdout, "HTTP/1.1 200 OK\r\n")
	if i < 0 || !strings.HasSuffix(result.Stdout, "\r\n\r\nwelcome") {
		t.Fatalf("curl did not log in: %v\n%s%s", result.Err, result.Stdout, result.Stderr)
	}
	raw := []byte(result.Stdout[i:])
	tables.Check(t, page, s.table,
		tables.Row{Program: s.program, Version: s.version, Case: refused.name, Cells: cells(t, refused, ask(t, refused))},
		tables.Row{Program: s.program, Version: s.version, Case: accepted.name, Cells: cells(t, accepted, raw)},
	)

	// The token is DER: a negTokenResp (RFC 4178 section 4.2.2).
	line := result.Stdout[strings.LastIndex(result.Stdout, "WWW-Authenticate: "):]
	line = strings.TrimPrefix(line[:strings.Index(line, "\r\n")], "WWW-Authenticate: ")
	challenges, err := wwwauth.Parse(line)
	if err != nil || len(challenges) != 1 {
		t.Fatalf("%q, %v", challenges, err)
	}
	if data, err := challenges[0].Data(); err != nil || len(data) < 100 || data[0] != 0xa1 {
		t.Errorf("the token is % x, %v", data, err)
	}
}

// kerberos starts a KDC for a realm with a user and an HTTP server, and gets the user a ticket. It returns the
// environment for client and server; the key of the server is in dir/keytab.
func kerberos(t *testing.T, dir string) []string {
	t.Helper()
	kdc, kadmin := programs.Find(t, "krb5kdc"), programs.Find(t, "kadmin.local")
	kdb, kinit := programs.Find(t, "kdb5_util"), programs.Find(t, "kinit")
	port := programs.Port(t)
	env := []string{
		"KRB5_CONFIG=" + file(t, dir, "krb5.conf", `
[libdefaults]
default_realm = TEST
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
rdns = false
[realms]
TEST = {
	kdc = 127.0.0.1:%d
}
[domain_realm]
localhost = TEST
`, port),
		"KRB5_KDC_PROFILE=" + file(t, dir, "kdc.conf", `
[kdcdefaults]
kdc_listen = 127.0.0.1:%[1]d
kdc_tcp_listen = 127.0.0.1:%[1]d
[realms]
TEST = {
	database_name = %[2]s/principal
	key_stash_file = %[2]s/stash
	acl_file = %[2]s/acl
}
[logging]
kdc = STDERR
`, port, dir),
		"KRB5CCNAME=FILE:" + filepath.Join(dir, "ticket"),
		"KRB5RCACHENAME=none:",
	}
	run := func(stdin, path string, args ...string) {
		t.Helper()
		if result := programs.Run(t, stdin, env, path, args...); result.Err != nil {
			t.Fatalf("%s %q: %v\n%s%s", path, args, result.Err, result.Stdout, result.Stderr)
		}
	}
	run("", kdb, "create", "-r", "TEST", "-s", "-P", "master")
	run("", kadmin, "-r", "TEST", "-q", "addprinc -pw secret user")
	run("", kadmin, "-r", "TEST", "-q", "addprinc -randkey HTTP/localhost")
	run("", kadmin, "-r", "TEST", "-q", "ktadd -k "+filepath.Join(dir, "keytab")+" HTTP/localhost")
	cmd := exec.Command(kdc, "-n", "-r", "TEST")
	cmd.Env = append(os.Environ(), env...)
	programs.Serve(t, cmd, port)
	run("secret\n", kinit, "user")
	return env
}
