// Package interop checks the module against the work of others. It is a module of its own, so that
// what it requires is not required of users of the library.
package interop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSchema checks what wwwauth -json prints against docs/wwwauth.schema.json: for all captures, all
// vectors of the corpus, and all inputs of the command's own tests.
func TestSchema(t *testing.T) {
	schema := compile(t, "wwwauth.schema.json", 11)
	command := build(t)

	for _, pattern := range []string{"../testdata/captures/*.http", "../cmd/wwwauth/testdata/cmd/*.txt"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: nothing, %v", pattern, err)
		}
		for _, file := range files {
			for _, flags := range [][]string{{"-json"}, {"-json", "-redact"}, {"fmt", "-json"}, {"vet", "-json", "-redact", "-profile", "mcp"}} {
				validate(t, schema, file, output(t, command, nil, append(flags, "@"+file)...))
			}
		}
	}

	files, err := filepath.Glob("../testdata/corpus/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	// The vectors go through one run of the command, as the heads of responses.
	for _, file := range files {
		text, n := heads(t, file)
		out := output(t, command, text, "-json")
		if got := bytes.Count(out, []byte("\n")); got != n {
			t.Errorf("%s: %d lines of output for %d responses", file, got, n)
		}
		validate(t, schema, file, out)
	}
}

// TestProbeSchema checks what wwwauth probe -json prints, for a server that can be signed in to, one that
// cannot, one that is open, and those of other worlds than OAuth.
func TestProbeSchema(t *testing.T) {
	schema := compile(t, "wwwauth-probe.schema.json", 6)
	command := build(t)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, path := range []string{"/good", "/bad"} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", `Bearer resource_metadata="`+server.URL+"/metadata"+path+`", scope="a b"`)
			w.WriteHeader(http.StatusUnauthorized)
		})
		mux.HandleFunc("/metadata"+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"resource":%q,"authorization_servers":[%q]}`, server.URL+"/good", server.URL)
		})
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"issuer":%[1]q,"authorization_endpoint":%[1]q,"token_endpoint":%[1]q,"code_challenge_methods_supported":["S256"]}`, server.URL)
	})
	mux.HandleFunc("/open", func(http.ResponseWriter, *http.Request) {})
	for path, challenge := range map[string]string{"/basic": `Basic realm="x"`, "/negotiate": "Negotiate", "/registry": `Bearer realm="` + server.URL + `/token",service="s"`} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "" {
				w.Header().Set("WWW-Authenticate", challenge)
				w.WriteHeader(http.StatusUnauthorized)
			}
		})
	}
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"token":"t"}`) })
	for path, want := range map[string]string{"/good": `"verdict":"can"`, "/basic": `"world":"password"`, "/negotiate": `"world":"negotiate"`, "/registry": `"accepted":true`, "/bad": `"verdict":"cannot"`, "/open": `"verdict":"not-needed"`} {
		out := output(t, command, nil, "probe", "-json", server.URL+path)
		if err := schema.Validate(decode(t, string(out))); err != nil || !bytes.Contains(out, []byte(want)) {
			t.Errorf("%v\n%s, want %s", err, out, want)
		}
	}
}

// TestSchemaRefuses checks that the schema refuses what it should.
func TestSchemaRefuses(t *testing.T) {
	schema := compile(t, "wwwauth.schema.json", 11)
	const good = `{"field":"WWW-Authenticate","status":401,"lines":["Basic realm=\"x\""],"challenges":[{"scheme":"Basic","params":[{"name":"realm","value":"x"}]}],` +
		`"problems":[{"line":0,"offset":3,"code":"missing-comma","kept":true,"challenge":-1,"message":"m"}],` +
		`"findings":[{"rule":"r-1","severity":"error","line":-1,"offset":-1,"challenge":0,"param":0,"message":"m","instead":"i","section":"s"}]}`
	if err := schema.Validate(decode(t, good)); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	for _, change := range [][2]string{
		{`"WWW-Authenticate"`, `"Authorization"`},
		{`401`, `"401"`},
		{`"lines":["Basic realm=\"x\""]`, `"lines":null`},
		{`"params"`, `"token68":"YQ==","params"`},
		{`"realm"`, `"re alm"`},
		{`"name":"realm",`, ``},
		{`missing-comma`, `missing`},
		{`"challenge":-1`, `"challenge":-2`},
		{`"kept":true,`, ``},
		{`"status"`, `"state"`},
		{`"scheme"`, `"more":1,"scheme"`},
		{`"value"`, `"more":1,"value"`},
		{`"offset":3`, `"more":1,"offset":3`},
		{`"r-1"`, `"R_1"`},
		{`"error"`, `"fatal"`},
		{`"param":0`, `"param":-2`},
		{`"instead":"i",`, ``},
		{`"section"`, `"more":1,"section"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good || schema.Validate(decode(t, bad)) == nil {
			t.Errorf("accepted: %s", bad)
		}
	}
}

// compile returns a stricter schema: the original allows members that it does not name, for later versions, but
// the command must not print any today.
func compile(t *testing.T, name string, objects int) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	for _, file := range []string{"wwwauth.schema.json", "wwwauth-probe.schema.json"} {
		b, err := os.ReadFile("../docs/" + file)
		if err != nil {
			t.Fatal(err)
		}
		n := bytes.Count(b, []byte(`"type": "object",`))
		strict := bytes.ReplaceAll(b, []byte(`"type": "object",`), []byte(`"type": "object", "additionalProperties": false,`))
		if file == name && n != objects || bytes.Contains(b, []byte("additionalProperties")) {
			t.Fatalf("%d objects, or some are strict already", n)
		}
		if err := compiler.AddResource(file, decode(t, string(strict))); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// build builds the command and returns the path of the program.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "wwwauth")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	cmd := exec.Command("go", "build", "-o", program, "./cmd/wwwauth")
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// output runs the command and returns what it prints. The exit code must be one that is about the input.
func output(t *testing.T, command string, stdin []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(command, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 3 && exit.ExitCode() != 66) {
		var stderr []byte
		if exit != nil {
			stderr = exit.Stderr
		}
		t.Fatalf("%v: %v\n%s", args, err, stderr)
	}
	return out
}

// validate checks each line of the output, and that its offsets and indices lead somewhere.
func validate(t *testing.T, schema *jsonschema.Schema, source string, out []byte) {
	t.Helper()
	for line := range bytes.Lines(out) {
		if err := schema.Validate(decode(t, string(line))); err != nil {
			t.Errorf("%s: %v\n%s", source, err, line)
			continue
		}
		var response struct {
			Lines       []string
			LinesBase64 [][]byte
			Challenges  []any
			Problems    []struct{ Line, Offset, Challenge int }
			Findings    []struct{ Line, Offset, Challenge int }
		}
		if err := json.Unmarshal(line, &response); err != nil {
			t.Errorf("%s: %v\n%s", source, err, line)
			continue
		}
		for i, b := range response.LinesBase64 {
			response.Lines[i] = string(b)
		}
		for _, f := range response.Findings {
			if f.Line >= len(response.Lines) || f.Line >= 0 && f.Offset > len(response.Lines[f.Line]) || f.Challenge >= len(response.Challenges) {
				t.Errorf("%s: %+v leads nowhere\n%s", source, f, line)
			}
		}
		for _, p := range response.Problems {
			if p.Line >= len(response.Lines) || p.Offset > len(response.Lines[p.Line]) || p.Challenge >= len(response.Challenges) {
				t.Errorf("%s: %+v leads nowhere\n%s", source, p, line)
			}
		}
	}
}

func decode(t *testing.T, s string) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(s))
	if err != nil {
		t.Fatalf("%v: %s", err, s)
	}
	return v
}

// heads returns the vectors of a file as the heads of responses, and their number. Lines that hold LF
// are left out, since they would end there.
func heads(t *testing.T, file string) (text []byte, n int) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Field string
		Lines []string
	}
	if err := json.Unmarshal(b, &vectors); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for _, v := range vectors {
		if v.Field == "Proxy-Authenticate" {
			text = append(text, "HTTP/1.1 407 Proxy Authentication Required\r\n"...)
		} else {
			text = append(text, "HTTP/1.1 401 Unauthorized\r\n"...)
		}
		for _, line := range v.Lines {
			if strings.Contains(line, "\n") {
				continue
			}
			text = append(text, v.Field+": "...)
			for _, r := range line {
				text = append(text, byte(r)) // in the corpus, a character stands for a byte
			}
			text = append(text, "\r\n"...)
		}
		text = append(text, "\r\n"...)
		n++
	}
	return text, n
}
