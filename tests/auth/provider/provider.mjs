// oidc-provider, which others wrote and certified, at the address and with the scopes of an Entra tenant.
//
// Settings come as JSON in the first argument. Orders come as JSON lines on standard input, what happened goes
// out as JSON lines on standard output: nobody but the test that started it can tell it to misbehave.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';

const settings = JSON.parse(process.argv[2]);
// Version 8, because 9 wants Node 20 and Debian 12 has 18.
const { default: Provider } = await import(pathToFileURL(`${settings.modules}/oidc-provider/lib/index.js`));

const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const mount = `/${settings.tenant}/v2.0`;
const usual = { lifetime: 3600, rotate: true, faults: [] };
let order = structuredClone(usual);

const resources = settings.resources; // address -> its audience, and its scopes by full name
const resourcesOf = (scope) =>
  Object.keys(resources).filter((address) => scope.split(' ').some((name) => resources[address].scopes.includes(name)));
const person = (id) => settings.users[id] ?? { oid: id, name: id, roles: [] };
const short = (scope) => scope.split(' ').map((name) => name.split('/').pop()).join(' ');

function makeProvider(issuer) {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  return new Provider(issuer, {
    clients: [{
      client_id: settings.client,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://localhost'],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    }],
    jwks: { keys: [{ ...key, kid: 'independent', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [randomBytes(24).toString('hex')] },
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access', 'profile', ...Object.values(resources).flatMap((resource) => resource.scopes)],
    claims: { openid: ['sub', 'oid', 'tid'], profile: ['name', 'preferred_username', 'roles'] },
    conformIdTokenClaims: false, // as in Entra, the ID token says who it is
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ ...person(id), sub: id, tid: settings.tenant, preferred_username: id }),
    }),
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        // MSAL names scopes and never a resource: the scopes tell which one is meant.
        defaultResource: (ctx, _, oneOf) => {
          const meant = resourcesOf(String(ctx.oidc.params.scope ?? ''));
          if (oneOf) return oneOf.find((address) => meant.includes(address)) ?? oneOf[0];
          return meant.length === 1 ? meant[0] : meant;
        },
        useGrantedResource: () => true,
        getResourceServerInfo: (_, address) => ({
          scope: resources[address].scopes.join(' '),
          audience: resources[address].audience,
          accessTokenTTL: order.lifetime,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: (_, token) => ({
      ...person(token.accountId),
      tid: settings.tenant,
      azp: token.clientId,
      azpacr: '0',
      ver: '2.0',
      preferred_username: token.accountId,
      nbf: Math.floor(Date.now() / 1000),
      scp: short(token.scope ?? ''),
    }),
    issueRefreshToken: () => true,
    rotateRefreshToken: () => order.rotate, // a refresh token that is used twice ends the whole grant
    ttl: { AccessToken: () => order.lifetime, AuthorizationCode: 60, DeviceCode: 600, Grant: 86400, IdToken: 3600, Interaction: 600, RefreshToken: 86400, Session: 86400 },
  });
}

function listenTo(provider) {
  provider.on('grant.success', (ctx) => tell({ grant: ctx.oidc.params.grant_type, claims: ctx.oidc.body?.claims ?? '' }));
  provider.on('grant.error', (ctx, error) => tell({ refused: error.error, detail: error.error_detail ?? '' }));
  provider.on('authorization.error', (_, error) => tell({ refused: error.error, detail: error.error_detail ?? error.error_description ?? '' }));
  provider.on('grant.revoked', () => tell({ revoked: true }));
  provider.on('server_error', (_, error) => tell({ broken: String(error.stack) }));
}

// In front of the provider: what a bad day does to it, and Entra's habit of giving refresh tokens without being
// asked for a new consent each time, which OpenID Connect Core 1.0 (section 11) wants.
function inFront(serve) {
  return async (request, response) => {
    if (!request.url.startsWith(mount)) {
      response.writeHead(404).end();
      return;
    }
    const address = new URL(request.url.slice(mount.length) || '/', 'https://localhost');
    const fault = address.pathname === '/token' ? order.faults.shift() : undefined;
    if (fault) {
      await new Promise((resolve) => { setTimeout(resolve, fault.delay * 1000); });
      if (fault.status) {
        response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
        response.end(JSON.stringify(fault.body));
        return;
      }
    }
    if (address.pathname === '/auth' && address.searchParams.has('response_type')) {
      address.searchParams.set('prompt', 'consent');
    }
    request.url = `${address.pathname}${address.search}`;
    request.originalUrl = `${mount}${request.url}`; // by this the provider knows where it is mounted
    serve(request, response);
  };
}

const server = https.createServer({ key: fs.readFileSync(settings.key), cert: fs.readFileSync(settings.certificate) });
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const provider = makeProvider(`https://localhost:${port}${mount}`);
  listenTo(provider);
  server.on('request', inFront(provider.callback()));
  tell({ port });
});

readline.createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { number, ...changes } = JSON.parse(line);
    order = changes.reset ? structuredClone(usual) : { ...order, ...changes };
    tell({ done: number });
  })
  .on('close', () => process.exit(0)); // whoever started it is gone
