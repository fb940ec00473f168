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
//	  explain     what each challenge means, where it departs from RFC 9110, what a
//	              client should do next, and what the server should send (the
//	              default)
//	  fmt         the challenges in canonical form, one per line
//	  vet         what a server should not send: what breaks a standard (an error),
//	              and what known clients do not understand (a warning)
//	  get         make one request, and explain the answer
//	  probe       take the way of an OAuth or MCP client from a request without
//	              credentials to the authorization server, and say whether it
//	              arrives
//	  survey      count what servers send, over logs of any size: schemes,
//	              parameters, departures, findings and products, with an example of
//	              each
//	  completion  print a script that completes commands, flags and their values
//	  man         print the manual page
//	  version     print the version, and what it was built from
//	  help        print this help, or that of a command
//
//	VALUEs are the field lines of one response, with or without the field name.
//	FILE, @FILE, or standard input if there is no argument or it is -, is a text
//	that holds responses or fields in any form in which a program prints them: curl,
//	git, HTTPie, browsers, logs, HAR, JSON, dumps of Python, Node and Go, and
//	others. An argument that is a challenge is not taken for a file; with @ it
//	always is one.
//
//	Flags of explain
//	  -color auto|always|never
//	              use colour if the output is a terminal (auto), always, or never
//	  -for client|server
//	              show what a client should do next, or what the server should
//	              change
//	  -json       print each response as a JSON object on a line of its own
//	  -redact     hide secrets, to show the output to others
//	  -short      print a few lines; with -json, only what was read
//
//	Flags may stand before and after the other arguments, with one dash or two.
//	wwwauth COMMAND -h has those of a command, with examples.
//
//	Exit status
//	  explain: 0 conforms, 1 readable after repair, 2 nothing readable, 3 no
//	  challenge found; of several responses the largest counts.
//	  fmt: as for explain.
//	  vet: 0 no error, 1 errors (see -fail-on), 3 nothing to check.
//	  get: as for explain; 69 no answer.
//	  probe: 0 a client can sign in, 1 it cannot, 3 it need not; 69 no answer.
//	  survey: 0 counted, 3 no response found; 130 interrupted.
//	  All: 64 wrong usage, 66 input that cannot be read, 69 no answer from the
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
