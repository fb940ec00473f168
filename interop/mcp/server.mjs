// An MCP server with a tool ping, made with one of several packages, on a port of this host:
//
//	node server.mjs KIND PORT AUTHORIZATION-SERVER
//
// Each asks the authorization server about tokens (RFC 7662). It prints a line when it accepts
// connections, and ends with its standard input.
import { once } from 'node:events';
import http from 'node:http';

const [kind, port, issuer] = process.argv.slice(2);
const resource = `http://127.0.0.1:${port}/mcp`;
const metadata = { resource, authorization_servers: [issuer], scopes_supported: ['files:read', 'files:write'] };
process.stdin.resume().on('end', () => process.exit(0));

async function introspect(token) {
  const answer = await fetch(`${issuer}/introspect`, { method: 'POST', body: new URLSearchParams({ token }) });
  return answer.json();
}

// verify is what the servers of the TypeScript SDK call. InvalidToken is their error.
function verifier(InvalidToken) {
  return {
    async verifyAccessToken(token) {
      const t = await introspect(token);
      if (!t.active || t.aud !== resource) throw new InvalidToken();
      return { token, clientId: t.client_id, scopes: t.scope.split(' '), expiresAt: t.exp };
    },
  };
}

// authenticate is what mcp-proxy and fastmcp call. It returns undefined for a request that is refused.
async function authenticate(request) {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '');
  const t = token ? await introspect(token[1]) : { active: false };
  return t.active && t.aud === resource ? t : undefined;
}

const pong = async () => ({ content: [{ type: 'text', text: 'pong' }] });

const servers = {
  async sdk1() {
    const { default: express } = await import('express');
    const { requireBearerAuth } = await import('@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js');
    const { mcpAuthMetadataRouter, getOAuthProtectedResourceMetadataUrl } = await import('@modelcontextprotocol/sdk/server/auth/router.js');
    const { InvalidTokenError } = await import('@modelcontextprotocol/sdk/server/auth/errors.js');
    const { McpServer } = await import('@modelcontextprotocol/sdk/server/mcp.js');
    const { StreamableHTTPServerTransport } = await import('@modelcontextprotocol/sdk/server/streamableHttp.js');
    const oauthMetadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json();
    const url = new URL(resource);
    const app = express();
    app.use(mcpAuthMetadataRouter({ oauthMetadata, resourceServerUrl: url, scopesSupported: metadata.scopes_supported }));
    const gate = requireBearerAuth({
      verifier: verifier(class extends InvalidTokenError { constructor() { super('unknown'); } }),
      requiredScopes: ['files:read'],
      resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(url),
    });
    app.all('/mcp', gate, express.json(), async (req, res) => {
      const server = new McpServer({ name: kind, version: '1' });
      server.tool('ping', pong);
      const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
      await server.connect(transport);
      await transport.handleRequest(req, res, req.body);
    });
    return app.listen(port, '127.0.0.1');
  },

  async sdk2() {
    const { McpServer, WebStandardStreamableHTTPServerTransport, OAuthError, requireBearerAuth, oauthMetadataResponse, getOAuthProtectedResourceMetadataUrl } =
      await import('@modelcontextprotocol/server');
    const oauthMetadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json();
    const url = new URL(resource);
    const options = { oauthMetadata, resourceServerUrl: url, scopesSupported: metadata.scopes_supported };
    const gate = requireBearerAuth({
      verifier: verifier(class extends OAuthError { constructor() { super('invalid_token', 'unknown'); } }),
      requiredScopes: ['files:read'],
      resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(url),
    });
    async function serve(request) {
      const answer = oauthMetadataResponse(request, options);
      if (answer) return answer;
      const authInfo = await gate(request);
      if (authInfo instanceof Response) return authInfo;
      const server = new McpServer({ name: kind, version: '1' });
      server.registerTool('ping', {}, pong);
      const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
      await server.connect(transport);
      return transport.handleRequest(request, { authInfo });
    }
    return http
      .createServer(async (req, res) => {
        const body = [];
        for await (const chunk of req) body.push(chunk);
        const request = new Request(`http://127.0.0.1:${port}${req.url}`, {
          method: req.method,
          headers: req.headers,
          body: body.length ? Buffer.concat(body) : undefined,
        });
        const answer = await serve(request);
        res.writeHead(answer.status, Object.fromEntries(answer.headers));
        res.end(Buffer.from(await answer.arrayBuffer()));
      })
      .listen(port, '127.0.0.1');
  },

  // mcp-proxy names the metadata, but leaves it to its user to serve it. With and without that.
  'mcp-proxy': () => proxy(true),
  'mcp-proxy-bare': () => proxy(false),

  // fastmcp with the metadata that it can serve, and as it comes.
  fastmcp: () => fast({
    authenticate,
    oauth: { enabled: true, protectedResource: { resource, authorizationServers: [issuer], scopesSupported: metadata.scopes_supported } },
  }),
  'fastmcp-bare': () => fast({
    async authenticate(request) {
      const session = await authenticate(request);
      if (!session) throw new Response(null, { status: 401, statusText: 'Unauthorized' });
      return session;
    },
  }),
};

async function proxy(serveMetadata) {
  const { startHTTPServer } = await import('mcp-proxy');
  const { McpServer } = await import('@modelcontextprotocol/server');
  return startHTTPServer({
    host: '127.0.0.1',
    port: Number(port),
    authenticate,
    oauth: { protectedResource: { resource }, scope: 'files:read' },
    stateless: true,
    enableJsonResponse: true,
    async createServer() {
      const server = new McpServer({ name: kind, version: '1' });
      server.registerTool('ping', {}, pong);
      return server.server;
    },
    async onUnhandledRequest(req, res) {
      if (serveMetadata && req.url === '/.well-known/oauth-protected-resource/mcp') {
        res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(metadata));
      } else {
        res.writeHead(404).end();
      }
    },
  });
}

async function fast(options) {
  const { FastMCP } = await import('fastmcp');
  const server = new FastMCP({ name: kind, version: '1.0.0', ...options });
  server.addTool({ name: 'ping', description: 'ping', execute: async () => 'pong' });
  return server.start({ transportType: 'httpStream', httpStream: { host: '127.0.0.1', port: Number(port), endpoint: '/mcp', stateless: true, enableJsonResponse: true } });
}

// startHTTPServer and FastMCP.start wait for the event themselves; listen returns before it.
const server = await servers[kind]();
if (server instanceof http.Server && !server.listening) await once(server, 'listening');
process.stdout.write('listening\n');
