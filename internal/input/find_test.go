package input

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

// summary says in a few lines what was found.
func summary(found Found) []string {
	list := []string{}
	for _, resp := range found.Responses {
		s := fmt.Sprintf("line %d", resp.Line)
		if resp.Proto != "" {
			s += " " + resp.Proto
		}
		if resp.Status != 0 {
			s += fmt.Sprintf(" %d", resp.Status)
		}
		if resp.Bare {
			s += " bare"
		}
		for _, n := range resp.Notes {
			s += fmt.Sprintf(", %d: %v", n.Line, n.Kind)
		}
		list = append(list, s)
		if req := resp.Request; req != nil {
			s := fmt.Sprintf("  %d > %s %s", req.Line, req.Method, req.Target)
			for _, f := range req.Fields {
				if strings.HasSuffix(strings.ToLower(f.Name), "authorization") {
					s += fmt.Sprintf(", %d: %s: %s", f.Line, f.Name, f.Value)
				}
			}
			list = append(list, s)
		}
		for _, f := range resp.Fields {
			if f.Name == "" || challengeField(strings.TrimSpace(f.Name)) != "" {
				list = append(list, fmt.Sprintf("  %d:%d %s: %s", f.Line, f.Column, f.Name, f.Value))
			}
		}
	}
	for _, m := range found.Misses {
		list = append(list, fmt.Sprintf("%d ? %s (%d)", m.Line, m.Name, m.Kind))
	}
	return list
}

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"empty lines", "\n \n\r\n", nil},

		// Heads.
		{"fold on the wire", "HTTP/1.1 401 x\r\nWWW-Authenticate: Basic\r\n realm=\"x\"\r\n\r\n", []string{"line 1 HTTP/1.1 401", "  2:18 WWW-Authenticate: Basic\r\n realm=\"x\""}},
		{"fold with a mark", "< HTTP/1.1 401 x\n< WWW-Authenticate: Basic\n<  realm=\"x\"\n<\n", []string{"line 1 HTTP/1.1 401", "  2:20 WWW-Authenticate: Basic\r\n realm=\"x\""}},
		{"blank before the colon", "HTTP/1.1 401 x\nWWW-Authenticate : A\n\n", []string{"line 1 HTTP/1.1 401", "  2:19 WWW-Authenticate : A"}},
		{"body", "HTTP/1.1 401 x\nWWW-Authenticate: A\n\nWWW-Authenticate: B\n\nWWW-Authenticate: C\n", []string{"line 1 HTTP/1.1 401", "  2:18 WWW-Authenticate: A"}},
		{"what stands in a head is what was sent", "HTTP/1.1 401 x\nWWW-Authenticate: Bearer {token}\nWWW-Authenticate:\nWWW-Authenticate: what is this\n\n", []string{"line 1 HTTP/1.1 401", "  2:18 WWW-Authenticate: Bearer {token}", "  3:17 WWW-Authenticate: ", "  4:18 WWW-Authenticate: what is this"}},
		{"body without a line end", "HTTP/1.1 401 x\nWWW-Authenticate: A\n\n{\"e\":1}HTTP/1.1 407 x\nProxy-Authenticate: B\n\n", []string{"line 1 HTTP/1.1 401", "  2:18 WWW-Authenticate: A", "line 4 HTTP/1.1 407", "  5:20 Proxy-Authenticate: B"}},
		{"body that speaks of a response", "HTTP/1.1 401 x\nWWW-Authenticate: A\n\n{\"e\":\"HTTP/1.1 401 x\"}\nIt says HTTP/1.1 401 x\n<p>HTTP/1.1 401 x</p>\n", []string{"line 1 HTTP/1.1 401", "  2:18 WWW-Authenticate: A"}},
		{"a value in quotes of HTML in a paste", "WWW-Authenticate: Basic realm=&quot;x&quot;\n", []string{"line 1, 1: undid HTML character references", "  1:18 WWW-Authenticate: Basic realm=\"x\""}},
		{"colour of HTTPie", "\x1b[34mHTTP\x1b[39;49;00m/\x1b[34m1.1\x1b[39;49;00m \x1b[34m401\x1b[39;49;00m \x1b[36mx\x1b[39;49;00m\n\x1b[36mWWW-Authenticate\x1b[39;49;00m: A\n", []string{"line 1 HTTP/1.1 401", "  2:18 WWW-Authenticate: A"}},
		{"colour from the server", "HTTP/1.1 401 x\nWWW-Authenticate: \x1b[31mA\n\n", []string{"line 1 HTTP/1.1 401", "  2:18 WWW-Authenticate: \x1b[31mA"}},
		{"progress of curl", "100  1k  100 2M 0 0 3G 4T --:--:-- 5k< HTTP/1.1 401 x\n< WWW-Authenticate: A\n", []string{"line 1 HTTP/1.1 401", "  2:20 WWW-Authenticate: A"}},

		// Joined lines.
		{"fold of a paste", "HTTP/1.1 401 x\nWWW-Authenticate: Basic\n realm=\"x\"\n\n", []string{"line 1 HTTP/1.1 401, 2: joined a line broken by copying", "  2:18 WWW-Authenticate: Basic realm=\"x\""}},
		{"several", "WWW-Authenticate: Digest realm=\"x\",\n    nonce=\"n\",\n    qop=\"auth\"\nServer: x\n", []string{"line 1, 1: joined a line broken by copying", "  1:18 WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"auth\""}},
		{"a string broken at a blank", "WWW-Authenticate: Bearer error_description=\"The access\ntoken expired\", realm=\"x\"\n", []string{"line 1, 1: joined a line broken by copying", "  1:18 WWW-Authenticate: Bearer error_description=\"The access token expired\", realm=\"x\""}},
		{"a URL broken in a head", "HTTP/1.1 401 x\nWWW-Authenticate: Bearer resource_metadata=\"https://\nh.example.com:80/x\"\nServer: x\n\n", []string{"line 1 HTTP/1.1 401, 2: joined a line broken by copying, 2: the break was inside a URL", "  2:18 WWW-Authenticate: Bearer resource_metadata=\"https://h.example.com:80/x\""}},
		{"a URL broken in a value", "Bearer resource_metadata=\"https://h/.well-known/oauth-\nprotected-resource\"\n", []string{"line 1 bare, 1: joined a line broken by copying, 1: the break was inside a URL", "  1:0 : Bearer resource_metadata=\"https://h/.well-known/oauth-protected-resource\""}},
		{"a quote that is lost is the server's", "HTTP/1.1 401 x\nWWW-Authenticate: Basic realm=\"foo\\\"\nConnection: close\n\n", []string{"line 1 HTTP/1.1 401", "  2:18 WWW-Authenticate: Basic realm=\"foo\\\""}},

		// Requests.
		{"curl -v twice", "> GET /x HTTP/1.1\n> Authorization: Basic YTpi\n> \n< HTTP/1.1 401 x\n< WWW-Authenticate: A\n< \n> GET /y HTTP/1.1\n> \n< HTTP/1.1 200 OK\n< \n", []string{"line 4 HTTP/1.1 401", "  1 > GET /x, 2: Authorization: Basic YTpi", "  5:20 WWW-Authenticate: A", "line 9 HTTP/1.1 200", "  7 > GET /y"}},
		{"HTTPie", "GET /x HTTP/1.1\nAuthorization: Bearer t\n\nHTTP/1.1 401 x\nWWW-Authenticate: A\n\n", []string{"line 4 HTTP/1.1 401", "  1 > GET /x, 2: Authorization: Bearer t", "  5:18 WWW-Authenticate: A"}},
		{"git", "=> Send header: GET /x HTTP/1.1\n=> Send header: Authorization: Basic <redacted>\n=> Send header:\n<= Recv header: HTTP/1.1 401 x\n<= Recv header: WWW-Authenticate: A\n<= Recv header:\n", []string{"line 4 HTTP/1.1 401", "  1 > GET /x, 2: Authorization: Basic <redacted>", "  5:34 WWW-Authenticate: A"}},
		{"http.client", "send: b'GET /x HTTP/1.1\\r\\nHost: h\\r\\nAuthorization: Basic YTpi\\r\\n\\r\\n'\nreply: 'HTTP/1.1 401 Unauthorized\\r\\n'\nheader: WWW-Authenticate: A\n", []string{"line 3 401", "  1 > GET /x, 1: Authorization: Basic YTpi", "  3:26 WWW-Authenticate: A"}},
		{"HAR", `[{"request":{"method":"GET","url":"http://a/","headers":[{"name":"Authorization","value":"Bearer t"}]},"response":{"status":401,"httpVersion":"h2","headers":[{"name":"WWW-Authenticate","value":"Basic"}]}},` + "\n" + `{"request":{"method":"PUT","url":"http://b/"},"response":{"status":407,"headers":[{"name":"Proxy-Authenticate","value":"Basic"}]}}]`, []string{"line 1 HTTP/2 401, 1: undid quoting", "  1 > GET http://a/, 1: Authorization: Bearer t", "  1:0 WWW-Authenticate: Basic", "line 2 407, 2: undid quoting", "  2 > PUT http://b/", "  2:0 Proxy-Authenticate: Basic"}},
		{"nuclei", `{"host":"h","response":"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n\r\n","request":"GET / HTTP/1.1\r\nAuthorization: Bearer t\r\n\r\n"}`, []string{"line 1 HTTP/1.1 401, 1: undid quoting", "  1 > GET /, 1: Authorization: Bearer t", "  1:18 WWW-Authenticate: Basic"}},
		{"zgrab2", `{"ip":"192.0.2.1","data":{"http":{"status":"success","result":{"response":{"status_line":"401 Unauthorized","status_code":401,"headers":{"www_authenticate":["Basic realm=\"x\""]}}}}}}`, []string{"line 1 401, 1: undid quoting", "  1:0 www_authenticate: Basic realm=\"x\""}},
		{"httpx", `{"status_code":401,"header":{"www_authenticate":"Basic realm=\"x\""},"raw_header":"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n"}`, []string{"line 1 HTTP/1.1 401, 1: undid quoting", "  1:0 www_authenticate: Basic realm=\"x\""}},

		// Lists.
		{"a list that cannot be taken apart", "WWW-Authenticate:[Foo a=\"b\" Bar c=\"d\"]\n", []string{"line 1, 1: took a printed list apart", "  1:18 WWW-Authenticate: Foo a=\"b\" Bar c=\"d\""}},
		{"two events of a log", "a WWW-Authenticate: Basic realm=\"x\"\nb\nc WWW-Authenticate: Basic realm=\"x\"\n", []string{"line 1", "  1:20 WWW-Authenticate: Basic realm=\"x\"", "line 3", "  3:20 WWW-Authenticate: Basic realm=\"x\""}},
		{"a sentence", "I get (WWW-Authenticate: Basic realm=\"x\"). Why?\n", []string{"line 1, 1: left out the text after the challenges", "  1:25 WWW-Authenticate: Basic realm=\"x\""}},

		// Misses.
		{"names that are nearly right", "HTTP/1.1 401 x\nWWW-Authentication: Basic\nx-amzn-Remapped-WWW-Authenticate: Bearer\nWWW-Authenticat: Basic\nWWW-Autenticate: Basic\n\n", []string{"line 1 HTTP/1.1 401", "2 ? WWW-Authentication (2)", "3 ? x-amzn-Remapped-WWW-Authenticate (3)", "4 ? WWW-Authenticat (2)", "5 ? WWW-Autenticate (2)"}},
		{"a form that is not read", "x\nit said www-authenticate, then nothing\n", []string{"2 ? www-authenticate (1)"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := summary(Find([]byte(tt.text)))
			if diff := cmp.Diff(tt.want, got); diff != "" && len(got)+len(tt.want) > 0 {
				t.Errorf("%s\n(-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestArguments(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want []string
	}{
		{[]string{`Bearer realm="x"`}, []string{"line 1 bare", `  1:0 : Bearer realm="x"`}},
		{[]string{"NTLM"}, []string{"line 1 bare", "  1:0 : NTLM"}},
		{[]string{"foo realm=x"}, []string{"line 1 bare", "  1:0 : foo realm=x"}},
		{[]string{"WWW-Authenticate: Basic realm=x", "Negotiate"}, []string{"line 1", "  1:18 WWW-Authenticate: Basic realm=x", "  2:0 : Negotiate"}},
		{[]string{"HTTP/1.1 401 x\r\nWWW-Authenticate: A\r\n\r\n"}, []string{"line 1 HTTP/1.1 401", "  2:18 WWW-Authenticate: A"}},
		{[]string{`HTTP/1.1 401 x\r\nWWW-Authenticate: A\r\n\r\n`}, []string{"line 1 HTTP/1.1 401", "  2:18 WWW-Authenticate: A"}},
		{[]string{"Bearer realm=\"x\",\n error=\"y\""}, []string{"line 1 bare, 1: joined a line broken by copying", `  1:0 : Bearer realm="x", error="y"`}},
		{[]string{`'Basic realm="x"'`}, []string{"line 1 bare, 1: undid quoting", `  1:0 : Basic realm="x"`}},
		{[]string{`{"www-authenticate":"Basic realm=\"x\""}`}, []string{"line 1, 1: undid quoting", `  1:0 www-authenticate: Basic realm="x"`}},
		{[]string{"Unauthorized"}, []string{}},
		{[]string{"https://h/?realm=x"}, []string{}},
	} {
		if diff := cmp.Diff(tt.want, summary(Arguments(tt.args))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.args, diff)
		}
	}
}

// blocks reads a text block by block.
func blocks(t testing.TB, r io.Reader) (found Found, n int) {
	s := NewSplitter(r)
	for {
		b, err := s.Next()
		if err == io.EOF {
			return found, n
		}
		if err != nil {
			t.Fatal(err)
		}
		if b.Len() > maxBlock {
			t.Fatalf("a block of %d bytes", b.Len())
		}
		n++
		f := b.Find()
		found.Responses = append(found.Responses, f.Responses...)
		found.Misses = append(found.Misses, f.Misses...)
	}
}

// TestBlocks reads logs of many blocks: each response is found once, on its line.
func TestBlocks(t *testing.T) {
	for name, record := range map[string]string{
		"curl -i":    "HTTP/1.1 401 x\r\nServer: y\r\nWWW-Authenticate: Basic realm=\"%d\"\r\n\r\n<p>WWW-Authenticate: Basic\r\n\r\n",
		"HTTPie":     "GET /%[1]d HTTP/1.1\nHost: h\n\nHTTP/1.1 401 x\nWWW-Authenticate: Basic realm=\"%[1]d\"\n\nbody\n\n",
		"curl -v":    "* Trying\n> GET /%[1]d HTTP/1.1\n> Host: h\n> \n< HTTP/1.1 401 x\n< WWW-Authenticate: Basic realm=\"%[1]d\"\n< \nHTTP/1.1 200 of a body\n",
		"files":      "\ufeffHTTP/1.1 401 x\r\nServer: y\r\nWWW-Authenticate: Basic realm=\"%d\"\r\n\r\n<p>not HTTP/1.1</p>\n",
		"Insomnia":   "> GET /%[1]d HTTP/1.1\n> Host: h\n\n* Mark\n\n< HTTP/1.1 401 x\n< Server: y\n< WWW-Authenticate: Basic realm=\"%[1]d\"\n",
		"ngrep":      "T 10.0.0.1:80 -> 10.0.0.2:4711 [AP] #%[1]d\n  HTTP/1.1 401 x..WWW-Authenticate: Basic realm=\"%[1]d\"....\n\n",
		"a comment":  "# HTTP/1.1 401 x\n# Server: y\n# WWW-Authenticate: Basic realm=\"%d\"\n# \n" + strings.Repeat("a line of a body\n", 700),
		"container":  "web-1  | GET /%[1]d HTTP/2\nweb-1  | Host: h\nweb-1  | \nweb-1  | HTTP/2 401 x\nweb-1  | Server: y\nweb-1  | WWW-Authenticate: Basic realm=\"%[1]d\"\nweb-1  | \n",
		"map in log": "12:34:56 {\n12:34:56   \"Server\": \"y\",\n12:34:56   \"WWW-Authenticate\": \"Basic realm=\\\"%[1]d\\\"\"\n12:34:56 }\n",
		"JSON lines": "{\"status\":401,\"request\":{\"method\":\"GET\",\"url\":\"/%[1]d\"},\"headers\":{\"WWW-Authenticate\":[\"Basic realm=\\\"%[1]d\\\"\"]}}\n",
		"log":        "2026-11-21 client: WWW-Authenticate: Basic realm=\"%d\"\nof no interest\n",
		"values":     "st=401 wa=\"Basic realm=\\x22%d\\x22\"\nst=200 wa=\"-\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			var lines []int
			n := 0
			for line := 1; b.Len() < 5<<19; n++ {
				at := b.Len()
				fmt.Fprintf(&b, record, n)
				begin := strings.Index(b.String()[at:], " 401 x")
				lines = append(lines, line+strings.Count(b.String()[at:at+max(begin, 0)], "\n"))
				line += strings.Count(b.String()[at:], "\n")
			}
			found, count := blocks(t, strings.NewReader(b.String()))
			least := 2
			if strings.Contains(record, "HTTP/1.1 401") {
				least = b.Len() / headBlock // heads come in short blocks
			}
			if count < least || len(found.Responses) != n {
				t.Fatalf("%d responses in %d blocks, want %d in at least %d", len(found.Responses), count, n, least)
			}
			for k, resp := range found.Responses {
				if want := fmt.Sprintf(`Basic realm="%d"`, k); resp.Fields[len(resp.Fields)-1].Value != want || resp.Line != lines[k] {
					t.Fatalf("%d: line %d, want %d; %+v", k, resp.Line, lines[k], resp)
				}
				if hasRequest := strings.Contains(record, "GET"); hasRequest && (resp.Request == nil || strings.Trim(resp.Request.Target, "/") != fmt.Sprint(k)) {
					t.Fatalf("%d: %+v", k, resp.Request)
				}
			}
		})
	}
}

// TestDenseBlocks checks that a block has no more responses than a block of heads may have.
func TestDenseBlocks(t *testing.T) {
	for _, record := range []string{
		"12:12:12 HTTP/1.1 401 Unauthorized\n", "web-1  | HTTP/2 401\n", "{\"www-authenticate\":\"Basic\"}\n", "www-authenticate: Basic\n\n",
		"www-authenticate: [Basic NTLM]\n\n", "12:12:12 www-authenticate=\"Basic realm=x\"\n",
	} {
		const n = 100_000
		s := NewSplitter(strings.NewReader(strings.Repeat(record, n)))
		all := 0
		for {
			b, err := s.Next()
			if err == io.EOF {
				break
			}
			found := b.Find()
			if all += len(found.Responses); len(found.Responses) > blockSize/density {
				t.Errorf("%q: %d responses in a block of %d bytes", record, len(found.Responses), b.Len())
				break
			}
		}
		if all == 0 {
			t.Errorf("%q: no responses", record)
		}
	}
}

// TestLateHeads checks that what is far before the first head is read as it is in a short text.
func TestLateHeads(t *testing.T) {
	line := "a line of a log\n"
	before := strings.Repeat(line, 2*headBlock/len(line)) + "client: WWW-Authenticate: Basic realm=\"0\"\n" + strings.Repeat(line, headBlock/len(line))
	heads := strings.Repeat("HTTP/1.1 401 x\nWWW-Authenticate: Basic realm=\"1\"\n\n", 1<<15)
	found, _ := blocks(t, strings.NewReader(before+heads))
	if len(found.Responses) != 1+1<<15 || found.Responses[0].Fields[0].Value != `Basic realm="0"` {
		t.Errorf("%d responses, the first is %+v", len(found.Responses), found.Responses[0])
	}
}

// TestLargeInput reads texts without a place to split them. Blocks are bounded, and what is after is found.
func TestLargeInput(t *testing.T) {
	response := "\nHTTP/1.1 401 x\nWWW-Authenticate: Basic realm=\"x\"\n\n"
	for name, junk := range map[string]string{
		"a line": strings.Repeat("x", 2*maxBlock), "NUL": strings.Repeat("\x00", 2*maxBlock), "lines": strings.Repeat("x\n", maxBlock),
		"quotes": strings.Repeat(`"`, maxBlock), "brackets": strings.Repeat("[", maxBlock), "indented": strings.Repeat(" x\n", maxBlock),
	} {
		found, _ := blocks(t, strings.NewReader(junk+response))
		if got := canonical(found); !slices.Equal(got, []string{`Basic realm="x"`}) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestReaders checks that it does not matter how the bytes arrive.
func TestReaders(t *testing.T) {
	text := "GET / HTTP/1.1\n\nHTTP/1.1 401 x\nWWW-Authenticate: Basic realm=\"x\"\n\n"
	want := summary(Find([]byte(text)))
	for name, r := range map[string]io.Reader{
		"byte by byte": iotest.OneByteReader(strings.NewReader(text)), "halves": iotest.HalfReader(strings.NewReader(text)), "error with data": iotest.DataErrReader(strings.NewReader(text)),
		"gzip": strings.NewReader(gzipped(text)), "UTF-16 in gzip": strings.NewReader(gzipped(asUTF16(text, false))), "UTF-16": iotest.OneByteReader(strings.NewReader(asUTF16(text, true))),
	} {
		found, _ := blocks(t, r)
		if diff := cmp.Diff(want, summary(found)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	// What was readable before an error is not lost.
	s := NewSplitter(io.MultiReader(strings.NewReader(text), iotest.ErrReader(os.ErrClosed)))
	b, err := s.Next()
	if err != nil || !slices.Equal(summary(b.Find()), want) {
		t.Errorf("%v, %v", b.Find(), err)
	}
	if _, err := s.Next(); err != os.ErrClosed {
		t.Errorf("error %v", err)
	}
}

// FuzzFind reads any bytes. Each place is one of the text, and no more is found than there was.
func FuzzFind(f *testing.F) {
	seeds := mutate.Of(f)
	paths, _ := filepath.Glob("testdata/forms/*")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		seeds.Add(text)
	}
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, text []byte) {
		found := Find(text)
		again, _ := blocksOrNone(iotest.OneByteReader(bytes.NewReader(text)))
		if diff := cmp.Diff(summary(found), summary(again)); diff != "" {
			t.Fatalf("byte by byte (-want +got):\n%s", diff)
		}
		lines := 1 + max(bytes.Count(text, []byte("\n")), bytes.Count(text, []byte("\r")))
		if bytes.HasPrefix(text, []byte("\x1f\x8b")) {
			lines = 1 << 30
		}
		for _, resp := range found.Responses {
			if resp.Line < 1 || resp.Line > lines {
				t.Fatalf("line %d of %d", resp.Line, lines)
			}
			for _, field := range resp.Fields {
				if field.Line < 1 || field.Line > lines {
					t.Fatalf("line %d of %d", field.Line, lines)
				}
			}
		}
		Arguments([]string{string(text)})
	})
}

func blocksOrNone(r io.Reader) (found Found, err error) {
	s := NewSplitter(r)
	for {
		b, err := s.Next()
		if err != nil {
			return found, err
		}
		f := b.Find()
		found.Responses = append(found.Responses, f.Responses...)
		found.Misses = append(found.Misses, f.Misses...)
	}
}

// heads returns the heads of the captures.
func heads(t testing.TB) (list []printedHead) {
	paths, err := filepath.Glob("../../testdata/captures/*.http")
	if err != nil || len(paths) == 0 {
		t.Fatal("no captures", err)
	}
	for _, path := range paths {
		capture, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		resp := Find(capture).Responses[0]
		h := printedHead{proto: resp.Proto, status: resp.Status, reason: "Unauthorized"}
		for _, field := range resp.Fields {
			h.fields = append(h.fields, [2]string{field.Name, field.Value})
		}
		list = append(list, h)
	}
	return list
}

var junkLines = []string{
	"{", "[\n[", "\"", "it's", "x: y", "0000: 41", "- ", "a, b", "<p>", "```", "2026-11-21 INFO user=y", "* Trying", "\t}", `{"a":1}`, "> x", "< x",
	"export REALM=staff", "Traceback (most recent call last):", "Name\tValue", "a | b", "$ curl -i h", "00000010  41 42", "\\", "%", "()", "status: 200", "map[a:[b]]",
}

// TestJunk puts lines of junk around captures as programs print them. They change nothing.
func TestJunk(t *testing.T) {
	list := heads(t)
	for k, p := range printers {
		switch p.name {
		case "UTF-16", "UTF-16 with a mark", "gzip", "lone CR":
			continue // not lines of text
		}
		for j, junk := range junkLines {
			h := list[(k*len(junkLines)+j)%len(list)]
			if p.ok != nil && !p.ok(h) {
				continue
			}
			text := p.print(h)
			want := canonical(Find([]byte(text)))
			for _, gap := range []string{"\n\n", "\n"} {
				if got := canonical(Find([]byte(junk + gap + text + gap + junk + "\n"))); !slices.Equal(got, want) {
					t.Errorf("%s, with %q around, gap %q:\n%s\n(-want +got):\n%s", p.name, junk, gap, text, cmp.Diff(want, got))
				}
			}
		}
	}
}

// FuzzJunk puts lines of junk around a capture as a program prints it. They change nothing.
func FuzzJunk(f *testing.F) {
	seeds := mutate.Of(f)
	heads := heads(f)
	for i, junk := range junkLines {
		seeds.Add(uint(i), uint(3*i), junk, junk)
	}
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, i, j uint, before, after string) {
		p, h := printers[i%uint(len(printers))], heads[j%uint(len(heads))]
		switch p.name {
		case "UTF-16", "UTF-16 with a mark", "gzip", "lone CR":
			return // not lines of text
		}
		for _, junk := range []string{before, after} {
			lower := strings.ToLower(junk)
			for k := range len(junk) {
				if junk[k] < 0x20 && junk[k] != '\n' && junk[k] != '\t' {
					return
				}
			}
			if len(junk) > 1<<12 || strings.Contains(lower, "authenticat") || strings.Contains(lower, "http") || !utf8.ValidString(junk) || strings.ContainsAny(junk, "=\ufeff") || speaksOfScheme(lower) {
				return
			}
		}
		if p.ok != nil && !p.ok(h) {
			return
		}
		text := p.print(h)
		want := canonical(Find([]byte(text)))
		if got := canonical(Find([]byte(before + "\n\n" + text + "\n\n" + after + "\n"))); !slices.Equal(got, want) {
			t.Fatalf("%s, with %q before and %q after (-want +got):\n%s", p.name, before, after, cmp.Diff(want, got))
		}
	})
}

func speaksOfScheme(lower string) bool {
	for _, scheme := range []string{"basic", "bearer", "digest", "negotiate", "ntlm"} {
		if strings.Contains(lower, scheme) {
			return true
		}
	}
	return false
}

// TestFieldLine checks that a field line is read to its end, also without a response around it, and that a
// sentence is not.
func TestFieldLine(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"WWW-Authenticate: Basic realm=My Home", "Basic realm=My Home"},
		{"WWW-Authenticate: Basic realm=My Home, charset=\"UTF-8\"", "Basic realm=My Home, charset=\"UTF-8\""},
		{"WWW-Authenticate: Bearer realm=a b, error=c d e", "Bearer realm=a b, error=c d e"},
		{"Date: x\nWWW-Authenticate: Basic realm=My Home\nServer: y", "Basic realm=My Home"},
		{"Date: x\nWWW-Authenticate: Basic realm=\"x\" y z\nServer: y", "Basic realm=\"x\" y z"},
		{"  WWW-Authenticate: Basic realm=My Home\r\n  Server: y\r\n", "Basic realm=My Home"},
		{"WWW-Authenticate: Basic realm=\"x\" is what it sends.", "Basic realm=\"x\""},
		{"It sends WWW-Authenticate: Basic realm=x and then nothing.", "Basic realm=x"},
	} {
		found := Find([]byte(tt.text + "\n"))
		var got []string
		for _, resp := range found.Responses {
			for _, f := range resp.Fields {
				if IsChallengeField(f.Name) {
					got = append(got, f.Value)
				}
			}
		}
		if len(got) != 1 || got[0] != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestSeparatorAtEnd checks that a scheme with nothing but a separator after it is read.
func TestSeparatorAtEnd(t *testing.T) {
	for _, value := range []string{"Bearer ,", "Bearer;", "Bearer; ", "OAuth ,\t", "Digest ;"} {
		found := Find([]byte("WWW-Authenticate: " + value))
		if len(found.Responses) != 1 || len(found.Responses[0].Fields) != 1 {
			t.Errorf("%q: %+v", value, found)
		}
	}
}

// TestSentThenHead checks that a request as curl -v shows it may come before a head without marks.
func TestSentThenHead(t *testing.T) {
	found := Find([]byte("> GET /v2/ HTTP/1.1\n> Host: h\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic\n\n"))
	if len(found.Responses) != 1 || found.Responses[0].Request == nil || len(found.Responses[0].Request.Fields) != 1 {
		t.Fatalf("%+v", found)
	}
	if q := found.Responses[0].Request; q.Target != "/v2/" || !q.Head {
		t.Errorf("%+v", q)
	}
}

// TestHalfMarked checks that a request with a mark only on its first line is not taken for complete.
func TestHalfMarked(t *testing.T) {
	found := Find([]byte("> GET / HTTP/1.1\nHost: h\nAuthorization: Bearer x\n\n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Basic\n<\n"))
	if len(found.Responses) != 1 || found.Responses[0].Request == nil || found.Responses[0].Request.Head {
		t.Errorf("%+v", found)
	}
}

// TestBeside checks that the fields and the credentials beside challenge fields outside a head are read.
func TestBeside(t *testing.T) {
	for _, tt := range []struct{ text, nonce, sent, target string }{
		{`{'www-authenticate': 'DPoP error="use_dpop_nonce"', 'DPoP-Nonce': 'n0nce-1'}`, "n0nce-1", "", ""},
		{`{"dpop-nonce": "n0nce-1", 'www-authenticate': 'DPoP error="use_dpop_nonce"'}`, "n0nce-1", "", ""},
		{`map[Dpop-Nonce:[n0nce-1] Www-Authenticate:[DPoP error="use_dpop_nonce"]]`, "n0nce-1", "", ""},
		{"headers: { Authorization: 'Bearer abc' }, url: 'https://h/x' },\nheaders: { 'www-authenticate': 'Basic realm=\"x\"' }", "", "Bearer abc", "https://h/x"},
		{"r.go:1] curl -v -XGET -H \"Authorization: Bearer <masked>\" 'https://h/x'\nr.go:2] Www-Authenticate: Basic realm=\"x\"", "", "Bearer <masked>", "https://h/x"},
		{"$ curl -H 'Authorization: Basic abc' -i https://h/x\nHTTP/1.1 401 x\nWWW-Authenticate: Basic realm=\"x\"\n", "", "Basic abc", "https://h/x"},
		{"access-control-allow-headers: Authorization, Range\n\nx www-authenticate: Basic realm=\"x\"", "", "", ""},
	} {
		found := Find([]byte(tt.text + "\n"))
		if len(found.Responses) != 1 {
			t.Errorf("%q: %+v", tt.text, found)
			continue
		}
		resp := found.Responses[0]
		var nonce, sent, target string
		for _, f := range resp.Fields {
			if f.Name == "DPoP-Nonce" {
				nonce = f.Value
			}
		}
		if q := resp.Request; q != nil && len(q.Fields) > 0 {
			sent, target = q.Fields[0].Value, q.Target
		}
		if nonce != tt.nonce || sent != tt.sent || target != tt.target {
			t.Errorf("%q: %q, %q, %q; want %q, %q, %q", tt.text, nonce, sent, target, tt.nonce, tt.sent, tt.target)
		}
	}
}
