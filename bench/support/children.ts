import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs one task per message in child processes and collects the answers in the order of the tasks. A child is a module
 * that calls {@link answerTasks}.
 *
 * @throws {Error} when a child ends before it has answered; what it printed says why
 */
export async function mapInChildren<Answer>(
  module: URL,
  tasks: readonly object[],
  processes: number,
  onAnswer: (answer: Answer) => void,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const child = fork(module, { serialization: 'advanced' });
    const failure = ended(child);
    failure.catch(() => undefined); // It also ends when it is told to, which nobody waits for.
    try {
      while (next < tasks.length) {
        const index = next++;
        child.send(tasks[index]!);
        const [answer] = (await Promise.race([once(child, 'message'), failure])) as [Answer];
        answers[index] = answer;
        onAnswer(answer);
      }
    } finally {
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(processes, tasks.length) }, work));
  return answers;
}

/** The child's side of {@link mapInChildren}: `answer` is given what the parent lists as tasks. */
export function answerTasks(answer: (task: unknown) => Promise<unknown>): void {
  // Nobody waits for the answer any more.
  process.on('disconnect', () => process.exit());
  process.on('message', (task) => {
    void answer(task).then((result) => process.send!(result));
  });
}

async function ended(child: ReturnType<typeof fork>): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null];
  throw new Error(`a child process ended with code ${code ?? 'none'} before it answered`);
}
