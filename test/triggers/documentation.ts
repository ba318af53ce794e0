import type { ParameterDeclaration } from '../../src/core/trigger-parameters.js';
import type { TriggerType } from '../../src/core/trigger-type.js';

const INTRODUCTION = `\
# Triggers

The trigger types that tidecast reads besides \`predictkube\` ([configuration.md](configuration.md)), with KEDA's names,
parameters and rules. A type that is not listed here is not polled: a warning says so. This page is made from the declarations by
which parameters are read (\`npx vitest run test/triggers/documentation.test.ts -u\`).

**Where a parameter may stand**: *metadata* is \`metadata\` of the trigger; *env* is the environment variable that the metadata name by
the parameter's name with \`FromEnv\` appended; *auth* is the [TriggerAuthentication](authentication.md). The first place, in the order
given, whose text is not empty after trimming counts. Credentials never appear in messages, logs, REST or metrics; addresses do.

**Syntax**: flags are \`true\` or \`false\`. Numbers are as in JSON; integers are plain digits. Durations are \`30s\`, \`1m30s\`, or a
number of milliseconds. Lists are separated by commas. All problems of a trigger are reported together; \`tidecast validate\` lists
them with file and line.

**Value and activity**: unless a type says otherwise, a trigger is active when its value is strictly above its activation value. Whatever
keeps a source from being read (refused, denied, silent until the deadline, an answer that cannot be used) makes the value
unknown, which is never 0.

**Queues**: a trigger that counts what waits may say with \`drainTime\` and \`perReplica\` how that is to be worked off while the arrivals
that are forecast are kept up with: [configuration.md](configuration.md#queues).
`;

/** The page on the trigger types, in Markdown. */
export function triggerDocumentation(types: readonly TriggerType[]): string {
  const contents = types.map(({ name, summary }) => `- [\`${name}\`](#${name}): ${summary}`);
  return [`${INTRODUCTION}\n${contents.join('\n')}\n`, ...types.map(section)].join('\n');
}

function section({ name, summary, notes, parameters }: TriggerType): string {
  const rows = Object.entries(parameters).map(([key, declaration]) => row(key, declaration));
  return `\
## \`${name}\`

${summary} ${notes}

| parameter | place | type | default | meaning |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function row(key: string, declaration: ParameterDeclaration): string {
  const { type, places, aliases = [], allowed, range, secret, deprecated, description } = declaration;
  const names = [key, ...aliases].map((name) => `\`${name}\``).join(', ');
  const kind =
    allowed === undefined ? type : `${type === 'list' ? 'list of ' : ''}${allowed.map((v) => `\`${v}\``).join(', ')}`;
  const bound = range === undefined ? '' : range === 'positive' ? ', > 0' : ', >= 0';
  const meaning = [
    ...(deprecated === undefined ? [] : [`*deprecated: ${deprecated}*`]),
    description,
    ...(secret === true ? ['never shown'] : []),
  ].join('; ');
  return `| ${names} | ${places.join(', ')} | ${kind}${bound} | ${standard(declaration)} | ${meaning} |`;
}

function standard({ required, default: text }: ParameterDeclaration): string {
  if (required === true) return '**required**';
  if (required === 'outside-formula') return '**required** unless the value feeds a formula';
  return text === undefined ? 'none' : `\`${text}\``;
}
