package main

import (
	"bytes"
	"fmt"
	"io"
	"runtime/debug"
	"testing"
)

// BenchmarkLog reads a log of 50,000 responses with the lines that real servers have sent, no two of them equal:
//
//	go test ./cmd/wwwauth -run '^$' -bench Log
//
// It is for profiles. How the time of the whole command compares with that of Parse is measured in interop/bench, in a
// process of its own and with a collector that does not disturb Parse.
func BenchmarkLog(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	const responses = 50000
	var log bytes.Buffer
	vectors := append(readVectors(b, "wild.json"), readVectors(b, "captures.json")...)
	for i, n := 0, 0; n < responses; i++ {
		v := vectors[i%len(vectors)]
		if bytes.ContainsAny([]byte(fmt.Sprint(v.Lines)), "\r\n\x00") {
			continue
		}
		fmt.Fprintf(&log, "HTTP/1.1 401 Unauthorized\r\nServer: example\r\nX-Request-Id: %d\r\n", n)
		for _, line := range v.Lines {
			fmt.Fprintf(&log, "%s: %s\r\n", v.Field, line)
		}
		log.WriteString("Content-Length: 0\r\n\r\n")
		n++
	}
	for _, args := range [][]string{{"-json", "-short"}, {"-json"}, {"vet", "-json"}, {"explain"}, {"fmt"}} {
		b.Run(fmt.Sprint(args), func(b *testing.B) {
			b.SetBytes(int64(log.Len()))
			b.ReportAllocs()
			for b.Loop() {
				run(args, bytes.NewReader(log.Bytes()), io.Discard, io.Discard, noEnv)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/responses, "ns/response")
		})
	}
}
