# A server with Basic and Digest of Twisted: twisted.py PORT USER PASSWORD
import sys

# This file has the name of the package.
sys.path.pop(0)

from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.portal import IRealm, Portal
from twisted.internet import reactor
from twisted.web.guard import BasicCredentialFactory, DigestCredentialFactory, HTTPAuthSessionWrapper
from twisted.web.resource import IResource, Resource
from twisted.web.server import Site
from twisted.web.static import Data
from zope.interface import implementer

port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]


@implementer(IRealm)
class Realm:
    def requestAvatar(self, avatar, mind, *interfaces):
        return IResource, Data(b"welcome", "text/plain"), lambda: None


portal = Portal(Realm(), [InMemoryUsernamePasswordDatabaseDontUse(**{user: password.encode()})])
root = Resource()
for name, factory in (
    (b"basic", BasicCredentialFactory(b"Private Area")),
    (b"md5", DigestCredentialFactory(b"md5", b"Private Area")),
    (b"md5-sess", DigestCredentialFactory(b"md5-sess", b"Private Area")),
):
    root.putChild(name, HTTPAuthSessionWrapper(portal, [factory]))
reactor.listenTCP(port, Site(root), interface="127.0.0.1")
reactor.run()
