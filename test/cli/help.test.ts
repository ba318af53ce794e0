import { describe, expect, it } from 'vitest';
import { VERSION, runCli } from './run-cli.js';

const SOURCE = ['--prometheus', '--query', '--header', '--username', '--bearer-token-file', '--ca-file'];

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  serve: [
    '[path...]',
    '--kubeconfig',
    '--listen',
    '--store',
    '--log-level',
    '--grpc-listen',
    '--aggregated-cert',
    '--aggregated-cert-dir',
    '--aggregated-drain',
    '--aggregated-host',
    '--aggregated-key',
    '--aggregated-port',
    '--aggregated-service',
    '--grpc-cert',
    '--grpc-key',
    '--grpc-client-ca',
    '--predictkube-listen',
    '--predictkube-keys',
    '--filepath-auth-root-path',
  ],
  demo: ['--speed', '--seed', '--listen', '--duration'],
  validate: ['<path...>', '--json', '--filepath-auth-root-path'],
  forecast: [
    ...SOURCE,
    '--history',
    '--step',
    '--horizon',
    '--lead-time',
    '--seasonality',
    '--saturation',
    '--time-zone',
    '--model',
    '--json',
  ],
  backtest: [
    ...SOURCE,
    '--csv',
    '--range',
    '--step',
    '--history',
    '--horizon',
    '--stride',
    '--lead-time',
    '--max-origins',
    '--seasonality',
    '--saturation',
    '--time-zone',
    '--model',
    '--forecasts',
    '--json',
  ],
  migrate: ['<path...>', '--target', '--scaler-address', '--prometheus', '--out', '--json'],
  explain: ['<workload>', '--at', '--url', '--json'],
  keys: ['create'],
};

describe('--help', () => {
  it('of the program lists every command', async () => {
    const { status, stdout, stderr } = await runCli(['--help']);
    expect([status, stderr]).toEqual([0, '']);
    for (const name of Object.keys(COMMANDS)) expect(stdout).toMatch(new RegExp(`^ {2}${name} .*\\w{4}`, 'm'));
  });

  describe.each(Object.entries(COMMANDS))('of %s', (name, parts) => {
    it('names everything that the command takes', async () => {
      const { status, stdout, stderr } = await runCli([name, '--help']);
      expect([status, stderr]).toEqual([0, '']);
      for (const part of parts) expect(stdout).toContain(part);
      const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag);
      expect(flags.sort()).toEqual([...parts.filter((part) => part.startsWith('--')), '--help'].sort());
    });

    it('shows defaults as they would be typed', async () => {
      const { stdout } = await runCli([name, '--help']);
      expect(stdout).not.toMatch(/default: *(\d{4,}|[[{])/);
    });

    it('is the same as that of the help command', async () => {
      expect(await runCli(['help', name])).toEqual(await runCli([name, '--help']));
    });
  });

  it('is what a command line without a command gets, as an error', async () => {
    const { status, stdout, stderr } = await runCli([]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: tidecast');
  });
});

describe('--version', () => {
  it.each(['--version', '-V'])('%s prints it', async (flag) => {
    expect(await runCli([flag])).toEqual({ status: 0, stdout: `${VERSION}\n`, stderr: '' });
  });
});

describe('a slip of the keyboard', () => {
  it.each([
    ['a command', ['forcast'], "unknown command 'forcast'", '(Did you mean forecast?)'],
    ['a flag', ['forecast', '--horzion', '2h'], "unknown option '--horzion'", '(Did you mean --horizon?)'],
    ['a flag of another command', ['serve', '.', '--stor', 'x'], "unknown option '--stor'", '(Did you mean --store?)'],
    ['a model', ['backtest', '--model', 'rigde'], "'rigde' is invalid", 'Allowed choices are all, auto, random-walk,'],
  ])('in %s is named, with what may have been meant', async (_, args, what, hint) => {
    const { status, stdout, stderr } = await runCli(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(what);
    expect(stderr).toContain(hint);
    expect(stderr).toContain('(add --help for what is accepted)');
  });
});
