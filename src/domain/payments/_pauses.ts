/** How long nobody asks again after so many times in vain: 5 minutes, an hour, and then a day. */
export function pauseAfter(times: number): { minutes: number } | { hours: number } {
  if (times <= 1) return { minutes: 5 };
  return { hours: times === 2 ? 1 : 24 };
}
