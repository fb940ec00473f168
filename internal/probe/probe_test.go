package probe

import (
	"context"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

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

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// TestLate checks what a user is told if the time to wait has passed, whoever notices it first.
func TestLate(t *testing.T) {
	for _, err := range []error{
		context.DeadlineExceeded,
		&net.OpError{Op: "dial", Net: "tcp", Err: context.DeadlineExceeded},
		&net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded},
		&net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded},
	} {
		r := Request{Method: "GET", URL: "http://a.example/", Timeout: time.Hour}
		_, got := r.send(t.Context(), failing{err})
		if text := Explain(got, false); text != "no response within 1h0m0s" {
			t.Errorf("%v: %s", err, text)
		}
	}
}
