package input

import (
	"strings"
	"testing"
)

// TestQuotedMail checks that a text is read in a quoted mail, where each line begins with ">", as it is without.
func TestQuotedMail(t *testing.T) {
	for name, text := range map[string]string{
		"value on the next line": "www-authenticate\nBearer realm=\"api\"\nserver\nnginx\n",
		"YAML":                   "headers:\n  WWW-Authenticate:\n  - Bearer realm=\"api\"\n",
		"several strings":        "{'WWW-Authenticate': 'Bearer '\n                     'realm=\"api\"'}\n",
		"a broken line":          "WWW-Authenticate: Bearer\nrealm=\"api\"\n",
		"curl -v":                "> GET / HTTP/1.1\n> Host: h\n> \n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Bearer realm=\"api\"\n< \n",
		"a dump":                 "<= Recv header, 27 bytes (0x1b)\n0000: HTTP/1.1 401 Unauthorized\n<= Recv header, 38 bytes (0x26)\n0000: WWW-Authenticate: Bearer realm=\"api\"\n",
		"lines of fields":        "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"api\"\n\nWWW-Authenticate: Basic realm=\"body\"\n",
	} {
		want := canonical(Find([]byte(text)))
		if len(want) != 1 || !strings.HasSuffix(want[0], `realm="api"`) {
			t.Errorf("%s: %q", name, want)
		}
		for _, mark := range []string{"> ", ">", ">> ", "> > > "} {
			quoted := mark + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+mark) + "\n"
			for _, mail := range []string{quoted, "On Monday, Joe wrote:\n" + quoted + "\nWhat does it mean?\n"} {
				if got := canonical(Find([]byte(mail))); strings.Join(got, "|") != strings.Join(want, "|") {
					t.Errorf("%s: %q, want %q from\n%s", name, got, want, mail)
				}
			}
		}
	}
}

// TestQuotedPrintable checks that only the lines in quoted-printable are decoded, and that the others keep their numbers.
func TestQuotedPrintable(t *testing.T) {
	const (
		field   = "WWW-Authenticate: Bearer realm=3D\"https://auth.example.com/token\", error=3D=\n\"invalid_token\"\n"
		encoded = "HTTP/1.1 401 x\n" + field + "\n"
		plain   = "HTTP/1.1 401 x\nWWW-Authenticate: Negotiate YII=\nWWW-Authenticate: Basic realm=\"x\", a=\"b=20c\"\n\n"
		packet  = "T 10.0.0.1:80 -> 10.0.0.2:4711 [AP] #6\n  HTTP/1.1 401 x..WWW-Authenticate: Basic realm=\"n\"....\n\n"
		bytes   = "response: SFRUUC8xLjEgNDAxIHgNCldXVy1BdXRoZW50aWNhdGU6IEJhc2ljIHJlYWxtPSJ4IiwgYT0iYj0yMGMiDQoNCg==\n"
	)
	bearer := `Bearer realm="https://auth.example.com/token", error="invalid_token"`
	basic := `Basic realm="x", a="b=20c"`
	for name, tt := range map[string]struct {
		text, want string
		line       int // of the last response
	}{
		"a mail":                   {encoded, bearer, 1},
		"a response before a mail": {plain + encoded, "Negotiate YII=|" + basic + "|" + bearer, 5},
		"a response after a mail":  {encoded + plain, bearer + "|Negotiate YII=|" + basic, 5},
		"a URL in a log":           {"GET /?a=3D\"b\" x=y\n" + plain, "Negotiate YII=|" + basic, 2},
		"ngrep after a mail":       {field + "\n" + packet, bearer + `|Basic realm="n"`, 5},
		"base64 after a mail":      {"realm=3D\"https://auth.example.com/token\", error=3D\"some_longer_error\"=\n\nx\n" + bytes, basic, 4},
	} {
		found := Find([]byte(tt.text))
		if got := strings.Join(canonical(found), "|"); got != tt.want || found.Responses[len(found.Responses)-1].Line != tt.line {
			t.Errorf("%s: %q, want %q on line %d: %+v", name, got, tt.want, tt.line, found.Responses)
		}
	}
}
