// An identity provider on this computer: a real one, with people of the tests.

import { once } from "node:events";
import type { Server } from "node:http";

import Provider from "oidc-provider";

export const CLIENT_ID = "sunset";
export const CLIENT_SECRET = "a secret of the tests, long enough for everybody";

/** Serves an identity provider. Whoever gives a name and any password is who they say. */
export class IdentityProvider {
  #server: Server | undefined;

  /** Starts it at this port for a console at this address. */
  async start(port: number, console: string): Promise<void> {
    const provider = new Provider(issuer(port), {
      clients: [
        {
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
          redirect_uris: [`${console}/sign-in/sso/callback`],
          grant_types: ["authorization_code"],
          response_types: ["code"],
        },
      ],
      claims: { openid: ["sub"], email: ["email", "email_verified"] },
      // In the ID token as well.
      conformIdTokenClaims: false,
      cookies: { keys: ["a key of the tests"] },
      pkce: { required: () => true },
      findAccount: (_: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, email: id, email_verified: true }),
      }),
    });
    this.#server = provider.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    }
  }
}

/** What the provider at this port calls itself. */
export function issuer(port: number): string {
  return `http://127.0.0.1:${port}`;
}
