package main

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"
)

// TestManyResponses checks that a long stream does not add up in memory.
func TestManyResponses(t *testing.T) {
	const n = 20000
	text := "HTTP/1.1 401 x\r\nWWW-Authenticate: Basic realm=\"" + strings.Repeat("x", 1000) + "\"\r\n\r\n" + strings.Repeat("body\n", 100)
	var out countingWriter
	exit := run([]string{"-json"}, io.LimitReader(&repeater{text: text}, n*int64(len(text))), &out, io.Discard, noEnv)
	if exit != 0 || out.lines != n {
		t.Errorf("exit %d, %d lines", exit, out.lines)
	}
	if grown := heapInUse() - out.heap; grown > 1<<20 {
		t.Errorf("%d bytes more in use after %d responses", grown, n-1)
	}
}

// A repeater reads as a text without end.
type repeater struct {
	text string
	at   int
}

func (r *repeater) Read(b []byte) (int, error) {
	n := copy(b, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}

// A countingWriter counts lines, and notes how much memory is in use at the first one.
type countingWriter struct {
	lines int
	heap  int64
}

func (w *countingWriter) Write(b []byte) (int, error) {
	if w.lines == 0 {
		w.heap = heapInUse()
	}
	w.lines += bytes.Count(b, []byte("\n"))
	return len(b), nil
}

func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestStream checks that a response is printed when its head is complete, while the input goes on.
func TestStream(t *testing.T) {
	type step struct{ text, want string }
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"curl -i", []step{
			{"HTTP/1.1 401 Unauthorized\r\nWWW-Authen", ""},
			{"ticate: Basic realm=\"a\"\r\n\r\n", "Basic realm=\"a\"\n"},
			{"<p>HTTP/1.1 401 is what\r\n\r\nit says", ""},
			{"\nHTTP/1.1 407 x\r\nProxy-Authenticate: Negotiate\r\n", ""},
			{"\r\n{}\nHTTP/1.1 401 x\r\nWWW-Authenticate: NTLM\r\n\r\n", "Negotiate\nNTLM\n"},
		}},
		{"curl -v", []step{
			{"* Connected\n> GET / HTTP/1.1\r\n> Host: h\r\n> \r\n", ""},
			{"< HTTP/2 401 \r\n< www-authenticate: Basic realm=\"a\"\r\n< \r\n", "Basic realm=\"a\"\n"},
			{"* again\n> GET / HTTP/2\n> \n< HTTP/2 401\n< www-authenticate: NTLM\n", ""},
			{"< \n", "NTLM\n"},
		}},
		{"git", []step{
			{"12:00:00.1 http.c:756 <= Recv header: HTTP/1.1 401 x\n12:00:00.1 http.c:756 <= Recv header: WWW-Authenticate: Basic realm=\"a\"\n", ""},
			{"12:00:00.1 http.c:756 <= Recv header:\n", "Basic realm=\"a\"\n"},
		}},
		{"a log with an object a line", []step{
			{`{"level":"info"}` + "\n" + `{"status":401,"headers":{"www-authenticate":"Basic realm=\"a\""}}` + "\n", "Basic realm=\"a\"\n"},
			{`{"status":401,"headers":{"www-authenticate":`, ""},
			{`"NTLM"}}` + "\n", "NTLM\n"},
		}},
		{"byte by byte", func() (steps []step) {
			const text = "HTTP/1.1 401 x\nWWW-Authenticate: Basic\n\n"
			for i := range text {
				steps = append(steps, step{text[i : i+1], ""})
			}
			steps[len(steps)-1].want = "Basic\n"
			return steps
		}()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inReader, in := io.Pipe()
			out, outWriter := io.Pipe()
			done := make(chan int)
			go func() {
				exit := run([]string{"fmt"}, inReader, outWriter, io.Discard, noEnv)
				outWriter.Close()
				done <- exit
			}()
			for _, s := range tt.steps {
				if _, err := io.WriteString(in, s.text); err != nil {
					t.Fatal(err)
				}
				got := make([]byte, len(s.want))
				if _, err := io.ReadFull(out, got); err != nil || string(got) != s.want {
					t.Errorf("behind %q: %q, %v; want %q", s.text, got, err, s.want)
				}
			}
			in.Close()
			if rest, err := io.ReadAll(out); err != nil || len(rest) > 0 {
				t.Errorf("at the end: %q, %v", rest, err)
			}
			if exit := <-done; exit != 0 {
				t.Errorf("exit %d", exit)
			}
		})
	}
}
