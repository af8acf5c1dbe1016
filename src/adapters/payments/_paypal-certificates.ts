import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { Temporal } from 'temporal-polyfill';
import { ProviderUnavailable } from '#domain/payments/provider.ts';

export type CertificateSettings = {
  environment: 'live' | 'sandbox';
  fetch: typeof fetch;
  /** Certificates we believe without proof, as PEM; those that come with Node unless said otherwise. */
  roots?: readonly string[];
};

/** The certificate under an address, null when it is not PayPal's own. Throws ProviderUnavailable when it cannot be had. */
export type FindCertificate = (url: string, at: Temporal.Instant) => Promise<X509Certificate | null>;

// Where PayPal publishes the certificates of its webhooks, and nobody else may.
const hosts = {
  live: ['api.paypal.com', 'api-m.paypal.com'],
  sandbox: ['api.sandbox.paypal.com', 'api-m.sandbox.paypal.com'],
};
const path = /^\/v1\/notifications\/certs\/[A-Za-z0-9_-]{1,100}$/;

const mostKept = 20;
const longest = 64 * 1024;

/** Fetches certificates from PayPal's host alone and keeps the good ones. */
export function certificateFinder({ environment, fetch, roots }: CertificateSettings): FindCertificate {
  const kept = new Map<string, Promise<X509Certificate[]>>();
  let anchors: X509Certificate[] | undefined;
  return async (address, at) => {
    const url = pinned(address, environment);
    if (!url) return null;
    const bundle = kept.get(url) ?? download(fetch, url);
    kept.set(url, bundle);
    anchors ??= (roots ?? rootCertificates).map((pem) => new X509Certificate(pem));
    try {
      const leaf = believe(await bundle, anchors, new Date(at.epochMilliseconds));
      if (leaf === null || kept.size > mostKept) kept.delete(url);
      return leaf;
    } catch (error) {
      kept.delete(url);
      throw error;
    }
  };
}

function pinned(address: string, environment: 'live' | 'sandbox'): string | null {
  const url = URL.parse(address);
  const plain = url?.protocol === 'https:' && url.port === '' && url.username === '' && url.password === '';
  if (!url || !plain || url.search !== '' || url.hash !== '') return null;
  return hosts[environment].includes(url.hostname) && path.test(url.pathname) ? url.href : null;
}

async function download(get: typeof fetch, url: string): Promise<X509Certificate[]> {
  let text: string;
  try {
    const response = await get(url, { redirect: 'error', signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    text = await response.text();
  } catch (error) {
    throw new ProviderUnavailable(`PayPal's certificate: ${error instanceof Error ? error.message : String(error)}`);
  }
  const pems = text.length > longest ? [] : text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  return (pems ?? []).slice(0, longestChain).flatMap(read);
}

function read(pem: string): X509Certificate[] {
  try {
    return [new X509Certificate(pem)];
  } catch {
    return [];
  }
}

const longestChain = 6;

/** The first certificate, when it is PayPal's and others vouch for it up to one we believe, all valid on this day. */
function believe(bundle: X509Certificate[], anchors: X509Certificate[], day: Date): X509Certificate | null {
  const [leaf] = bundle;
  if (!leaf || leaf.ca || !namesPaypal(leaf)) return null;
  let current = leaf;
  for (let step = 0; step < longestChain; step++) {
    if (!isValid(current, day)) return null;
    const child = current;
    if (anchors.some((anchor) => isValid(anchor, day) && vouches(anchor, child))) return leaf;
    const next = bundle.find((each) => each !== child && vouches(each, child));
    if (!next) return null;
    current = next;
  }
  return null;
}

function namesPaypal({ subject, subjectAltName = '' }: X509Certificate): boolean {
  const common = subject.split('\n').flatMap((line) => /^CN=(.+)$/.exec(line)?.[1] ?? []);
  const others = subjectAltName.split(', ').flatMap((entry) => /^DNS:(.+)$/.exec(entry)?.[1] ?? []);
  return [...common, ...others].some((name) => name.toLowerCase().endsWith('.paypal.com'));
}

function isValid({ validFromDate, validToDate }: X509Certificate, day: Date): boolean {
  return validFromDate <= day && day <= validToDate;
}

function vouches(issuer: X509Certificate, child: X509Certificate): boolean {
  return issuer.ca && child.checkIssued(issuer) && child.verify(issuer.publicKey);
}
