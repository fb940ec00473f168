package httpauth

import (
	"context"
	"errors"
	"hash"
	"io"
	"net/http"
	"sync"
)

// A replay gives out the body of a request, once for each time that it is sent.
type replay struct {
	ctx     context.Context
	getBody func() (io.ReadCloser, error) // nil if there is none, and for no body
	first   io.ReadCloser                 // the body of the request, until it is given out; nil for no body
	once    *onceBody                     // given out of a body without getBody
	isEmpty bool
}

func newReplay(req *http.Request) *replay {
	r := &replay{ctx: req.Context(), getBody: req.GetBody, first: req.Body}
	r.isEmpty = req.Body == nil || req.Body == http.NoBody
	return r
}

// next returns the body to send next.
func (r *replay) next() (io.ReadCloser, error) {
	body := r.first
	switch {
	case r.isEmpty:
		return body, nil
	case body != nil && r.getBody == nil:
		r.first = nil
		r.once = &onceBody{body: body}
		return r.once, nil
	case body != nil:
		r.first = nil
		return body, nil
	case r.getBody != nil:
		return r.getBody()
	}
	again, ok := r.once.again()
	if !ok {
		return nil, ErrBody
	}
	r.once = again
	return again, nil
}

// canRepeat reports whether the body can be sent again.
func (r *replay) canRepeat() bool {
	return r.isEmpty || r.getBody != nil || r.once.isUnread()
}

// sum returns the hash of the body.
func (r *replay) sum(h hash.Hash) ([]byte, error) {
	if r.isEmpty {
		return h.Sum(nil), nil
	}
	if r.getBody == nil {
		return nil, ErrBody
	}
	body, err := r.getBody()
	if err != nil {
		return nil, err
	}
	defer body.Close()
	if _, err := io.Copy(h, &cancelled{r.ctx, body}); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}

// release closes what was never given out, or was kept to be sent again.
func (r *replay) release() {
	if r.first != nil && !r.isEmpty {
		r.first.Close()
	}
	if r.once != nil {
		r.once.release()
	}
}

// cancelled reads until the context ends.
type cancelled struct {
	ctx  context.Context
	body io.Reader
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.body.Read(p)
}

// A onceBody is a body that can be read once. As long as nobody has, it can be sent again: a server
// may refuse a request with Expect: 100-continue, and a proxy a tunnel, before any of the body is
// read.
type onceBody struct {
	mu       sync.Mutex
	body     io.ReadCloser // nil if it was given to another
	isRead   bool
	isClosed bool
	isLast   bool // it will not be sent again
}

var errGone = errors.New("httpauth: the body was sent with another request")

func (b *onceBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	body := b.body
	b.isRead = body != nil
	b.mu.Unlock()
	if body == nil {
		return 0, errGone
	}
	return body.Read(p)
}

func (b *onceBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.isClosed = true
	if b.body != nil && (b.isRead || b.isLast) {
		return b.body.Close()
	}
	return nil // release closes it, or who is given it next
}

func (b *onceBody) isUnread() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.isRead
}

// again gives the body to another, if nobody has read it. It returns false if somebody has.
func (b *onceBody) again() (*onceBody, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.isRead {
		return nil, false
	}
	next := &onceBody{body: b.body}
	b.body = nil
	return next, true
}

// release says that the body will not be sent again.
func (b *onceBody) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.isLast = true
	if b.isClosed && !b.isRead && b.body != nil {
		b.body.Close()
	}
}

// A confirmedBody is the body of a response, whose end shows whether the server knows the password.
type confirmedBody struct {
	io.ReadCloser
	hash    hash.Hash
	confirm func(sum []byte) error
	err     error // of the end
}

func (b *confirmedBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.ReadCloser.Read(p)
	b.hash.Write(p[:n])
	if err == io.EOF {
		if failed := b.confirm(b.hash.Sum(nil)); failed != nil {
			err = failed
		}
	}
	b.err = err
	return n, err
}
