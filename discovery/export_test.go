package discovery

import "context"

// Redirected makes the request that a redirect from a public host leads to.
func (c *Client) Redirected(ctx context.Context, url string) Outcome {
	w, done := c.newWalk(ctx)
	defer done()
	step := Step{URL: url, Outcome: OK}
	w.request(&step, hop{https: true}, func(*Step, []byte) {})
	return step.Outcome
}
