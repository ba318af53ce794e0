import type { ResourceTrigger } from './scaled-object.js';
import type { MetricType, OpenTrigger, TriggerMetric } from './trigger.js';
import type { ParameterDeclarations, ParameterValues, PartialParameterValues } from './trigger-parameters.js';

/** What a trigger type is told of one trigger besides its parameters. */
export interface TriggerContext {
  readonly namespace: string;
  /** Name of the ScaledObject. */
  readonly scaledObject: string;
  /** Position in `spec.triggers`, zero-based. */
  readonly triggerIndex: number;
  /** Whether the value feeds the formula of scaling modifiers, so that a target of its own means nothing. */
  readonly feedsFormula: boolean;
  /** All of the trigger's metadata, for a type that hands them on; a key that ends in `FromEnv` has the variable's value. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Masks the trigger's credentials in a text, in every form in which a source may repeat them. */
  readonly mask: (text: string) => string;
}

/** Reports a parameter that cannot be used, where it was given; one that is missing, where its trigger stands. */
export type RejectParameter<Name extends string> = (parameter: Name, message: string, accepted?: string) => void;

interface TriggerTypeBase<D extends ParameterDeclarations> {
  /** KEDA's name of the type, such as `rabbitmq`. */
  readonly name: string;
  /** One sentence for the documentation: what is watched. */
  readonly summary: string;
  /** Markdown for the documentation: how the value comes about, when the trigger is active, what is an error. */
  readonly notes: string;
  readonly parameters: D;
  /** Metadata of any other name mean something to whom they are handed on to, and are no slips. */
  readonly handsOnMetadata?: true;
  /** Rules between parameters, and about the inside of one. Called with whatever could be read. */
  check?(
    values: PartialParameterValues<D>,
    reject: RejectParameter<keyof D & string>,
    context: Pick<TriggerContext, 'feedsFormula'>,
  ): void;
}

/** A kind of trigger whose source tidecast asks. */
export interface ReactiveTriggerType<
  D extends ParameterDeclarations = ParameterDeclarations,
> extends TriggerTypeBase<D> {
  readonly kind: 'reactive';
  /**
   * Why `drainTime` means nothing for a trigger: its value is no number of messages that wait.
   *
   * @returns undefined when it is one; absent: it always is, as far as the type can tell
   */
  cannotDrain?(values: PartialParameterValues<D>): string | undefined;
  /** Called only when nothing is wrong with the parameters. Does no I/O. */
  make(values: ParameterValues<D>, context: TriggerContext): ReactiveTriggerParts;
}

export interface ReactiveTriggerParts {
  /** As in `ReactiveTrigger`. */
  readonly metrics: readonly TriggerMetric[] | null;
  readonly open: OpenTrigger;
}

/** A kind of trigger that the HPA reads by itself. */
export interface ResourceTriggerType<
  D extends ParameterDeclarations = ParameterDeclarations,
> extends TriggerTypeBase<D> {
  readonly kind: 'resource';
  readonly resource: ResourceTrigger['resource'];
  /** @returns undefined when the target is none of its type, which is then reported as a problem of `value` */
  make(
    values: ParameterValues<D>,
    targetType: ResourceTrigger['targetType'],
  ): Pick<ResourceTrigger, 'target' | 'container'> | undefined;
}

export type TriggerType = ReactiveTriggerType | ResourceTriggerType;

/** KEDA's metric types of external metrics, the default first. */
export const METRIC_TYPES = ['AverageValue', 'Value'] as const satisfies readonly MetricType[];

/** Declares a type whose source is asked; what it is for is that the types of the values follow from the declaration. */
export function reactiveTrigger<const D extends ParameterDeclarations>(
  type: Omit<ReactiveTriggerType<D>, 'kind'>,
): ReactiveTriggerType {
  return { kind: 'reactive', ...type };
}

/**
 * KEDA's name of a metric as Kubernetes can address it: `/ . : % ( )` become `-`, and nothing else changes.
 */
export function normaliseMetricName(name: string): string {
  return name.replace(/[/.:%()]/g, '-');
}
