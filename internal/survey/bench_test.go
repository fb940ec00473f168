package survey

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// crawl returns a WARC file as Common Crawl's are: each record a member of gzip; of each page a request, a response
// with a body, and metadata. One response in five is a 401.
func crawl(vectors []vector, n int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("the page that was asked for has moved to another place or never was here please try again later with a better address than this one")
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for i := range n {
		uri := fmt.Sprintf("https://host%d.example/%x", i, random.Uint64())
		text := fmt.Sprintf("HTTP/1.1 301 Moved Permanently\r\nServer: nginx\r\nLocation: %s/\r\n", uri)
		if i%5 == 0 {
			text = strings.TrimSuffix(head(vectors, i/5), "\r\n")
		}
		text += "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: text/html\r\n\r\n<html><body>"
		for range random.IntN(300) {
			text += " " + words[random.IntN(len(words))] + strconv.Itoa(random.IntN(100))
		}
		for _, r := range []struct{ kind, content, block string }{
			{"request", "application/http; msgtype=request", "GET / HTTP/1.1\r\nUser-Agent: bot/1.0\r\nAccept: text/html\r\nHost: host.example\r\n\r\n"},
			{"response", "application/http; msgtype=response", text},
			{"metadata", "application/warc-fields", "fetchTimeMs: 123\r\ncharset-detected: UTF-8\r\n"},
		} {
			z.Reset(&b)
			fmt.Fprintf(z, "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:%016x>\r\nContent-Length: %d\r\nContent-Type: %s\r\nWARC-Target-URI: %s\r\n\r\n%s\r\n\r\n",
				r.kind, random.Uint64(), len(r.block), r.content, uri, r.block)
			_ = z.Close()
		}
	}
	return b.Bytes()
}

// scan returns the output of a scanner.
func scan(vectors []vector, n int) []byte {
	var b bytes.Buffer
	for i := range n {
		text, _ := json.Marshal(strings.ToValidUTF8(head(vectors, i), "?") + "<html>no</html>")
		fmt.Fprintf(&b, `{"template-id":"x","type":"http","host":"h%d.example","request":"GET / HTTP/1.1\r\nHost: h\r\n\r\n","response":%s,"matcher-status":true}`+"\n", i, text)
	}
	return b.Bytes()
}

// On one core.
func BenchmarkRead(b *testing.B) {
	vectors := corpus(b)
	log, err := io.ReadAll(newGenerator(vectors, 20_000))
	if err != nil {
		b.Fatal(err)
	}
	for _, in := range []struct {
		name string
		n    int
		text []byte
	}{{"log", 20_000, log}, {"crawl", 5_000, crawl(vectors, 5_000)}, {"scan", 20_000, scan(vectors, 20_000)}} {
		b.Run(in.name, func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			b.SetBytes(int64(len(in.text)))
			for b.Loop() {
				c := New()
				if err := c.Read("log", bytes.NewReader(in.text)); err != nil || c.Responses() != int64(in.n) {
					b.Fatal(err, c.Responses())
				}
			}
			b.ReportMetric(float64(in.n)*float64(b.N)/b.Elapsed().Seconds(), "responses/s")
		})
	}
}

// TestWriteLog writes a log that the measurements in docs/SURVEY.md were made with: heads, or what SURVEY_KIND
// says.
func TestWriteLog(t *testing.T) {
	name := os.Getenv("SURVEY_LOG")
	if name == "" {
		t.Skip("SURVEY_LOG does not name a file")
	}
	n, err := strconv.Atoi(os.Getenv("SURVEY_RESPONSES"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	var log io.Reader
	switch os.Getenv("SURVEY_KIND") {
	case "crawl":
		log = bytes.NewReader(crawl(corpus(t), n))
	case "scan":
		log = bytes.NewReader(scan(corpus(t), n))
	default:
		log = newGenerator(corpus(t), n)
	}
	if _, err := io.Copy(f, log); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
