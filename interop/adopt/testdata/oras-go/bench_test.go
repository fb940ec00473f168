package auth

import "testing"

func BenchmarkParse(b *testing.B) {
	const header = `Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"`
	for b.Loop() {
		if scheme, params := parseChallenge(header); scheme != SchemeBearer || params["service"] != "registry.docker.io" {
			b.Fatal(scheme, params)
		}
	}
}
