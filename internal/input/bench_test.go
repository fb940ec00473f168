package input

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
)

// scanLog returns the captures one after another, as a scan with curl -i writes them, and their challenge field
// lines.
func scanLog(t testing.TB, size int) (text string, lines []string) {
	paths, err := filepath.Glob("../../testdata/captures/*.http")
	if err != nil || len(paths) == 0 {
		t.Fatal("no captures", err)
	}
	var b strings.Builder
	for b.Len() < size {
		for _, path := range paths {
			capture, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(capture)
			if !strings.HasSuffix(string(capture), "\n") {
				b.WriteByte('\n')
			}
			for _, f := range Find(capture).Responses[0].Fields {
				if isName(f.Name) {
					lines = append(lines, f.Value)
				}
			}
		}
	}
	return b.String(), lines
}

// BenchmarkScanLog compares finding the responses in a log with Parse of their challenge lines.
func BenchmarkScanLog(b *testing.B) {
	text, lines := scanLog(b, 8<<20)
	b.Run("Find", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			s := NewSplitter(strings.NewReader(text))
			for {
				block, err := s.Next()
				if err == io.EOF {
					break
				}
				block.Find()
			}
		}
	})
	b.Run("Parse", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			for _, line := range lines {
				_, _ = wwwauth.Parse(line)
			}
		}
	})
}

// BenchmarkOther reads texts that hold no response.
func BenchmarkOther(b *testing.B) {
	for name, text := range map[string]string{
		"prose":       strings.Repeat("It was the best of times, it was the worst of times.\n", 1<<15),
		"access log":  strings.Repeat("10.0.0.1 - - [21/Nov/2026:15:00:00 +0000] \"GET / HTTP/1.1\" 401 12 \"-\" \"curl/8\"\n", 1<<14),
		"long line":   strings.Repeat("x", 1<<20),
		"NUL":         strings.Repeat("\x00", 1<<20),
		"JSON lines":  strings.Repeat(`{"time":"2026-11-21","status":401,"headers":{"WWW-Authenticate":["Basic realm=\"x\""],"Server":["x"]}}`+"\n", 1<<13),
		"names alone": strings.Repeat("WWW-Authenticate ", 1<<16),
		"brackets":    strings.Repeat("[\n", 1<<18) + "WWW-Authenticate",
		"quotes":      `"` + strings.Repeat(`" "`, 1<<18) + "WWW-Authenticate",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Find([]byte(text))
			}
		})
	}
}
