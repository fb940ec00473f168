//go:build unix

package servers

import (
	"crypto/md5"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/icholy/digest"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
	"github.com/seed-903fb8fe/wwwauth/interop/tables"
)

const (
	username = "user"
	password = "pass, \"word\""
)

// TestDigestLighttpd logs in to lighttpd with each algorithm, and with realms that must be read correctly.
func TestDigestLighttpd(t *testing.T) {
	lighttpd := programs.Find(t, "lighttpd")
	port, dir := programs.Port(t), t.TempDir()
	var config strings.Builder
	var logins []login
	for i, realm := range []string{plain, quotes, comma, utf8, latin1} {
		target := fmt.Sprintf("/%d", i)
		file(t, dir, target, "welcome")
		fmt.Fprintf(&config, `"%s" => ( "method" => "digest", "realm" => "%s", "require" => "valid-user", "algorithm" => "MD5|SHA-256|SHA-512-256" ),`+"\n",
			target, strings.ReplaceAll(realm, `"`, `\"`))
		for _, algorithm := range []string{"MD5", "SHA-256", "SHA-512-256"} {
			logins = append(logins, login{port, target, realm, algorithm})
		}
	}
	path := file(t, dir, "lighttpd.conf", `
server.modules = ( "mod_auth", "mod_authn_file" )
server.document-root = %q
server.bind = "127.0.0.1"
server.port = %d
auth.backend = "plain"
auth.backend.plain.userfile = %q
auth.require = (
%s)
`, dir, port, file(t, dir, "users", "%s:%s\n", username, password), config.String())
	programs.Serve(t, exec.Command(lighttpd, "-D", "-f", path), port)
	checkLogins(t, "lighttpd", programs.Version(t, lighttpd, "-v"), logins)
}

// TestDigestApache does the same with Apache, which has MD5 only. It confirms in Authentication-Info that
// it knows the password too.
func TestDigestApache(t *testing.T) {
	httpd := findApache(t)
	port, dir := programs.Port(t), t.TempDir()
	var config, users strings.Builder
	fmt.Fprintf(&config, "Listen 127.0.0.1:%d\n", port)
	var logins []login
	for i, realm := range []string{plain, quotes, comma, utf8, latin1} {
		target := fmt.Sprintf("/%d", i)
		file(t, dir, target, "welcome")
		fmt.Fprintf(&config, "<Location %s>\nAuthType Digest\nAuthName \"%s\"\nAuthUserFile %s/users\nRequire valid-user\n</Location>\n",
			target, strings.ReplaceAll(realm, `"`, `\"`), dir)
		fmt.Fprintf(&users, "%s:%s:%x\n", username, realm, md5.Sum(fmt.Appendf(nil, "%s:%s:%s", username, realm, password)))
		logins = append(logins, login{port, target, realm, "MD5"})
	}
	file(t, dir, "users", "%s", users.String())
	apache(t, httpd, dir, []int{port}, config.String())
	checkLogins(t, "Apache httpd", programs.Version(t, httpd, "-v"), logins)
}

// A login is one that must work.
type login struct {
	port             int
	target           string
	realm, algorithm string
}

func (l login) url() string { return fmt.Sprintf("http://127.0.0.1:%d%s", l.port, l.target) }

// checkLogins logs in with the client of icholy/digest, for which we read the challenge, and with a field
// that we write.
func checkLogins(t *testing.T, program, version string, logins []login) {
	t.Helper()
	if status := logins[0].client(t, "wrong"); status != http.StatusUnauthorized {
		t.Errorf("%s: %d with a wrong password", program, status)
	}
	var rows []tables.Row
	for _, l := range logins {
		note := ""
		switch l.realm {
		case quotes:
			note = loginNotes[program]
		case latin1:
			note = "icholy/digest writes the realm as Go writes strings, here with `\\xfc`."
		}
		rows = append(rows, tables.Row{
			Program: program, Version: version, Case: l.algorithm + ", realm " + tables.Code(l.realm),
			Cells: []tables.Cell{loginCell(l.client(t, password), note), loginCell(l.credentials(t), note)},
		})
	}
	tables.Check(t, page, "login", rows...)
}

func loginCell(status int, note string) tables.Cell {
	if status == http.StatusOK {
		return tables.Cell{Text: "logged in"}
	}
	return tables.Cell{Text: fmt.Sprint("refused, ", status), Red: true, Note: note}
}

// loginNotes say why nobody can log in to a realm with quotes. The logs of the servers agree.
var loginNotes = map[string]string{
	"Apache httpd": "Apache compares the realm of the credentials, without backslashes, with one that still has them. A client that follows the RFC cannot log in.",
	"lighttpd":     "lighttpd compares the realm of the credentials, with backslashes, with one without. A client that follows the RFC cannot log in.",
}

// client logs in with the client of icholy/digest and returns the status.
func (l login) client(t *testing.T, password string) int {
	t.Helper()
	client := &http.Client{Transport: &digest.Transport{Username: username, Password: password, FindChallenge: l.find}}
	response, err := client.Get(l.url())
	if err != nil {
		t.Fatalf("%s, %s: %v", l.realm, l.algorithm, err)
	}
	response.Body.Close()
	return response.StatusCode
}

// credentials logs in with a field that we write and returns the status. If the server confirms that it
// knows the password too, it must be right.
func (l login) credentials(t *testing.T) int {
	t.Helper()
	response, err := http.Get(l.url())
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	challenge, err := l.find(response.Header)
	if err != nil {
		t.Fatalf("%s, %s: %v", l.realm, l.algorithm, err)
	}
	made := l.response(t, http.MethodGet, challenge)
	line, err := wwwauth.FormatCredentials(wwwauth.NewCredentials("Digest", "username", username, "realm", made.Realm, "uri", l.target,
		"algorithm", made.Algorithm, "nonce", made.Nonce, "nc", fmt.Sprintf("%08x", made.Nc), "cnonce", made.Cnonce, "qop", made.QOP, "response", made.Response))
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodGet, l.url(), nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", line)
	if response, err = http.DefaultClient.Do(request); err != nil {
		t.Fatal(err)
	}
	response.Body.Close()

	info, err := wwwauth.ParseAuthenticationInfo(response.Header.Values("Authentication-Info")...)
	if err != nil {
		t.Errorf("%s, %s: %v", l.realm, l.algorithm, err)
	}
	// The response of the server is made without the method (RFC 7616 section 3.5).
	if want := l.response(t, "", challenge).Response; response.StatusCode == http.StatusOK && len(info) > 0 && info.Get("rspauth") != want {
		t.Errorf("%s, %s: %q, want rspauth %s", l.realm, l.algorithm, info, want)
	}
	if apache := strings.HasPrefix(response.Header.Get("Server"), "Apache"); apache && response.StatusCode == http.StatusOK && info.Get("rspauth") == "" {
		t.Errorf("%s: no rspauth in %q", l.realm, response.Header)
	}
	return response.StatusCode
}

// find returns the challenge with the algorithm, as we read it. It is a method of FindChallenge's type.
func (l login) find(header http.Header) (*digest.Challenge, error) {
	challenges, err := wwwauth.Parse(header.Values("WWW-Authenticate")...)
	d, ok := wwwauth.SelectDigest(challenges, l.algorithm)
	if !ok || d.Realm != l.realm {
		return nil, fmt.Errorf("no challenge with %s and realm %q in %q: %v", l.algorithm, l.realm, challenges, err)
	}
	return &digest.Challenge{Realm: d.Realm, Domain: d.Domain, Nonce: d.Nonce, Opaque: d.Opaque, Algorithm: d.Algorithm, QOP: d.QOP, Userhash: d.UserHash}, nil
}

func (l login) response(t *testing.T, method string, challenge *digest.Challenge) *digest.Credentials {
	t.Helper()
	made, err := digest.Digest(challenge, digest.Options{Method: method, URI: l.target, Username: username, Password: password, Cnonce: "cnonce", Count: 1})
	if err != nil {
		t.Fatal(err)
	}
	return made
}
