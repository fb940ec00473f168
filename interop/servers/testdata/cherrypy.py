# A server with Basic and Digest of CherryPy: cherrypy.py PORT USER PASSWORD
import sys

# This file has the name of the package.
sys.path.pop(0)

import cherrypy
from cherrypy.lib import auth_basic, auth_digest

port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]


class Root:
    @cherrypy.expose
    def default(self, *path):
        return "welcome"


cherrypy.config.update({"server.socket_host": "127.0.0.1", "server.socket_port": port, "engine.autoreload.on": False})
cherrypy.quickstart(Root(), "/", {
    "/basic": {
        "tools.auth_basic.on": True,
        "tools.auth_basic.realm": "Private Area",
        "tools.auth_basic.checkpassword": auth_basic.checkpassword_dict({user: password}),
    },
    "/digest": {
        "tools.auth_digest.on": True,
        "tools.auth_digest.realm": "Private Area",
        "tools.auth_digest.get_ha1": auth_digest.get_ha1_dict_plain({user: password}),
        "tools.auth_digest.key": "a565c27146791cfb",
    },
})
