import { DURATION_SYNTAX } from '../core/duration.js';
import type { ParameterPlace } from '../core/trigger-parameters.js';
import type { AuthParameters } from './auth-parameters.js';
import type { Environment } from './environment.js';
import { readEnvironment } from './environment.js';
import type { TextField } from './fields.js';
import { childField } from './manifest-node.js';
import type { Place, Report } from './problem.js';
import { readDuration, readFlag, readNumber } from './parameter-syntax.js';
import { didYouMean } from './suggest.js';

/** The value of a trigger parameter, and where it was found. */
export interface Parameter<T = string> extends Place {
  readonly value: T;
  /** The text that may be repeated in a problem; absent when it is or may be secret. */
  readonly shown: string | undefined;
}

/** Places of the parameters of `predictkube`: what is no credential may stand in the metadata. */
const METADATA: readonly ParameterPlace[] = ['metadata', 'env'];
export const METADATA_OR_AUTH: readonly ParameterPlace[] = ['metadata', 'env', 'auth'];
/** Never in the trigger's own metadata, only where they refer to. */
export const CREDENTIAL: readonly ParameterPlace[] = ['env', 'auth'];

export interface ParameterOptions {
  readonly required?: boolean;
  /** In order of precedence. Default: metadata, then the variable named by `...FromEnv`. */
  readonly from?: readonly ParameterPlace[];
}

export interface ParametersProps {
  readonly metadata: Place & { readonly texts: ReadonlyMap<string, TextField> };
  readonly auth: AuthParameters;
  /** Stands for the environment of the target's container. */
  readonly env: Environment;
  readonly report: Report;
}

/** A place that names a source which turned out to be empty. */
interface Gap {
  readonly place: Place;
  readonly reason: string;
}

interface Search {
  readonly found: Parameter | undefined;
  readonly gaps: readonly Gap[];
}

/**
 * The parameters of one trigger, found and read by KEDA's rules: metadata (`key`), then environment (`keyFromEnv` names
 * the variable), then authentication; the first that is not empty after trimming wins. What cannot be read is reported
 * and comes back as undefined.
 */
export class Parameters {
  constructor(private readonly props: ParametersProps) {}

  /** @param names several names of one parameter, tried in order within each place */
  text(
    names: string | readonly string[],
    { required = false, from = METADATA }: ParameterOptions = {},
  ): Parameter | undefined {
    const keys = typeof names === 'string' ? [names] : names;
    const { found, gaps } = this.find(keys, from);
    if (found !== undefined) return found;
    const { metadata, auth, report } = this.props;
    const name = keys.join(' or ');
    if (required) {
      const reasons = gaps.map(({ reason }) => reason);
      if (reasons.length === 0 && from.includes('auth')) reasons.push(auth.absence);
      const place = { at: metadata.at, field: childField(metadata.field, keys[0]!) };
      report.error(place, [`${name} is required`, ...reasons].join(': '));
    } else {
      for (const { place, reason } of gaps) report.warning(place, `${name} is not set: ${reason}`);
    }
    return undefined;
  }

  /** Like {@link text}, but reports nothing. */
  get(name: string, from: readonly ParameterPlace[]): Parameter | undefined {
    return this.find([name], from).found;
  }

  number(name: string, options?: ParameterOptions): Parameter<number> | undefined {
    const accepted = 'a number such as 100, 0.5 or 1e3';
    return this.read(this.text(name, options), 'not a number', accepted, readNumber);
  }

  /** In milliseconds. */
  duration(name: string, options?: ParameterOptions): Parameter<number> | undefined {
    return this.read(this.text(name, options), 'not a duration', DURATION_SYNTAX, readDuration);
  }

  flag(name: string): Parameter<boolean> | undefined {
    return this.read(this.text(name), 'not a boolean', 'true or false', readFlag);
  }

  choice<T extends string>(name: string, choices: readonly T[], options?: ParameterOptions): Parameter<T> | undefined {
    const parameter = this.text(name, options);
    return this.read(
      parameter,
      `unknown value${parameter?.shown === undefined ? '' : didYouMean(parameter.shown, choices)}`,
      choices.join(', '),
      (text) => choices.find((choice) => choice === text),
    );
  }

  /** Reads a text by any rule; `parse` returns undefined for one that it does not accept. */
  read<T>(
    parameter: Parameter | undefined,
    message: string,
    accepted: string,
    parse: (text: string) => T | undefined,
  ): Parameter<T> | undefined {
    if (parameter === undefined) return undefined;
    const value = parse(parameter.value);
    if (value !== undefined) return { ...parameter, value };
    this.reject(parameter, message, accepted);
    return undefined;
  }

  reject(parameter: Parameter<unknown>, message: string, accepted?: string): void {
    const { shown } = parameter;
    const hidden = shown === undefined ? '; the value given is not shown' : '';
    this.props.report.error(parameter, `${message}${hidden}`, { value: shown && hideUserinfo(shown), accepted });
  }

  warn(parameter: Parameter<unknown>, message: string, accepted?: string): void {
    const { shown } = parameter;
    this.props.report.warning(parameter, message, { value: shown && hideUserinfo(shown), accepted });
  }

  private find(keys: readonly string[], from: readonly ParameterPlace[]): Search {
    const gaps: Gap[] = [];
    for (const place of from) {
      const found = this.at(place, keys, gaps);
      if (found !== undefined) return { found, gaps };
    }
    return { found: undefined, gaps };
  }

  private at(place: ParameterPlace, keys: readonly string[], gaps: Gap[]): Parameter | undefined {
    switch (place) {
      case 'metadata':
        return this.fromMetadata(keys);
      case 'env':
        return this.fromEnvironment(keys, gaps);
      case 'auth':
        return this.fromAuthentication(keys, gaps);
    }
  }

  private fromMetadata(keys: readonly string[]): Parameter | undefined {
    for (const key of keys) {
      const given = this.props.metadata.texts.get(key);
      const value = given?.text.trim() ?? '';
      if (given !== undefined && value !== '') return { at: given.at, field: given.field, value, shown: value };
    }
    return undefined;
  }

  private fromEnvironment(keys: readonly string[], gaps: Gap[]): Parameter | undefined {
    for (const key of keys) {
      const given = this.props.metadata.texts.get(`${key}FromEnv`);
      const variable = given?.text.trim() ?? '';
      if (given === undefined || variable === '') continue;
      const value = readEnvironment(this.props.env, variable)?.trim() ?? '';
      if (value !== '') return { at: given.at, field: given.field, value, shown: undefined };
      gaps.push({ place: given, reason: `environment variable "${variable}" is not set or empty` });
    }
    return undefined;
  }

  private fromAuthentication(keys: readonly string[], gaps: Gap[]): Parameter | undefined {
    for (const key of keys) {
      const given = this.props.auth.values.get(key);
      if (given === undefined) continue;
      const { at, field, lookup } = given;
      const value = 'text' in lookup ? lookup.text.trim() : '';
      if (value !== '') return { at, field, value, shown: undefined };
      gaps.push({ place: given, reason: 'missing' in lookup ? lookup.missing : 'its value is empty' });
    }
    return undefined;
  }
}

/** User and password of URLs, which people put where only an address belongs. */
function hideUserinfo(text: string): string {
  return text.replace(/:\/\/[^\s,]*@/g, '://***@');
}
