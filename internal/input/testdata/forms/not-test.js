expect(res.headers["www-authenticate"]).toBe('Bearer realm="mcp"');
expect(res).toHaveHeader("WWW-Authenticate", 'Basic realm="x"');
