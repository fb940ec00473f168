package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// surveyLog returns a log of n responses.
func surveyLog(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "HTTP/1.1 401 Unauthorized\r\nServer: nginx\r\nWWW-Authenticate: Basic realm=\"%d\"\r\n\r\n", i)
		if i%3 == 0 {
			b.WriteString("HTTP/1.1 200 OK\r\n\r\n")
		}
	}
	return b.String()
}

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

func TestSurvey(t *testing.T) {
	const first = "HTTP/1.1 401 Unauthorized\r\nServer: nginx/1.27.0\r\nWWW-Authenticate: Negotiate, Custom secret=abc123\r\n\r\n"
	code, out, errs := runText(first, "survey")
	if code != 0 || errs != "" || strings.Contains(out, "abc123") {
		t.Errorf("%d\n%s\n%s", code, out, errs)
	}
	for _, want := range []string{"Negotiate           1   50.00 %  line 3  WWW-Authenticate: Negotiate\n", "nginx", "Server: nginx/1.27.0\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	if strings.Contains(out, "Custom") {
		t.Errorf("an unknown name is shown:\n%s", out)
	}
	if _, out, _ = runText(first, "survey", "-redact=false"); !strings.Contains(out, "Custom secret=\"xxxxxx\"\n") {
		t.Error(out)
	}
	if code, _, errs = runText("nothing\n", "survey"); code != 3 || errs != "wwwauth: no response found\n" {
		t.Errorf("%d %q", code, errs)
	}
	if code, _, errs = runText("", "survey", "@"); code != exitUsage {
		t.Errorf("%d %q", code, errs)
	}
}

// Messages about files that cannot be read are in the order of the arguments.
func TestSurveyMissing(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"survey"}
	want := ""
	for i := range 20 {
		name := fmt.Sprint("missing", (i*7)%20)
		args = append(args, name)
		want += "wwwauth: " + name + ": file does not exist\n"
	}
	if code, _, errs := runText("", args...); code != exitInput || errs != want {
		t.Errorf("%d\n%s", code, errs)
	}
}

// The table does not depend on the number of cores, nor on the order of files, nor on compression.
func TestSurveyOrder(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	t.Chdir(t.TempDir())
	var names []string
	for i := range 5 {
		name := fmt.Sprintf("log%d", i)
		names = append(names, name)
		if err := os.WriteFile(name, []byte(surveyLog(8000*(i+1))), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	_, want, _ := runText("", append([]string{"survey"}, names...)...)
	if fields := strings.Fields(want); strings.Join(fields[4:8], " ") != "all 160002 100.00 %" {
		t.Fatal(want)
	}
	for _, cores := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(cores)
		if cores == 7 {
			for i, name := range names {
				if err := os.WriteFile(name, []byte(gzipped(surveyLog(8000*(i+1)))), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, got, _ := runText("", "survey", names[3], names[1], "@"+names[0], names[4], names[2]); got != want {
			t.Errorf("%d cores: another table:\n%s\nwant:\n%s", cores, got, want)
		}
	}
}

// What can be read of damaged files is counted, and the rest is named.
func TestSurveyDamaged(t *testing.T) {
	dir := t.TempDir()
	whole := gzipped(surveyLog(3))
	name := filepath.Join(dir, "cut.gz")
	if err := os.WriteFile(name, []byte(whole+whole[:len(whole)-8]), 0o666); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(dir, "missing")
	code, out, errs := runText("", "survey", "-json", name, missing)
	if code != exitInput || !strings.Contains(errs, "missing: file does not exist") {
		t.Errorf("%d %q", code, errs)
	}
	var table struct {
		Sections []struct {
			Section string
			Rows    []struct {
				Name  string
				Count int
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &table); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, s := range table.Sections {
		for _, r := range s.Rows {
			got[s.Section+"/"+r.Name] = r.Count
		}
	}
	if got["Responses/all"] != 8 || got["Not read/breaks in gzip files"] != 1 {
		t.Error(got)
	}
}
