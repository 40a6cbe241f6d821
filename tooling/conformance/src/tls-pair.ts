import { makeAuthority } from '@stack/certificates';
import { streamFixture } from '@stack/testing';
import { type EndpointLike, system, type TlsOptions } from '@stack/transport';

type StreamFixture = ReturnType<typeof streamFixture>;

const authority = makeAuthority();
const identity = authority.issue();

/** A fixture of connections that speak TLS: each pair listens, dials, accepts, and does its handshake. */
export const tlsFixture = (name: string, endpoint: () => EndpointLike, options: TlsOptions): StreamFixture =>
  streamFixture({
    name,
    async pair() {
      await using listener = await system.listen(endpoint(), { tls: { ...options, identity } });
      const [address] = listener.addresses;
      if (address === undefined) throw new Error('the listener has no address');
      const scheme = address.family === 'AF_UNIX' ? 'unix' : 'tls';
      const tls = { ...options, ca: authority.certificate, serverName: 'localhost' };
      const accepted = listener.accept().then((server) => {
        // The handshake of this side starts when somebody asks.
        void server?.secured;
        return server;
      });
      const [client, server] = await Promise.all([system.connect({ scheme, address }, { tls }), accepted]);
      if (server === null) throw new Error('the listener was closed before it accepted');
      await server.secured;
      return { client, server };
    },
  });
