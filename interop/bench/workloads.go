package main

import "strings"

// A workload is field lines that all parsers read.
type workload struct {
	name  string
	what  string
	lines func(size int) []string // of about size bytes, if it grows
	grows bool
}

// size is that of the workloads that grow.
const size = 64 << 10

const (
	docker = `Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"`
	mcp    = `Bearer realm="example", error="invalid_token", error_description="The access token expired", resource_metadata="https://example.com/.well-known/oauth-protected-resource/mcp"`
	sha256 = `Digest realm="http-auth@example.org", domain="/", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", stale=false, charset=UTF-8, userhash=true`
	md5    = `Digest realm="http-auth@example.org", domain="/", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", stale=false, charset=UTF-8, userhash=true`
	basic  = `Basic realm="http-auth@example.org"`
)

var negotiate = "Negotiate " + strings.Repeat("YII/x+9z", 256)

// workloads are those of bench_test.go in the root, and two more: "digest, apart" for parsers that read
// one challenge in a line, and "commas within", conforming as well, that no parser can leave early.
var workloads = []workload{
	{name: "bare", what: "`Bearer`", lines: fixed("Bearer")},
	{name: "docker", what: "the challenge of Docker Hub", lines: fixed(docker)},
	{name: "mcp", what: "a challenge of an MCP server", lines: fixed(mcp)},
	{name: "digest", what: "Digest twice, with all parameters of RFC 7616, and Basic on one line; on a second one Negotiate with 2 KiB of token68",
		lines: fixed(sha256+", "+md5+", "+basic, negotiate)},
	{name: "digest, apart", what: "the same four challenges, each on a line", lines: fixed(sha256, md5, basic, negotiate)},
	{name: "commas", what: "64 KiB of commas, and nothing else", grows: true, lines: repeat("", ",", "")},
	{name: "commas within", what: "64 KiB of commas between two parameters of Bearer", grows: true, lines: repeat("Bearer a=b", ",", "c=d")},
	{name: "escapes", what: "a value of 64 KiB of escaped quotes", grows: true, lines: repeat(`A b="`, `\"`, `"`)},
	{name: "quoted", what: "a value of 64 KiB, quoted", grows: true, lines: repeat(`A b="`, "x", `"`)},
}

func fixed(lines ...string) func(int) []string { return func(int) []string { return lines } }

func repeat(before, middle, after string) func(int) []string {
	return func(size int) []string {
		return []string{before + strings.Repeat(middle, size/len(middle)) + after}
	}
}
