//go:build unix

package clients

import (
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/seed-903fb8fe/wwwauth/interop/programs"
)

var allDigests = []string{"Digest SHA-512-256", "Digest SHA-256", "Digest MD5"}

// each runs a program for each URL, with the arguments that args returns.
func each(path string, env []string, args func(url string) []string) func(*testing.T, []string) []report {
	return func(t *testing.T, urls []string) []report {
		var reports []report
		for _, url := range urls {
			result := programs.Run(t, "", env, path, args(url)...)
			var r report
			if exit := (*exec.ExitError)(nil); errors.As(result.Err, &exit) {
				if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
					r.fault = "crash"
				}
			}
			reports = append(reports, r)
		}
		return reports
	}
}

func TestCurl(t *testing.T) {
	curl := programs.Find(t, "curl")
	c := client{program: "curl", version: programs.Version(t, curl, "--version"), knows: append(allDigests, "Basic")}
	c.visit = each(curl, nil, func(url string) []string {
		return []string{"-sS", "--max-time", "60", "--anyauth", "-u", user + ":" + password, url}
	})
	c.check(t)
}

// TestCurlProxy is about the same in Proxy-Authenticate.
func TestCurlProxy(t *testing.T) {
	curl := programs.Find(t, "curl")
	c := client{program: "curl, to a proxy", version: programs.Version(t, curl, "--version"), knows: append(allDigests, "Basic")}
	c.visit = each(curl, nil, func(url string) []string {
		return []string{"-sS", "--max-time", "60", "-x", url, "--proxy-anyauth", "--proxy-user", user + ":" + password, "http://example.invalid/"}
	})
	c.check(t)
}

func TestWget(t *testing.T) {
	wget := programs.Find(t, "wget")
	c := client{program: "wget", version: programs.Version(t, wget, "--version"), knows: []string{"Digest MD5", "Basic"}}
	c.visit = each(wget, nil, func(url string) []string {
		return []string{"-q", "-O", "-", "--no-config", "--tries=1", "--timeout=60", "--user=" + user, "--password=" + password, url}
	})
	c.check(t)
}

// TestGit is about git with a user and a password in the URL; it leaves the rest to libcurl.
func TestGit(t *testing.T) {
	git := programs.Find(t, "git")
	c := client{program: "git", version: programs.Version(t, git, "--version"), knows: append(allDigests, "Basic")}
	env := []string{"GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0"}
	c.visit = each(git, env, func(url string) []string {
		return []string{"ls-remote", strings.Replace(url, "://", "://"+user+":"+password+"@", 1)}
	})
	c.check(t)
}

func TestSubversion(t *testing.T) {
	svn := programs.Find(t, "svn")
	c := client{program: "svn", version: programs.Version(t, svn, "--version"), knows: []string{"Digest MD5", "Basic"}}
	c.visit = each(svn, nil, func(url string) []string {
		return []string{"info", "--non-interactive", "--no-auth-cache", "--username", user, "--password", password, url}
	})
	c.check(t)
}

// python returns the visit of a script, which defines visit(url). That returns the realm that it was
// asked for, or None.
func python(path, script string) func(*testing.T, []string) []report {
	return func(t *testing.T, urls []string) []report {
		result := programs.Run(t, "", nil, path, append([]string{"-c", script + `
import json, sys
for url in sys.argv[1:]:
    try:
        print(json.dumps({'realm': visit(url)}))
    except Exception as e:
        print(json.dumps({'fault': type(e).__name__}))
`}, urls...)...)
		var reports []report
		for line := range strings.Lines(result.Stdout) {
			var said struct {
				Realm *string
				Fault string
			}
			if err := json.Unmarshal([]byte(line), &said); err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			r := report{fault: said.Fault}
			if said.Realm != nil {
				r.asked = true
				for _, c := range *said.Realm { // it takes a byte for a character
					r.realm += string([]byte{byte(c)})
				}
			}
			reports = append(reports, r)
		}
		if result.Err != nil || len(reports) != len(urls) {
			t.Fatalf("%v, %d reports\n%s", result.Err, len(reports), result.Stderr)
		}
		return reports
	}
}

// TestUrllib is about Python's module with both of its handlers.
func TestUrllib(t *testing.T) {
	path := programs.Find(t, "/usr/bin/python3", "python3")
	c := client{program: "Python urllib", version: programs.Version(t, path, "--version"), knows: []string{"Digest MD5", "Basic"}}
	c.visit = python(path, `
import urllib.error, urllib.request as r
class Asked(r.HTTPPasswordMgr):
    realm = None
    def find_user_password(self, realm, uri):
        self.realm = realm
        return '`+user+`', '`+password+`'
def visit(url):
    asked = Asked()
    opener = r.build_opener(r.ProxyHandler({}), r.HTTPBasicAuthHandler(asked), r.HTTPDigestAuthHandler(asked))
    try:
        opener.open(url, timeout=60).read()
    except urllib.error.HTTPError:
        pass
    return asked.realm
`)
	c.check(t)
}

// TestRequests is about HTTPDigestAuth. For Basic, requests does not read the challenge.
func TestRequests(t *testing.T) {
	path := programs.Find(t, "/usr/bin/python3", "python3")
	version := programs.Run(t, "", nil, path, "-c", "import requests; print(requests.__version__)")
	if version.Err != nil {
		programs.Missing(t, "Python module requests")
	}
	c := client{program: "Python requests", version: strings.TrimSpace(version.Stdout), knows: allDigests}
	c.knows = []string{"Digest SHA-256", "Digest MD5"}
	c.visit = python(path, `
import requests
from requests.auth import HTTPDigestAuth
def visit(url):
    requests.get(url, auth=HTTPDigestAuth('`+user+`', '`+password+`'), timeout=60)
`)
	c.check(t)
}
