package input

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// A lineReader returns one line per Read, like a pipe whose writer is slow.
type lineReader struct{ rest []byte }

func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := bytes.IndexByte(r.rest, '\n') + 1
	if n == 0 {
		n = len(r.rest)
	}
	n = copy(p, r.rest[:n])
	r.rest = r.rest[n:]
	return n, nil
}

// findIn returns what the text in r holds, split as it comes.
func findIn(t *testing.T, r io.Reader) (found Found) {
	t.Helper()
	s := NewSplitter(r)
	for {
		b, err := s.Next()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		f := b.Find()
		found.Responses = append(found.Responses, f.Responses...)
		found.Misses = append(found.Misses, f.Misses...)
	}
}

// TestSlowly checks that what is found does not depend on how fast the text comes.
func TestSlowly(t *testing.T) {
	var files []string
	for _, pattern := range []string{"testdata/forms/*", "../../testdata/captures/*.http"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, names...)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := io.ReadAll(unmark(decode(bytes.NewReader(text), new(Lost))))
		if err != nil {
			t.Fatal(err)
		}
		want := Block{text: string(whole), line: 1, values: true}.Find()
		for way, r := range map[string]io.Reader{
			"at once": bytes.NewReader(text), "by lines": &lineReader{text},
			"by bytes": iotest.OneByteReader(bytes.NewReader(text)), "in halves": iotest.HalfReader(bytes.NewReader(text)),
		} {
			got := findIn(t, r)
			if !slices.Equal(canonical(got), canonical(want)) || len(got.Misses) != len(want.Misses) {
				t.Errorf("%s, %s: (-whole +got):\n%s", name, way, cmp.Diff(want, got))
			}
		}
	}
}
