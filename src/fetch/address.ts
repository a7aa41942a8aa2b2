import { lookup } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';
import { FetchError } from './fetch-error.js';

/** IPv4: everything IANA lists as not globally reachable, and multicast. */
const notPublic4 = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32], // Azure's metadata and DNS, a public number
] as const) {
  notPublic4.addSubnet(net, prefix, 'ipv4');
}

/** IPv6: only 2000::/3 is given out as public, and parts of it tunnel to IPv4 or are for documents. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
const notPublic6 = new BlockList();
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  notPublic6.addSubnet(net, prefix, 'ipv6');
}
const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', 96, 'ipv6');

/** Whether this address is one of the public internet; what can't be read as an address isn't. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !notPublic4.check(address, 'ipv4');
  if (isIP(address) !== 6 || address.includes('%')) return false;
  if (mapped.check(address, 'ipv6')) return !notPublic4.check(address, 'ipv6');
  return global6.check(address, 'ipv6') && !notPublic6.check(address, 'ipv6');
}

export function refuse(host: string, address: string): FetchError {
  const of = host === address ? `${address} is` : `${host} has the address ${address},`;
  return new FetchError(
    `refused: ${of} a private, local or reserved address. If it is meant, the server's configuration can allow it with MCPA_FETCH_ALLOW_PRIVATE.`,
  );
}

/** Refuses a URL whose host is a literal address that isn't public: no lookup is made for those. */
export function checkLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !isPublic(host)) throw refuse(host, host);
}

/** Resolves for one connection: the addresses checked here are the ones the socket connects to. */
export const publicLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const fail = error ?? (addresses.length === 0 ? new FetchError(`${host} has no address`) : undefined);
    if (fail) return done(fail, '');
    const bad = addresses.find(({ address }) => !isPublic(address));
    if (bad) return done(refuse(host, bad.address), '');
    const [first] = addresses;
    if (options.all) done(null, addresses);
    else done(null, first!.address, first!.family);
  });
};
