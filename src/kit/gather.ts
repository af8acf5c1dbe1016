/**
 * Gathers calls made at about the same time into one piece of work: `run` gets the questions of at most `size` callers and
 * gives their answers in the same order, an Error for a caller who is to be refused alone. While one turn runs the next
 * gathers, so a lone caller waits for nothing and a crowd shares a round trip and a commit.
 */
export function gather<Question, Answer>(
  run: (questions: Question[]) => Promise<(Answer | Error)[]>,
  size: number,
): (question: Question) => Promise<Answer> {
  let waiting: Waiting<Question, Answer>[] = [];
  let busy = false;

  const takeTurns = async () => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, size);
      waiting = waiting.slice(size);
      await answerAll(batch, run);
    }
    busy = false;
  };
  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (busy) return;
      busy = true;
      // After this turn of the event loop, when everybody who calls at this moment has called.
      setImmediate(() => void takeTurns());
    });
}

type Waiting<Question, Answer> = {
  question: Question;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
};

async function answerAll<Question, Answer>(
  batch: Waiting<Question, Answer>[],
  run: (questions: Question[]) => Promise<(Answer | Error)[]>,
): Promise<void> {
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
}
