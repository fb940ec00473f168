// Package modules names the packages of other projects that TestModules looks at.
package modules

import (
	_ "github.com/abbot/go-http-auth"
	_ "github.com/appleboy/gin-jwt/v2"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/auth/silly"
	_ "github.com/distribution/distribution/v3/registry/auth/token"
	_ "github.com/gin-gonic/gin"
	_ "github.com/go-chi/chi/v5/middleware"
	_ "github.com/gofiber/fiber/v2/middleware/basicauth"
	_ "github.com/goji/httpauth"
	_ "github.com/labstack/echo/v4/middleware"
	_ "github.com/modelcontextprotocol/go-sdk/auth"
	_ "github.com/prometheus/exporter-toolkit/web"
)
