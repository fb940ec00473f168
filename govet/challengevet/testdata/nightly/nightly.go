// Package nightly names the packages that take long to build.
package nightly

import (
	_ "github.com/caddyserver/caddy/v2/modules/caddyhttp/caddyauth"
	_ "github.com/rclone/rclone/lib/http"
)
