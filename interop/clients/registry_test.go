//go:build unix

package clients

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	ggcr "github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
	"github.com/seed-903fb8fe/wwwauth/interop/tables"
	oras "oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
)

const repository = "lib/x"

// A registry issues a token to anyone who asks, and keeps what was requested.
type registry struct {
	*httptest.Server
	lines []string // of the challenge; TOKEN in them is the URL for tokens

	mu    sync.Mutex
	sent  string // the first credentials
	asked string // the query of the first request for a token
}

func startRegistry(t *testing.T, f form) *registry {
	t.Helper()
	r := &registry{lines: f.lines(t)}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *registry) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if request.URL.Path == "/token" {
		r.asked = cmp.Or(r.asked, request.URL.RawQuery)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"token": "t", "access_token": "t"}`)
		return
	}
	if credentials := request.Header.Get("Authorization"); credentials != "" {
		r.sent = cmp.Or(r.sent, credentials)
		w.WriteHeader(http.StatusNotFound) // that is enough
		return
	}
	for _, line := range r.lines {
		w.Header().Add("WWW-Authenticate", strings.ReplaceAll(line, "TOKEN", r.URL+"/token"))
	}
	w.WriteHeader(http.StatusUnauthorized)
}

// outcome returns what a client did, and whether it did as the form says.
func (r *registry) outcome(f form) (did string, right bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	bearer, _ := wwwauth.Select(f.challenges, "Bearer")
	_, ok := wwwauth.Select(f.challenges, "Basic")
	if r.sent == "" {
		return "nothing", false
	}
	credentials, err := wwwauth.ParseCredentials(r.sent)
	switch {
	case err != nil:
		return "malformed: " + tables.Code(r.sent), false
	case credentials.Is("Basic"):
		u, p, _ := credentials.Basic()
		return "Basic", ok && u == user && p == password
	case !credentials.Is("Bearer"):
		return credentials.Scheme(), false
	}
	did, right = "Bearer", credentials.Token68() == "t"
	values, err := url.ParseQuery(r.asked)
	if err != nil {
		return "Bearer, token asked for with " + tables.Code(r.asked), false
	}
	_, query, _ := strings.Cut(bearer.Get("realm"), "?")
	want, err := url.ParseQuery(query)
	if err != nil {
		return err.Error(), false
	}
	want.Set("service", bearer.Get("service"))
	want.Set("scope", bearer.Get("scope"))
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got := strings.Join(values[name], " "); got != want.Get(name) {
			did, right = did+fmt.Sprintf(", %s %s", name, tables.Code(got)), false
		}
	}
	return did, right
}

// registryGroups are what a registry can send.
var registryGroups = func() []group {
	token := func(service, scope string, more ...string) wwwauth.Challenge {
		return wwwauth.NewChallenge("Bearer", append([]string{"realm", "TOKEN", "service", service, "scope", scope}, more...)...)
	}
	const pull = "repository:lib/x:pull"
	bearer := token("registry", pull)
	return []group{
		{"registry", []form{
			one("plain", bearer),
			one("quotes", token(escapes, pull)),
			one("comma", token(comma, "repository:lib/x:pull,push")),
			one("lookalike", token(`a, Basic realm="b"`, pull)),
			one("UTF-8", token(unicode, pull)),
			one("URL", wwwauth.NewChallenge("Bearer", "realm", `TOKEN?x="1"&y=a,b`, "service", "registry", "scope", pull)),
			one("realm last", wwwauth.NewChallenge("Bearer", "scope", pull, "service", "registry", "realm", "TOKEN")),
			one("error", token("registry", pull, "error", "insufficient_scope")),
			one("Basic", basic("Registry")),
		}},
		pair("registry-basic", bearer, basic("Registry")),
		pair("registry-negotiate", wwwauth.NewChallenge("Negotiate"), bearer),
		pair("registry-unknown", wwwauth.NewChallenge("Unknown", "a", "b"), bearer),
	}
}()

// checkRegistry makes a client request an image, once for each form.
func checkRegistry(t *testing.T, program, version string, visit func(t *testing.T, host string)) {
	t.Helper()
	for _, g := range registryGroups {
		tables.Check(t, page, g.table, g.sent(t))
		row := tables.Row{Program: program, Version: version}
		for _, f := range g.forms {
			r := startRegistry(t, f)
			visit(t, strings.TrimPrefix(r.URL, "http://"))
			did, right := r.outcome(f)
			cell := tables.Cell{Text: did, Red: !right}
			if cell.Red {
				cell.Note = why(program, g.table, f.column, did)
			}
			row.Cells = append(row.Cells, cell)
		}
		tables.Check(t, page, g.table, row)
	}
}

func TestSkopeo(t *testing.T) {
	path := programs.Find(t, "skopeo")
	checkRegistry(t, "skopeo", programs.Version(t, path, "--version"), func(t *testing.T, host string) {
		programs.Run(t, "", nil, path, "--insecure-policy", "inspect", "--tls-verify=false", "--creds", user+":"+password, "docker://"+host+"/"+repository)
	})
}

func TestOras(t *testing.T) {
	checkRegistry(t, "oras-go", moduleVersion(t, "oras.land/oras-go/v2"), func(t *testing.T, host string) {
		r, err := oras.NewRepository(host + "/" + repository)
		if err != nil {
			t.Fatal(err)
		}
		r.PlainHTTP = true
		r.Client = &auth.Client{Client: new(http.Client), Credential: auth.StaticCredential(host, auth.Credential{Username: user, Password: password})}
		r.Resolve(t.Context(), "latest") // it is not found, or forbidden: the registry tells
	})
}

func TestContainerRegistry(t *testing.T) {
	checkRegistry(t, "go-containerregistry", moduleVersion(t, "github.com/google/go-containerregistry"), func(t *testing.T, host string) {
		reference, err := name.ParseReference(host+"/"+repository+":latest", name.Insecure)
		if err != nil {
			t.Fatal(err)
		}
		ggcr.Get(reference, ggcr.WithContext(t.Context()), ggcr.WithAuth(&authn.Basic{Username: user, Password: password}))
	})
}

// moduleVersion returns the version of a module that go.mod requires.
func moduleVersion(t *testing.T, path string) string {
	t.Helper()
	version, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(version))
}
