import type { HistoryData, OnStage } from './request.js';
import { fit } from './fit.js';
import { train } from './train.js';

/** What a trainer can be asked for, by name: functions of plain data. */
export const TASKS = { train, fit } satisfies Record<string, Task>;

type Task = (request: never, onStage: OnStage) => unknown;
export type TaskName = keyof typeof TASKS;
export type RequestOf<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[0];
export type ResultOf<Name extends TaskName> = ReturnType<(typeof TASKS)[Name]>;

/** One task to do, as it goes to where it is done. */
export interface Job {
  readonly task: TaskName;
  readonly request: { readonly history: HistoryData; readonly model: string };
}

/** Does a job here and now. */
export function perform({ task, request }: Job, onStage: OnStage): unknown {
  const work = TASKS[task] as (request: Job['request'], onStage: OnStage) => unknown;
  return work(request, onStage);
}
