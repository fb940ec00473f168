//go:build exhaustive

package lint_test

import (
	"testing"

	"github.com/seed-903fb8fe/wwwauth/lint"
)

// TestHostileLong checks that time grows with the length of what was sent: 32 times the length may take 256 times as
// long, between the 32 of what is linear and the 1024 of what is quadratic.
func TestHostileLong(t *testing.T) {
	for name, shape := range hostile {
		few, many := nsPerOp(hostileMessage(shape(8<<10))), nsPerOp(hostileMessage(shape(256<<10)))
		if many > 256*few {
			t.Errorf("%s: %d ns for 32 times the length of what takes %d", name, many, few)
		}
	}
}

func nsPerOp(m lint.Message) int64 {
	return testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			lint.Check(m, lint.MCP, lint.Registry)
			lint.Fix(m, lint.MCP, lint.Registry)
		}
	}).NsPerOp()
}
