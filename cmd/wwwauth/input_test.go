package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// read returns the responses in a text, each as "line status field [lines]", and the errors for those
// that are lost.
func read(in io.Reader) ([]string, error) {
	var got []string
	var lost []error
	err := readResponses(in, 0, func(r response) error {
		got = append(got, fmt.Sprintf("%d %d %s %q", r.at, r.status, r.field, r.lines))
		return nil
	}, func(err error) { lost = append(lost, err) })
	return got, errors.Join(append(lost, err)...)
}

func TestReadResponses(t *testing.T) {
	const www, proxy = "WWW-Authenticate", "Proxy-Authenticate"
	var unknown []string
	for i := 1; i < maxHeld; i++ {
		unknown = append(unknown, fmt.Sprintf(`%d 0 %s ["no"]`, i, www))
	}
	for _, tt := range []struct {
		name string
		text string
		want []string
	}{
		{"nothing", "", nil},
		{"blank lines", "\n \n\r\n", nil},
		{"names in any case", "WWW-AUTHENTICATE:A\r\nproxy-authenticate: \t B\t \r\n", []string{"1 0 " + www + ` ["A"]`, "1 0 " + proxy + ` ["B"]`}},
		{"no line end", "HTTP/1.1 401\nWWW-Authenticate: A", []string{"1 401 " + www + ` ["A"]`}},
		{"several CR", "HTTP/1.1 401\r\r\nWWW-Authenticate: A\r\r\n", []string{"1 401 " + www + ` ["A"]`}},
		{"CR within", "HTTP/1.1 401\nWWW-Authenticate: A\rB\n", []string{"1 401 " + www + ` ["A\rB"]`}},
		{"no blank line between", "HTTP/1.1 401 x\nWWW-Authenticate: A\nHTTP/1.1 200 x\n", []string{"1 401 " + www + ` ["A"]`, "3 200 " + www + ` []`}},
		{"status lines", "HTTP/2 401\n\nHTTP/3 401 \n\nHTTP/1.0 407 x\n\n", []string{"1 401 " + www + " []", "3 401 " + www + " []", "5 407 " + proxy + " []"}},
		{"no status lines", "HTTP/ 401\nHTTP/1.1 40\nHTTP/1.1 4011\nHTTP/1.1 4x1\nHTTP/x 401\nHTTP/1.1\nWWW-Authenticate: A\n", []string{"7 0 " + www + ` ["A"]`}},
		{"body", "HTTP/1.1 401 x\nWWW-Authenticate: A\n\nWWW-Authenticate: B\n\nWWW-Authenticate: C\n", []string{"1 401 " + www + ` ["A"]`}},
		{"other fields", "HTTP/1.1 401 x\nX-WWW-Authenticate: B\nWWW-Authenticate-X: B\nWWW Authenticate: B\nAuthorization: Basic x\n", []string{"1 401 " + www + " []"}},
		{"fold of another field", "HTTP/1.1 401 x\nX: y\n WWW-Authenticate: B\n\n", []string{"1 401 " + www + " []"}},
		{"fold", "WWW-Authenticate: A \r\n b=c,  \n\td=e\n", []string{"1 0 " + www + ` ["A\r\n b=c,\n\td=e"]`}},
		{"fold of an empty line", "WWW-Authenticate:\n Basic\n", []string{"1 0 " + www + ` ["\n Basic"]`}},
		{"no fold after a blank line", "WWW-Authenticate: A\n\n b=c\n", []string{"1 0 " + www + ` ["A"]`}},
		{"indented block", "  HTTP/1.1 401 x\n  WWW-Authenticate: A\n   b=c\n  WWW-Authenticate: D\n\n", []string{"1 401 " + www + ` ["A\n b=c" "D"]`}},
		{"indented fields", "\tWWW-Authenticate: A\n\tWWW-Authenticate: B\n\n  WWW-Authenticate: C\n", []string{"1 0 " + www + ` ["A" "B"]`, "4 0 " + www + ` ["C"]`}},
		{"both fields", "HTTP/1.1 401 x\nProxy-Authenticate: A\nWWW-Authenticate: B\nProxy-Authenticate: C\n D\n\n", []string{"1 401 " + proxy + ` ["A" "C\n D"]`, "1 401 " + www + ` ["B"]`}},
		{"curl -v fold", "< HTTP/1.1 401 x\n< WWW-Authenticate: A\n<  b=c\n<\n", []string{"1 401 " + www + ` ["A\n b=c"]`}},
		{"curl -v with times", "12:00:00.123456 * Trying\n12:00:00.123456 < HTTP/2 401 \n12:00:00.123457 [0-0] < www-authenticate: A\n12:00:00.123458 < \n", []string{"2 401 " + www + ` ["A"]`}},
		{"curl -v, then a body like a response", "< HTTP/1.1 401 x\n< WWW-Authenticate: A\n< \nHTTP/1.1 401 x\nWWW-Authenticate: B\n\n", []string{"1 401 " + www + ` ["A"]`}},
		{"response, then a body like curl -v", "HTTP/1.1 401 x\nWWW-Authenticate: A\n\n< HTTP/1.1 401 x\n< WWW-Authenticate: B\n", []string{"1 401 " + www + ` ["A"]`}},
		{"values", "Basic realm=\"x\"\r\n\n  NTLM\t\n", []string{"1 0 " + www + ` ["Basic realm=\"x\""]`, "3 0 " + www + ` ["NTLM"]`}},
		{"values turn into responses", "Basic realm=\"x\"\nx: y\nHTTP/1.1 401 x\nx: y\n", []string{"1 0 " + www + ` ["Basic realm=\"x\""]`, "2 0 " + www + ` ["x: y"]`, "3 401 " + www + ` []`}},
		{"values turn into curl -v", "NTLM\n< HTTP/1.1 401 x\n< WWW-Authenticate: A\n<\n", []string{"1 0 " + www + ` ["NTLM"]`, "2 401 " + www + ` ["A"]`}},
		{"prose that begins with a scheme", "Basic auth fails with this:\n\nHTTP/1.1 401 x\nWWW-Authenticate: A\n\n", []string{"3 401 " + www + ` ["A"]`}},
		{"blanks before the colon", "HTTP/1.1 401 x\nWWW-Authenticate \t: A\n\n", []string{"1 401 " + www + ` ["A"]`}},
		{"blank before the colon of the first line", "WWW-Authenticate : A\n", []string{"1 0 " + www + ` ["A"]`}},
		{"body without a line end", "HTTP/1.1 401 x\nWWW-Authenticate: A\n\n{\"e\":1}HTTP/1.1 401 Unauthorized\nWWW-Authenticate: B\n\ntextHTTP/2 401 \nWWW-Authenticate: C\n\n", []string{"1 401 " + www + ` ["A"]`, "4 401 " + www + ` ["B"]`, "7 401 " + www + ` ["C"]`}},
		{"body that speaks of a response", "HTTP/1.1 401 x\nWWW-Authenticate: A\n\n{\"e\":\"HTTP/1.1 401 x\"}\nIt says HTTP/1.1 401 x\n<p>HTTP/1.1 401 x</p>\n", []string{"1 401 " + www + ` ["A"]`}},
		{"HEAD, with no body", "HTTP/1.1 401 x\nContent-Length: 100\nWWW-Authenticate: A\n\nHTTP/1.1 401 (x)\nWWW-Authenticate: B\n\n", []string{"1 401 " + www + ` ["A"]`, "5 401 " + www + ` ["B"]`}},
		{"colour of curl", "HTTP/1.1 401 x\n\x1b[1mWWW-Authenticate\x1b[0m: A\n\n", []string{"1 401 " + www + ` ["A"]`}},
		{"colour of HTTPie", "\x1b[34mHTTP\x1b[39;49;00m/\x1b[34m1.1\x1b[39;49;00m \x1b[34m401\x1b[39;49;00m \x1b[36mx\x1b[39;49;00m\n\x1b[36mWWW-Authenticate\x1b[39;49;00m: A\n", []string{"1 401 " + www + ` ["A"]`}},
		{"colour from the server", "HTTP/1.1 401 x\nWWW-Authenticate: \x1b[31mA\n\n", []string{"1 401 " + www + ` ["\x1b[31mA"]`}},
		{"bare git trace", "<= Recv header: HTTP/1.1 401 x\n<= Recv header: WWW-Authenticate: A\n<= Recv header:\n", []string{"1 401 " + www + ` ["A"]`}},
		{"git trace of something else", "x <= Recv header: HTTP/1.1 401 x\nWWW-Authenticate: A\n", []string{"2 0 " + www + ` ["A"]`}},
		{"fields that the status does not demand", "HTTP/1.1 407 x\nWWW-Authenticate: A\n\nHTTP/1.1 401 x\nProxy-Authenticate: A\n\nHTTP/1.1 403 x\nProxy-Authenticate: A\n\n", []string{"1 407 " + www + ` ["A"]`, "1 407 " + proxy + " []", "4 401 " + proxy + ` ["A"]`, "4 401 " + www + " []", "7 403 " + proxy + ` ["A"]`}},
		{"the end of a body in JSON", "}\nBasic\n", nil},
		{"progress of curl in mega, giga and tera bytes", "100  1k  100 2M 0 0 3G 4T --:--:-- 5k< HTTP/1.1 401 x\n< WWW-Authenticate: A\n", []string{"1 401 " + www + ` ["A"]`}},
		{"byte order mark in a later line", "HTTP/1.1 401 x\n\ufeffWWW-Authenticate: A\n\n", []string{"1 401 " + www + " []"}},
		{"as many unknown lines as are held", strings.Repeat("no\n", maxHeld-1) + "Basic realm=\"x\"\n", slices.Concat(unknown, []string{"1000 0 " + www + ` ["Basic realm=\"x\""]`})},
		{"a value that nobody knows", "Foo bar\n", []string{"1 0 " + www + ` ["Foo bar"]`}},
		{"values after one that nobody knows", "Foo bar\nBasic realm=\"x\"\n", []string{"1 0 " + www + ` ["Foo bar"]`, "2 0 " + www + ` ["Basic realm=\"x\""]`}},
		{"what a terminal shows before", "user@host:~$ curl -i localhost\n$ x\nHTTP/1.1 401 x\nWWW-Authenticate: A\n", []string{"3 401 " + www + ` ["A"]`}},
		{"HTML", "<html>\nBasic\n", nil},
		{"JSON", "{\"a\":\n\"b\"}\n", nil},
		{"curl without a response", "* Trying 127.0.0.1:80...\ncurl: (7) failed\n", nil},
		{"only curl's error", "curl: (7) failed\n", nil},
		{"only a URL", "https://example.com/\n", nil},
		{"byte order mark", "\ufeffWWW-Authenticate: A\n", []string{"1 0 " + www + ` ["A"]`}},
		{"no byte order mark within", "WWW-Authenticate: \ufeffA\n", []string{"1 0 " + www + ` ["\ufeffA"]`}},
		{"bytes", "WWW-Authenticate: A b=\"\x00\xe9\x1b\"\n", []string{"1 0 " + www + ` ["A b=\"\x00\xe9\x1b\""]`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := read(strings.NewReader(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestLongLines checks that memory is bounded: by an error where something would be missed, and by
// passing over what is of no interest.
func TestLongLines(t *testing.T) {
	long := strings.Repeat("a", maxBytes)
	fields := strings.Repeat("WWW-Authenticate: Basic realm=\"x\"\n", maxBytes/30)
	for _, tt := range []struct {
		name string
		text string
		want string // the error
		n    int    // responses
	}{
		{"body", "HTTP/1.1 401 x\nWWW-Authenticate: A\n\n" + long + long + "\n", "", 1},
		{"other field", "HTTP/1.1 401 x\nX: " + long + "\nWWW-Authenticate: A\n\n", "", 1},
		{"longest field", "WWW-Authenticate:" + long[17:] + "\r\n", "", 1},
		{"field", "HTTP/1.1 401 x\nWWW-Authenticate: " + long + "\n WWW-Authenticate: B\nWWW-Authenticate: B\n\nWWW-Authenticate: C\nHTTP/1.1 401 x\n\n", "line 2: more than 1048576 bytes for one response", 1},
		{"fold", "WWW-Authenticate: A\n " + long + "\n b\n\nWWW-Authenticate: B\n", "line 2: more than 1048576 bytes for one response", 1},
		{"many fields", fields + fields + fields, "line 31776: more than 1048576 bytes for one response", 0},
		{"longest value", "Basic " + long[6:] + "\n", "", 1},
		{"value", "Basic\nBasic " + long + "\nBasic\n", "line 2: more than 1048576 bytes for one response", 2},
		{"first value", long + "a\nBasic\n", "line 1: more than 1048576 bytes for one response", 1},
		{"lines of prose", strings.Repeat("no\n", maxHeld+1) + "WWW-Authenticate: A\n", "", 1},
		{"prose", strings.Repeat(strings.Repeat("no value ", 1000)+"\n", maxBytes/9000+1) + "WWW-Authenticate: A\n", "", 1},
	} {
		got, err := read(strings.NewReader(tt.text))
		message := ""
		if err != nil {
			message = err.Error()
		}
		if message != tt.want || len(got) != tt.n {
			t.Errorf("%s: %q, %d responses; want %q, %d", tt.name, message, len(got), tt.want, tt.n)
		}
	}
}

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

// FuzzInput checks that what is found stands in the input, and that it does not depend on how the
// input is cut into pieces.
func FuzzInput(f *testing.F) {
	for _, pattern := range []string{inputs + "/*.txt", captures + "/*.http"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("%s: nothing, %v", pattern, err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := read(bytes.NewReader(text))
		for name, in := range map[string]io.Reader{
			"byte by byte": iotest.OneByteReader(bytes.NewReader(text)),
			"halves":       iotest.HalfReader(bytes.NewReader(text)),
			"error at end": iotest.DataErrReader(bytes.NewReader(text)),
		} {
			if other, otherErr := read(in); !slices.Equal(got, other) || (err == nil) != (otherErr == nil) {
				t.Fatalf("%s: %q, %v\nat once: %q, %v", name, other, otherErr, got, err)
			}
		}
		size := 0
		_ = readResponses(bytes.NewReader(text), 0, func(r response) error {
			if !slices.Contains(fieldNames[:], r.field) || r.status < 0 || r.status > 999 || r.at < 1 {
				t.Fatalf("%+v", r)
			}
			for _, line := range r.lines {
				for part := range strings.SplitSeq(line, "\n") {
					part = strings.TrimRight(part, "\r")
					if size += len(part); !bytes.Contains(text, []byte(part)) {
						t.Fatalf("%q is not in %q", part, text)
					}
				}
			}
			return nil
		}, func(error) {})
		if size > len(text) {
			t.Fatalf("%d bytes found in %d", size, len(text))
		}
	})
}
