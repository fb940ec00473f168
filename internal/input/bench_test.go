package input

import (
	"fmt"
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

// hostileShapes are texts that a reader which looks back, or forward, from each place would need quadratic time for.
var hostileShapes = []string{
	"WWW-Authenticate: ", `"WWW-Authenticate",`, `"WWW-Authenticate":`, "'WWW-Authenticate', 'Basic', ", "WWW-Authenticate,",
	"WWW-Authenticate\n", "WWW-Authenticate,\n", "WWW-Authenticate: Basic\n", "WWW-Authenticate: \n", "HTTP/1.1 401 x", "HTTP/1.1 401 x\n",
	`"HTTP/1.1 401 x`, "GET / HTTP/1.1\n", `GET / HTTP/1.1\r\n`, "{name: 'WWW-Authenticate', ", `"name": "WWW-Authenticate", `,
	`{"WWW-Authenticate":`, "[\"WWW-Authenticate\":\n", "0000: 41\n", "0000", "00000000: 4141\n", "Basic ", "Basic, ", "WWW-Authenticate: Basic, Basic, ",
	"Basic realm=\"\n", `"Basic realm=`, "WWW-Authenticate:[", `WWW-Authenticate:["`, `\"WWW-Authenticate\":\"`, "a WWW-Authenticate: x=\"\n",
	"x-www-authenticate: ", "= Recv header, 1 bytes\n", "`WWW-Authenticate", "WWW-Authenticate\t", "|WWW-Authenticate|", "WWW-Authenticate:\n- ",
	"authorization: Bearer x www-authenticate: Basic\n", `"www-authenticate" "Basic", `, "{www-authenticate=Basic realm=x ", "[WWW-Authenticate, Basic ", "=3D\"=", "0000000 48\n0000020 48\n", "485454502f312e31\n\n",
	"4854\n", "0x48, 0x54, 0x54, 0x50, ", "<www-authenticate>Basic", "`WWW-AUTHENTICATE: BASIC` ", `<<"www-authenticate">>,<<"`, "authorization: ",
	"<td>WWW-Authenticate</td>", "'", `\`, "[", `{"a":`, "www-authenticate=>Array(", "| HTTP/1.1 401 x\\x0D\n|   Basic", " ", "15:18:33 x | - WWW-Authenticate: Basic\n", "[a] [b] HTTP/1.1 401 x\n", "remote: HTTP/1.1 401 x\nremote: \n", "SFRUUC8x ", "R0VUIC8g\nSFRUUC8x\n", "72, 84, 84, 80, 47, ",
	"48 54 54 50 2f 31  HTTP/1\n", "T 1:1 -> 2:2 [AP]\n  HTTP/..\n", "<< \nWWW-Authenticate: Basic\n", "  x: {\n    'www-authenticate': 'Basic',\n  },\n",
	"Optional[Optional[", `s:16:"www-authenticate";a:99:{i:0;s:5:"Basic";`, "$`www-authenticate`\n[1] \"", "a=<b>", "x a=\"<", "WWW-Authenticate: Basic, Digest or ", "=3D\"\n", "x << \"[\\r][\\n]\"\n", "a {Basic realm=x|", "WWW-Authenticate header: ", "SFRU", "SFRUUC8=", "SFRUUC8-SFRUUC8-SFRUUC8-SFRUUC8-SFRUUC8-SFRUUC8-+\n", "12:12:12 {", "7", "72,84,84,80,47,", "www-authenticate: [\"[Basic]\", ", "\"HTTP/1.1 401 x\nA: b\n", "Negotiate NTLM ",
}

// TestHostileShapes reads them in a size at which quadratic time would take many seconds.
func TestHostileShapes(t *testing.T) {
	for _, shape := range hostileShapes {
		for _, before := range []string{"", "WWW-Authenticate: Basic ", `"`, "HTTP/1.1 401 x\nWWW-Authenticate: Basic "} {
			text := before + strings.Repeat(shape, 1<<14/len(shape))
			if found := Find([]byte(text)); len(found.Responses) > len(text)/4 {
				t.Errorf("%q: %d responses", shape, len(found.Responses))
			}
		}
	}
}

// TestHostileLines reads long lines of which each part makes a reader look at all the rest, in a size at which quadratic
// time would take minutes.
func TestHostileLines(t *testing.T) {
	const size = 1 << 20
	blanks := strings.Repeat(" ", size/2)
	for _, text := range []string{
		`x "` + strings.Repeat("Basic,", size/12) + blanks + "\"\n",
		"x HTTP/ {a|" + strings.Repeat("Basic,", size/12) + blanks + "} }\n",
		strings.Repeat(`www-authenticate:"Basic" a `, size/54) + blanks + "\n",
		`"www-authenticate" => [` + strings.Repeat(`"Basic",`, 4*size/8) + "]\n",
		`s:16:"www-authenticate";a:999999:{` + strings.Repeat(`i:0;s:5:"Basic";`, 4*size/16) + "}\n",
	} {
		if found := Find([]byte(text)); len(found.Responses) > size/54 {
			t.Errorf("%.40q: %d responses", text, len(found.Responses))
		}
	}
}

// BenchmarkHostileShapes shows their time by size: MB/s stays the same.
func BenchmarkHostileShapes(b *testing.B) {
	for _, shape := range hostileShapes {
		for _, size := range []int{1 << 14, 1 << 18} {
			b.Run(fmt.Sprintf("%.20q/%d", shape, size), func(b *testing.B) {
				text := []byte(strings.Repeat(shape, size/len(shape)))
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					Find(text)
				}
			})
		}
	}
}
