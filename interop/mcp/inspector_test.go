//go:build unix

package mcp

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth/interop/programs"
)

// TestInspector calls the tools of our MCP server with the command line of the MCP inspector, and compares
// their answers with what the command prints.
func TestInspector(t *testing.T) {
	const inspector = "node_modules/@modelcontextprotocol/inspector/cli/build/index.js"
	if _, err := os.Stat(inspector); err != nil {
		t.Skip("npm ci has not been run in interop/mcp")
	}
	node := programs.Find(t, "node", "nodejs")
	dir := t.TempDir()
	for _, from := range []string{"../../mcp", "../../cmd/wwwauth"} {
		if out, err := exec.Command("go", "build", "-C", from, "-o", dir, ".").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	inspect := func(args ...string) (stdout, stderr []byte, err error) {
		var out, errs bytes.Buffer
		cmd := exec.CommandContext(t.Context(), node, append([]string{inspector, filepath.Join(dir, "mcp")}, args...)...)
		cmd.Stdout, cmd.Stderr = &out, &errs
		err = cmd.Run()
		return out.Bytes(), errs.Bytes(), err
	}

	stdout, stderr, err := inspect("--method", "tools/list")
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	var list struct{ Tools []struct{ Name string } }
	if err := json.Unmarshal(stdout, &list); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
	}
	slices.Sort(names)
	if want := []string{"explain", "fmt", "probe", "vet"}; !slices.Equal(names, want) {
		t.Errorf("the tools are %q, want %q", names, want)
	}

	const capture = "../../testdata/captures/squid-basic.http"
	response, err := os.ReadFile(capture)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		tool    string
		args    []string
		command []string // that prints the same; nil if the answer is an error
		isError string   // a part of it
	}{
		{"explain", []string{"text=" + string(response)}, []string{"-redact", capture}, ""},
		{"explain", []string{"text=" + string(response), "for=client", "format=json"}, []string{"-redact", "-json", capture}, ""},
		{"vet", []string{"text=" + string(response), `profile=["mcp"]`}, []string{"vet", "-redact", "-profile", "mcp", capture}, ""},
		{"fmt", []string{"text=" + string(response)}, []string{"fmt", capture}, ""},
		{"fmt", []string{"text=?", "encoding=base64"}, nil, "text is not base64"},
		{"explain", []string{"text=x", "format=xml"}, nil, "enum"},
		{"probe", []string{"url=http://127.0.0.1:1/"}, nil, "not public"},
	} {
		args := []string{"--method", "tools/call", "--tool-name", tt.tool}
		for _, arg := range tt.args {
			args = append(args, "--tool-arg", arg)
		}
		stdout, stderr, err := inspect(args...)
		if err != nil {
			t.Fatalf("%s: %v\n%s", tt.tool, err, stderr)
		}
		var answer struct {
			Content []struct{ Text string }
			IsError bool
		}
		if err := json.Unmarshal(stdout, &answer); err != nil || len(answer.Content) == 0 {
			t.Fatalf("%s: %v\n%s", tt.tool, err, stdout)
		}
		got := answer.Content[0].Text
		if tt.command == nil {
			if !answer.IsError || !strings.Contains(got, tt.isError) {
				t.Errorf("%s %q: isError is %v, want an error with %q: %s", tt.tool, tt.args, answer.IsError, tt.isError, got)
			}
			continue
		}
		cmd := exec.Command(filepath.Join(dir, "wwwauth"), tt.command...)
		cmd.Env = append(os.Environ(), "COLUMNS=80")
		want, _ := cmd.Output() // a departure makes it exit with 1
		if answer.IsError || len(want) == 0 || got != string(want) {
			t.Errorf("%s: the tool says\n%s\nand the command\n%s", tt.tool, got, want)
		}
	}
	if _, stderr, err := inspect("--method", "tools/call", "--tool-name", "nosuch"); err == nil || !bytes.Contains(stderr, []byte("unknown tool")) {
		t.Errorf("a tool that does not exist: %v, %s", err, stderr)
	}
}
