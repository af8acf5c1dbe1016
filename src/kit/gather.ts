/** How much one turn of work may hold, and how many turns may run at once (1 unless said: the next turn then grows while one runs). */
export type GatherLimits = { size: number; turns?: number };

/**
 * Gathers calls made at about the same time into one piece of work: `run` gets the questions of many callers and gives
 * their answers in the same order, an Error for a caller who is to be refused alone. While one turn runs the next
 * gathers, so a lone caller waits for nothing and a crowd shares a round trip and a commit.
 */
export function gather<Question, Answer>(
  run: (questions: Question[]) => Promise<(Answer | Error)[]>,
  { size, turns = 1 }: GatherLimits,
): (question: Question) => Promise<Answer> {
  type Waiting = { question: Question; resolve: (answer: Answer) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let running = 0;
  let scheduled = false;

  const schedule = () => {
    if (scheduled || running >= turns || waiting.length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      void turn();
    });
  };
  const turn = async () => {
    const batch = waiting.slice(0, size);
    waiting = waiting.slice(size);
    running++;
    schedule();
    try {
      const answers = await run(batch.map((one) => one.question));
      if (answers.length !== batch.length) throw new Error('a gathered turn lost an answer');
      batch.forEach((one, i) => {
        const answer = answers[i];
        if (answer instanceof Error) one.reject(answer);
        else one.resolve(answer as Answer);
      });
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
    running--;
    schedule();
  };
  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      schedule();
    });
}
