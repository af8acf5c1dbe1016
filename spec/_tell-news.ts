import type { Temporal } from 'temporal-polyfill';
import { formatDecimal } from '#kit/money.ts';
import { zone } from '#spec/build.ts';
import type { Invoice, Letter, News } from './_news.ts';
import type { Notebook } from './_notebook.ts';

/** `all` writes facts and letters too, each kind of letter in full the first time; `documents` only invoices and credit notes. */
export type Detail = 'all' | 'documents';

/** Writes what happened on a day into the notebook. */
export function newsTeller(notebook: Notebook, detail: Detail): (on: Temporal.PlainDate, news: News) => void {
  const shown = new Set<string>();
  return (on, news) => {
    const write = (line: string) => notebook.write(on, line);
    for (const invoice of news.invoices) write(tellInvoice(invoice));
    for (const { number, customer, invoice, gross } of news.creditNotes) {
      write(`**Credit note ${number}** to ${customer} for ${invoice}: ${euro(gross)}.`);
    }
    if (detail === 'documents') return;
    if (news.movements.length > 0) write(tellMovements(news));
    for (const letter of news.letters) write(tellLetter(letter, !shown.has(letter.kind) && !!shown.add(letter.kind)));
    if (news.facts.length > 0) write(`<sub>${tellFacts(news)}</sub>`);
  };
}

/** An amount as the guide writes it: `12.20 EUR`. */
export function euro(amount: bigint): string {
  return `${formatDecimal(amount, 'EUR')} EUR`;
}

/** An instant as the guide writes it: the seller's wall clock. */
export function wallClock(at: Temporal.Instant): string {
  const local = at.toZonedDateTimeISO(zone);
  return `${local.toPlainDate()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

function tellInvoice({ number, customer, net, vat, vatRateBp, gross, due, deadlineAt, lines }: Invoice): string {
  const sum = `${euro(gross)} (net ${formatDecimal(net, 'EUR')}, VAT ${vatRateBp / 100} % ${formatDecimal(vat, 'EUR')})`;
  const owed = due > 0n ? `${euro(due)} to be paid before ${wallClock(deadlineAt)}` : 'nothing left to pay';
  const terms = lines.map((line) => {
    return `- ${line.address}, ${line.mode}, ${line.startsOn} → ${line.endsOn}: ${formatDecimal(line.net, 'EUR')}`;
  });
  return [`**Invoice ${number}** to ${customer}: ${sum}; ${owed}.`, '', ...terms].join('\n');
}

function tellMovements({ movements }: News): string {
  const rows = movements.map(({ customer, cause, reference, before, after }) => {
    const amount = formatDecimal(after - before, 'EUR');
    return `| ${customer} | ${cause} ${reference} | ${amount} | ${formatDecimal(before, 'EUR')} → ${formatDecimal(after, 'EUR')} |`;
  });
  return ['| Account | Movement | Amount | Balance |', '| --- | --- | ---: | ---: |', ...rows].join('\n');
}

function tellLetter({ to, subject, text }: Letter, inFull: boolean): string {
  const heading = `✉ to ${to}: “${subject}”`;
  if (!inFull) return heading;
  // Its signature is the same in every letter.
  const [said = ''] = text.split('\n-- \n');
  return ['<details>', `<summary>${heading}</summary>`, '', '```text', said.trim(), '```', '', '</details>'].join('\n');
}

function tellFacts({ facts }: News): string {
  const several = new Set(facts.map((fact) => fact.customer)).size > 1;
  return facts.map(({ customer, type }) => (several ? `${customer} ${type}` : type)).join(' · ');
}
