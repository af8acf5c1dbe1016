import { type CleanUp, keepTrack } from '#adapters/payments/contract/clean-up.ts';
import { goThrough, type StepResult } from '#adapters/payments/contract/go-through.ts';
import { createPaypalWorld } from '#adapters/payments/contract/paypal-world.ts';
import { createStripeWorld } from '#adapters/payments/contract/stripe-world.ts';
import type { Person, ProviderWorld } from '#adapters/payments/contract/world.ts';
import { counted, countOf } from '#cli/_choices.ts';
import type { Command } from '#cli/_main.ts';
import { keepAccount } from '#cli/_payments-account.ts';
import { personAtScreen } from '#cli/_person.ts';
import { checkProviders, stripeServer } from '#cli/providers.ts';
import { StartError, UsageError } from '#kit/errors.ts';
import type { Settings } from '#kit/settings.ts';

/** Goes through the whole contract of payment providers with the real one, by an operator's sandbox keys. */
export const command: Command = {
  summary: 'Goes through the whole contract with a payment provider’s sandbox, by your test keys; 1 when a step fails.',
  usage: [
    'payments check --provider stripe|paypal [--json] [--patience SECONDS] [--server URL]',
    'payments account --provider stripe|paypal [--accept REASON]',
  ],
  positionals: [1, 1],
  options: {
    provider: { value: 'stripe|paypal', required: true, describe: 'whose test keys are set (docs/payments.md)' },
    accept: { value: 'REASON', describe: 'account: from now on the account behind the keys is charged with, and why' },
    json: { describe: 'one JSON object at the end; pages to open are told on standard error' },
    patience: { value: 'SECONDS', describe: 'how long to wait for somebody to open a page (900)' },
    server: { value: 'URL', describe: 'a fake provider on this machine instead of the real one' },
  },
  // Whatever happens, what was charged is given back before it ends.
  stopsItself: true,
  async run(context, args) {
    const { settings, stopping } = context;
    const [verb] = args.positionals;
    const provider = providerOf(args.text('provider'));
    if (verb === 'account') return keepAccount(context, { name: provider, accept: args.text('accept') });
    if (verb !== 'check') throw new UsageError(`There is no payments ${verb}: use payments check or payments account.`);
    const person = personAtScreen(countOf('--patience', args.text('patience') ?? '900', 86_400), stopping);
    const { world, cleanUp } = keepTrack(
      await open(settings, { provider, server: serverOf(args.text('server')), person }),
    );
    const isJson = args.has('json');
    const steps: StepResult[] = [];
    for await (const step of goThrough(world, stopping)) {
      steps.push(step);
      if (!isJson) process.stdout.write(asText(step));
    }
    const cleaned = await cleanUp();
    const ok = !stopping.aborted && cleaned.left.length === 0 && steps.every(({ state }) => state !== 'failed');
    process.stdout.write(isJson ? asJson({ provider, ok, steps, cleaned }) : verdict(steps, cleaned));
    return ok ? 0 : 1;
  },
};

type Asked = { provider: 'stripe' | 'paypal'; server: URL | undefined; person: Person };

function providerOf(text: string | undefined): Asked['provider'] {
  if (text === 'stripe' || text === 'paypal') return text;
  throw new UsageError(`--provider must be stripe or paypal, not ${text}.`);
}

/** Keys go to their provider or nowhere: any other address is one of this machine. */
function serverOf(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return url;
  throw new UsageError(`--server must be an http address of this machine, such as http://127.0.0.1:4242, not ${text}.`);
}

async function open(settings: Settings, { provider, server, person }: Asked): Promise<ProviderWorld> {
  if (provider === 'stripe') {
    if (!settings.stripe)
      throw new StartError('RINNOVO_STRIPE_KEY is not set: the check needs a test key of Stripe’s.');
    const { secretKey } = settings.stripe;
    await checkProviders({ ...settings, mode: 'sandbox', paypal: undefined }, { stripe: server });
    return createStripeWorld({ secretKey, ...(server ? { server: stripeServer(server) } : {}) }, person);
  }
  if (!settings.paypal)
    throw new StartError('RINNOVO_PAYPAL_CLIENT_ID is not set: the check needs the keys of a sandbox app of PayPal’s.');
  if (settings.mode === 'production')
    throw new StartError(
      'In production PayPal’s keys move real money; the check takes a sandbox app’s, with RINNOVO_MODE=sandbox.',
    );
  const { clientId, clientSecret } = settings.paypal;
  await checkProviders({ ...settings, stripe: undefined }, { paypal: server });
  return createPaypalWorld({ clientId, clientSecret, ...(server ? { baseUrl: server.origin } : {}) }, person);
}

function asText(step: StepResult): string {
  if (step.state === 'ok') return `ok       ${step.name}\n`;
  if (step.state === 'skipped') return `skipped  ${step.name}\n         ${step.why}\n`;
  return `FAILED   ${step.name}\n         ${step.what}: expected ${step.expected}, found ${step.found}\n`;
}

function verdict(steps: readonly StepResult[], { refunded, cancelled, removed, left }: CleanUp): string {
  const count = (state: StepResult['state']) => steps.filter((step) => step.state === state).length;
  const cleaned = `Cleaned up: ${counted(refunded, 'charge')} given back, ${cancelled} cancelled, ${counted(removed, 'method')} removed.`;
  const stayed = left.map((what) => `Left behind: ${what}`);
  const sum = `${count('ok')} of ${steps.length} steps ok, ${count('failed')} failed, ${count('skipped')} skipped.`;
  return `${['', cleaned, ...stayed, sum].join('\n')}\n`;
}

type Checked = { provider: string; ok: boolean; steps: readonly StepResult[]; cleaned: CleanUp };

function asJson({ cleaned, ...checked }: Checked): string {
  return `${JSON.stringify({ ...checked, clean_up: cleaned })}\n`;
}
