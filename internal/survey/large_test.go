package survey

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

// A filler is n bytes of a line that never ends.
type filler struct{ n int64 }

func (f *filler) Read(p []byte) (int, error) {
	if f.n == 0 {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), f.n)]
	for i := range p {
		p[i] = "0123456789 abcdef"[i%17]
	}
	f.n -= int64(len(p))
	return len(p), nil
}

// fill returns a text with n bytes of filling in the middle.
func fill(before string, n int64, after string) io.Reader {
	return io.MultiReader(strings.NewReader(before), &filler{n}, strings.NewReader(after))
}

func compressed(r io.Reader) io.Reader {
	in, out := io.Pipe()
	go func() {
		z, _ := gzip.NewWriterLevel(out, gzip.BestSpeed)
		_, err := io.Copy(z, r)
		_ = z.Close()
		_ = out.CloseWithError(err)
	}()
	return in
}

// What is before and after a record of 1 GB is read, in memory that does not depend on the record.
func TestLarge(t *testing.T) {
	size := int64(1 << 30)
	if testing.Short() {
		size = 40 << 20
	}
	const head = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n"
	record := func(n int64) string {
		return fmt.Sprintf("WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n%s", n+int64(len(head)), head)
	}
	const object = `{"template-id":"x","response":"HTTP/1.1 401 x\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n`
	for _, test := range []struct {
		name string
		in   io.Reader
		want int64 // challenges
		lost int   // the row that says what was not read; 0 if all was
		last int   // the line of the last challenge
	}{
		{"WARC", fill(record(size), size, "\r\n\r\n"+record(0)+"\r\n\r\n"), 2, 0, 0},
		{"WARC with gzip", compressed(fill(record(size/8), size/8, "\r\n\r\n"+record(0)+"\r\n\r\n")), 2, 0, 0},
		{"WARC cut short", fill(record(size), size/2, ""), 1, cutRecords, 0},
		{"heads", fill(head, size/8, "\r\n"+head), 2, 0, 0},
		{"objects", fill(object+`"}`+"\n"+object, size/4, `"}`+"\n"+object+`"}`+"\n"), 3, brokenObjects, 0},
		{"a field", fill("HTTP/1.1 401 x\r\nWWW-Authenticate: Basic realm=\"", size/4, "\"\r\n\r\n"+head), 1, longFields, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := New()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if err := c.Read("log", test.in); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			if got := c.rows[allChallenges].n; got != test.want {
				t.Errorf("%d challenges, want %d\n%s", got, test.want, c.AppendText(nil))
			}
			if got := lostRows(c); len(got) > 1 || test.lost == 0 && len(got) > 0 || test.lost != 0 && (len(got) != 1 || got[0] != test.lost) {
				t.Errorf("lost: %v\n%s", got, c.AppendText(nil))
			}
			if grown := int64(after.Sys) - int64(before.Sys); grown > 200<<20 {
				t.Errorf("memory grew by %d MiB", grown>>20)
			}
		})
	}
}

// lostRows returns the rows that count what was not read.
func lostRows(c *Counts) (list []int) {
	for i := brokenMembers; i < schemesAt; i++ {
		if c.rows[i].n > 0 {
			list = append(list, i)
		}
	}
	return list
}

// The counts of any bytes need no more memory than those of the table, and can be read back.
func FuzzRead(f *testing.F) {
	seeds := mutate.Of(f)
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, _ = io.WriteString(w, "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: 20\r\n\r\nHTTP/1.1 401 x\r\n\r\nabc\r\n\r\n")
	_ = w.Close()
	seeds.Add(z.Bytes())
	seeds.Add([]byte("HTTP/1.1 401 x\r\nServer: \xff\r\nWWW-Authenticate: \xff a=b, Basic realm=\"\xe4\"\r\n\r\n"))
	seeds.Add([]byte(`{"ip":"1","data":{"http":{"result":{"response":{"status_code":401,"headers":{"www_authenticate":["Basic"]}}}}}}` + "\n{"))
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, b []byte) {
		c := New()
		if err := c.Read("x", bytes.NewReader(b)); err != nil {
			t.Fatal(err)
		}
		text, err := c.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		d := New()
		if err := d.UnmarshalJSON(text); err != nil {
			t.Fatal(err)
		}
		d.Merge(New())
		if !bytes.Equal(c.AppendText(nil), d.AppendText(nil)) || !bytes.Equal(c.AppendJSON(nil), d.AppendJSON(nil)) {
			t.Fatal("counts change on their way")
		}
	})
}
