package auth

import "testing"

func BenchmarkParse(b *testing.B) {
	headers := []string{
		`Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"`,
	}
	for b.Loop() {
		if challenges, err := ParseAuthHeaders(headers); err != nil || challenges[0].params["service"] != "registry.docker.io" {
			b.Fatal(challenges, err)
		}
	}
}
