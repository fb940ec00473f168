package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"
)

func TestMain(m *testing.M) { ptest.MainWithDefault(m, "prism") }

// command runs wwwauth survey on the files.
func command(t *testing.T, files ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "wwwauth")
	build := exec.Command("go", "build", "-o", name, "./cmd/wwwauth")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var errs bytes.Buffer
	c := exec.Command(name, append([]string{"survey"}, files...)...)
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	return string(out)
}

// onBeam runs the pipeline on the embedded runner.
func onBeam(t *testing.T, size int64, patterns ...string) string {
	t.Helper()
	o := options{Output: filepath.Join(t.TempDir(), "table"), Piece: size}
	p, s := beam.NewPipelineWithRoot()
	build(s, patterns, o)
	ptest.RunAndValidate(t, p)
	table, err := os.ReadFile(o.Output)
	if err != nil {
		t.Fatal(err)
	}
	return string(table)
}

// heads are responses of several kinds.
var heads = []string{
	"HTTP/1.1 401 Unauthorized\r\nServer: nginx/1.27.0\r\nWWW-Authenticate: Basic realm=\"%d\"\r\n\r\n",
	"HTTP/1.1 401 Unauthorized\r\nServer: Apache\r\nWWW-Authenticate: Digest realm=\"%d\", nonce=\"n\", qop=\"auth\", Negotiate\r\n\r\n",
	"HTTP/1.1 407 Proxy\r\nProxy-Authenticate: Bearer realm=\"%d\" scope='a'\r\n\r\n",
	"HTTP/1.1 200 OK\r\nServer: x%d\r\n\r\nbody\n",
	"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Own-%d a=b\r\n\r\n",
}

func plain(from, n int) string {
	var b strings.Builder
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&b, heads[i%len(heads)], i)
	}
	return b.String()
}

func warc(from, n int) string {
	var b bytes.Buffer
	for i := from; i < from+n; i++ {
		text := fmt.Sprintf(heads[i%len(heads)], i) + "HTTP/1.1 401 in a body\n"
		z := gzip.NewWriter(&b)
		fmt.Fprintf(z, "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", len(text), text)
		_ = z.Close()
	}
	return b.String()
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// The table is the command's, of many files and of one in many pieces.
func TestSameTable(t *testing.T) {
	dir := t.TempDir()
	pattern := filepath.Join(dir, "*")
	for i := range 200 {
		switch name := filepath.Join(dir, fmt.Sprintf("%03d", i)); {
		case i == 17:
			whole := warc(i*50, 50)
			write(t, name, whole[:len(whole)/2]+"\xff\xff"+whole[len(whole)/2+2:]) // broken in the middle
		case i == 18:
			write(t, name, warc(i*50, 50)[:2000])
		case i%2 == 0:
			write(t, name, warc(i*50, 50))
		default:
			write(t, name, plain(i*50, 50))
		}
	}
	write(t, filepath.Join(dir, "large"), plain(0, 100_000))
	files, _ := filepath.Glob(pattern)
	want := command(t, files...)
	if !strings.Contains(want, "breaks in gzip files") {
		t.Errorf("no break was found:\n%s", want)
	}
	for _, size := range []int64{64 << 20, 1 << 20, 1} {
		if got := onBeam(t, size, pattern); got != want {
			t.Errorf("pieces of %d bytes: another table:\n%s\nwant:\n%s", size, got, want)
		}
	}
	// Other bundles: each file from a pattern of its own, in another order.
	for i, j := 0, len(files)-1; i < j; i, j = i+1, j-1 {
		files[i], files[j] = files[j], files[i]
	}
	if got := onBeam(t, 2<<20, files...); got != want {
		t.Errorf("files one by one: another table:\n%s\nwant:\n%s", got, want)
	}
}

// Without a file there is an error, not an empty table.
func TestNoFile(t *testing.T) {
	p, s := beam.NewPipelineWithRoot()
	build(s, []string{filepath.Join(t.TempDir(), "*")}, options{Output: filepath.Join(t.TempDir(), "table"), Piece: 1 << 20})
	if err := ptest.Run(p); err == nil {
		t.Error("no error")
	}
}
