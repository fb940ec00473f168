// An MCP client of the TypeScript SDK, 1 or 2, that signs in and calls tools:
//
//	node client.mjs VERSION URL TOOL...
//
// It prints what each tool answers, on a line of its own. The user agrees to everything: the URL of the
// authorization endpoint is fetched, and redirects with a code.
const [version, url, ...tools] = process.argv.slice(2);
const { Client } = await import(version === '1' ? '@modelcontextprotocol/sdk/client/index.js' : '@modelcontextprotocol/client');
const { StreamableHTTPClientTransport } = await import(version === '1' ? '@modelcontextprotocol/sdk/client/streamableHttp.js' : '@modelcontextprotocol/client');
const { UnauthorizedError } = await import(version === '1' ? '@modelcontextprotocol/sdk/client/auth.js' : '@modelcontextprotocol/client');

const redirectUrl = 'http://127.0.0.1:1/callback';
let callback; // the parameters with which the user came back
const provider = {
  redirectUrl,
  clientMetadata: { client_name: `TypeScript SDK ${version}`, redirect_uris: [redirectUrl], grant_types: ['authorization_code'], response_types: ['code'], token_endpoint_auth_method: 'none' },
  clientInformation() { return this.information; },
  saveClientInformation(information) { this.information = information; },
  tokens() { return this.saved; },
  saveTokens(tokens) { this.saved = tokens; },
  saveCodeVerifier(verifier) { this.verifier = verifier; },
  codeVerifier() { return this.verifier; },
  async redirectToAuthorization(authorizationUrl) {
    const answer = await fetch(authorizationUrl, { redirect: 'manual' });
    const location = answer.headers.get('location');
    if (!location) throw new Error(`authorization: ${answer.status} ${await answer.text()}`);
    callback = new URL(location).searchParams;
  },
};

// signedIn does what needs a token, and once more when the user has come back with a code.
async function signedIn(transport, action) {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await transport().finishAuth(version === '1' ? callback.get('code') : callback);
    return action();
  }
}

let client, transport;
async function connect() {
  client = new Client({ name: 'test', version: '1' });
  transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
  await client.connect(transport);
}

let last;
await signedIn(() => last, async () => {
  try {
    await connect();
  } finally {
    last = transport;
  }
});
for (const name of tools) {
  const result = await signedIn(() => transport, () => client.callTool({ name, arguments: {} }));
  console.log(result.content[0].text);
}
await client.close();
process.exit(0);
