// Wwwauth explains the authentication challenges of an HTTP response: what WWW-Authenticate and
// Proxy-Authenticate mean, what is wrong with them, and what to do next. It also checks what a server
// sends, asks a server itself, and finds out whether a client can sign in.
//
//	go install github.com/seed-903fb8fe/wwwauth/cmd/wwwauth@latest
//
// It has this help; docs/COMMAND.md explains more, with examples.
//
//	Usage: wwwauth [COMMAND] [FLAGS] [ARGUMENTS]
//
//	Explains the authentication challenges of an HTTP response: the contents of its
//	WWW-Authenticate and Proxy-Authenticate fields.
//
//	Commands
//	  explain     explain what each challenge means, where it departs from RFC 9110,
//	              what a client should do next, and what the server should send (the
//	              default)
//	  fmt         print the challenges in canonical form, one per line
//	  vet         find what a server should not send: what breaks a standard (an
//	              error), and what known clients do not understand (a warning)
//	  get         make one request, and explain the response
//	  probe       check whether a client can sign in: make the requests of an OAuth
//	              or MCP client, from one without credentials to the metadata of the
//	              authorization server
//	  survey      count what servers send, in logs of any size: schemes, parameters,
//	              departures, findings and products, with an example of each
//	  completion  print a shell script that completes commands, flags and their
//	              values
//	  man         print the manual page
//	  version     print the version and what it was built from
//	  help        print this help, or the help of a command
//
//	The VALUEs are the field lines of one response, with or without the field name.
//	Each FILE or @FILE holds responses or fields as some program printed them: curl,
//	git, HTTPie, a browser, a log, HAR, JSON, a dump of Python, Node or Go, and many
//	others. Without arguments, or with -, standard input is read. An argument that
//	is a challenge is not a file name; with @ it always is one.
//
//	Flags of explain
//	  -color auto|always|never
//	              use colour if the output is a terminal (auto), always, or never
//	  -for client|server
//	              show what a client should do next, or what the server should
//	              change
//	  -json       print each response as a JSON object on a line of its own
//	  -redact     hide secrets, so that the output can be shown to others
//	  -short      print a few lines; with -json, only what was read
//
//	Flags may come before or after the other arguments, with one dash or two.
//	wwwauth COMMAND -h lists the flags of a command, with examples.
//
//	Exit status
//	  explain: 0 conforms, 1 readable after repair, 2 nothing readable, 3 no
//	  challenge found; of several responses the largest counts.
//	  fmt: as for explain.
//	  vet: 0 no error, 1 errors (see -fail-on), 3 nothing to check.
//	  get: as for explain; 69 no response.
//	  probe: 0 a client can sign in, 1 it cannot, 3 it need not; 69 no response.
//	  survey: 0 counted, 3 no response found; 130 interrupted.
//	  All: 64 wrong usage, 66 input that cannot be read, 69 no response from the
//	  network, 74 output that cannot be written.
//
//	Examples
//	  wwwauth 'Bearer realm="example" error="invalid_token"'
//	  curl -si https://registry-1.docker.io/v2/ | wwwauth
//	  curl -sv https://localhost:9200 2>&1 | wwwauth -redact
//	  wwwauth -for server response.txt
//	  wwwauth *.http
//	  wwwauth fmt "Basic realm='My Home', Negotiate"
//	  wwwauth vet -strict -credentials none -profile mcp @response.txt
//	  wwwauth vet -format sarif *.http > wwwauth.sarif
//	  wwwauth vet -explain bearer-not-first
//	  wwwauth get https://registry-1.docker.io/v2/
//	  wwwauth get -kL -u joe https://printer.example/
//	  wwwauth probe https://mcp.example.com/mcp
//	  wwwauth probe -markdown https://mcp.example.com/mcp
package main
