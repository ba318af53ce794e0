/** What a parameter's text is read as. */
export interface ParameterValue {
  readonly text: string;
  /** Plain digits with an optional minus. */
  readonly integer: number;
  /** JSON's number syntax. */
  readonly number: number;
  readonly flag: boolean;
  /** Milliseconds. */
  readonly duration: number;
  /** Split at commas, trimmed. */
  readonly list: readonly string[];
  /** `k=v,k2=v2`. */
  readonly map: ReadonlyMap<string, string>;
  /** `1-3,7`, as the numbers it names. */
  readonly integers: readonly number[];
  /** `k=v&k2=v2`, percent-decoded. */
  readonly query: ReadonlyMap<string, string>;
}

/** Trigger metadata (`key`), the variable named by metadata `keyFromEnv`, and the TriggerAuthentication. */
export type ParameterPlace = 'metadata' | 'env' | 'auth';

/** All that is to be known of one parameter of a trigger type: it is read, checked and documented by this. */
export interface ParameterDeclaration {
  readonly type: keyof ParameterValue;
  /** In order of precedence: the first that is not empty wins. */
  readonly places: readonly ParameterPlace[];
  /** Further names, tried after the first within each place. */
  readonly aliases?: readonly string[];
  /** `outside-formula`: unless the ScaledObject has scaling modifiers, whose target then counts. */
  readonly required?: true | 'outside-formula';
  /** As it would be written. */
  readonly default?: string;
  /** The only values, of a list the only items. */
  readonly allowed?: readonly string[];
  /** Of a number or duration. */
  readonly range?: 'positive' | 'non-negative';
  /** Is or contains a credential: never shown, and masked in what sources say. */
  readonly secret?: true;
  /** What to use instead; its presence is a warning. */
  readonly deprecated?: string;
  /** One line for `docs/triggers.md`, with the unit. */
  readonly description: string;
}

export type ParameterDeclarations = Readonly<Record<string, ParameterDeclaration>>;

type Read<D extends ParameterDeclaration> = D['allowed'] extends readonly (infer Allowed)[]
  ? D['type'] extends 'list'
    ? readonly Allowed[]
    : Allowed
  : ParameterValue[D['type']];

type IsGiven<D extends ParameterDeclaration> = D extends { required: true } | { default: string } ? true : false;

/** The values of declared parameters; undefined: not given, without a default. */
export type ParameterValues<D extends ParameterDeclarations> = {
  readonly [Name in keyof D]: IsGiven<D[Name]> extends true ? Read<D[Name]> : Read<D[Name]> | undefined;
};

/** The values as far as they could be read; undefined: not given, or rejected already. */
export type PartialParameterValues<D extends ParameterDeclarations> = {
  readonly [Name in keyof D]: Read<D[Name]> | undefined;
};
