//go:build unix

package servers

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/programs"
	"github.com/seed-903fb8fe/wwwauth/interop/tables"
)

// TestNginx is about auth_basic, which escapes nothing.
func TestNginx(t *testing.T) {
	nginx := programs.Find(t, "nginx")
	s := server{"nginx", programs.Version(t, nginx, "-v"), "basic"}
	port, upstream, dir := programs.Port(t), programs.Port(t), t.TempDir()

	var locations strings.Builder
	var requests []request
	add := func(realm, note string) {
		n := len(requests)
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(realm)
		fmt.Fprintf(&locations, "location /%d { auth_basic \"%s\"; auth_basic_user_file users; }\n", n, quoted)
		requests = append(requests, request{name: "realm " + tables.Code(realm), port: port, target: fmt.Sprintf("/%d", n), want: basic(realm), note: note})
	}
	for _, realm := range []string{plain, quotes, backslash, comma, utf8, latin1, injection} {
		add(realm, why(realm))
	}
	add("a\tb", "")
	add(`C:\`, "The backslash at the end of the realm escapes the closing quote, so the quoted string does not end. Parse ends it with the line, and reads that quote as part of it.")
	add("", "")

	fmt.Fprintf(&locations, `
		location /both {
			satisfy any;
			auth_basic "Private Area";
			auth_basic_user_file users;
			auth_request /ask;
		}
		location /ask { internal; proxy_pass http://127.0.0.1:%[1]d; }
		location /pass { proxy_pass http://127.0.0.1:%[1]d; }
	}
	server {
		listen 127.0.0.1:%[1]d;
		add_header WWW-Authenticate 'Bearer realm="first"' always;
		add_header WWW-Authenticate 'Basic realm="second"' always;
		location / { return 401; }`, upstream)
	bearer, second := wwwauth.NewChallenge("Bearer", "realm", "first"), wwwauth.NewChallenge("Basic", "realm", "second")
	requests = append(requests,
		request{name: "`proxy_pass` to a server that sends two lines", port: port, target: "/pass", want: []wwwauth.Challenge{bearer, second}},
		request{name: "`satisfy any` of auth_basic, and auth_request to a server that sends two lines", port: port, target: "/both",
			want: append(basic(plain), bearer, second), note: "nginx passes on the first line from auth_request, and drops the others."},
	)

	file(t, dir, "users", "")
	config := file(t, dir, "nginx.conf", `
		daemon off;
		master_process off;
		pid nginx.pid;
		error_log stderr;
		events {}
		http {
			access_log off;
			client_body_temp_path body;
			proxy_temp_path proxy;
			fastcgi_temp_path fastcgi;
			uwsgi_temp_path uwsgi;
			scgi_temp_path scgi;
			server { listen 127.0.0.1:%d; %s }
		}`, port, locations.String())
	programs.Serve(t, exec.Command(nginx, "-p", dir, "-e", "stderr", "-c", config), port, upstream)
	s.check(t, requests...)
}
