// What the menu offers, by the name that a link has.
export const examples = [
  {
    name: "quotes", title: "haproxy: quotes within a realm", text: `HTTP/1.1 401 Unauthorized
content-length: 112
cache-control: no-cache
content-type: text/html
www-authenticate: Basic realm="say "hi""
`,
  },
  {
    name: "registry", title: "A container registry: curl -si", text: `HTTP/2 401
content-type: application/json
docker-distribution-api-version: registry/2.0
www-authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"
date: Fri, 20 Nov 2026 12:00:00 GMT
`,
  },
  {
    name: "mcp", title: "An MCP server: where to sign in", text: `HTTP/1.1 401 Unauthorized
Content-Type: application/json
WWW-Authenticate: Bearer error="invalid_token", error_description="Missing Authorization header", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="files:read"
`,
  },
  {
    name: "scope", title: "403: the token lacks a scope", text: `< HTTP/1.1 403 Forbidden
< WWW-Authenticate: Bearer realm="api", error="insufficient_scope", error_description="The token lacks repo:write", scope="repo:read repo:write"
`,
  },
  {
    name: "token", title: "curl -v: the token was sent twice named", text: `> GET /v1/items HTTP/1.1
> Host: api.example.com
> User-Agent: curl/8.5.0
> Accept: */*
> Authorization: Bearer Bearer dG9rZW4tZXhhbXBsZQ
>
< HTTP/1.1 401 Unauthorized
< Content-Type: application/json
< WWW-Authenticate: Bearer realm="api", error="invalid_token", error_description="The access token is malformed"
<
`,
  },
  {
    name: "digest", title: "Digest with two algorithms", text: `HTTP/1.1 401 Unauthorized
Date: Fri, 20 Nov 2026 12:00:00 GMT
WWW-Authenticate: Digest realm="api@example.org", qop="auth", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
WWW-Authenticate: Digest realm="api@example.org", qop="auth", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
`,
  },
  {
    name: "proxy", title: "Squid: a proxy with four schemes", text: `HTTP/1.1 407 Proxy Authentication Required
Server: squid/5.7
Date: Fri, 20 Nov 2026 23:33:27 GMT
Proxy-Authenticate: Negotiate
Proxy-Authenticate: NTLM
Proxy-Authenticate: Digest realm="Private Area", nonce="6858abe4c9ff7d3c9ca3d22d9cc0b929", qop="auth", stale=false
Proxy-Authenticate: Basic realm="Private Area"
Connection: close
`,
  },
  {
    name: "unquoted", title: "A realm without quotes", text: `HTTP/1.1 401 Unauthorized
WWW-Authenticate: Basic realm=Restricted Area
`,
  },
  {
    name: "commas", title: "Commas that are missing", text: `HTTP/1.1 401 Unauthorized
WWW-Authenticate: Bearer realm="example" error="invalid_token" error_description="The access token expired"
`,
  },
  {
    name: "python", title: "Python: headers as a dict", text: `{'Server': 'nginx/1.22.1', 'Date': 'Fri, 20 Nov 2026 12:00:00 GMT', 'Content-Type': 'text/html', 'Content-Length': '179', 'Connection': 'keep-alive', 'WWW-Authenticate': 'Basic realm="Staging", charset="UTF-8"'}
`,
  },
  {
    name: "log", title: "A line of a log", text: `2026-11-20T12:00:00.123Z WARN upstream refused status=401 path=/v2/ header: Www-Authenticate: Bearer realm="https://git.example.com/jwt/auth",service="container_registry"
`,
  },
  {
    name: "none", title: "A 401 without a challenge", text: `HTTP/1.1 401 Unauthorized
Content-Type: application/json
Content-Length: 26

{"error":"not signed in"}
`,
  },
];
