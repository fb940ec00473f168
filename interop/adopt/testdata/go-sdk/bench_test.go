package oauthex

import "testing"

func BenchmarkParse(b *testing.B) {
	headers := []string{
		`Bearer realm="example", error="invalid_token", error_description="The access token expired", resource_metadata="https://example.com/.well-known/oauth-protected-resource/mcp"`,
	}
	for b.Loop() {
		if challenges, err := ParseWWWAuthenticate(headers); err != nil || challenges[0].Params["error"] != "invalid_token" {
			b.Fatal(challenges, err)
		}
	}
}
