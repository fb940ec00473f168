package input

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
)

// A Splitter that continues at a mark gives the same blocks as the one that made the mark.
func TestMark(t *testing.T) {
	curl := "* Connected\n> GET / HTTP/1.1\n>\n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"%d\"\n<\nbody\n"
	for name, line := range map[string]string{
		"plain":  "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"%d\"\r\n\r\nbody\n",
		"curl":   curl,
		"values": "Basic realm=\"%d\"\n",
		"lines":  "Jan 1 host app: www-authenticate: Basic realm=\"%d\"\n",
		"scan":   `{"template-id":"x","response":"HTTP/1.1 401 x\r\nWWW-Authenticate: Basic realm=\"%d\"\r\n\r\n"}` + "\n",
		"WARC":   warcRecord("request", "http://x/", "GET / HTTP/1.1\r\n\r\n") + warcRecord("response", "http://x/", response("%d")),
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			for i := 10_000_000; b.Len() < 3<<20; i++ {
				fmt.Fprintf(&b, line, i)
			}
			if name == "WARC" {
				b.Reset()
				for b.Len() < 3<<20 {
					b.WriteString(line)
				}
			}
			text := b.String()
			marks := 0
			s := NewSplitter(strings.NewReader(text))
			s.Batch = true
			for {
				_, err := s.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				m, ok := s.Mark()
				if !ok {
					t.Fatal("no mark")
				}
				if marks++; marks > 2 {
					continue
				}
				other := NewSplitterAt(strings.NewReader(text[m.Offset:]), m)
				next := *s
				if s.warc != nil {
					next = *NewSplitterAt(strings.NewReader(text[m.Offset:]), m)
				} else {
					next.in = strings.NewReader(text[m.Offset+int64(len(s.buf)):])
					next.buf = append([]byte(nil), s.buf...)
				}
				want, wantErr := next.Next()
				got, gotErr := other.Next()
				if wantErr != gotErr || got.Len() != want.Len() {
					t.Fatalf("%d, %v; want %d, %v", got.Len(), gotErr, want.Len(), wantErr)
				}
				if found := want.Find(); !reflect.DeepEqual(found, got.Find()) || gotErr == nil && len(found.Responses) == 0 {
					t.Fatalf("other responses, or none: %d", len(found.Responses))
				}
			}
			if marks < 2 {
				t.Fatal("one block")
			}
		})
	}
	if s := NewSplitter(strings.NewReader(gzipped("HTTP/1.1 401 x\n\n"))); true {
		_, _ = s.Next()
		if _, ok := s.Mark(); ok {
			t.Error("a mark in a compressed file")
		}
	}
}
