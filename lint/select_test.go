package lint_test

import (
	"testing"

	"github.com/seed-903fb8fe/wwwauth/lint"
)

// TestSelect checks that a rule that is not run would have found nothing.
func TestSelect(t *testing.T) {
	for name, m := range allMessages(t) {
		if rules := lint.Passed(m.Message, m.profiles...); len(rules) > 0 {
			t.Errorf("%s: %q find something", name, rules)
		}
	}
}
