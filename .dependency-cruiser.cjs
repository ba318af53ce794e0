/**
 * Import directions of src/, innermost first. An arrow that points outward, sideways or in a circle fails the build.
 * The reasons are in docs/architecture.md.
 */
const mayImport = {
  core: [],
  series: ['core'],
  forecast: ['core', 'series'],
  scaling: ['core'],
  evaluate: ['core', 'series', 'forecast', 'scaling'],
  train: ['core', 'series', 'forecast', 'evaluate', 'scaling'],
  simulate: ['core', 'series', 'scaling'],
  replay: ['core', 'series', 'forecast', 'scaling', 'evaluate', 'simulate'],
  history: ['core', 'series'],
  store: ['core'],
  config: ['core'],
  triggers: ['core'],
  migrate: ['core', 'config'],
  kube: ['core'],
  serve: ['core'],
  demo: ['core', 'series', 'scaling'],
  run: [
    'core',
    'series',
    'forecast',
    'scaling',
    'evaluate',
    'train',
    'simulate',
    'replay',
    'history',
    'store',
    'config',
    'triggers',
    'kube',
    'serve',
  ],
  cli: [
    'core',
    'series',
    'forecast',
    'scaling',
    'evaluate',
    'simulate',
    'replay',
    'history',
    'store',
    'config',
    'triggers',
    'migrate',
    'run',
    'demo',
  ],
};

/** Folders that must stay free of I/O, clocks and randomness. */
const pure = '^src/(core|series|forecast|scaling|evaluate|simulate|replay|migrate)/';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(mayImport).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      comment: `src/${folder} may import only: ${allowed.join(', ') || 'nothing'}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
    })),
    {
      name: 'pure-folders-do-no-io',
      comment: 'the exceptions load code that few need, and data that comes with the program, synchronously',
      severity: 'error',
      from: { path: pure, pathNot: '^src/forecast/(neural/tensorflow|pooled/shipped-models)\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'kubernetes-client-in-kube-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/kube/' },
      to: { path: 'node_modules/@kubernetes/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['^src/index\\.ts$', '^src/cli/main\\.ts$'] },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
