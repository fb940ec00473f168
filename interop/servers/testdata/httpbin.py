# The server httpbin: httpbin.py PORT
import sys
from wsgiref.simple_server import make_server

# This file has the name of the package.
sys.path.pop(0)

from httpbin import app

make_server("127.0.0.1", int(sys.argv[1]), app).serve_forever()
