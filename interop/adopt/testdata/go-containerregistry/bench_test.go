package authchallenge

import (
	"net/http"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	header := http.Header{"Www-Authenticate": {
		`Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"`,
	}}
	for b.Loop() {
		if challenges := parseAuthHeader(header); len(challenges) != 1 || challenges[0].Parameters["service"] != "registry.docker.io" {
			b.Fatal(challenges)
		}
	}
}
