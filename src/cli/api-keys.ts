import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { UsageError } from '../core/errors.js';
import { isWorkloadName, newWorkloadKey } from '../core/workload-key.js';
import { print, type Terminal } from './terminal.js';

const KEY_BYTES = 32;

const NEXT_STEPS = [
  'Append the key to the file of --predictkube-keys and restart, and put it into the Secret that the apiKey of the trigger refers to.',
  'It is shown once, and not kept here.',
].join('\n');

/** `tidecast keys`: keys by which KEDA's `predictkube` trigger is known. */
export function apiKeysCommand(terminal: Terminal): Command {
  const create = new Command('create')
    .summary('make a key that names a workload')
    .description(
      'Prints a new key, and nothing else, on standard output. Calls of the PredictKube backend that bring it are answered ' +
        'with the decision of that workload.',
    )
    .argument('<workload>', 'NAMESPACE/SCALEDOBJECT, or NAMESPACE/SCALEDOBJECT/METRIC where it has several triggers')
    .action((workload: string) => {
      if (!isWorkloadName(workload)) {
        throw new UsageError(
          `"${workload}" does not name a workload; expected NAMESPACE/SCALEDOBJECT or NAMESPACE/SCALEDOBJECT/METRIC`,
        );
      }
      print(terminal.stdout, newWorkloadKey(workload, randomBytes(KEY_BYTES).toString('base64url')));
      print(terminal.stderr, NEXT_STEPS);
    });
  return new Command('keys').description("Keys of the PredictKube backend (KEDA's apiKey).").addCommand(create);
}
