import { Command } from 'commander';
import { hideCredentials } from '../config/prometheus-address.js';
import { CommandError, UsageError } from '../core/errors.js';
import { formatNumber } from '../core/format.js';
import { findObject, renderObject, type ExplainedObject } from './explain-object.js';
import { findWorkload, namedIn, workloadIds } from './find-workload.js';
import { withJson } from './options.js';
import { get, request } from './service-client.js';
import { colorsOf, print, printJson, type Terminal } from './terminal.js';

interface ExplainFlags {
  readonly url: string;
  readonly at?: string;
  readonly json?: boolean;
}

/** The parts of the REST answer that are printed. */
interface Explanation {
  readonly workloadId: string;
  readonly at: string;
  readonly state: string;
  readonly value: number | null;
  readonly active: boolean | null;
  readonly origin: string;
  readonly reason: string;
  readonly explanation: readonly string[];
}

/** `tidecast explain`: why a running service serves what it serves. */
export function explainCommand(terminal: Terminal): Command {
  return withJson(new Command('explain'))
    .summary('say why a running service serves what it serves, now or at an earlier time')
    .argument('<workload>', 'NAMESPACE/SCALEDOBJECT, with /METRIC where a ScaledObject has several')
    .option('--at <time>', 'the decision in force then: RFC 3339 or epoch seconds; default now')
    .option('--url <url>', 'base URL of the service', 'http://127.0.0.1:8190')
    .action(async (name: string, { url, at, json = false }: ExplainFlags) => {
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
        throw new UsageError(
          `--url: "${hideCredentials(url)}" is not an http address; expected one such as http://127.0.0.1:8190`,
        );
      }
      const path = await objectWithoutForecast(url, name, terminal.signal);
      if (path !== null) await explainObject(url, path, { name, at, json }, terminal);
      else await explainWorkload(url, name, { at, json }, terminal);
    });
}

/** When, and in which form the answer is wanted. */
interface Asked {
  readonly at: string | undefined;
  readonly json: boolean;
}

async function explainWorkload(url: string, name: string, { at, json }: Asked, terminal: Terminal): Promise<void> {
  const id = await findWorkload(url, name, terminal.signal);
  const path = `/api/v1/workloads/${id.split('/').map(encodeURIComponent).join('/')}/explain`;
  const decision = await get<Explanation>(url, path, 'explanation', terminal.signal, at === undefined ? {} : { at });
  if (json) printJson(terminal.stdout, decision);
  else print(terminal.stdout, render(decision, terminal));
}

/** Path of a ScaledObject all of whose triggers are reactive; null: it has a forecast, or there is none of that name. */
async function objectWithoutForecast(url: string, name: string, signal: AbortSignal): Promise<string | null> {
  if (namedIn(await workloadIds(url, signal), name).length > 0) return null;
  return findObject(url, name, signal);
}

async function explainObject(
  url: string,
  path: string,
  { name, at, json }: Asked & { readonly name: string },
  terminal: Terminal,
): Promise<void> {
  if (at !== undefined) {
    throw new CommandError(
      `"${name}" has no forecast, and --at is for those that have; GET ${path}/compositions lists what it asked for before`,
    );
  }
  const found = (await request(url, path, terminal.signal, {})) as ExplainedObject;
  if (json) printJson(terminal.stdout, found);
  else print(terminal.stdout, renderObject(found, colorsOf(terminal.stdout, terminal.env)));
}

function render(decision: Explanation, { stdout, env }: Terminal): string {
  const colors = colorsOf(stdout, env);
  const value = decision.value === null ? 'an error (no value is safe)' : formatNumber(decision.value);
  const active = decision.active === null ? 'unknown' : decision.active ? 'yes' : 'no';
  return [
    `${colors.bold(decision.workloadId)} at ${decision.at}`,
    `  serves ${colors.bold(value)}   state ${decision.state}   origin ${decision.origin}   active ${active}`,
    `  ${decision.reason}`,
    '',
    ...decision.explanation.map((sentence, i) => `${String(i + 1).padStart(3)}. ${sentence}`),
  ].join('\n');
}
