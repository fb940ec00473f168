//go:build unix

package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
)

// The users have the names of the files in testdata.
const logins = "Basic\tPrivate Area\tplain:p\n" +
	"Basic\tsay \"hi\" \\x\tescapes:p:q\n" +
	"Basic\tsay \"hi\"\thaproxy:p\n" +
	"Basic\ta, b=c\tjoined:p\n" +
	"Basic\tGr\xfc\xdfe\tlatin1:p\n" +
	"Basic\tGrüße ☃\tutf8:p\n" +
	"Basic\ta\tb\ttab:p\n" +
	"Bearer\t\ttoken\n" +
	"Negotiate\tother\tnever\n"

// TestRecorded reads what git 2.47.3 sent to a helper.
func TestRecorded(t *testing.T) {
	for name, want := range map[string]string{
		"plain":   "username=plain\npassword=p\n",
		"escapes": "username=escapes\npassword=p:q\n",
		"haproxy": "username=haproxy\npassword=p\n",
		"joined":  "username=joined\npassword=p\n",
		"latin1":  "username=latin1\npassword=p\n",
		"utf8":    "username=utf8\npassword=p\n",
		"tab":     "username=tab\npassword=p\n",
		"two":     "capability[]=authtype\nauthtype=Bearer\ncredential=token\n",
	} {
		recorded, err := os.ReadFile(filepath.Join("testdata", "git-2.47.3", name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		if got := answer(t, string(recorded)); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestProtocol checks the rest of git's protocol.
func TestProtocol(t *testing.T) {
	const basic = "wwwauth[]=Basic realm=\"Private Area\"\n"
	for in, want := range map[string]string{
		"":                                       "",
		"protocol=http\nhost=h\n":                "", // git before 2.41
		"wwwauth[]=Basic realm=\"b\"\n":          "", // no login for it
		"wwwauth[]=Bearer scope=\"a\"\n":         "", // git before 2.46 takes no token
		"wwwauth[]=Bearer scope=\"a\"\n" + basic: "username=plain\npassword=p\n",
		"wwwauth[]=Bearer scope=\"a\"\nwwwauth[]=\n" + basic:   "username=plain\npassword=p\n",
		basic + "wwwauth[]=\n":                                 "",
		"capability[]=authtype\nwwwauth[]=Bearer\n" + basic:    "capability[]=authtype\nauthtype=Bearer\ncredential=token\n",
		"capability[]=authtype\n" + basic + "wwwauth[]=Bearer": "username=plain\npassword=p\n",
	} {
		if got := answer(t, in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	var none strings.Builder
	if err := get(&none, strings.NewReader(basic), "Basic\tPrivate Area\tno colon\n"); err == nil || none.Len() > 0 {
		t.Errorf("a login without a colon: %q, %v", none.String(), err)
	}
}

func answer(t *testing.T, in string) string {
	t.Helper()
	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	var out strings.Builder
	if err := get(&out, strings.NewReader(in), logins); err != nil {
		t.Errorf("%q: %v", in, err)
	}
	return out.String()
}

// TestGit lets git use the helper. Before 2.41 git does not tell helpers the challenge, so it must get no login.
func TestGit(t *testing.T) {
	git := programs.Find(t, "git")
	toldOf := tells(t, git)
	t.Logf("%s tells helpers of the challenge: %t", git, toldOf)
	helper := filepath.Join(t.TempDir(), "gitcredential")
	if out, err := exec.Command("go", "build", "-o", helper, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	file := filepath.Join(t.TempDir(), "logins")
	if err := os.WriteFile(file, []byte(logins), 0o600); err != nil {
		t.Fatal(err)
	}

	for _, tt := range []struct {
		challenges []wwwauth.Challenge
		want       string
	}{
		{[]wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", "Private Area")}, "plain p"},
		{[]wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", `say "hi" \x`)}, "escapes p:q"},
		{[]wwwauth.Challenge{wwwauth.NewChallenge("Unknown", "a", "b"), wwwauth.NewChallenge("Basic", "realm", "a, b=c")}, "joined p"},
		{[]wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", "unknown")}, ""},
	} {
		got := ""
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if credentials, err := wwwauth.ParseCredentials(r.Header.Values("Authorization")...); err == nil && credentials.Is("Basic") {
				user, password, _ := credentials.Basic()
				got = user + " " + password
				return
			}
			lines, err := wwwauth.Lines(tt.challenges...)
			if err != nil {
				t.Error(err)
			}
			for _, line := range lines {
				w.Header().Add("WWW-Authenticate", line)
			}
			w.WriteHeader(http.StatusUnauthorized)
		}))
		programs.Run(t, "", []string{"GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0"}, git, "-c", fmt.Sprintf("credential.helper=%s %s", helper, file), "ls-remote", server.URL+"/x.git")
		server.Close()
		if !toldOf {
			tt.want = ""
		}
		if got != tt.want {
			t.Errorf("%q: git logged in with %q, want %q", tt.challenges, got, tt.want)
		}
	}
}

// tells reports whether git sends challenges to its helpers.
func tells(t *testing.T, git string) bool {
	t.Helper()
	var major, minor int
	result := programs.Run(t, "", nil, git, "--version")
	if _, err := fmt.Sscanf(result.Stdout, "git version %d.%d", &major, &minor); err != nil {
		t.Fatalf("%v: %s", err, result.Stdout)
	}
	return major > 2 || major == 2 && minor >= 41
}
