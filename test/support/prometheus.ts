import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningProgram, runProgram, startProgram, temporaryFolder } from './programs.js';

/** What must be installed for {@link startPrometheus}; pass it to `describeWithPrograms`. */
export const PROMETHEUS_PROGRAMS: readonly string[] = ['prometheus', 'promtool'];

export interface ScrapeTarget {
  readonly job: string;
  /** `host:port`. */
  readonly target: string;
  readonly intervalMs: number;
  /** Default `/metrics`. */
  readonly path?: string;
}

export interface PrometheusOptions {
  /** History in OpenMetrics text, with timestamps in seconds; the `# EOF` line is added where it is missing. */
  readonly openMetrics?: string;
  readonly scrape?: readonly ScrapeTarget[];
  /** Content of `--web.config.file` (YAML): basic auth, TLS. */
  readonly webConfig?: string;
  /** Further command line flags, such as `--query.lookback-delta=1m`. */
  readonly flags?: readonly string[];
}

export interface RunningPrometheus {
  /** Without a trailing slash; `https` when the web config has a `tls_server_config`. */
  readonly url: string;
  readonly port: number;
  readonly dataFolder: string;
  /** Everything it logged since its last start. */
  output(): string;
  /** SIGKILL; the data stay, for {@link restart}. */
  kill(): Promise<void>;
  /** Starts again after {@link kill}, on the same port and data. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Starts a real Prometheus on a free port of 127.0.0.1 with its own data folder, and waits until it is ready. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<RunningPrometheus> {
  const folder = await temporaryFolder();
  try {
    const dataFolder = join(folder.path, 'data');
    await mkdir(dataFolder);
    if (options.openMetrics !== undefined) await loadHistory(folder.path, dataFolder, options.openMetrics);
    const flags = await writeConfiguration(folder.path, options);
    let program: RunningProgram = await launch(dataFolder, 0, flags);
    const port = await listeningPort(program);
    const scheme = options.webConfig?.includes('tls_server_config') === true ? 'https' : 'http';
    return {
      url: `${scheme}://127.0.0.1:${port}`,
      port,
      dataFolder,
      output: () => program.output(),
      kill: () => program.kill(),
      restart: async () => {
        program = await launch(dataFolder, port, flags);
      },
      stop: async () => {
        await program.stop();
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** One sample of a gauge for {@link gaugeHistory}. */
export interface Sample {
  readonly timeMs: number;
  readonly value: number;
}

/**
 * OpenMetrics text of one metric, for `openMetrics` of {@link startPrometheus}.
 *
 * @param series label set (`{pod="a"}`, or empty) to samples in time order
 */
export function gaugeHistory(name: string, series: Readonly<Record<string, readonly Sample[]>>): string {
  const lines = [`# TYPE ${name} gauge`];
  for (const [labels, samples] of Object.entries(series)) {
    for (const { timeMs, value } of samples) lines.push(`${name}${labels} ${String(value)} ${timeMs / 1000}`);
  }
  return lines.join('\n') + '\n';
}

async function loadHistory(folder: string, dataFolder: string, openMetrics: string): Promise<void> {
  const file = join(folder, 'history.om');
  await writeFile(file, /^# EOF$/m.test(openMetrics) ? openMetrics : `${openMetrics.trimEnd()}\n# EOF\n`);
  // Blocks of up to 30 days instead of 2 hours: a week loads at once.
  const args = ['tsdb', 'create-blocks-from', '--max-block-duration=720h', 'openmetrics', file, dataFolder];
  runProgram('promtool', args);
}

async function writeConfiguration(folder: string, { scrape, webConfig, flags }: PrometheusOptions): Promise<string[]> {
  const configFile = join(folder, 'prometheus.yml');
  // JSON is YAML.
  const config = {
    scrape_configs: (scrape ?? []).map(({ job, target, intervalMs, path }) => ({
      job_name: job,
      scrape_interval: `${intervalMs}ms`,
      scrape_timeout: `${intervalMs}ms`,
      metrics_path: path ?? '/metrics',
      static_configs: [{ targets: [target] }],
    })),
  };
  await writeFile(configFile, JSON.stringify(config));
  const result = [`--config.file=${configFile}`, ...(flags ?? [])];
  if (webConfig !== undefined) {
    const webConfigFile = join(folder, 'web.yml');
    await writeFile(webConfigFile, webConfig);
    result.push(`--web.config.file=${webConfigFile}`);
  }
  return result;
}

async function launch(dataFolder: string, port: number, flags: readonly string[]): Promise<RunningProgram> {
  const args = [
    `--storage.tsdb.path=${dataFolder}`,
    '--storage.tsdb.retention.time=10y',
    `--web.listen-address=127.0.0.1:${port}`,
    ...flags,
  ];
  return startProgram('prometheus', args, { ready: /Server is ready to receive web requests/ });
}

/** It may say so only after it has said that it is ready. */
async function listeningPort(program: RunningProgram): Promise<number> {
  const match = await program.waitFor(/Listening on".*address=127\.0\.0\.1:(\d+)/);
  return Number(match[1]);
}
