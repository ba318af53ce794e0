import type { Value } from './value.js';

/** Where in the text a node begins, from 0. */
interface At {
  readonly at: number;
}

/** A parsed expression. */
export type Node = At &
  (
    | { readonly kind: 'constant'; readonly value: Value }
    | { readonly kind: 'name'; readonly name: string }
    /** `#`: the element that a predicate is asked about. */
    | { readonly kind: 'element' }
    | { readonly kind: 'list'; readonly items: readonly Node[] }
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: Node }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node }
    | { readonly kind: 'conditional'; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
    /** The last argument of a function over a list may be a predicate, which is evaluated once per element. */
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[]; readonly predicate: Node | null }
  );
