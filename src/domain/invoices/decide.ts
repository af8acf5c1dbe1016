/**
 * How much of a new invoice is paid as it is issued (R4): free credit covers it first, also partly. A payment that was
 * made for this very invoice (`earmarked`) counts even while older debts keep the balance below zero. Minor units.
 */
export function coveredAtIssue(invoice: { gross: bigint; balance: bigint; earmarked: bigint }): bigint {
  const credit = invoice.balance > 0n ? invoice.balance : 0n;
  const available = invoice.earmarked > credit ? invoice.earmarked : credit;
  return smaller(available, invoice.gross);
}

export type OpenDebt = { invoiceId: bigint; due: bigint };
export type Allocation = { invoiceId: bigint; amount: bigint; left: bigint };

/** Spends money on debts in the order given, each as far as it goes (R4); `surplus` is what becomes free credit. */
export function allocate(amount: bigint, debts: readonly OpenDebt[]): { allocations: Allocation[]; surplus: bigint } {
  const allocations: Allocation[] = [];
  let rest = amount;
  for (const debt of debts) {
    if (rest <= 0n) break;
    const paid = smaller(rest, debt.due);
    allocations.push({ invoiceId: debt.invoiceId, amount: paid, left: debt.due - paid });
    rest -= paid;
  }
  return { allocations, surplus: rest };
}

/** The smaller of two amounts in minor units. */
export function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

/** The number of a document as it is printed: series, year, and the count within both: `F2027-000042` (R36). */
export function documentNumber(series: string, year: number, seq: bigint): string {
  return `${series}${year}-${String(seq).padStart(6, '0')}`;
}
