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
