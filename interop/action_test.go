package interop

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestAction runs what action.yml runs, as the workflow Action does on the machines of GitHub.
func TestAction(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is missing")
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	sarif := filepath.Join(t.TempDir(), "wwwauth.sarif")
	for _, tt := range []struct {
		name   string
		inputs []string
		exit   int
		output string // part of what is printed
		status string // the output exit-status; "" if there is none
	}{
		{"good", []string{"FILES=testdata/captures/*-plain.http", "FAIL_ON=warning"}, 0, "", "0"},
		{"bad", []string{"FILES=testdata/captures/squid-basic.http\n testdata/captures/nginx-*.http\n", "SARIF=" + sarif}, 1, "::error file=testdata/captures/squid-basic.http,line=10,", "1"},
		{"does not count", []string{"FILES=testdata/captures/squid-basic.http", "FAIL_ON=never"}, 0, "::error file=", "0"},
		{"rules", []string{"FILES=testdata/captures/squid-basic.http", "ARGS=-disable unexpected-byte -profile mcp"}, 0, "", "0"},
		{"not run by a shell", []string{"FILES=testdata/captures/squid-basic.http", "ARGS=-only $(exit)"}, 64, `unknown rule "$(exit)"`, "64"},
		{"no file", []string{"FILES=nothing-*.http"}, 64, "There is no file nothing-*.http.", ""},
		{"nothing", nil, 64, "Give files or url.", ""},
		{"both", []string{"FILES=README.md", "URL=http://127.0.0.1:9/"}, 64, "not both", ""},
		{"unreachable", []string{"URL=http://127.0.0.1:9/"}, 69, "", "69"},
		{"unreachable, never", []string{"URL=http://127.0.0.1:9/", "FAIL_ON=never"}, 69, "", "69"},
	} {
		outputs := filepath.Join(t.TempDir(), "outputs")
		cmd := exec.Command(bash, ".github/action.sh")
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "WWWAUTH_ROOT="+root, "GITHUB_OUTPUT="+outputs)
		for _, s := range tt.inputs {
			cmd.Env = append(cmd.Env, "WWWAUTH_"+s)
		}
		out, _ := cmd.CombinedOutput()
		status, _ := os.ReadFile(outputs)
		if got, _ := strings.CutPrefix(strings.TrimSpace(string(status)), "exit-status="); cmd.ProcessState.ExitCode() != tt.exit || !strings.Contains(string(out), tt.output) || got != tt.status {
			t.Errorf("%s: exit %d, output %q, want %d and %q\n%s", tt.name, cmd.ProcessState.ExitCode(), got, tt.exit, tt.status, out)
		}
	}
	out, err := os.ReadFile(sarif)
	if err != nil {
		t.Fatal(err)
	}
	var rules []string
	for _, r := range readSARIF(t, out).Runs[0].Results {
		rules = append(rules, r.RuleID)
	}
	if !slices.Contains(rules, "unexpected-byte") || !slices.Contains(rules, "basic-not-last") {
		t.Errorf("%q", rules)
	}
}
