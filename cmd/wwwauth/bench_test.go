package main

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
)

// BenchmarkLog reads a log of 50,000 responses, whose lines are the conforming and the broken ones of the
// corpus in turn, and reports the time as a multiple of that of Parse on the same lines:
//
//	go test ./cmd/wwwauth -run '^$' -bench Log
func BenchmarkLog(b *testing.B) {
	const responses = 50000
	var lines [][]string
	var log bytes.Buffer
	vectors := allVectors(b)
	for i := 0; len(lines) < responses; i++ {
		v := vectors[i%len(vectors)]
		size := 0
		for _, line := range v.Lines {
			size += len(line)
		}
		if len(v.Lines) == 0 || size > 2000 || bytes.ContainsAny([]byte(fmt.Sprint(v.Lines)), "\r\n") {
			continue
		}
		log.WriteString("HTTP/1.1 401 Unauthorized\r\nServer: nginx/1.22.1\r\nDate: Fri, 20 Nov 2026 12:00:00 GMT\r\n")
		for _, line := range v.Lines {
			log.WriteString(v.Field + ": " + line + "\r\n")
		}
		log.WriteString("Content-Length: 0\r\n\r\n")
		lines = append(lines, v.Lines)
	}
	const rounds = 20
	start := time.Now()
	for range rounds {
		for _, l := range lines {
			wwwauth.Parse(l...)
		}
	}
	parse := time.Since(start) / rounds
	for _, args := range [][]string{{"-json", "-short"}, {"-json"}, {"vet", "-json"}, {"explain"}, {"fmt"}} {
		b.Run(fmt.Sprint(args), func(b *testing.B) {
			b.SetBytes(int64(log.Len()))
			for b.Loop() {
				run(args, bytes.NewReader(log.Bytes()), io.Discard, io.Discard, noEnv)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(parse.Nanoseconds()), "Parse")
		})
	}
}
