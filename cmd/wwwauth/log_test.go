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
