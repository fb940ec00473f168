def test_401(client):
    r = client.get("/")
    assert r.status_code == 401
    assert r.headers["WWW-Authenticate"] == 'Bearer realm="mcp"'
    self.assertEqual(r["www-authenticate"], 'Basic realm="x"')
