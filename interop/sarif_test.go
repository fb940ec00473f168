package interop

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// A sarifLog is what the tests check in a SARIF log.
type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Rules []struct {
					ID                   string
					HelpURI              string
					DefaultConfiguration struct{ Level string }
				}
			}
		}
		Results []struct {
			RuleID       string
			RuleIndex    int
			Level        string
			Fingerprints map[string]string `json:"partialFingerprints"`
			Locations    []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine, StartColumn int }
				}
			}
		}
	}
}

func readSARIF(t *testing.T, out []byte) (log sarifLog) {
	t.Helper()
	if err := json.Unmarshal(out, &log); err != nil || len(log.Runs) != 1 {
		t.Fatalf("%v: %.300s", err, out)
	}
	return log
}

// TestSARIF checks what wwwauth vet -format sarif prints against the schema of OASIS (the file
// sarif-schema-2.1.0.json of SARIF 2.1.0 errata 01), and what the schema cannot say.
func TestSARIF(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	command := build(t)
	results := 0
	check := func(source string, out []byte) {
		t.Helper()
		if err := schema.Validate(decode(t, string(out))); err != nil {
			t.Errorf("%s: %v", source, err)
		}
		log := readSARIF(t, out)
		rules := log.Runs[0].Tool.Driver.Rules
		if len(rules) != len(lint.Rules()) {
			t.Errorf("%s: %d rules", source, len(rules))
		}
		for _, r := range log.Runs[0].Results {
			results++
			if rule := rules[r.RuleIndex]; rule.ID != r.RuleID || rule.DefaultConfiguration.Level != r.Level || !strings.HasSuffix(rule.HelpURI, "#"+r.RuleID) {
				t.Errorf("%s: %+v has the rule %+v", source, r, rule)
			}
			if len(r.Fingerprints) != 1 || len(r.Locations) != 1 {
				t.Errorf("%s: %+v", source, r)
			}
		}
	}
	var all []string
	for _, pattern := range []string{"../testdata/captures/*.http", "../cmd/wwwauth/testdata/cmd/*.txt"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: nothing, %v", pattern, err)
		}
		for _, file := range files {
			all = append(all, "@"+file)
		}
	}
	check("all files", output(t, command, nil, append([]string{"vet", "-format", "sarif", "-profile", "mcp"}, all...)...))
	check("all files, hidden", output(t, command, nil, append([]string{"vet", "-format", "sarif", "-redact"}, all...)...))
	check("nothing", output(t, command, nil, "vet", "-format", "sarif"))
	check("arguments", output(t, command, nil, "vet", "-format", "sarif", "Basic realm=x, Basic", "Proxy-Authenticate: Bearer"))
	if results < 100 {
		t.Errorf("%d results", results)
	}
}

// TestSARIFPlaces checks where results are, and that fingerprints stay as they are when a response moves in its file
// or comes with another nonce, and differ between the results of a response.
func TestSARIFPlaces(t *testing.T) {
	command := build(t)
	t.Chdir(t.TempDir())
	const name = "a b%#é.txt"
	read := func(before, nonce string) sarifLog {
		text := before + "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic charset=\"UTF-8\", realm=x\n" +
			fmt.Sprintf("WWW-Authenticate: Digest realm=\"é\", nonce=%q, qop=\"auth\", algorithm=\"MD5\"\nWWW-Authenticate: Basic, Basic\n", nonce)
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return readSARIF(t, output(t, command, nil, "vet", "-format", "sarif", "@"+name))
	}
	first, second := read("", "abc"), read("# moved\n\n", "xyz")
	var prints []string
	columns := map[string]int{}
	for i, r := range first.Runs[0].Results {
		other := second.Runs[0].Results[i]
		if r.RuleID != other.RuleID || r.Fingerprints["wwwauth/v1"] != other.Fingerprints["wwwauth/v1"] {
			t.Errorf("%+v was %+v", other, r)
		}
		at, moved := r.Locations[0].PhysicalLocation, other.Locations[0].PhysicalLocation
		if at.ArtifactLocation.URI != "a%20b%25%23%C3%A9.txt" || moved.Region.StartLine != at.Region.StartLine+2 {
			t.Errorf("%+v, moved: %+v", at, moved)
		}
		prints = append(prints, r.Fingerprints["wwwauth/v1"])
		columns[r.RuleID] = at.Region.StartColumn
	}
	slices.Sort(prints)
	if len(prints) < 5 || len(slices.Compact(slices.Clone(prints))) != len(prints) {
		t.Errorf("%q", prints)
	}
	// Columns count UTF-16 units, in which é is one.
	if want := len(`WWW-Authenticate: Digest realm="e", nonce="abc", qop="auth", algorithm="`); columns["digest-quoted"] != want {
		t.Errorf("column %d, want %d", columns["digest-quoted"], want)
	}
}
