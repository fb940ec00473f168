package lint_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// TestReviewer checks that a Reviewer says of each message what a Linter says of it, whatever the Reviewer has read
// before, in whatever order it is asked; and that the strings stay valid.
func TestReviewer(t *testing.T) {
	fields := []string{"WWW-Authenticate", "Proxy-Authenticate", "Optional-WWW-Authenticate"}
	var messages []message
	for _, m := range allMessages(t) {
		messages = append(messages, m)
		if before := messages[len(messages)/2]; len(messages)%8 == 0 { // several fields
			m.Header = map[string][]string{fields[1]: m.lines(fields[0]), fields[2]: {`Bearer scop="a"`}, fields[0]: before.lines(fields[0])}
			messages = append(messages, m)
		}
	}
	for _, shape := range hostile {
		messages = append(messages, message{Message: hostileMessage(shape(2 << 10))})
	}
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(messages), func(i, j int) { messages[i], messages[j] = messages[j], messages[i] })
	var reviewer lint.Reviewer
	var kept, want []string
	for _, m := range messages {
		reviewer.Linter.Profiles = m.profiles
		review := reviewer.Review(m.Message)
		for range r.IntN(3) {
			review.Corrections()
		}
		findings, corrections := review.Findings(), review.Corrections()
		if diff := cmp.Diff(lint.Check(m.Message, m.profiles...), findings); diff != "" {
			t.Fatalf("%q: %s", m.Header, diff)
		}
		if diff := cmp.Diff(lint.Fix(m.Message, m.profiles...), corrections, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q: %s", m.Header, diff)
		}
		for _, field := range fields {
			cs, err := review.Challenges(field)
			if wantCs, wantErr := wwwauth.Parse(m.lines(field)...); !cmp.Equal(wantCs, cs) || !cmp.Equal(wantErr, err) {
				t.Fatalf("%q: %v, %v; want %v, %v", m.Header, cs, err, wantCs, wantErr)
			}
		}
		for _, f := range findings {
			kept, want = append(kept, f.Message), append(want, strings.Clone(f.Message))
		}
		for _, c := range corrections {
			for _, line := range c.Lines {
				kept, want = append(kept, line), append(want, strings.Clone(line))
			}
		}
	}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Error(diff)
	}
}

// TestZeroReview: a Review that nothing has made is empty.
func TestZeroReview(t *testing.T) {
	r := new(lint.Review)
	challenges, err := r.Challenges("WWW-Authenticate")
	if n := len(r.Findings()) + len(r.Corrections()) + len(r.Evident()) + len(challenges); n != 0 || err != nil {
		t.Errorf("it has %d things, %v", n, err)
	}
}
