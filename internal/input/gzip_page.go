//go:build page

package input

import "io"

// A gzipReader is not used in the page: its worker has the browser decompress files, so that compress/gzip need not
// be loaded.
type gzipReader struct{ io.Reader }

func newGzipReader(in io.Reader, _ *Lost) *gzipReader { return &gzipReader{in} }

// isGzip returns false: nothing is left to decompress.
func isGzip([]byte) bool { return false }
