package transport

import "testing"

func BenchmarkParse(b *testing.B) {
	headers := []string{
		`Bearer realm="example", error="invalid_token", error_description="The access token expired", resource_metadata="https://example.com/.well-known/oauth-protected-resource/mcp"`,
	}
	for b.Loop() {
		if u := extractResourceMetadataURL(headers); u != "https://example.com/.well-known/oauth-protected-resource/mcp" {
			b.Fatal(u)
		}
	}
}
