import { UsageError } from '../core/errors.js';
import { Condition } from './condition.js';
import { parseObjective, type Objective } from './objective.js';
import { REFERENCE_NAMES } from './policy-names.js';

/** What is asked of a replay, in words. */
export interface QuestionTexts {
  /** What tidecast's setting is chosen by, see `objective.ts`; null: the setting is as given. */
  readonly objective: string | null;
  /** A condition on tidecast's outcome; null: none. */
  readonly assertion: string | null;
}

export interface Questions {
  readonly objective: Objective | null;
  readonly assertion: Condition | null;
}

/**
 * @param withLatency whether response times are replayed
 * @throws {UsageError} an objective or a condition that makes no sense, or one on response times where there are none
 */
export function readQuestions({ objective, assertion }: QuestionTexts, withLatency: boolean): Questions {
  const questions: Questions = {
    objective: objective === null ? null : parseObjective(objective, REFERENCE_NAMES),
    assertion: assertion === null ? null : Condition.parse(assertion, REFERENCE_NAMES),
  };
  // No outcome would ever meet them.
  const unanswerable = withLatency
    ? undefined
    : [questions.objective, questions.assertion].find((each) => each?.needsLatency);
  if (!unanswerable) return questions;
  throw new UsageError(
    `"${unanswerable.text}" is about response times, and none are replayed; expected the mean time of a request beside it ` +
      '(--request-time, over REST requestTime)',
  );
}
