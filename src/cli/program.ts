import { Command, CommanderError } from 'commander';
import { HistoryFileError, TidecastError, UsageError } from '../core/errors.js';
import { apiKeysCommand } from './api-keys.js';
import { backtestCommand } from './backtest.js';
import { demoCommand } from './demo.js';
import { explainCommand } from './explain.js';
import { forecastCommand } from './forecast.js';
import { migrateCommand } from './migrate.js';
import { replayCommand } from './replay.js';
import { serveCommand } from './serve.js';
import { print, type Terminal } from './terminal.js';
import { validateCommand } from './validate.js';

/** Exit statuses: what was asked for went wrong, or was asked for in the wrong way. */
const FAILED = 1;
const USAGE = 2;
/** As a shell reports a process that was interrupted. */
const INTERRUPTED = 130;

/**
 * Runs one command line.
 *
 * @param args without the program's own name
 * @returns the exit status: 0, 1 when the work failed, 2 when the command line or a file that it names is wrong
 */
export async function runProgram(args: readonly string[], version: string, terminal: Terminal): Promise<number> {
  let status = 0;
  const exit = (code: number): void => {
    status = code;
  };
  const program = new Command('tidecast')
    .description('Forecast-first autoscaling for Kubernetes: the number of pods to have ready before the load arrives.')
    .version(version);
  program.addCommand(serveCommand(terminal));
  program.addCommand(demoCommand(terminal));
  program.addCommand(validateCommand(terminal, exit));
  program.addCommand(migrateCommand(terminal, exit));
  program.addCommand(forecastCommand(terminal));
  program.addCommand(backtestCommand(terminal));
  program.addCommand(replayCommand(terminal, exit));
  program.addCommand(explainCommand(terminal));
  program.addCommand(apiKeysCommand(terminal));
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command
      .exitOverride()
      .showHelpAfterError('(add --help for what is accepted)')
      .configureOutput({
        writeOut: (text) => terminal.stdout.write(text),
        writeErr: (text) => terminal.stderr.write(text),
      });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    return report(error, terminal);
  }
}

function report(error: unknown, { stderr, signal }: Terminal): number {
  // Commander has said what is wrong; help and version are not wrong at all.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (signal.aborted) return INTERRUPTED;
  if (error instanceof TidecastError) {
    print(stderr, `tidecast: ${error.message} (${error.code})`);
    // A file that cannot be read as what it should be is as wrong as one that is not there.
    return error instanceof UsageError || error instanceof HistoryFileError ? USAGE : FAILED;
  }
  print(
    stderr,
    `tidecast: unexpected error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return FAILED;
}
