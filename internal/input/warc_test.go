package input

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// warcRecord returns a record. The length is that of the block unless it is given.
func warcRecord(kind, target, block string, length ...int) string {
	n := len(block)
	if length != nil {
		n = length[0]
	}
	content := ""
	if kind != "warcinfo" && kind != "metadata" {
		content = "Content-Type: application/http; msgtype=" + kind + "\r\n"
	}
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\n%sContent-Length: %d\r\n\r\n%s\r\n\r\n", kind, target, content, n, block)
}

func response(realm string) string {
	return "HTTP/1.1 401 Unauthorized\r\nServer: x\r\nWWW-Authenticate: Basic realm=\"" + realm + "\"\r\n\r\n"
}

// members compresses each part as a member of its own.
func members(parts ...string) []byte {
	var b bytes.Buffer
	for _, part := range parts {
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(part))
		_ = z.Close()
	}
	return b.Bytes()
}

// readAll returns the first challenge line of each response with the number of its line, and what was lost.
func readAll(t *testing.T, in io.Reader) (list []string, l Lost) {
	t.Helper()
	s := NewSplitter(in)
	for {
		b, err := s.Next()
		var lost *LostError
		if errors.As(err, &lost) {
			return list, lost.Lost
		}
		if err == io.EOF {
			return list, l
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range b.Find().Responses {
			value := ""
			for _, f := range r.Fields {
				if IsChallengeField(f.Name) {
					value = f.Value
				}
			}
			list = append(list, fmt.Sprintf("%d %d %s", r.Line, r.Status, value))
		}
	}
}

func TestWARC(t *testing.T) {
	info := warcRecord("warcinfo", "", "software: x\r\n")                      // 8 lines
	a := warcRecord("response", "http://a/", response("a")+"HTTP/1.1 401 x\n") // 6 + 4 + 1 + 2
	b := warcRecord("response", "http://b/", response("b"))
	quoted := warcRecord("response", "http://q/", response("q")+info+a)
	long := warcRecord("response", "http://l/", response("l")+strings.Repeat("0123456\n", 1<<20))
	lines := func(s string) int { return strings.Count(s, "\n") }
	at := func(line int, realm string) string { return fmt.Sprintf("%d 401 Basic realm=%q", line+7, realm) }
	z := members(info, a, b)
	second := len(members(info))
	for _, test := range []struct {
		name string
		in   []byte
		want []string
		lost Lost
	}{
		{"plain", []byte(info + a + b), []string{at(lines(info), "a"), at(lines(info+a), "b")}, Lost{}},
		{"members", z, []string{at(lines(info), "a"), at(lines(info+a), "b")}, Lost{}},
		{"one member", members(info + a + b), []string{at(lines(info), "a"), at(lines(info+a), "b")}, Lost{}},
		{"records across members", members(info+a[:100], a[100:]+b[:30], b[30:]), []string{at(lines(info), "a"), at(lines(info+a), "b")}, Lost{}},
		{"twice", members(string(z)), []string{at(lines(info), "a"), at(lines(info+a), "b")}, Lost{}},
		{"a record in a body", []byte(quoted + b), []string{at(0, "q"), at(lines(quoted), "b")}, Lost{}},
		{"a long body", []byte(long + b), []string{at(0, "l"), at(lines(long), "b")}, Lost{}},
		{"cut in a body", []byte(a + long[:5000]), []string{at(0, "a"), at(lines(a), "l")}, Lost{Cut: 1}},
		{"cut in a head", []byte(a + b[:len(b)-6]), []string{at(0, "a"), at(lines(a), "b")}, Lost{Cut: 1}},
		{"cut in the fields", []byte(a + b[:40]), []string{at(0, "a")}, Lost{Cut: 1}},
		{"no length", []byte(strings.Replace(a, "Content-Length: ", "Content-Length: x", 1) + b), []string{at(lines(a), "b")}, Lost{Records: 1}},
		{"junk between", []byte(a + "junk\nmore junk\n" + b), []string{at(0, "a"), at(lines(a)+2, "b")}, Lost{Records: 1}},
		{"too long for its member", members(warcRecord("response", "http://a/", response("a"), 5000), b), []string{at(0, "a"), at(lines(a)-1, "b")}, Lost{Cut: 1}},
		{"not HTTP", []byte(warcRecord("response", "", "nonsense") + b), []string{at(lines(info), "b")}, Lost{Records: 1}},
		{"a cut member", z[:len(z)-12], []string{at(lines(info), "a"), at(lines(info+a), "b")}, Lost{Members: 1}},
		{"a broken member", slices.Concat(z[:second+20], []byte("0123456789"), z[second+30:]), []string{"b"}, Lost{Members: 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, lost := readAll(t, bytes.NewReader(test.in))
			if test.name == "a broken member" {
				// What is read of the broken one depends on what is broken. The next one is read.
				if len(got) == 0 || !strings.HasSuffix(got[len(got)-1], `realm="b"`) || lost.Members != 1 {
					t.Errorf("%q, %+v", got, lost)
				}
				return
			}
			if test.name == "a cut member" {
				lost.Cut = 0 // whether the end of the text is missing, or the checksum alone
			}
			if !slices.Equal(got, test.want) || lost != test.lost {
				t.Errorf("got %q, %+v\nwant %q, %+v", got, lost, test.want, test.lost)
			}
		})
	}
}

func TestWARCRequest(t *testing.T) {
	text := warcRecord("request", "http://a/x", "GET /x HTTP/1.1\r\nAuthorization: Basic eDp5\r\n\r\n") +
		warcRecord("response", "http://a/x", response("a")) +
		warcRecord("response", "http://b/x", response("b"))
	found := Find([]byte(text))
	if len(found.Responses) != 2 {
		t.Fatal(found)
	}
	if r := found.Responses[0].Request; r == nil || r.Target != "http://a/x" || r.Method != "GET" || len(r.Fields) != 1 {
		t.Errorf("%+v", r)
	}
	if r := found.Responses[1].Request; r == nil || r.Target != "http://b/x" || r.Method != "" || r.Fields != nil {
		t.Errorf("%+v", r)
	}
}

// Whatever byte of a compressed log is broken, all members but the one that it is in are read.
func TestGzipBroken(t *testing.T) {
	parts := make([]string, 5)
	for i := range parts {
		parts[i] = strings.Repeat(fmt.Sprintf("junk %d\n", i*7919), 20) + fmt.Sprintf("WWW-Authenticate: Basic realm=\"%d\"\n\n", i)
	}
	whole := members(parts...)
	begin := len(members(parts[:2]...))
	end := len(members(parts[:3]...))
	for i := begin; i < end; i++ {
		for _, change := range []func([]byte) []byte{
			func(b []byte) []byte { b[i] ^= 0xff; return b },
			func(b []byte) []byte { return slices.Delete(b, i, i+1) },
			func(b []byte) []byte { return slices.Insert(b, i, 'x') },
			func(b []byte) []byte { return slices.Delete(b, i, end) },
		} {
			got, lost := readAll(t, bytes.NewReader(change(slices.Clone(whole))))
			for _, k := range []int{0, 1, 3, 4} {
				if !slices.ContainsFunc(got, func(s string) bool { return strings.HasSuffix(s, fmt.Sprintf("realm=\"%d\"", k)) }) {
					t.Fatalf("byte %d of %d to %d: member %d was not read: %q", i, begin, end, k, got)
				}
			}
			if lost.Members > 1 {
				t.Fatalf("byte %d: %+v", i, lost)
			}
		}
	}
}

func TestScanned(t *testing.T) {
	const zgrab2 = `{"ip":"192.0.2.1","data":{"http":{"protocol":"http","result":{"response":{"status_code":401,"headers":{"content_type":["text/html"],"unknown":[{"key":"x_a","value":["b"]}],"www_authenticate":["Basic realm=\"a\"","NTLM"]},"body":"HTTP/1.1 401 x\nWWW-Authenticate: NTLM"},` +
		`"redirect_response_chain":[{"status_code":302,"headers":{}}]}}}}` + "\n"
	const httpx = `{"timestamp":"2026-01-01T00:00:00Z","url":"http://a/","input":"a","status_code":401,"header":{"www_authenticate":"Basic realm=\"b\""}}` + "\n"
	const bare = `{"timestamp":"2026-01-01T00:00:00Z","url":"http://a/","input":"a","status_code":401}` + "\n"
	const nuclei = `{"template-id":"x","request":"GET / HTTP/1.1\r\nA: b\r\n\r\n","response":"HTTP/1.1 401 x\r\nWWW-Authenticate: Basic realm=\"c\"\r\n\r\nWWW-Authenticate: NTLM"}` + "\n"
	got, _ := readAll(t, strings.NewReader(zgrab2+httpx+"{broken\n"+nuclei+bare))
	want := []string{"1 302 ", "1 401 NTLM", `2 401 Basic realm="b"`, `4 401 Basic realm="c"`, "5 401 "}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	found := Find([]byte(zgrab2 + httpx + nuclei + bare))
	if r := found.Responses[1]; len(r.Fields) != 4 || r.Fields[0].Name != "content-type" || r.Fields[1].Name != "x-a" {
		t.Errorf("%+v", r)
	}
	if r := found.Responses[3].Request; r == nil || r.Method != "GET" || len(r.Fields) != 1 {
		t.Errorf("%+v", r)
	}
	if found.Responses[4].Fields != nil {
		t.Error("without a header nothing is known of the fields")
	}
	// Wherever an object is cut after the challenge, the challenge is read.
	begin := strings.Index(zgrab2, `"NTLM"`) + len(`"NTLM"`)
	for i := begin; i < len(zgrab2)-1; i++ {
		found := Find([]byte(httpx + zgrab2[:i]))
		if n := len(found.Responses); n == 0 || found.Broken != 1 || !strings.Contains(fmt.Sprint(found.Responses), "NTLM") {
			t.Fatalf("%s: %+v", zgrab2[begin:i], found)
		}
	}
	if found := Find([]byte(httpx + "{broken\n")); found.Broken != 1 {
		t.Error(found.Broken)
	}
}
