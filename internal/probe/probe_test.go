package probe

import (
	"testing"

	"github.com/seed-903fb8fe/wwwauth/discovery"
)

// TestIsPrivate checks that a user who probes a server in a private network is told about -private.
func TestIsPrivate(t *testing.T) {
	pr := Probe{Request: Request{URL: "https://MCP.example/mcp"}}
	for url, want := range map[string]bool{"https://mcp.example/.well-known/x": true, "https://other.example/": false} {
		pr.result = &discovery.Result{Steps: []discovery.Step{{URL: url, Outcome: discovery.PrivateAddress}}}
		if got := pr.IsPrivate(); got != want {
			t.Errorf("%s: %v", url, got)
		}
	}
}
