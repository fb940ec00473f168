package main

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/secret"
)

// TestRedactOutput checks that no six bytes of a secret in the corpus are left in what the command prints.
func TestRedactOutput(t *testing.T) {
	vectors := allVectors(t)
	const word = "S3cr3tPart"
	for i, line := range []string{word + ` realm="x"`, `Bearer ` + word + `="x"`, `Digest nonce="` + word + `, realm="x"`, `Basic realm="https:/\\u:` + word + `@h/"`} {
		vectors = append(vectors, vector{ID: fmt.Sprint("row ", i), Field: fieldNames[0], Lines: []string{line}})
	}
	hidden := 0
	for _, v := range vectors {
		secrets := []string{word}
		public := "the metadata oauth-protected-resource realm= resource_metadata= Bearer /?scope= " // the report's own words
		challenges, _ := wwwauth.Parse(v.Lines...)
		for _, c := range challenges {
			secrets = append(secrets, c.Token68)
			public += c.Scheme + " "
			for _, p := range c.Params {
				public += p.Name + " "
				if secret.IsName(p.Name) {
					secrets = append(secrets, p.Value)
				} else {
					public += p.Value + " "
				}
			}
		}
		var args []string
		for _, line := range v.Lines {
			args = append(args, v.Field+": "+line)
		}
		for _, command := range [][]string{{"-redact"}, {"-redact", "-json"}, {"fmt", "-redact"}} {
			_, stdout, stderr := runText("", slices.Concat(command, args)...)
			stdout = strings.ReplaceAll(stdout, "invalid_token", "") // in the text of a finding
			for _, s := range secrets {
				for i := 0; i+6 <= len(s); i++ {
					part := s[i : i+6]
					if !hasLetters(part) || strings.Contains(part, `"`) || strings.Contains(public, part) {
						continue
					}
					hidden++
					if strings.Contains(stdout+stderr, part) {
						t.Errorf("%s: %q of %q is left in\n%s", v.ID, part, s, stdout+stderr)
						break
					}
				}
			}
		}
	}
	if hidden < 10000 {
		t.Errorf("only %d parts of secrets", hidden)
	}
}

// hasLetters reports whether s holds letters or digits that are not fillers.
func hasLetters(s string) bool {
	s = strings.ReplaceAll(s, "\xff", "")
	return strings.Trim(s, "x×✕𝕩\"!#$%&'*^`|(),/:;<=>?@[\\]{}“” \t") != ""
}

// TestRedactTransport checks that nothing that a server sends in place of a response is shown with -redact.
func TestRedactTransport(t *testing.T) {
	const hush = "hush-hush"
	readable := []string{"field", "Content-Length", "encoding"}
	for name, answer := range map[string]string{
		"field":          "HTTP/1.1 401 Unauthorized\r\nSet-Cookie session=" + hush + "\r\n\r\n",
		"banner":         "SSH-2.0-" + hush + "\r\n",
		"status":         "HTTP/1.1 " + hush + " x\r\n\r\n",
		"version":        "HTTP/" + hush + " 401 x\r\n\r\n",
		"Content-Length": "HTTP/1.1 401 Unauthorized\r\nContent-Length: " + hush + "\r\n\r\n",
		"encoding":       "HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: " + hush + "\r\n\r\n",
		"nothing":        "",
	} {
		server := site{"/": {serve: func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			io.WriteString(conn, answer)
			conn.Close()
		}}}.start(t)
		for _, args := range [][]string{{"get", "-redact"}, {"get", "-redact", "-json"}, {"probe", "-redact"}, {"probe", "-json", "-redact"}} {
			exit, stdout, stderr := runText("", append(args, server.URL)...)
			answered := slices.Contains(readable, name)
			if answered != (exit < 64) || answered == strings.HasPrefix(stderr, "wwwauth: no response: ") || strings.Contains(stdout+stderr, hush) {
				t.Errorf("%s, %s: exit %d, %s%s", name, args, exit, stdout, stderr)
			}
		}
	}
}

// TestRedactGiven checks that what was given to be sent is hidden wherever it comes back.
func TestRedactGiven(t *testing.T) {
	server := site{"/": {serve: func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		w.Header().Set("WWW-Authenticate", fmt.Sprintf("Bearer realm=%q, error=%q, error_description=%q", token, body, "no "+r.Header.Get("X-Api-Key")))
		w.Header().Set("Location", "/"+r.Header.Get("X-Api-Key"))
		w.WriteHeader(302)
	}}}.start(t)
	for _, flag := range []string{"-json", "-redact"} {
		_, stdout, stderr := runText("", "get", "-redact", flag, "-H", "Authorization: Bearer hush1hush", "-H", "X-Api-Key: hush2", "-d", "p=hush3", server.URL+"/")
		if strings.Contains(stdout+stderr, "hush") || !strings.Contains(stdout, "error_description") {
			t.Errorf("%s%s", stdout, stderr)
		}
	}
}

// TestRedactUserinfo checks that user information is hidden where browsers see it, also in what probe got.
func TestRedactUserinfo(t *testing.T) {
	for _, resource := range []string{"https:///u:hush@h.example/", `https:/\\u:hush@h.example/`, `/\\u:hush@h.example/`, "https:u:hush@h.example/"} {
		server := site{"/mcp": challenge(named), prmPath: document(`{"resource":"` + resource + `","authorization_servers":["{}"]}`), asPath: document(asm)}.start(t)
		for _, flag := range []string{"-json", "-redact"} {
			_, stdout, stderr := runText("", "probe", "-redact", flag, server.URL+"/mcp")
			if strings.Contains(stdout+stderr, "hush") || !strings.Contains(stdout, "resource-mismatch") {
				t.Errorf("%s: %s%s", resource, stdout, stderr)
			}
		}
	}
}

// TestRedactedConflict checks that what is hidden can still be told apart.
func TestRedactedConflict(t *testing.T) {
	for line, want := range map[string]bool{
		`Digest nonce="abc", nonce="def"`:                         true,
		`Digest nonce="abc", nonce="abc"`:                         false,
		`Bearer error="a", error="a", token="abc"`:                false,
		`Bearer realm="a b=$", realm="a b", nonce="b", nonce="b"`: true,
	} {
		_, stdout, _ := runText("", "-redact", line)
		if !strings.Contains(stdout, "Secrets are hidden") || strings.Contains(stdout, "Do not act on it") != want || strings.Contains(stdout, "differs from the first one") != want {
			t.Errorf("%s: want a conflict: %v\n%s", line, want, stdout)
		}
	}
}

// TestRedactedClaims checks that nothing is said of hidden claims that may be wrong only because they are hidden.
func TestRedactedClaims(t *testing.T) {
	_, stdout, _ := runText("", "-redact", `Bearer error="insufficient_claims", claims="e30=0"`)
	if strings.Contains(stdout, "does not say which") || !strings.Contains(stdout, "decoded") {
		t.Error(stdout)
	}
}
