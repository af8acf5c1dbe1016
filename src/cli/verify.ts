import type { Command } from '#cli/_main.ts';
import { currentMoment } from '#cli/_moment.ts';
import { type Finding, verifyAll } from '#worker/verify.ts';

/** Checks what must always be true, and answers 1 when something is not. */
export const command: Command = {
  summary: 'Checks what must always be true of every row; exit code 1 when something is not.',
  usage: ['verify [--json]'],
  options: { json: { describe: 'one JSON object' } },
  async run(context, args) {
    const { system } = await context.database();
    const findings = await verifyAll(system, await currentMoment(system));
    const wrong = findings.filter((finding) => finding.violations > 0n);
    process.stdout.write(args.has('json') ? asJson(findings) : asText(findings));
    return wrong.length > 0 ? 1 : 0;
  },
};

function asText(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ name, sentence, examined, violations, examples }) => [
    `${violations > 0n ? 'WRONG' : 'ok   '}  ${String(examined).padStart(9)} examined  ${String(violations).padStart(5)} wrong  ${name}`,
    ...(violations > 0n ? [`       ${sentence}`, ...examples.map((example) => `         ${example}`)] : []),
  ]);
  const wrong = findings.filter((finding) => finding.violations > 0n).length;
  const verdict = wrong === 0 ? `All ${findings.length} hold.` : `${wrong} of ${findings.length} do not hold.`;
  return `${[...lines, verdict].join('\n')}\n`;
}

function asJson(findings: readonly Finding[]): string {
  const checks = findings.map((finding) => ({
    ...finding,
    examined: Number(finding.examined),
    violations: Number(finding.violations),
  }));
  const violations = checks.reduce((sum, check) => sum + check.violations, 0);
  return `${JSON.stringify({ ok: violations === 0, violations, checks })}\n`;
}
