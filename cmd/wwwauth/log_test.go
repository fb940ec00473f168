package main

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
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

// TestPortions checks that no more than a portion is kept of the sheets of a block, which may be many times as long as
// the block.
func TestPortions(t *testing.T) {
	for _, line := range []string{"HTTP/1.1 401 Unauthorized\n", "12:12:12 HTTP/1.1 401 Unauthorized\n", `{"www-authenticate":"Basic"}` + "\n"} {
		const n = 40000
		out := &largestWrite{}
		run([]string{"-json"}, strings.NewReader(strings.Repeat(line, n)), out, io.Discard, noEnv)
		if out.lines != n || out.size > portionSize+4<<10 {
			t.Errorf("%q: %d lines, up to %d bytes at once", line, out.lines, out.size)
		}
	}
}

// A largestWrite counts lines, and notes the size of the largest write.
type largestWrite struct{ lines, size int }

func (w *largestWrite) Write(b []byte) (int, error) {
	w.lines += bytes.Count(b, []byte("\n"))
	w.size = max(w.size, len(b))
	return len(b), nil
}

// A repeater is an endless text.
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

// TestStream checks that a response is printed when its head is complete, while the input continues.
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
					t.Errorf("after %q: %q, %v; want %q", s.text, got, err, s.want)
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

// unequalLog returns a log of about thirty blocks, and where each response ends in it. Most responses are short, some
// have a realm or a body as long as a block, one a field that is too long to be read.
func unequalLog() (log string, ends []int) {
	var b strings.Builder
	for i := range 6000 {
		realm, body := i%40, 0
		switch {
		case i == 2222:
			realm = 3 << 20
		case i%1500 == 7:
			realm = 900 << 10
		case i%300 == 11:
			body = 1 << 20
		case i > 3000:
			body = 1 << (i % 11)
		}
		fmt.Fprintf(&b, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"%d %s\"\r\n\r\n%s\n", i, strings.Repeat("x", realm), strings.Repeat("y", body))
		ends = append(ends, b.Len())
	}
	return b.String(), ends
}

// TestOrder checks that a log of responses of very unequal size is printed in its order, whatever the number of cores.
func TestOrder(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	log, ends := unequalLog()
	for _, args := range [][]string{{"fmt"}, {"-json"}, {"-short"}, {"vet", "-json"}} {
		var want string
		for _, cores := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(cores)
			exit, out, errs := runText(log, args...)
			got := fmt.Sprintf("exit %d\n%s%s", exit, errs, out)
			if cores == 1 {
				want = got
			}
			if got != want {
				at := 0
				for at < min(len(got), len(want)) && got[at] == want[at] {
					at++
				}
				t.Errorf("%q with %d cores: %d bytes, %d with one; they differ at %d: %.200q", args, cores, len(got), len(want), at, got[at:])
			}
		}
		if args[0] != "fmt" {
			continue
		}
		lines := strings.Split(strings.TrimSuffix(want[strings.Index(want, "Basic realm"):], "\n"), "\n")
		if len(lines) != len(ends)-1 { // all except the one that is too long
			t.Fatalf("%d lines of %d responses", len(lines), len(ends))
		}
		for i, line := range lines {
			if i >= 2222 {
				i++
			}
			if number := fmt.Sprintf("Basic realm=\"%d ", i); !strings.HasPrefix(line, number) {
				t.Fatalf("%.40q, want %q", line, number)
			}
		}
	}
}

// TestAhead checks that a log is read only a few blocks further than it is printed, so that memory is bounded though
// the responses are of very unequal size.
func TestAhead(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	log, ends := unequalLog()
	for _, cores := range []int{1, 2} {
		runtime.GOMAXPROCS(cores)
		in := &countingReader{in: strings.NewReader(log)}
		out := &aheadWriter{read: &in.n, ends: ends}
		if exit := run([]string{"fmt"}, in, out, io.Discard, noEnv); exit != exitInput {
			t.Errorf("exit %d", exit)
		}
		// A block in the hands of each core, one after it, the one that is read and the one that is printed; each is
		// at most twice as long as most.
		if limit := int64(2*cores+2) * (2 << 20); out.most > limit || out.most == 0 {
			t.Errorf("%d cores: read %d bytes ahead, at most %d are wanted", cores, out.most, limit)
		}
	}
}

// A countingReader counts what is read.
type countingReader struct {
	in io.Reader
	n  atomic.Int64
}

func (r *countingReader) Read(b []byte) (int, error) {
	n, err := r.in.Read(b)
	r.n.Add(int64(n))
	return n, err
}

// An aheadWriter notes how many bytes have been read at most after the responses that are printed. At first it takes
// its time, until no more is read.
type aheadWriter struct {
	read *atomic.Int64
	ends []int
	next int // response
	most int64
}

func (w *aheadWriter) Write(b []byte) (int, error) {
	for range bytes.Count(b, []byte("\n")) {
		if w.next++; w.next == 2222 { // it is not printed
			w.next++
		}
	}
	if w.most == 0 {
		for n, idle := int64(0), 0; idle < 10000; idle++ {
			if now := w.read.Load(); now != n {
				n, idle = now, 0
			}
			runtime.Gosched()
		}
	}
	before := 0
	if w.next > 0 {
		before = w.ends[min(w.next, len(w.ends))-1]
	}
	w.most = max(w.most, w.read.Load()-int64(before))
	return len(b), nil
}
